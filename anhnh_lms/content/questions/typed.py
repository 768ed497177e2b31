"""What a learner types: a number after `=`, a short text after `s=`."""

from __future__ import annotations

import re
from typing import Final

from anhnh_lms.content.course import Number, ShortText
from anhnh_lms.content.lines import SPACES, Line, Lines
from anhnh_lms.content.numbers import EmptyInterval, Key, NotANumber, TwoReadings, read_key
from anhnh_lms.content.problem import Problems
from anhnh_lms.content.questions.asked import Asked
from anhnh_lms.content.scan import Chunk

_LINE: Final = re.compile(rf" {{0,3}}(s=|or=|=(?![=>]))[{SPACES}]*(.*)$")
LONGEST_ANSWER: Final = 200


def typed_line(text: str) -> tuple[str, str] | None:
    """(`=`, `s=` or `or=`, what follows) if the line is a typed answer."""
    found = _LINE.match(text)
    return (found[1], found[2].strip(SPACES)) if found else None


def split_typed(chunk: Chunk) -> list[Chunk]:
    """A paragraph cut where lines with `=`, `s=` and `or=` begin and end; other chunks as they are."""
    if chunk.kind != "paragraph" or not any(typed_line(line.text) for line in chunk.lines):
        return [chunk]
    groups: list[list[Line]] = []
    last = "?"
    for line in chunk.lines:
        found = typed_line(line.text)
        sort = found[0] if found else ""
        together = groups and (sort == last == "" or (sort == "or=" and last in ("s=", "or=")))
        if together:
            groups[-1].append(line)
        else:
            groups.append([line])
        last = sort
    return [Chunk("paragraph", tuple(group)) for group in groups]


def typed_sort(chunk: Chunk) -> str:
    """`=`, `s=`, `or=` if the chunk is a typed answer, else ""."""
    found = typed_line(chunk.lines[0].text) if chunk.kind == "paragraph" else None
    return found[0] if found else ""


def key_or_problem(text: str, line: int, problems: Problems) -> Key | None:
    """The number in `text`; None with E210, E211 or E212."""
    try:
        return read_key(text)
    except TwoReadings:
        problems.add(line, "E210", value=text)
    except EmptyInterval as error:
        problems.add(line, "E212", low=error.args[0], high=error.args[1])
    except NotANumber:
        problems.add(line, "E211", value=text)
    return None


def read_number(asked: Asked) -> Number | None:
    """The key of the one `=` line."""
    line = asked.chunks[0].lines[0]
    found = typed_line(line.text)
    key = key_or_problem(found[1] if found else "", line.no, asked.problems)
    return Number(key.interval, key.shown, key.unit) if key else None


def read_short(asked: Asked) -> ShortText | None:
    """`s=` and the `or=` lines below it."""
    accepted = accepted_answers(
        tuple(Line(line.no, (typed_line(line.text) or ("", ""))[1]) for line in asked.chunks[0].lines),
        asked.problems,
    )
    return ShortText(accepted, accepted) if accepted else None


def accepted_answers(answers: Lines, problems: Problems) -> tuple[str, ...]:
    """The answers as written; E234 for an empty or endless one, E233 for one that stands twice."""
    found: dict[str, Line] = {}
    for answer in answers:
        folded = " ".join(answer.text.split()).casefold()
        if not folded or len(answer.text) > LONGEST_ANSWER:
            problems.add(answer.no, "E234")
        elif folded in found:
            problems.add(answer.no, "E233", first=found[folded].no)
        else:
            found[folded] = answer
    return tuple(answer.text for answer in found.values())
