"""What stands where in Markdown: paragraphs, lists, boxes, tables, code, as GitHub reads them.

One level at a time: `scan` cuts lines into chunks; what is inside a quote or a list item is cut
by another call on its `inner` lines. Python-Markdown then only sees text inside a paragraph, so
its own ideas of lists (four-space nesting, an empty line before) never apply.
Rules: GitHub Flavored Markdown 0.29, sections 4 and 5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from anhnh_lms.content.lines import Fence, Line, Lines, indent_of, is_blank

Kind = Literal["paragraph", "heading", "code", "quote", "list", "table", "rule", "comment"]

HEADING: Final = re.compile(r" {0,3}(#{1,6})(?=[ \u00a0\u202f]|$)(.*)$")
RULE: Final = re.compile(r" {0,3}(?:(?:-[ ]*){3,}|(?:\*[ ]*){3,}|(?:_[ ]*){3,})$")
QUOTE: Final = re.compile(r" {0,3}> ?")
ITEM: Final = re.compile(r"( {0,3})(?:([-*+•])|(\d{1,9})([.)]))([ \u00a0]+|$)")
_STARTS: Final = frozenset("#>-*+•_`~<0123456789")
"""What anything but a paragraph or a table begins with."""
_RULE_CELL: Final = re.compile(r":?-+:?\Z")
_CELL_END: Final = re.compile(r"\\.|\|")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list, its lines without marker and indentation. `lazy`: numbers of the lines
    that belong to it although they are not indented."""

    line: int
    marker: str
    inner: Lines
    lazy: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """One block. `lines` are as written; `inner` is what a quote, a code block or a heading holds."""

    kind: Kind
    lines: Lines
    inner: Lines = ()
    items: tuple[Item, ...] = ()
    level: int = 0  # of a heading; the first number of a numbered list
    ordered: bool = False
    loose: bool = False  # an empty line between two items

    @property
    def line(self) -> int:
        return self.lines[0].no


def scan(lines: Lines) -> list[Chunk]:
    """The chunks of one level, in order; blank lines belong to none."""
    chunks: list[Chunk] = []
    at = 0
    while at < len(lines):
        if is_blank(lines[at].text):
            at += 1
            continue
        chunk, at = _next(lines, at)
        chunks.append(chunk)
    return chunks


def is_sentence(text: str) -> bool:
    """Can a line that stands alone only be a paragraph? (False does not mean that it is none.)"""
    return text[:1] not in _STARTS and not text.startswith(" ") and bool(text)


def _next(lines: Lines, at: int) -> tuple[Chunk, int]:
    text = lines[at].text
    if indent_of(text) >= 4:
        return _indented_code(lines, at)
    if text.lstrip(" ")[0] not in _STARTS:
        return _table(lines, at) if is_table(lines, at) else _paragraph(lines, at)
    if Fence().inside(text):
        return _fenced_code(lines, at)
    if text.lstrip().startswith("<!--"):
        end = comment_end(lines, at)
        return Chunk("comment", lines[at:end]), end
    if found := HEADING.match(text):
        title = Line(lines[at].no, heading_title(found[2]))
        return Chunk("heading", lines[at : at + 1], (title,), level=len(found[1])), at + 1
    if RULE.match(text):
        return Chunk("rule", lines[at : at + 1]), at + 1
    if QUOTE.match(text):
        return _quote(lines, at)
    if ITEM.match(text):
        return _list(lines, at)
    if is_table(lines, at):
        return _table(lines, at)
    return _paragraph(lines, at)


def heading_title(text: str) -> str:
    """What stands after the `#` of a heading, without the `#` that may close it."""
    bare = text.strip()
    open_end = bare.rstrip("#")
    return open_end.rstrip() if not open_end or open_end[-1] in " \u00a0" else bare


def comment_end(lines: Lines, at: int) -> int:
    """The index after the comment that begins at line `at` (GFM: up to the line with its `-->`)."""
    for end in range(at, len(lines)):
        if "-->" in lines[end].text:
            return end + 1
    return len(lines)


def _indented_code(lines: Lines, at: int) -> tuple[Chunk, int]:
    end = last = at
    while end < len(lines) and (is_blank(lines[end].text) or indent_of(lines[end].text) >= 4):
        if not is_blank(lines[end].text):
            last = end
        end += 1
    inner = tuple(Line(line.no, line.text[4:]) for line in lines[at : last + 1])
    return Chunk("code", lines[at : last + 1], inner), last + 1


def _fenced_code(lines: Lines, at: int) -> tuple[Chunk, int]:
    fence, end = Fence(), at
    margin = indent_of(lines[at].text)
    while end < len(lines):
        fence.inside(lines[end].text)
        end += 1
        if not fence.open:
            break
    stop = end if fence.open else end - 1
    inner = tuple(Line(line.no, line.text[min(margin, indent_of(line.text)) :]) for line in lines[at + 1 : stop])
    return Chunk("code", lines[at:end], inner), end


def _quote(lines: Lines, at: int) -> tuple[Chunk, int]:
    inner: list[Line] = []
    end = at
    while end < len(lines):
        text = lines[end].text
        if found := QUOTE.match(text):
            inner.append(Line(lines[end].no, text[found.end() :]))
        elif not inner or not _carries_on(inner[-1].text, lines, end):
            break
        else:
            inner.append(lines[end])
        end += 1
    return Chunk("quote", lines[at:end], tuple(inner)), end


