"""One right answer, several, or an opinion: lists with `( )` or `[ ]`."""

from __future__ import annotations

from anhnh_lms.content.course import Multiple, Option, Prose, Single, Survey
from anhnh_lms.content.lines import Line, Lines, trimmed
from anhnh_lms.content.problem import Problems
from anhnh_lms.content.prose import Renderer, joined
from anhnh_lms.content.questions.asked import Asked
from anhnh_lms.content.questions.tolerate import mark_of, without_mark
from anhnh_lms.content.scan import Chunk, Item, scan
from anhnh_lms.content.tree import box_of


def is_marked(chunk: Chunk) -> bool:
    """A list in which at least one item begins with a mark."""
    return chunk.kind == "list" and any(mark_of(item.inner[0].text) for item in chunk.items)


def read_choice(asked: Asked) -> Single | Multiple | None:
    """`( )` is Single, `[ ]` is Multiple; None where the marks do not tell which."""
    marks = _marks(asked)
    if marks is None:
        return None
    options = _options(asked, right=True)
    right = sum(option.right is True for option in options)
    if len(options) < 2:
        asked.problems.add(asked.line, "E203", count=len(options))
    if marks == "(":
        if right != 1:
            asked.problems.add(asked.line, "E204", count=right)
        return Single(options)
    if right == 0:
        asked.problems.add(asked.line, "E205")
    return Multiple(options)


def read_survey(asked: Asked) -> Survey | None:
    """A list with marks of which none is ticked."""
    marks = _marks(asked)
    if marks is None:
        return None
    options = _options(asked, right=False)
    if len(options) < 2:
        asked.problems.add(asked.line, "E203", count=len(options))
    return Survey(options, several=marks == "[")


def _marks(asked: Asked) -> str | None:
    """Which brackets the list uses; None (with a problem) where they are missing or mixed."""
    found = ""
    sound = True
    for item in asked.chunks[0].items:
        mark = mark_of(item.inner[0].text)
        if mark is None:
            asked.problems.add(item.line, "E208")
            sound = False
        elif found and mark[0] != found:
            asked.problems.add(item.line, "E207")
            return None
        else:
            found = mark[0]
    return found if sound else None


def _options(asked: Asked, right: bool) -> tuple[Option, ...]:
    options: list[Option] = []
    first_lines: dict[str, int] = {}
    for item in asked.chunks[0].items:
        mark = mark_of(item.inner[0].text)
        ticked = mark is not None and mark[1]
        if ticked and not right:
            asked.problems.add(item.line, "E227")
        text, feedback = read_item(item, asked.renderer, asked.problems)
        note_repetition(text, item.line, first_lines, asked.problems)
        options.append(Option(text, ticked if right else None, feedback))
    return tuple(options)


def read_item(item: Item, renderer: Renderer, problems: Problems, keep: bool = False) -> tuple[Prose, Prose]:
    """The text of an answer and its feedback: the quotes indented under it. `keep`: it has no mark."""
    for line in item.lazy:
        problems.add(line, "E238")
    first = item.inner[0]
    inner = (first if keep else Line(first.no, without_mark(first.text)), *item.inner[1:])
    text, quotes = parted(trimmed(inner), problems)
    prose = renderer.phrase(text)
    if not prose:
        problems.add(item.line, "E234")
    return prose, joined(*(renderer.prose(quote.inner) for quote in quotes))


def parted(inner: Lines, problems: Problems) -> tuple[Lines, list[Chunk]]:
    """The lines of an item without its feedback, and the quotes that are the feedback."""
    text: list[Line] = []
    quotes: list[Chunk] = []
    for chunk in scan(inner):
        if chunk.kind != "quote":
            text.extend((*chunk.lines, Line(chunk.lines[-1].no, "")))
        elif box_of(chunk):
            problems.add(chunk.line, "E237")
        else:
            quotes.append(chunk)
    return trimmed(text), quotes


def note_repetition(text: Prose, line: int, first_lines: dict[str, int], problems: Problems) -> None:
    """E233 where the same words stood in an earlier answer."""
    words = " ".join(text.plain.split()).casefold()
    if words and words in first_lines:
        problems.add(line, "E233", first=first_lines[words])
    elif words:
        first_lines[words] = line
