"""What a learner answered: one plain object per question, fit for the record.

| kind | response |
|---|---|
| single | `{"choice": option}` |
| multiple | `{"choices": [option, ...]}`, sorted, each once |
| rows | `{"rows": [column or -1, ...]}` |
| number, short | `{"text": str}` |
| blanks | `{"texts": [str, ...]}`; of a gap with options: the option's index in decimal, or "" |
| match | `{"pairs": [right or -1, ...]}`, one per left |
| order | `{"order": [item or -1, ...]}`, one per place, in the learner's order |
| scenario | `{"path": [choice, ...]}`, one per step that was passed |
| survey | `{"choice": option}`, `{"choices": [...]}` or `{"text": str}` |
| likert | `{"rows": [label from 1, 0 for none, ...]}`, one per statement |

Every index is of the source order of the course, never of what one paper shows; `fields` turns
one into the other. "Nothing answered" is None, never an empty object.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from anhnh_lms.assessment.scales import labels
from anhnh_lms.assessment.typed import fold
from anhnh_lms.content.course import (
    Answer,
    Blanks,
    Gap,
    Likert,
    Match,
    Multiple,
    Number,
    Order,
    Question,
    Rows,
    Scenario,
    ShortText,
    Single,
    Step,
    Survey,
)

Response = dict[str, Any]  # only int, str, list[int] and list[str] stand in it

LONGEST_TEXT = 500  # characters of one typed answer
LONGEST_PATH = 100  # choices in one scenario: a course may lead in a circle, a record may not
NONE = -1

Reason = Literal["shape", "range", "repeated", "too_long", "characters", "path"]


class InvalidResponse(ValueError):
    """What came in cannot be an answer to that question; nothing of it was accepted.

    `reason`: "too_long" (more than LONGEST_TEXT characters), "repeated" (two things in one place)
    and "characters" (control characters) can be a person's slip; "path" can be a page that is
    no longer the current one; "shape" and "range" only come from a broken or forged page.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def parse(question: Question, raw: object) -> Response | None:
    """`raw` (decoded JSON) as a response to `question`, in its one form; None if it answers nothing.

    Raises InvalidResponse for everything else. `parse(question, parse(question, raw))` is the same.
    """
    if raw is None or raw == {}:
        return None
    response = _read(question.answer, raw)
    return response if any(_filled(question.answer, response)) else None


def is_answered(question: Question, response: Response | None) -> bool:
    """Whether at least one part of `response` (as `parse` gives it) is answered."""
    return response is not None and any(_filled(question.answer, response))


def is_complete(question: Question, response: Response | None) -> bool:
    """Whether no part is left open: every row, gap, pair, place and statement; a scenario is at its end."""
    if response is None:
        return False
    if isinstance(question.answer, Scenario):
        return walk(question.answer, response["path"])[-1].end is not None
    return all(_filled(question.answer, response))


def takes_back(saved: Response | None, response: Response | None) -> bool:
    """Whether `response` would change a choice of a scenario whose next step was already shown."""
    path: list[int] = (saved or {}).get("path", [])
    return bool(path) and (response or {}).get("path", [])[: len(path)] != path


def walk(scenario: Scenario, path: Sequence[int]) -> tuple[Step, ...]:
    """The steps that these choices show, the opening first: one more than choices.

    Raises InvalidResponse("path") for a choice that a step does not have, or after an end.
    """
    steps = [scenario.steps[0]]
    for choice in path:
        here = steps[-1]
        if here.end is not None or not 0 <= choice < len(here.choices):
            raise InvalidResponse("path")
        steps.append(scenario.step(here.choices[choice].to))
    return tuple(steps)


def split_typed(question: Question, response: Response) -> tuple[Response, list[str]]:
    """`response` without what was typed, and what was typed: the first may be read by whoever reads
    the record, the second is sealed. The list is empty for a question that is not typed."""
    match question.answer:
        case Blanks(_, gaps):
            texts: list[str] = response["texts"]
            pairs = list(zip(gaps, texts, strict=True))
            body = ["" if is_typed(gap) else text for gap, text in pairs]
            return {"texts": body}, [text for gap, text in pairs if is_typed(gap)]
        case Number() | ShortText() | Survey(options=()):
            return {}, [response["text"]]
        case _:
            return dict(response), []


