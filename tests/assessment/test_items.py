"""Item statistics against figures worked out by hand and against the textbook formula."""

from __future__ import annotations

import math
import statistics
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anhnh_lms.assessment.items import Figures, Given, correlation, difficulty, item_statistics


def sitting(lang: str, **earned: int) -> list[Given]:
    return [Given(question_id, lang, points, 100) for question_id, points in earned.items()]


# Rest scores of a: 2/2, 1/2, 1/2, 0/2; a right, right, wrong, wrong.
FOUR = [
    sitting("fr", a=100, b=100, c=100),
    sitting("fr", a=100, b=100, c=0),
    sitting("ar", a=0, b=0, c=100),
    sitting("ar", a=0, b=0, c=0),
]


def test_item_statistics_then_as_worked_out_by_hand() -> None:
    figures = item_statistics(FOUR)["a"]
    assert figures.overall.n == 4
    assert figures.overall.difficulty == Fraction(1, 2)
    # r = cov / (sx sy): cov 1/8, sx 1/2, sy sqrt(1/8)
    assert figures.overall.discrimination == pytest.approx(1 / 8 / (1 / 2 * math.sqrt(1 / 8)))


def test_item_statistics_then_per_language() -> None:
    by_language = dict(item_statistics(FOUR)["a"].by_language)
    assert by_language == {"ar": Figures(2, Fraction(0), None), "fr": Figures(2, Fraction(1), None)}


def test_item_statistics_when_everybody_knows_it_then_no_discrimination() -> None:
    figures = item_statistics([sitting("fr", a=100, b=0), sitting("fr", a=100, b=100)])["a"].overall
    assert figures == Figures(2, Fraction(1), None)


def test_item_statistics_of_one_sitting_or_none_then_undefined() -> None:
    assert item_statistics([]) == {}
    assert item_statistics([sitting("fr", a=50, b=100)])["a"].overall == Figures(1, Fraction(1, 2), None)


def test_item_statistics_when_a_sitting_has_one_question_then_it_counts_for_difficulty_only() -> None:
    figures = item_statistics([*FOUR, sitting("fr", a=100)])["a"].overall
    assert (figures.n, figures.difficulty) == (5, Fraction(3, 5))
    assert figures.discrimination == item_statistics(FOUR)["a"].overall.discrimination


def test_item_statistics_when_nothing_could_be_earned_then_left_out() -> None:
    assert item_statistics([[Given("opinion", "fr", 0, 0)]]) == {}


def test_item_statistics_when_papers_differ_then_the_rest_is_a_share() -> None:
    # Everything right on the rest, once of 100 and once of 300: the same rest, so r is undefined.
    sittings = [sitting("fr", a=100, b=100), sitting("fr", a=0, b=100, c=100, d=100)]
    assert item_statistics(sittings)["a"].overall.discrimination is None


shares = st.fractions(0, 1, max_denominator=6)


@given(st.lists(st.tuples(shares, shares), max_size=12))
@settings(max_examples=150)
def test_correlation_then_pearsons_or_undefined(pairs: list[tuple[Fraction, Fraction]]) -> None:
    xs, ys = [float(x) for x, _ in pairs], [float(y) for _, y in pairs]
    r = correlation(pairs)
    if len({x for x, _ in pairs}) < 2 or len({y for _, y in pairs}) < 2:
        assert r is None
    else:
        assert r is not None
        assert -1 <= r <= 1
        assert r == pytest.approx(statistics.correlation(xs, ys), abs=1e-9)
        assert correlation([(y, x) for x, y in pairs]) == r
        assert correlation(pairs[::-1]) == r
        assert correlation([(1 - x, y) for x, y in pairs]) == -r


def test_correlation_when_right_or_wrong_then_the_point_biserial_coefficient() -> None:
    right, wrong = [Fraction(3, 4), Fraction(1), Fraction(1, 2)], [Fraction(1, 4), Fraction(1, 2)]
    pairs = [*((Fraction(1), y) for y in right), *((Fraction(0), y) for y in wrong)]
    everybody = [float(y) for y in (*right, *wrong)]
    difference = statistics.mean(map(float, right)) - statistics.mean(map(float, wrong))
    expected = difference / statistics.pstdev(everybody) * math.sqrt(3 / 5 * 2 / 5)
    assert correlation(pairs) == pytest.approx(expected)


@given(st.lists(shares, min_size=1, max_size=12))
@settings(max_examples=50)
def test_difficulty_then_between_the_worst_and_the_best(given_shares: list[Fraction]) -> None:
    p = difficulty(given_shares)
    assert p is not None
    assert min(given_shares) <= p <= max(given_shares)


def test_difficulty_of_nobody_then_none() -> None:
    assert difficulty([]) is None


@given(st.permutations(FOUR))
@settings(max_examples=24)
def test_item_statistics_in_any_order_then_the_same(sittings: list[list[Given]]) -> None:
    assert item_statistics(sittings) == item_statistics(FOUR)
