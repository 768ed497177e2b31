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
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
    counts: dict[str, dict[str, Counter[Points]]] = {}
    for sitting in sittings:
        counted = [given for given in sitting if given.maximum > 0]
        earned, maximum = sum(g.earned for g in counted), sum(g.maximum for g in counted)
        for g in counted:
            points = (g.earned, g.maximum, earned - g.earned, maximum - g.maximum)
            counts.setdefault(g.question_id, {}).setdefault(g.lang, Counter())[points] += 1
    return {question_id: _statistics(question_id, counts[question_id]) for question_id in sorted(counts)}


# Tens of thousands of answers hold a few dozen different ones, so equal ones are counted. Shares are brought
# to one denominator, so that the sums are of whole numbers: as exact as fractions, and many times quicker.
Points = tuple[int, int, int, int]  # earned and maximum of the question, earned and maximum of the rest
Pairs = Iterable[tuple[int, int, int]]  # x, y, how often


def _statistics(question_id: str, counts: Mapping[str, Counter[Points]]) -> ItemStatistics:
    by_language = tuple((lang, _figures(counts[lang])) for lang in sorted(counts))
    whole: Counter[Points] = Counter()
    for counted in counts.values():
        whole.update(counted)
    return ItemStatistics(question_id, _figures(whole), by_language)


def _figures(counts: Counter[Points]) -> Figures:
    here = math.lcm(*{maximum for _, maximum, _, _ in counts})
    there = math.lcm(*{left for _, _, _, left in counts if left})
    n = counts.total()
    earned = sum(e * (here // m) * number for (e, m, _, _), number in counts.items())
    pairs = [(e * (here // m), r * (there // left), number) for (e, m, r, left), number in counts.items() if left]
    return Figures(n, Fraction(earned, here * n) if n else None, _correlation(pairs))


def difficulty(shares: Sequence[Fraction]) -> Fraction | None:
    """The mean of the shares (0..1) of the points that were earned; None if there are none."""
    return sum(shares, Fraction(0)) / len(shares) if shares else None


def correlation(pairs: Sequence[tuple[Fraction, Fraction]]) -> float | None:
    """Pearson's r, -1..1; None for fewer than two pairs or where one side is always the same."""
    here, there = (math.lcm(*{pair[side].denominator for pair in pairs}) for side in (0, 1))
    return _correlation([(int(x * here), int(y * there), 1) for x, y in pairs])


def _correlation(pairs: Pairs) -> float | None:
    """Pearson's r does not change when either side is multiplied by a positive number."""
    n = sum_x = sum_y = xy = xx = yy = 0
    for x, y, number in pairs:
        n += number
        sum_x += x * number
        sum_y += y * number
        xy += x * y * number
        xx += x * x * number
        yy += y * y * number
    if n < 2:
        return None
    xy, xx, yy = n * xy - sum_x * sum_y, n * xx - sum_x * sum_x, n * yy - sum_y * sum_y
    if not xx or not yy:
        return None
    return math.copysign(math.sqrt(Fraction(xy * xy, xx * yy)), xy)
