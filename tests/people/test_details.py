"""Tidying and judging what was typed about a person."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anhnh_lms.people.details import NAME_LIMIT, Details, problems_of, tidy


@given(st.text(max_size=60))
def test_tidy_when_applied_twice_then_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.text(max_size=60))
def test_tidy_when_given_anything_then_nothing_invisible_is_left(text: str) -> None:
    found = tidy(text)
    assert found == found.strip()
    assert not [c for c in found if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]


def test_tidy_when_a_direction_mark_hides_in_a_name_then_it_is_gone() -> None:
    assert tidy(" Salma\u202e \u00a0Benali\u200f\n") == "Salma Benali"


@pytest.mark.parametrize("cell", ["=1+1", "+212600000000", "-5", "@SUM(A1)"])
def test_tidy_when_a_cell_looks_like_a_formula_then_it_stays_text(cell: str) -> None:
    assert tidy(cell) == cell


def test_tidied_when_digits_are_arabic_then_the_number_has_western_ones() -> None:
    assert Details("م-٠٤٢", name_arabic="سلمى").tidied().staff_number == "م-042"


@pytest.mark.parametrize(
    ("given_", "problems"),
    [
        (Details("A1", "Salma", function="guard"), {}),
        (Details("A1", "", "سلمى", "guard", "f", "ar"), {}),
        (Details(" - ", "Salma", function="guard"), {"staff_number": "number-missing"}),
        (Details("9" * 41, "Salma", function="guard"), {"staff_number": "number-long"}),
        (Details("A1", function="guard"), {"name_latin": "name-missing"}),
        (Details("A1", "x" * (NAME_LIMIT + 1), function="guard"), {"name_latin": "name-long"}),
        (Details("A1", "Salma"), {"function": "function-missing"}),
        (Details("A1", "Salma", function="pilot"), {"function": "function-unknown"}),
        (Details("A1", "Salma", function="guard", sex="x"), {"sex": "sex-unknown"}),
        (Details("A1", "Salma", function="guard", language="../etc"), {"language": "language-unknown"}),
    ],
)
def test_problems_of_when_details_are_wrong_then_each_field_is_named(given_: Details, problems: dict[str, str]) -> None:
    assert problems_of(given_) == problems


def test_fingerprint_when_a_value_moves_to_the_next_field_then_it_differs() -> None:
    assert Details("1", "ab", "").fingerprint() != Details("1", "a", "b").fingerprint()
