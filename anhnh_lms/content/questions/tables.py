"""Rows of true and false, matching, putting in order, and statements on a scale."""

from __future__ import annotations

from anhnh_lms.content.course import Likert, Match, Order, Prose, Rows
from anhnh_lms.content.lines import Line
from anhnh_lms.content.questions.asked import Asked
from anhnh_lms.content.questions.choice import note_repetition, parted
from anhnh_lms.content.questions.tolerate import mark_of
from anhnh_lms.content.scan import Chunk, cells
from anhnh_lms.content.settings import SCALES


def is_marked_table(chunk: Chunk) -> bool:
    """A table with at least one cell that is a mark."""
    return chunk.kind == "table" and any(
        cell[:1] in ("(", "[") and mark_of(cell) and len(cell) <= 5
        for line in chunk.lines[2:]
        for cell in cells(line.text)
    )


def is_two_columns(chunk: Chunk) -> bool:
    """A table of two columns without marks."""
    return chunk.kind == "table" and len(cells(chunk.lines[0].text)) == 2 and not is_marked_table(chunk)


def read_rows(asked: Asked) -> Rows | None:
    """The first column is the statement; each other cell is `(x)` or `( )`, one `(x)` in a row."""
    table = asked.chunks[0]
    heads = cells(table.lines[0].text)
    rows: list[Prose] = []
    key: list[int] = []
    first_lines: dict[str, int] = {}
    for line in table.lines[2:]:
        found = cells(line.text)
        marks = [mark_of(cell) for cell in found[1:]]
        ticked = [number for number, mark in enumerate(marks) if mark and mark[1]]
        if len(found) != len(heads) or None in marks or len(ticked) != 1:
            asked.problems.add(line.no, "E209")
            continue
        text = _cell(asked, found[0], line.no)
        if not text:
            asked.problems.add(line.no, "E234")
        note_repetition(text, line.no, first_lines, asked.problems)
        rows.append(text)
        key.append(ticked[0])
    if len(heads) < 3:
        asked.problems.add(table.line, "E203", count=len(heads) - 1)
    if not rows or len(heads) < 3:
        return None
    head, *columns = (_cell(asked, text, table.line) for text in heads)
    return Rows(tuple(columns), tuple(rows), tuple(key), head)


def _cell(asked: Asked, text: str, line: int) -> Prose:
    return asked.renderer.phrase((Line(line, text),)) if text else Prose()


def read_match(asked: Asked) -> Match | None:
    """Each row is a pair; a row with an empty left cell is a decoy."""
    table = asked.chunks[0]
    pairs: list[tuple[Prose, Prose]] = []
    decoys: list[Prose] = []
    left_lines: dict[str, int] = {}
    right_lines: dict[str, int] = {}
    for line in table.lines[2:]:
        left, right = ([*cells(line.text), "", ""])[:2]
        if not right:
            asked.problems.add(line.no, "E234")
            continue
        right_text = _cell(asked, right, line.no)
        note_repetition(right_text, line.no, right_lines, asked.problems)
        if not left:
            decoys.append(right_text)
            continue
        left_text = _cell(asked, left, line.no)
        note_repetition(left_text, line.no, left_lines, asked.problems)
        pairs.append((left_text, right_text))
    if len(pairs) < 2:
        asked.problems.add(table.line, "E216")
        return None
    heads = cells(table.lines[0].text)
    return Match(
        tuple(left for left, _ in pairs),
        (*(right for _, right in pairs), *decoys),
        _cell(asked, heads[0], table.line),
        _cell(asked, heads[1], table.line),
    )


def _items(asked: Asked) -> tuple[Prose, ...]:
    found: list[Prose] = []
    first_lines: dict[str, int] = {}
    for item in asked.chunks[0].items:
        for line in item.lazy:
            asked.problems.add(line, "E238")
        text, quotes = parted(item.inner, asked.problems)
        for quote in quotes:
            asked.problems.add(quote.line, "E237")
        prose = asked.renderer.phrase(text)
        if not prose:
            asked.problems.add(item.line, "E234")
        note_repetition(prose, item.line, first_lines, asked.problems)
        found.append(prose)
    return tuple(found)


def read_order(asked: Asked) -> Order | None:
    """The numbered list, in the right order."""
    items = _items(asked)
    if len(items) < 2:
        asked.problems.add(asked.line, "E217")
        return None
    return Order(items)


def read_likert(asked: Asked) -> Likert | None:
    """The statements, and the name of their scale."""
    scale = asked.settings.scale
    if scale not in SCALES:
        asked.problems.add(asked.block.comment.line, "E228", scale=scale, known=", ".join(SCALES))
        return None
    return Likert(_items(asked), scale)