def _carries_on(before: str, lines: Lines, at: int) -> bool:
    """Is line `at` the unmarked rest of a paragraph that the line `before` belongs to?"""
    if is_blank(lines[at].text) or is_blank(before):
        return False
    if HEADING.match(before) or RULE.match(before) or Fence().inside(before):
        return False
    return not interrupts(lines, at)


def interrupts(lines: Lines, at: int) -> bool:
    """Does line `at` begin something else, although a paragraph stands right above it?"""
    text = lines[at].text
    if indent_of(text) >= 4:
        return False
    if text.lstrip(" ")[:1] not in _STARTS:
        return is_table(lines, at)
    if HEADING.match(text) or RULE.match(text) or QUOTE.match(text) or Fence().inside(text):
        return True
    if text.lstrip().startswith("<!--"):
        return True
    if found := ITEM.match(text):
        return found.end() < len(text.rstrip()) and (found[3] is None or found[3] == "1")
    return is_table(lines, at)


def _kind(found: re.Match[str]) -> str:
    """What must be equal for two items to stand in one list; a pasted bullet counts as a dash."""
    return (found[2] or found[4]).replace("•", "-")


class _ListReader:
    """Gathers the items of one list; the rules of GFM 5.2 and 5.3."""

    def __init__(self, lines: Lines, at: int) -> None:
        self.lines, self.at = lines, at
        first = ITEM.match(lines[at].text)
        assert first is not None
        self.kind = _kind(first)
        self.number = int(first[3]) if first[3] else 0
        self.ordered = first[3] is not None
        self.items: list[Item] = []
        self.loose = False

    def read(self) -> int:
        end = self.at
        while end < len(self.lines):
            found = ITEM.match(self.lines[end].text)
            if not found or _kind(found) != self.kind or RULE.match(self.lines[end].text):
                break
            item_end = self._item(end, found)
            following = item_end
            while following < len(self.lines) and is_blank(self.lines[following].text):
                following += 1
            if following > item_end and self._begins_item(following):
                self.loose = True
                item_end = following
            end = item_end
        return end

    def _begins_item(self, at: int) -> bool:
        if at >= len(self.lines) or RULE.match(self.lines[at].text):
            return False
        found = ITEM.match(self.lines[at].text)
        return found is not None and _kind(found) == self.kind

    def _item(self, at: int, found: re.Match[str]) -> int:
        text = self.lines[at].text
        spaces = len(found[5])
        offset = found.end() if 1 <= spaces <= 4 and found.end() < len(text) else found.end() - spaces + 1
        inner = [Line(self.lines[at].no, text[offset:])]
        lazy: list[int] = []
        fence = Fence()
        fence.inside(inner[0].text)
        end, kept = at + 1, at + 1
        while end < len(self.lines):
            line = self.lines[end]
            if is_blank(line.text):
                inner.append(Line(line.no, ""))
                fence.inside("")
            elif indent_of(line.text) >= offset:
                inner.append(Line(line.no, line.text[offset:]))
                fence.inside(inner[-1].text)
                kept = end + 1
            elif not fence.open and not ITEM.match(line.text) and _carries_on(inner[-1].text, self.lines, end):
                inner.append(Line(line.no, line.text.lstrip()))
                lazy.append(line.no)
                kept = end + 1
            else:
                break
            end += 1
        inner = inner[: kept - at]
        self.items.append(Item(self.lines[at].no, found[0].strip(), tuple(inner), tuple(lazy)))
        return kept


def _list(lines: Lines, at: int) -> tuple[Chunk, int]:
    reader = _ListReader(lines, at)
    end = reader.read()
    chunk = Chunk(
        "list",
        lines[at:end],
        items=tuple(reader.items),
        level=reader.number,
        ordered=reader.ordered,
        loose=reader.loose,
    )
    return chunk, end


def is_table(lines: Lines, at: int) -> bool:
    """Do a heading row and a delimiter row with as many cells begin at line `at`?"""
    if at + 1 >= len(lines) or "|" not in lines[at].text or "-" not in lines[at + 1].text:
        return False
    rule = lines[at + 1].text
    if "|" not in rule or indent_of(rule) >= 4:
        return False
    columns = cells(rule)
    return all(_RULE_CELL.match(cell) for cell in columns) and len(cells(lines[at].text)) == len(columns)


def _table(lines: Lines, at: int) -> tuple[Chunk, int]:
    end = at + 2
    while end < len(lines) and not is_blank(lines[end].text) and not interrupts(lines, end):
        end += 1
    return Chunk("table", lines[at:end]), end


def cells(row: str) -> list[str]:
    r"""The cells of a table row, trimmed; `\|` inside a cell is a plain `|`."""
    body = row.strip(" \u00a0")
    body = body.removeprefix("|")
    found: list[str] = []
    start = 0
    for bar in _CELL_END.finditer(body):
        if bar[0] == "|":
            found.append(body[start : bar.start()])
            start = bar.end()
    if body[start:].strip() or not found:
        found.append(body[start:])
    return [cell.strip(" \u00a0").replace("\\|", "|") for cell in found]


def aligns(delimiter: str) -> list[str]:
    """Per column "", "start", "center" or "end", from the delimiter row."""
    found = []
    for cell in cells(delimiter):
        left, right = cell.startswith(":"), cell.endswith(":")
        found.append("center" if left and right else "end" if right else "start" if left else "")
    return found


def _paragraph(lines: Lines, at: int) -> tuple[Chunk, int]:
    end = at + 1
    while end < len(lines) and not is_blank(lines[end].text) and not interrupts(lines, end):
        end += 1
    return Chunk("paragraph", lines[at:end]), end