def join_typed(question: Question, body: Response, typed: Sequence[str] = ()) -> Response | None:
    """The response that `split_typed` split.

    Without `typed` (it was erased with the person) what was typed counts as left empty; None if
    nothing else is left. Raises InvalidResponse if the two do not belong together.
    """
    match question.answer:
        case Blanks(_, gaps):
            expected = sum(map(is_typed, gaps))
            words = iter(_as_many(typed or [""] * expected, expected))
            texts = _list(_only(body, "texts"), len(gaps))
            filled = [next(words) if is_typed(g) else t for g, t in zip(gaps, texts, strict=True)]
            return parse(question, {"texts": filled})
        case Number() | ShortText() | Survey(options=()):
            return parse(question, {"text": _as_many(typed or [""], 1)[0]})
        case _:
            _as_many(typed, 0)
            return parse(question, body)


def is_typed(gap: Gap) -> bool:
    """Whether a gap is filled by typing, not by choosing."""
    return not gap.options


# -- reading -----------------------------------------------------------------------------------


def _read(answer: Answer, raw: object) -> Response:
    match answer:
        case Single(options) | Survey(options, several=False) if options:
            return {"choice": _index(_only(raw, "choice"), 0, len(options))}
        case Multiple(options) | Survey(options, several=True) if options:
            chosen = [_index(c, 0, len(options)) for c in _list(_only(raw, "choices"))]
            return {"choices": sorted(_each_once(chosen))}
        case Rows(columns, rows):
            return {"rows": _cells(_only(raw, "rows"), len(rows), NONE, len(columns))}
        case Match(lefts, rights):
            return {"pairs": _cells(_only(raw, "pairs"), len(lefts), NONE, len(rights))}
        case Order(items):
            places = _cells(_only(raw, "order"), len(items), NONE, len(items))
            _each_once([item for item in places if item != NONE])
            return {"order": places}
        case Likert(statements, scale):
            return {"rows": _cells(_only(raw, "rows"), len(statements), 0, len(labels(scale)) + 1)}
        case Blanks(_, gaps):
            texts = _list(_only(raw, "texts"), len(gaps))
            return {"texts": [_gap(gap, text) for gap, text in zip(gaps, texts, strict=True)]}
        case Scenario():
            path = [_index(c, 0, LONGEST_PATH) for c in _list(_only(raw, "path"))]
            if len(path) > LONGEST_PATH:
                raise InvalidResponse("path")
            walk(answer, path)
            return {"path": path}
        case _:
            return {"text": _text(_only(raw, "text"))}


def _only(raw: object, key: str) -> object:
    if not isinstance(raw, Mapping) or list(raw) != [key]:
        raise InvalidResponse("shape")
    return raw[key]


def _list(raw: object, count: int | None = None) -> list[object]:
    if not isinstance(raw, list) or (count is not None and len(raw) != count):
        raise InvalidResponse("shape")
    return raw


def _as_many(words: Sequence[str], count: int) -> Sequence[str]:
    if len(words) != count:
        raise InvalidResponse("shape")
    return words


def _index(raw: object, low: int, end: int) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise InvalidResponse("shape")
    if not low <= raw < end:
        raise InvalidResponse("range")
    return raw


def _cells(raw: object, count: int, low: int, end: int) -> list[int]:
    return [_index(cell, low, end) for cell in _list(raw, count)]


def _each_once(indexes: list[int]) -> list[int]:
    if len(set(indexes)) != len(indexes):
        raise InvalidResponse("repeated")
    return indexes


def _gap(gap: Gap, raw: object) -> str:
    text = _text(raw)
    if is_typed(gap) or not text:
        return text
    if text not in map(str, range(len(gap.options))):
        raise InvalidResponse("range")
    return text


def _text(raw: object) -> str:
    """Typed text as it came, with the line ends of a browser's form as one character."""
    if not isinstance(raw, str):
        raise InvalidResponse("shape")
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LONGEST_TEXT:
        raise InvalidResponse("too_long")
    if any(c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cs") for c in text):
        raise InvalidResponse("characters")
    return text


def _filled(answer: Answer, response: Response) -> list[bool]:
    """For each part of a response, whether something was answered."""
    match answer:
        case Rows():
            return [column != NONE for column in response["rows"]]
        case Match():
            return [right != NONE for right in response["pairs"]]
        case Order():
            return [item != NONE for item in response["order"]]
        case Likert():
            return [label > 0 for label in response["rows"]]
        case Blanks():
            return [bool(fold(text)) for text in response["texts"]]
        case Multiple() | Survey(options=[_, *_], several=True):
            return [bool(response["choices"])]
        case Scenario():
            return [bool(response["path"])]
        case Number() | ShortText() | Survey(options=()):
            return [bool(fold(response["text"]))]
        case _:
            return [True]
