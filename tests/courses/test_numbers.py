"""Keys that follow from a table are computed from it, in every language: neither is typed twice.

Each rule below takes the cells of the question's own table, without its head: `t[row][column]`, a number
where a cell holds one, else its words.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from html import unescape
from math import ceil
from statistics import mean, median
from typing import Any

import pytest

from anhnh_lms.content.course import Blanks, Number, Question

from .library import FULL, LANGUAGES, course, questions

Table = list[list[Any]]
Rule = Callable[[Table], Any]  # a number, or the numbers of the numeric blanks in their order


def _sum(t: Table, column: int) -> Any:
    return sum(row[column] for row in t)


def _per_cent(part: Any, whole: Any) -> Any:
    return Fraction(part) / Fraction(whole) * 100


def _pairs(t: Table) -> list[Any]:
    """What was gained by those who sat both tests."""
    return [row[2] - row[1] for row in t if isinstance(row[1], Fraction) and isinstance(row[2], Fraction)]


def _small(t: Table) -> int:
    return sum(cell < 5 for row in t for cell in row[1:])


def _sample(people: Any) -> int:
    """Cochran's n0 = 384 (95 %, 5 points, p = 0.5) with the finite correction, rounded up."""
    return ceil(384 / (1 + 383 / Fraction(people)))


def _share(cell: str) -> Fraction:
    """ "3 of 4" in any language: the first number over the second."""
    part, whole = re.findall(r"\d+", cell)
    return Fraction(int(part), int(whole))


def _funnel(t: Table) -> Fraction:
    result = Fraction(re.findall(r"\d+", str(t[0][0]))[0])
    for row in t[1:]:
        result *= _share(row[1])
    return result


def _minutes(clock: str) -> int:
    hours, minutes = re.findall(r"\d+", clock)
    return int(hours) * 60 + int(minutes)


def _budget(t: Table) -> Any:
    return sum(row[1] * row[2] * row[3] for row in t)


MONITORING: dict[str, Rule] = {
    "d1q-sessions": lambda t: _per_cent(_sum(t, 2), _sum(t, 1)),
    "d1q-unreached": lambda t: t[0][1] - t[1][1] - t[2][1],
    "d2q-employers": lambda t: _per_cent(_sum(t, 2), _sum(t, 1)),
    "d2q-funnel": _funnel,
    "d3q-points": lambda t: _per_cent(t[1][2], t[1][1]) - _per_cent(t[0][2], t[0][1]),
    "d3q-still-to-pass": lambda t: Fraction(60, 100) * _sum(t, 1) - _sum(t, 2),
    "d3q-remand-share": lambda t: _per_cent(t[1][2], t[1][1]),
    "d3q-rate": lambda t: _per_cent(t[0][2], t[1][2]),
    "d4q-share": lambda t: _per_cent(_sum(t, 2), _sum(t, 1)),
    "d4q-size": lambda t: _sample(_sum(t, 1)),
    "d4q-every-k": lambda t: [_k(t), t[0][2] + _k(t), t[0][2] + 2 * _k(t)],
    "d4q-response": lambda t: _per_cent(t[0][1], _sum(t, 1)),
    "d5q-cells": _small,
    "d5q-recompute": lambda t: t[0][4] - t[0][1] - t[0][3],
    "d6q-complete": lambda t: _per_cent(
        sum(row[3] for row in t if row[1] >= 12), sum(row[2] for row in t if row[1] >= 12)
    ),
    "d6q-range": lambda t: [
        _per_cent(t[0][2], t[0][1]), _per_cent(t[0][2], t[0][0]), _per_cent(t[0][2] + t[0][0] - t[0][1], t[0][0]),
    ],
    "d6q-income": lambda t: _per_cent(t[0][3], t[0][1]),
    "d6q-usual": lambda t: mean(t[0][1:5]),
    "d6q-fights": lambda t: [_per_cent(row[1], row[2]) for row in t],
    "d7q-cost": lambda t: [360_000 / t[0][n] for n in range(3)],
    "d7q-mean-gain": lambda t: mean(_pairs(t)),
    "d7q-median": lambda t: median((row[2] - row[1]) / (100 - row[1]) for row in t),
    "d7q-response": lambda t: _per_cent(t[0][1], t[0][0]),
    "d7q-bars": lambda t: (t[0][2] - 50) / (t[0][1] - 50),
    "d7q-points": lambda t: [
        _per_cent(t[1][2], t[1][1]), _per_cent(t[1][2], t[1][1]) - _per_cent(t[0][2], t[0][1]),
        _per_cent(t[1][2] - t[0][2], t[0][2]),
    ],
    "d1x-share": lambda t: _per_cent(t[0][1], _sum(t, 1)),
    "d2x-funnel": _funnel,
    "d3x-target-people": lambda t: (t[0][2] / t[0][1] + Fraction(10, 100)) * t[1][1],
    "d3x-gap": lambda t: _per_cent(t[0][2], t[0][1]) - _per_cent(t[1][2], t[1][1]),
    "d3x-rate": lambda t: _per_cent(t[0][2], t[1][2]) - _per_cent(t[0][1], t[1][1]),
    "d4x-mean": lambda t: mean(row[1] for row in t),
    "d4x-size": lambda t: _sample(_sum(t, 1)),
    "d4x-share": lambda t: 60 * t[1][1] / _sum(t, 1),
    "d4x-response": lambda t: _per_cent(_sum(t, 2), _sum(t, 1)),
    "d5x-cells": _small,
    "d5x-merge": lambda t: [_sum(t, 1), _sum(t, 2)],
    "d6x-reached": lambda t: _per_cent(t[0][2], t[0][1]),
    "d6x-highest": lambda t: _per_cent(t[0][2] + t[0][0] - t[0][1], t[0][0]),
    "d6x-first-calls": lambda t: [t[0][2], _per_cent(t[0][2], t[0][1]), t[0][0] - t[0][1]],
    "d6x-three-looks": lambda t: _per_cent(t[0][3], 60),
    "d6x-visits": lambda t: _per_cent(t[1][1], t[1][2]),
    "d7x-two-workshops": lambda t: [row[1] / row[3] for row in t],
    "d7x-pairs": lambda t: mean(_pairs(t)),
    "d7x-hundred-per-cent": lambda t: _per_cent(t[0][1], t[0][0]),
    "d7x-balance": lambda t: [
        _sum(t, 1), t[0][1] + t[1][1], _per_cent(t[0][2] + t[1][2], t[0][1] + t[1][1]),
    ],
}  # fmt: skip

