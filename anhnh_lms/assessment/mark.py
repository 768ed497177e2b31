"""Marking: from a response to points, in exact fractions.

Rules: course format, "Scoring". Points go into the record in hundredths, cut off downwards;
whether an attempt is passed is decided on the exact fractions, before anything is cut off.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from anhnh_lms.assessment.response import NONE, Response, parse, walk
from anhnh_lms.assessment.typed import fold, read_numbers, same
from anhnh_lms.content.course import (
    Answer,
    Blanks,
    Gap,
    Likert,
    Match,
    Multiple,
    Number,
    Option,
    Order,
    Question,
    Rows,
    Scenario,
    ShortText,
    Single,
    Survey,
)

MARKING_VERSION = 1  # raised with every change of a rule; each handed-in attempt names it

Parts = tuple[bool | None, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """What one question earned: 0 <= points <= max, both in points.

    `parts` says what was right (True), wrong (False) or not answered (None): per row, gap, left-hand
    side or place; per option of a multiple choice, where None is "not ticked"; per choice made in a
    scenario, where it is the review's opinion (None: unmarked) and does not count; else one part.
    Survey and likert have `max` 0 and no parts.
    """

    points: Fraction
    max: int
    parts: Parts = ()

    @property
    def hundredths(self) -> int:
        """The points for the record, in hundredths, cut off downwards: 2/3 of a point is 66."""
        return _floor(self.points * 100)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt earned. The hundredths are those of the exact sum, cut off once: they may be
    more than the sum of the questions' hundredths, by less than one for each question."""

    earned: Fraction
    maximum: int
    passed: bool

    @property
    def earned_hundredths(self) -> int:
        return _floor(self.earned * 100)

    @property
    def maximum_hundredths(self) -> int:
        return self.maximum * 100

    @property
    def percent_hundredths(self) -> int | None:
        """Hundredths of a per cent, 0 to 10000, cut off downwards, so that it reaches a pass mark
        (in whole hundredths of a per cent) only if the attempt does. None if nothing counts."""
        return _floor(self.earned * 10_000 / self.maximum) if self.maximum else None


def mark(question: Question, response: Response | None) -> Mark:
    """What `response` earns; None earns nothing. Raises InvalidResponse if it does not fit the question."""
    answer = question.answer
    if isinstance(answer, Survey | Likert):
        return Mark(Fraction(0), 0)
    response = parse(question, response)
    share, parts = _unanswered(answer) if response is None else _marked(answer, response)
    return Mark(share * question.points, question.points, parts)


def mark_all(questions: Iterable[Question], responses: Mapping[str, Response]) -> dict[str, Mark]:
    """The mark of each question that was drawn, by its id; a question without a response earns nothing."""
    return {question.id: mark(question, responses.get(question.id)) for question in questions}


def total(marks: Iterable[Mark], pass_mark: Fraction, graded: bool = True) -> Outcome:
    """The sum of `marks`. Passed: earned x 100 >= pass x maximum, in exact fractions (`pass_mark` is 0..1).

    Where nothing counts (maximum 0, or a quiz that is not graded), handing in is passing.
    """
    given = list(marks)
    earned, maximum = sum((m.points for m in given), Fraction(0)), sum(m.max for m in given)
    return Outcome(earned, maximum, not graded or earned >= pass_mark * maximum)


# -- the share of the points, per kind -----------------------------------------------------------


def _marked(answer: Answer, response: Response) -> tuple[Fraction, Parts]:
    match answer:
        case Single(options):
            right = options[response["choice"]].right is True
            return Fraction(right), (right,)
        case Multiple(options):
            return _ticks(options, response["choices"])
        case Rows(_, _, key):
            columns = zip(response["rows"], key, strict=True)
            return _shares(None if column == NONE else column == right for column, right in columns)
        case Number(interval):
            right = any(value in interval for value in read_numbers(response["text"]))
            return Fraction(right), (right,)
        case ShortText(accepted):
            right = same(response["text"], accepted)
            return Fraction(right), (right,)
        case Blanks(_, gaps):
            return _shares(_gap(gap, text) for gap, text in zip(gaps, response["texts"], strict=True))
        case Match(_, rights):
            # Compared as texts: where two right-hand sides read the same, either is right.
            given = enumerate(response["pairs"])
            return _shares(None if right == NONE else rights[right] == rights[left] for left, right in given)
        case Order(items):
            given = enumerate(response["order"])
            return _shares(None if item == NONE else items[item] == items[place] for place, item in given)
        case Scenario():
            return _ending(answer, response["path"])
        case _:
            return Fraction(0), ()


def _unanswered(answer: Answer) -> tuple[Fraction, Parts]:
    match answer:
        case Multiple(options=parts) | Rows(rows=parts) | Blanks(gaps=parts) | Match(lefts=parts):
            return Fraction(0), (None,) * len(parts)
        case Order(items):
            return Fraction(0), (None,) * len(items)
        case Scenario():
            return Fraction(0), ()
        case _:
            return Fraction(0), (None,)


def _shares(parts: Iterable[bool | None]) -> tuple[Fraction, Parts]:
    marked = tuple(parts)
    return (Fraction(marked.count(True), len(marked)) if marked else Fraction(0)), marked


def _ticks(options: Sequence[Option], ticked: Sequence[int]) -> tuple[Fraction, Parts]:
    """Right ticks minus wrong ticks, not below 0, over the number of right answers."""
    parts = tuple(option.right is True if i in ticked else None for i, option in enumerate(options))
    right = sum(option.right is True for option in options)
    earned = max(0, parts.count(True) - parts.count(False))
    return (Fraction(earned, right) if right else Fraction(0)), parts


def _gap(gap: Gap, text: str) -> bool | None:
    if not fold(text):
        return None
    if gap.options:
        return int(text) == gap.right
    if gap.interval is not None and any(value in gap.interval for value in read_numbers(text)):
        return True
    return same(text, gap.accepted)


def _ending(scenario: Scenario, path: Sequence[int]) -> tuple[Fraction, Parts]:
    """The ending alone scores; a conversation that was left earns nothing."""
    steps = walk(scenario, path)
    parts = tuple(step.choices[choice].better for step, choice in zip(steps, path, strict=False))
    return steps[-1].end or Fraction(0), parts


def _floor(value: Fraction) -> int:
    return value.numerator // value.denominator
