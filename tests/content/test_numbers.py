"""Numbers in a key: exact, one reading only."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anhnh_lms.content.numbers import EmptyInterval, NotANumber, TwoReadings, read_key


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("45", "45", "45", ""),
        ("6.25 +- 0.25", "6", "6.5", ""),
        ("6,25 ± 0,25", "6", "6.5", ""),
        ("200 +- 5 %", "190", "210", ""),
        ("-200 +- 5%", "-210", "-190", ""),
        ("11..13", "11", "13", ""),
        ("11 … 13 kg", "11", "13", "kg"),
        ("-5..-3", "-5", "-3", ""),
        ("−5 .. 3", "-5", "3", ""),
        ("45 %", "45", "45", "%"),
        ("12 m²", "12", "12", "m²"),
        ("1 000", "1000", "1000", ""),
        ("1\u202f000\u00a0000,5 km", "1000000.5", "1000000.5", "km"),
        ("٤٥", "45", "45", ""),
        ("٦٫٢٥ +- ٠٫٢٥", "6", "6.5", ""),
        ("1.0000", "1", "1", ""),
        ("0.5", "0.5", "0.5", ""),
        ("12.5 heures", "12.5", "12.5", "heures"),
        ("+7", "7", "7", ""),
    ],
)
def test_key_when_read_then_is_exact(text: str, low: str, high: str, unit: str) -> None:
    key = read_key(text)
    assert (key.interval.low, key.interval.high) == (Fraction(low), Fraction(high))
    assert (key.shown, key.unit) == (text, unit)


@pytest.mark.parametrize(
    "text", ["1,000", "1.000", "12.345 kg", "1,000.5", "1.000,5", "5 +- 1,000", "1.000..2.000", "0,125"]
)
def test_key_when_it_has_two_readings_then_is_refused(text: str) -> None:
    with pytest.raises(TwoReadings):
        read_key(text)


@pytest.mark.parametrize(
    "text", ["", "many", "4 5", "45kg", "4 +- ", "1e3", "--4", "4..", "..4", "1/2", "4 = 5", "4 and 5" * 20]
)
def test_key_when_it_is_no_number_then_is_refused(text: str) -> None:
    with pytest.raises(NotANumber):
        read_key(text)


def test_key_when_its_ends_are_swapped_then_is_refused() -> None:
    with pytest.raises(EmptyInterval) as error:
        read_key("13..11")
    assert error.value.args == ("13", "11")


@given(st.integers(-(10**9), 10**9), st.integers(0, 99))
def test_key_when_written_with_two_decimals_then_point_and_comma_are_the_same(whole: int, cents: int) -> None:
    value = Fraction(f"{whole}.{cents:02}")
    for mark in ".,":
        assert read_key(f"{whole}{mark}{cents:02}").interval.low == value


@given(st.text(max_size=30))
def test_key_when_text_is_anything_then_is_a_number_or_refused(text: str) -> None:
    try:
        key = read_key(text)
    except (TwoReadings, NotANumber, EmptyInterval):
        return
    assert key.interval.low <= key.interval.high