MANAGEMENT: dict[str, Rule] = {
    "a1q-left-out": lambda t: t[0][1] - t[1][1] - t[2][1],
    "a1q-backwards": lambda t: _sum(t, 1),
    "a1q-reached": lambda t: t[0][1] - t[1][1] - t[2][1],
    "a2q-count-a": lambda t: sum(sum("A" in str(cell).split("/") for cell in row[1:]) != 1 for row in t),
    "a3q-days": lambda t: _sum(t, 1),
    "a3q-missed": lambda t: 24 - t[2][1],
    "a3q-path-number": lambda t: t[0][1] + max(t[n][1] for n in (1, 2, 3)) + t[4][1],
    "a3q-float-number": lambda t: t[1][1] - t[2][1],
    "a3q-minutes": lambda t: t[0][1] - sum(row[1] for row in t[1:]),
    "a3x-weeks": lambda t: t[0][1] + max(t[1][1] + t[2][1], t[3][1]) + t[4][1],
    "a4q-total": _budget,
    "a4q-variance": lambda t: _sum(t, 2) - _sum(t, 1),
    "a4q-burn": lambda t: (t[0][2] / t[0][1]) / (t[1][2] / t[1][1]),
    "a4q-cost-result": lambda t: t[0][1] / t[3][1],
    "a4q-price-points": lambda t: min(row[1] for row in t) / t[1][1] * 40,
    "a5q-top-score": lambda t: max(row[1] * row[2] for row in t),
    "a5q-lower": lambda t: t[0][1] * t[0][2] - t[1][1] * t[1][2],
    "a5q-places": lambda t: t[0][2] - t[0][1] * _sum(t, 2) / _sum(t, 1),
    "a6q-furthest": lambda t: max(_per_cent(row[1] - row[2], row[1]) for row in t),
    "a6q-missing": lambda t: t[0][1] - t[1][1] - t[2][1] - t[3][1],
    "a4x-garden": _budget,
    "a4x-cloth": lambda t: (t[0][2] - t[0][1]) * 25 * 8,
    "a4x-burn-results": lambda t: (t[0][2] / t[0][1]) / (t[1][2] / t[1][1]),
    "a4x-two-courses": lambda t: t[0][2] / t[2][2] - t[0][1] / t[2][1],
    "a4x-variance": lambda t: t[1][2] - t[1][1],
    "a4x-points-k": lambda t: min(row[1] for row in t) / t[0][1] * 70 + (30 if t[0][2] <= 14 else 0),
    "a5x-fifteen": lambda t: sum(row[1] * row[2] for row in t if row[1] * row[2] >= 15),
    "a5x-share": lambda t: t[0][1] * 18 / _sum(t, 1),
    "a6x-minutes": lambda t: (t[0][1] * t[0][2] - t[1][1] * t[1][2]) * 4,
    "a6x-red": lambda t: sum(_per_cent(row[1] - row[2], row[1]) > 25 for row in t),
    "a6x-distance": lambda t: _per_cent(t[1][1] - t[0][1], t[0][1]),
    "a6x-reached": lambda t: _per_cent(t[2][1], t[1][1]),
}

