"""What questions tell about themselves once people have answered them.

Computed on whole numbers and exact fractions, so that the same answers give the same figures in
any order and on any machine.

- Difficulty p: the mean share of the points that was earned; 1 is "everybody knew it"
  (Crocker and Algina, Introduction to Classical and Modern Test Theory, 1986, chapter 14).
- Discrimination: the correlation of the share earned on the question with the share earned on the
  rest of the same paper. For right or wrong this is the point-biserial coefficient; leaving the
  question out of its own total is the correction of Henrysson, Psychometrika 28, 1963.
  Shares, not sums, because papers drawn from a pool need not have the same maximum.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Given:
    """One answer in one sitting; `earned` and `maximum` in hundredths of a point."""

    question_id: str
    lang: str
    earned: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Figures:
    """`n` sittings with the question. `difficulty` 0..1 is None if there is none; `discrimination`
    -1..1 is None below two, or if either side never varies."""

    n: int
    difficulty: Fraction | None
    discrimination: float | None


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """The figures of one question, over all languages and for each language that it was answered in."""

    question_id: str
    overall: Figures
    by_language: tuple[tuple[str, Figures], ...]


def item_statistics(sittings: Iterable[Sequence[Given]]) -> dict[str, ItemStatistics]:
    """Figures of every question by its id, from whole sittings (each with all its answers).

    Answers with maximum 0 count for nothing. A sitting with no other question says something
    about difficulty, nothing about discrimination.
    """
    points: dict[str, list[tuple[str, Fraction, Fraction | None]]] = {}
    for sitting in sittings:
        counted = [given for given in sitting if given.maximum > 0]
        earned, maximum = sum(g.earned for g in counted), sum(g.maximum for g in counted)
        for g in counted:
            left = maximum - g.maximum
            rest = Fraction(earned - g.earned, left) if left else None
            points.setdefault(g.question_id, []).append((g.lang, Fraction(g.earned, g.maximum), rest))
    return {question_id: _statistics(question_id, points[question_id]) for question_id in sorted(points)}


def _statistics(question_id: str, answers: Sequence[tuple[str, Fraction, Fraction | None]]) -> ItemStatistics:
    langs = sorted({lang for lang, _, _ in answers})
    by_language = tuple(
        (lang, _figures([(share, rest) for at, share, rest in answers if at == lang])) for lang in langs
    )
    overall = _figures([(share, rest) for _, share, rest in answers])
    return ItemStatistics(question_id, overall, by_language)


def _figures(pairs: Sequence[tuple[Fraction, Fraction | None]]) -> Figures:
    paired = [(share, rest) for share, rest in pairs if rest is not None]
    return Figures(len(pairs), difficulty([share for share, _ in pairs]), correlation(paired))


def difficulty(shares: Sequence[Fraction]) -> Fraction | None:
    """The mean of the shares (0..1) of the points that were earned; None if there are none."""
    return sum(shares, Fraction(0)) / len(shares) if shares else None


def correlation(pairs: Sequence[tuple[Fraction, Fraction]]) -> float | None:
    """Pearson's r, -1..1; None for fewer than two pairs or where one side is always the same."""
    n = len(pairs)
    if n < 2:
        return None
    sum_x, sum_y = sum((x for x, _ in pairs), Fraction(0)), sum((y for _, y in pairs), Fraction(0))
    xy = n * sum((x * y for x, y in pairs), Fraction(0)) - sum_x * sum_y
    xx = n * sum((x * x for x, _ in pairs), Fraction(0)) - sum_x * sum_x
    yy = n * sum((y * y for _, y in pairs), Fraction(0)) - sum_y * sum_y
    if not xx or not yy:
        return None
    return math.copysign(math.sqrt(xy * xy / (xx * yy)), xy)
