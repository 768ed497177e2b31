"""Folding typed answers and reading typed numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anhnh_lms.assessment.typed import fold, read_numbers, same

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")

arabic_text = st.text(
    st.one_of(
        st.characters(min_codepoint=0x0600, max_codepoint=0x06FF),
        st.sampled_from("\u0653\u0654\u0655\u200f\u0301e \u0640"),
    ),
    max_size=30,
)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("  BAMAKO ", "Bamako"),
        ("la  salle\u00a0de\ncontrôle", "la salle de contrôle"),
        ("e\u0301cole", "École"),  # decomposed, as some keyboards send it
        ("STRASSE", "Straße"),
        ("l'alarme", "l’alarme"),
        ("dix\u2011huit", "dix-huit"),
        ("١٨", "18"),
        ("۱۸", "18"),
        ("مـــراقبة", "مراقبة"),
        ("مُرَاقَبَة", "مراقبة"),
        ("أحمد", "احمد"),
        ("إدارة", "ادارة"),
        ("آلة", "الة"),
        ("ٱلباب", "الباب"),
        ("ا\u0654حمد", "أحمد"),  # alef and a loose hamza
        ("\u200fمراقبة\u200e", "مراقبة"),
    ],
)
def test_same_when_the_difference_does_not_count_then_true(typed: str, key: str) -> None:
    assert same(typed, ("nothing like it", key))
    assert fold(typed) == fold(key)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("ecole", "école"),
        ("Bamakoo", "Bamako"),
        ("sa le", "sale"),
        ("مسئول", "مسؤول"),  # hamza on yeh and on waw stay apart: the key names both with or=
        ("مراقبه", "مراقبة"),
        ("علي", "على"),
        ("", "x"),
        ("", ""),
        (" \u0640\u200f", ""),
    ],
)
def test_same_when_the_difference_counts_then_false(typed: str, key: str) -> None:
    assert not same(typed, (key,))


@given(st.one_of(st.text(max_size=40), arabic_text))
@settings(max_examples=300)
def test_fold_twice_then_nothing_more_changes(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert once == once.strip()
    assert "  " not in once
    assert "\u0640" not in once


@given(st.text(st.sampled_from("ابجدءؤئىةي إأآ"), min_size=1, max_size=20), st.data())
@settings(max_examples=80)
def test_fold_when_vowels_and_tatweel_are_strewn_in_then_same(text: str, data: st.DataObject) -> None:
    strewn = "".join(
        c + data.draw(st.text(st.sampled_from("\u064b\u064e\u0651\u0652\u0670\u0640"), max_size=2)) for c in text
    )
    assert fold(strewn) == fold(text)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("45", {"45"}),
        (" 45 ", {"45"}),
        ("045", {"45"}),
        ("٤٥", {"45"}),
        ("۴۵", {"45"}),
        ("6.25", {"6.25"}),
        ("6,25", {"6.25"}),
        ("٦٫٢٥", {"6.25"}),
        ("٦،٢٥", {"6.25"}),
        (".5", {"0.5"}),
        (",5", {"0.5"}),
        ("1,000", {"1", "1000"}),
        ("1.000", {"1", "1000"}),
        ("12.345", {"12.345", "12345"}),
        ("0,500", {"0.5"}),
        ("0.125", {"0.125"}),
        ("1٬000", {"1000"}),
        ("1٫000", {"1"}),
        ("١٬٠٠٠٫٥", {"1000.5"}),
        ("1,000,000", {"1000000"}),
        ("1.000.000", {"1000000"}),
        ("1,000.5", {"1000.5"}),
        ("1.000,5", {"1000.5"}),
        ("1 000", {"1000"}),
        ("1\u00a0000", {"1000"}),
        ("1\u202f000,5", {"1000.5"}),
        ("1'000", {"1000"}),
        ("12 345 678", {"12345678"}),
        ("-5", {"-5"}),
        ("\u22125", {"-5"}),
        ("- 5", {"-5"}),
        ("+5", {"5"}),
        ("\u200f45\u200e", {"45"}),
        ("45.", {"45"}),
        ("45 personnes", {"45"}),
        ("45 personnes au point, environ", {"45"}),
        ("6,5 kg.", {"6.5"}),
        ("12m2", {"12"}),
        ("12 m²", {"12"}),
        ("38 °C", {"38"}),
        ("5 km/h", {"5"}),
        ("5 dg", {"5"}),
        ("5d", {"5"}),
        ("5 €", {"5"}),
        ("45 ٪", {"45", "0.45"}),
        ("45%", {"45", "0.45"}),
        ("-2,5 %", {"-2.5", "-0.025"}),
        ("0", {"0"}),
    ],
)
def test_read_numbers_then_gives_every_reading(text: str, values: set[str]) -> None:
    assert read_numbers(text) == {Fraction(value) for value in values}


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "abc", "-", ".", ",", "%", "45 ou 46", "45-50", "45 - 50", "14h30", "14 h 30", "1e3", "1E-3",
        "5d300", "5g300", "1 00", "45 46", "1,00,000.5.5", "1.2.3", "1..2", "$45", "environ 45", "5-", "1/2",
        "1,000,5", "1.000.000.5", "5 %%", "5 % de 3", "²", "9" * 61, "9" * 5000,
    ],
)  # fmt: skip
def test_read_numbers_when_it_is_not_one_number_then_empty(text: str) -> None:
    assert read_numbers(text) == frozenset()


@given(st.integers(-(10**12), 10**12), st.integers(0, 4), st.sampled_from(".,٫"), st.booleans())
@settings(max_examples=100)
def test_read_numbers_when_written_plainly_then_holds_the_value(
    digits: int, places: int, point: str, arabic: bool
) -> None:
    text = str(abs(digits)).rjust(places + 1, "0")
    if places:
        text = text[:-places] + point + text[-places:]
    text = ("-" if digits < 0 else "") + text
    assert Fraction(digits, 10**places) in read_numbers(text.translate(ARABIC) if arabic else text)


@given(st.integers(-(10**12), 10**12), st.sampled_from([",", ".", " ", "\u00a0", "\u202f", "'", "’", "٬"]))
@settings(max_examples=100)
def test_read_numbers_when_grouped_then_holds_the_value(value: int, group: str) -> None:
    assert Fraction(value) in read_numbers(f"{value:,}".replace(",", group))


@given(st.text(max_size=600))
@settings(max_examples=200)
def test_read_numbers_with_any_text_then_never_more_than_four_readings(text: str) -> None:
    assert len(read_numbers(text)) <= 4
