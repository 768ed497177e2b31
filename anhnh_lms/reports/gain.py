"""The gain between the tests before and after a course, for matched pairs. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

_Z = 1.959963984540054  # 0.975 quantile of the normal distribution


@dataclass(frozen=True, slots=True)
class Gain:
    """`mean` of the differences, in points of 100, with its 95 % confidence interval, over `pairs` persons."""

    pairs: int
    mean: float
    low: float
    high: float


def gain(pairs: int, total: int, squares: int) -> Gain | None:
    """The gain from the number of pairs, the sum of the differences and the sum of their squares, both of
    hundredths of a point; None for fewer than two pairs. Mean ± t(0.975, n − 1) × s / √n (Student 1908)."""
    if pairs < 2:
        return None
    mean = total / pairs
    variance = max(0.0, (squares - total * total / pairs) / (pairs - 1))
    half = t_quantile(pairs - 1) * sqrt(variance / pairs)
    return Gain(pairs, mean / 100, (mean - half) / 100, (mean + half) / 100)


def t_quantile(freedom: int) -> float:
    """The 0.975 quantile of Student's distribution; within 0.001 from 4 degrees of freedom on, exact for 1 and 2
    (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5)."""
    exact = {1: 12.7062047362, 2: 4.3026527297, 3: 3.1824463053}
    if freedom in exact:
        return exact[freedom]
    z, n = _Z, float(freedom)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / n**power for power, term in enumerate(terms, start=1))