CONFLICT: dict[str, Rule] = {
    "c1q-taps": lambda t: t[0][1] / t[0][2] - t[1][1] / t[1][2],
    "c1q-fight-hours": lambda t: sum(row[1] * row[2] for row in t),
    "c2q-people": lambda t: sum(_first(row[2]) for row in t),
    "c3q-own-notes": lambda t: sum(t[0]) - max(t[0]),
    "c3q-tank": lambda t: (t[1][3] - t[0][1] * _first(t[1][1])) / t[0][2],
    "c4q-calls": lambda t: t[0][1] / (t[1][1] + t[2][1]),
    "c4q-never": lambda t: _sum(t, 1) - _sum(t, 2),
    "c5q-minutes": lambda t: _minutes(t[3][1]) - _minutes(t[1][1]),
    "c6q-minutes": lambda t: sum(row[1] * row[2] for row in t),
    "c6q-nights": lambda t: 7 * len(t) - _sum(t, 1),
    "c7q-requests": lambda t: mean(row[1] for row in t[:3]) - mean(row[1] for row in t[3:]),
    "c1x-phones": lambda t: t[0][3] - t[0][0] * t[0][1] / t[0][2],
    "c2x-minutes": lambda t: t[1][1] * t[1][2] - t[0][1] * t[0][2],
    "c3x-wash-time": lambda t: t[0][0] / t[0][1] * t[0][2],
    "c4x-lists": lambda t: sum(_minutes(row[1]) > 9 * 60 for row in t),
    "c5x-same-day": lambda t: t[3][1] - t[0][1] - t[1][1],
    "c6x-checks": lambda t: 4 * len(t) - _sum(t, 1),
    "c7x-fall": lambda t: max(before[1] - after[1] for before, after in itertools.pairwise(t)),
}

RULES = {**MONITORING, **MANAGEMENT, **CONFLICT}


def _k(t: Table) -> Any:
    return _first(t[0][0]) / _first(t[0][1])


def _first(cell: Any) -> Fraction:
    """The first number of a cell that says more: "360 people"."""
    return cell if isinstance(cell, Fraction) else Fraction(re.findall(r"\d+", cell)[0])


# -- reading a question ----------------------------------------------------------------------------------------------


def _cell(html: str) -> Any:
    text = unescape(re.sub(r"<[^>]*>", "", html)).strip()
    plain = re.sub(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}\b)", "", text).replace(",", ".").replace("−", "-")
    return Fraction(plain) if re.fullmatch(r"-?\d+(\.\d+)?", plain) else text


def _table(question: Question) -> Table:
    found = re.search(r"<tbody>(.*?)</tbody>", question.stem.html(), re.DOTALL)
    rows = re.findall(r"<tr>(.*?)</tr>", found[1], re.DOTALL) if found else []
    return [[_cell(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows]


def _keys(question: Question) -> Sequence[Any]:
    """The intervals in which the answer must lie, of each numeric field."""
    if isinstance(question.answer, Number):
        return [question.answer.interval]
    assert isinstance(question.answer, Blanks), question.id
    return [gap.interval for gap in question.answer.gaps if gap.interval is not None]


def _numeric(slug: str) -> Iterable[str]:
    for _, question in questions(slug):
        blanks = isinstance(question.answer, Blanks) and _keys(question)
        if (isinstance(question.answer, Number) or blanks) and _table(question):
            yield question.id


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("slug", FULL)
def test_key_when_it_follows_from_the_table_then_it_is_what_the_table_gives(slug: str, lang: str) -> None:
    wrong = {}
    for page in course(slug).text(lang).pages:
        for quiz in page.quizzes:
            for question in quiz.questions:
                rule = RULES.get(question.id)
                if rule is None:
                    continue
                result = rule(_table(question))
                values = [Fraction(value) for value in (result if isinstance(result, list) else [result])]
                keys = _keys(question)
                if len(keys) != len(values) or not all(v in k for v, k in zip(values, keys, strict=True)):
                    wrong[question.id] = [str(value) for value in values]
    assert wrong == {}


@pytest.mark.parametrize("slug", FULL)
def test_key_when_a_question_has_a_table_and_a_number_then_a_rule_computes_it(slug: str) -> None:
    assert set(_numeric(slug)) - set(RULES) == set()


def test_rules_when_counted_then_each_has_its_question() -> None:
    asked = {question.id for slug in FULL for _, question in questions(slug)}
    assert set(RULES) - asked == set()
