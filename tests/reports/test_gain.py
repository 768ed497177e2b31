"""The gain: matched pairs, and an interval that textbooks confirm."""

from __future__ import annotations

from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anhnh_lms.reports.gain import gain, t_quantile


@pytest.mark.parametrize(("freedom", "table"), [
    (1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (9, 2.262), (29, 2.045), (100, 1.984), (10**6, 1.960),
])  # fmt: skip
def test_t_quantile_when_compared_with_the_printed_table_then_it_agrees(freedom: int, table: float) -> None:
    assert t_quantile(freedom) == pytest.approx(table, abs=0.001)


@given(st.lists(st.integers(-10000, 10000), min_size=2, max_size=40))
def test_gain_when_computed_from_sums_then_it_is_that_of_the_differences(differences: list[int]) -> None:
    found = gain(len(differences), sum(differences), sum(d * d for d in differences))
    assert found is not None
    half = t_quantile(len(differences) - 1) * stdev(differences) / len(differences) ** 0.5
    assert found.mean == pytest.approx(mean(differences) / 100, abs=1e-6)
    assert found.high - found.mean == pytest.approx(half / 100, abs=1e-4)
    assert found.mean - found.low == pytest.approx(half / 100, abs=1e-4)


@pytest.mark.parametrize("pairs", [0, 1])
def test_gain_when_there_are_no_two_pairs_then_there_is_none(pairs: int) -> None:
    assert gain(pairs, 500, 250000) is None
