"""One form for every file: what `anhnh fmt` writes. What a file means stays as it is."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Final

from anhnh_lms.content.canonical import body_text, comment_line, heading
from anhnh_lms.content.document import Block, cut, every, is_closed
from anhnh_lms.content.frontmatter import Entry, FrontMatter, read_front_matter
from anhnh_lms.content.ids import is_id, new_id
from anhnh_lms.content.limits import MARKDOWN_LINES
from anhnh_lms.content.lines import Fence, Lines, has_refused, is_blank, to_lines, trimmed, without_refused
from anhnh_lms.content.problem import Problems

_GLUED: Final = re.compile(r"^(#{2,6})(?=[^#\s\u00a0])", re.MULTILINE)
_SOURCE_ONLY: Final = (
    *("type", "points", "objective", "pool", "scale", "tags"),
    *("pass", "attempts", "wait", "draw", "shuffle", "graded", "private", "role"),
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the formatter is to write besides. `taken`: ids of the rest of the course. `source`: the text
    of the source file, whose ids go to blocks in the same places. `src`: new values by block id.
    `src_head`: the new value in the front matter. `drop_source_only`: leave out what is read from the
    source alone."""

    taken: Container[str] = ()
    source: str = ""
    src: Mapping[str, str] = field(default_factory=dict)
    src_head: str = ""
    drop_source_only: bool = False


_NOTHING: Final = Wishes()


def format_text(text: str, lang: str, wishes: Wishes = _NOTHING, welcome: bool = False) -> str:
    """The file in the one form, with ids where they were missing: formatting twice changes nothing more.

    `welcome`: it is a course.LANG.md, whose headings have no ids. A file whose front matter, code or
    comments are not closed is returned as it is, for nothing in it can be told apart; so is one with
    refused characters (`mend_text` takes them out), for what stands beside them is not certain."""
    if has_refused(text):
        return text
    unheard = Problems("")
    lines = to_lines(text.removeprefix("\ufeff"))
    front = read_front_matter(lines, _Any(), unheard)
    if front is None or len(lines) > MARKDOWN_LINES or not is_closed(lines[front.end :], unheard):
        return text
    front_rows = [line.text.rstrip() for line in lines[: front.end]] if unheard.found else _front_rows(front, wishes)
    blocks: list[Block] = []
    if welcome:
        opening = trimmed(lines[front.end :])
    else:
        opening, blocks = cut(lines[front.end :], Problems(""))
    pieces = ["\n".join(front_rows)]
    if opening:
        pieces.append(body_text(opening, lang, question=False))
    pieces.extend(_Writer(lang, tuple(blocks), wishes).pieces())
    return "\n\n".join(pieces) + "\n"


class _Any(tuple[str, ...]):
    """Every key is known: the formatter judges none."""

    def __contains__(self, key: object) -> bool:
        return True


def _front_rows(front: FrontMatter, wishes: Wishes) -> list[str]:
    entries = dict(front.entries)
    if wishes.src_head:
        entries["src-head"] = Entry(0, wishes.src_head)
    rows = ["---"]
    for key, entry in entries.items():
        if entry.listed:
            rows.append(f"{key}: [{', '.join(entry.values)}]")
        else:
            rows.append(f"{key}: {entry.text}".rstrip())
            rows.extend(f"  - {item.text}".rstrip() for item in entry.items)
            rows.extend(f"  {name}: {line.text}".rstrip() for name, line in entry.named)
    return [*rows, "---"]


class _Writer:
    def __init__(self, lang: str, blocks: tuple[Block, ...], wishes: Wishes) -> None:
        self.lang, self.blocks, self.wishes = lang, blocks, wishes
        self.used = {block.id for block in every(blocks) if block.id}
        self.from_source = self._ids_of_source()
        self.numbers: dict[str, int] = {}

    def _ids_of_source(self) -> dict[int, str]:
        """By line of the heading: the id of the source's block in the same place, if all places agree."""
        theirs = every(tuple(blocks_of(self.wishes.source))) if self.wishes.source else []
        ours = every(self.blocks)
        if [block.level for block in ours] != [block.level for block in theirs]:
            return {}
        pairs = zip(ours, theirs, strict=True)
        return {own.line: source.id for own, source in pairs if source.id and source.id not in self.used}

    def pieces(self) -> list[str]:
        found: list[str] = []
        for top in self.blocks:
            found.append(self._piece(top, False, "quiz" if top.comment.quiz else "section"))
            for child in top.children:
                question = top.comment.quiz
                found.append(self._piece(child, question, "question" if question else "part"))
                for step in every(child.children):
                    found.append(self._piece(step, question, "step" if question else "part", child))
        return found

    def _piece(self, block: Block, question: bool, fallback: str, parent: Block | None = None) -> str:
        asked = parent or block
        scenario = question and (asked.comment.get("type").lower() == "scenario" or bool(asked.children))
        rows = [heading(block.level, block.title), self._comment(block, fallback)]
        body = body_text(block.body, self.lang, question, scenario)
        return "\n".join(rows) + (f"\n\n{body}" if body else "")

    def _comment(self, block: Block, fallback: str) -> str:
        comment = block.comment
        if comment.raw:
            return comment.raw.strip()
        values = dict(comment.values)
        if not values.get("id"):
            values["id"] = self._new_id(block, fallback)
        if self.wishes.drop_source_only:
            values = {key: value for key, value in values.items() if key not in _SOURCE_ONLY}
        if values["id"] in self.wishes.src:
            values["src"] = self.wishes.src[values["id"]]
        return comment_line(values, comment.quiz)

    def _new_id(self, block: Block, fallback: str) -> str:
        found = self.from_source.get(block.line)
        if not found or not is_id(found) or found in self.used:
            found = new_id(block.title, _Either(self.used, self.wishes.taken), fallback, self.numbers)
        self.used.add(found)
        return found


class _Either:
    """In one of two containers."""

    def __init__(self, first: Container[str], second: Container[str]) -> None:
        self.first, self.second = first, second

    def __contains__(self, item: object) -> bool:
        return item in self.first or item in self.second


def blocks_of(text: str) -> list[Block]:
    """The tree of blocks of a file; none where it cannot be told apart."""
    unheard = Problems("")
    lines: Lines = to_lines(text.removeprefix("\ufeff"))
    front = read_front_matter(lines, _Any(), unheard)
    if front is None or len(lines) > MARKDOWN_LINES or not is_closed(lines[front.end :], unheard):
        return []
    return cut(lines[front.end :], unheard)[1]


def mend_text(text: str, lang: str, wishes: Wishes = _NOTHING, welcome: bool = False) -> str:
    """What `--fix` writes: the one form, and besides without refused characters (E301, E302), with a
    space after the marks of a heading (E146). Feedback that was not indented (E206), answers without
    bullet (E239) and missing ids (E117) are mended by the form itself."""
    text = without_refused(text)
    lines = to_lines(text)
    if _GLUED.search(text):
        text = "\n".join(_unglued(lines)) + "\n"
    return format_text(text, lang, wishes, welcome)


def _unglued(lines: Lines) -> list[str]:
    fence = Fence()
    return [
        line.text if fence.inside(line.text) or is_blank(line.text) else _GLUED.sub(r"\1 ", line.text) for line in lines
    ]
