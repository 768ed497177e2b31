"""The one form in which the formatter writes a block, and the hash that translations refer to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from anhnh_lms.content.comment import Comment
from anhnh_lms.content.document import Block
from anhnh_lms.content.lines import Line, Lines, is_blank
from anhnh_lms.content.questions.choice import is_marked
from anhnh_lms.content.questions.tolerate import mark_of, tolerate, without_mark
from anhnh_lms.content.questions.typed import typed_line
from anhnh_lms.content.scan import Chunk, aligns, cells, scan
from anhnh_lms.content.words import is_right_to_left

_ORDER: Final = (
    *("id", "type", "scale", "pool", "points", "objective", "end", "tags"),
    *("role", "pass", "attempts", "wait", "shuffle", "draw", "graded", "private"),
    "src",
)
_WIDEST_TABLE: Final = 120
_RULES: Final = {"": ("-", "-"), "start": (":", "-"), "center": (":", ":"), "end": ("-", ":")}


def comment_line(values: Mapping[str, str], quiz: bool) -> str:
    """`<!-- quiz id: x; pass: 80 % -->`, known keys in their order, then the others."""
    keys = sorted(values, key=lambda key: _ORDER.index(key) if key in _ORDER else len(_ORDER))
    inside = "; ".join(f"{key}: {values[key]}" for key in keys)
    return f"<!-- {'quiz ' if quiz else ''}{inside} -->" if inside else f"<!-- {'quiz ' if quiz else ''}-->"


def heading(level: int, title: str) -> str:
    """`## Title`."""
    return f"{'#' * level} {title}".rstrip()


def body_text(lines: Lines, lang: str, question: bool, scenario: bool = False) -> str:
    """The lines below a heading in the one form; `question`: they are read for answers."""
    if question:
        lines = tolerate(lines, any_item=scenario)
    rows: list[str] = []
    last = 0
    for chunk in scan(lines):
        if rows and chunk.line - last > 1:
            rows.append("")
        rows.extend(_chunk_rows(chunk, lang, question))
        last = chunk.lines[-1].no
    return "\n".join(rows)


def _chunk_rows(chunk: Chunk, lang: str, question: bool) -> list[str]:
    if chunk.kind == "code":
        return [line.text for line in chunk.lines]
    if chunk.kind == "table":
        return _table_rows(chunk, lang)
    if question and is_marked(chunk):
        return _answer_rows(chunk, lang)
    if question and chunk.kind == "paragraph":
        return [_typed_row(line.text) for line in _prose_rows(chunk.lines)]
    return [line.text for line in _prose_rows(chunk.lines)]


def _prose_rows(lines: Lines) -> Lines:
    """Without spaces at line ends and without repeated blank lines; code inside a list or box stays."""
    found: list[Line] = []
    for number, line in enumerate(lines):
        text = line.text.rstrip(" \t")
        if line.text.endswith("  ") and text and number + 1 < len(lines) and not is_blank(lines[number + 1].text):
            text = text if text.endswith("\\") else f"{text}  "
        if is_blank(text) and found and is_blank(found[-1].text):
            continue
        found.append(Line(line.no, re.sub(r"^( {0,3})•[ \u00a0]+", r"\1- ", text)))
    return tuple(found)


def _typed_row(text: str) -> str:
    found = typed_line(text)
    return f"{found[0]} {found[1]}".rstrip() if found else text


def tick(bracket: str, ticked: bool, lang: str) -> str:
    """`(x)`, `[ ]`; a check mark instead of the x where text runs from right to left."""
    close = ")" if bracket == "(" else "]"
    inside = " " if not ticked else "✓" if is_right_to_left(lang) else "x"
    return f"{bracket}{inside}{close}"


def _answer_rows(chunk: Chunk, lang: str) -> list[str]:
    rows: list[str] = []
    for item in chunk.items:
        first, *rest = item.inner
        mark = mark_of(first.text)
        text = f"{tick(*mark, lang)} {without_mark(first.text)}" if mark else first.text
        rows.append(f"- {text}".rstrip())
        quoted = {line.no for part in scan(item.inner) if part.kind == "quote" for line in part.lines}
        inner = _prose_rows(tuple(Line(no, text.lstrip(" ") if no in quoted else text) for no, text in rest))
        while inner and is_blank(inner[-1].text):
            inner = inner[:-1]
        rows.extend(f"  {line.text}".rstrip(" ") if is_blank(line.text) else f"  {line.text}" for line in inner)
    return rows


def _table_rows(chunk: Chunk, lang: str) -> list[str]:
    columns = aligns(chunk.lines[1].text)
    table = [[_cell(cell, lang) for cell in cells(line.text)] for number, line in enumerate(chunk.lines) if number != 1]
    widths = [max([3, *(len(row[at]) for row in table if at < len(row))]) for at in range(len(columns))]
    if sum(widths) + 3 * len(widths) > _WIDEST_TABLE:
        widths = [0] * len(columns)
    rows = [_row(row, widths) for row in table]
    rules = (_rule(align, max(width, 3)) for align, width in zip(columns, widths, strict=True))
    rows.insert(1, f"|{'|'.join(rules)}|")
    return rows


def _cell(text: str, lang: str) -> str:
    mark = mark_of(text) if len(text) <= 5 else None
    if mark and not without_mark(text):
        return tick(*mark, lang)
    return text.replace("|", "\\|")


def _row(row: list[str], widths: list[int]) -> str:
    padded = [text.ljust(widths[at]) if at < len(widths) else text for at, text in enumerate(row)]
    return f"| {' | '.join(padded)} |"


def _rule(align: str, width: int) -> str:
    left, right = _RULES[align]
    return f"{left}{'-' * width}{right}"


def block_text(block: Block, lang: str, question: bool, scenario: bool = False) -> str:
    """Heading and body without the comment line: what `src` is the hash of."""
    return f"{heading(block.level, block.title)}\n\n{body_text(block.body, lang, question, scenario)}\n"


def short_hash(text: str) -> str:
    """The first 8 hex digits of the SHA-256 of `text`."""
    return sha256(text.encode()).hexdigest()[:8]


def question_hashes(block: Block, lang: str, scenario: bool) -> tuple[str, dict[str, str]]:
    """The digest of a question and the hashes for `src` of its block and its steps, by id. The digest
    is the SHA-256 (hex) of all these blocks with their comment lines, without `src`."""
    parts = (block, *block.children)
    texts = [block_text(part, lang, True, scenario) for part in parts]
    whole = "\n".join(f"{_comment(part.comment)}\n{text}" for part, text in zip(parts, texts, strict=True))
    hashes = {part.id: short_hash(text) for part, text in zip(parts, texts, strict=True)}
    return sha256(whole.encode()).hexdigest(), hashes


def _comment(comment: Comment) -> str:
    return comment_line({key: value for key, value in comment.values.items() if key != "src"}, comment.quiz)
