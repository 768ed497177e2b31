"""Numbers and check codes survive paper, tired eyes and any keyboard."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anhnh_lms.certificates.codes import (
    ALPHABET,
    CertificateNumber,
    check_code,
    format_number,
    normalise_code,
    parse_number,
    same_code,
)

SECRET = b"a secret of the server"

series = st.from_regex(r"[A-Z0-9]{1,4}(-[A-Z0-9]{1,3}){0,2}", fullmatch=True).filter(str.isascii)
numbers = st.builds(CertificateNumber, series, st.integers(2000, 9999), st.integers(1, 10**8), st.integers(1, 800))
codes = st.text(ALPHABET, min_size=8, max_size=8).map(lambda c: f"{c[:4]}-{c[4:]}")
noise = st.sampled_from(["", " ", "\u00a0", "\u200f", "\u200e", "\u2068", "\u202f", "\t"])
scripts = st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９"])
dashes = st.sampled_from("-‐‑‒–—−－")


@st.composite
def typed(draw: st.DrawFn, text: str) -> str:
    """`text` as somebody may type it: another script's digits, other dashes, spaces, lower case."""
    digits = draw(scripts)
    letters = []
    for letter in text:
        if letter.isdigit():
            letter = digits[int(letter)]
        elif letter == "-":
            letter = draw(dashes)
        elif draw(st.booleans()):
            letter = letter.lower()
        letters.append(letter + draw(noise))
    return draw(noise) + "".join(letters)


@pytest.mark.parametrize(
    ("incarnation", "expected"),
    [
        (1, "MA-1/2026/000123"),
        (2, "MA-1/2026/B000123"),
        (3, "MA-1/2026/C000123"),
        (26, "MA-1/2026/Z000123"),
        (27, "MA-1/2026/AA000123"),
    ],
)
def test_format_number_of_each_incarnation_then_has_its_letter(incarnation: int, expected: str) -> None:
    assert format_number("MA-1", 2026, 123, incarnation) == expected


@given(numbers)
@settings(max_examples=100)
def test_parse_number_of_a_printed_number_then_gives_it_back(number: CertificateNumber) -> None:
    assert parse_number(str(number)) == number


@given(numbers, st.data())
@settings(max_examples=100)
def test_parse_number_as_anybody_types_it_then_is_the_same(number: CertificateNumber, data: st.DataObject) -> None:
    assert parse_number(data.draw(typed(str(number)))) == number


def test_parse_number_without_its_zeros_then_is_the_same() -> None:
    assert parse_number("ma-1 / 2026 / 123") == CertificateNumber("MA-1", 2026, 123)
    assert parse_number("MA-1\\2026\\b124") == CertificateNumber("MA-1", 2026, 124, 2)


@pytest.mark.parametrize(
    "text",
    [
        "", "MA-1", "MA-1/2026", "MA-1/26/000123", "MA-1/2026/", "MA-1/2026/000000", "/2026/000123",
        "MA-1/2026/A000123", "MA-1//000123", "-MA/2026/1", "MA--1/2026/1", "MA-1/2026/12B3",
        "MA-1/2026/000123/4", "MA'; --/2026/1", "MA-1/2026/" + "1" * 10_000, "é/2026/1", "MA-1/0026/1",
    ],
)  # fmt: skip
def test_parse_number_of_something_else_then_is_none(text: str) -> None:
    assert parse_number(text) is None


@given(st.text(max_size=40))
@settings(max_examples=100)
def test_any_text_typed_then_never_breaks_and_what_is_read_is_canonical(text: str) -> None:
    number = parse_number(text)
    assert number is None or parse_number(str(number)) == number
    code = normalise_code(text)
    assert code is None or normalise_code(code) == code


@pytest.mark.parametrize(
    "parts", [("MA-1", 2026, 0, 1), ("MA-1", 2026, 1, 0), ("MA/1", 2026, 1, 1), ("ma-1", 2026, 1, 1),
              ("", 2026, 1, 1), ("MA-1", 26, 1, 1), ("MA-1", 2026, -5, 1)]
)  # fmt: skip
def test_format_number_that_could_not_be_read_back_then_refuses(parts: tuple[str, int, int, int]) -> None:
    with pytest.raises(ValueError, match="no certificate number"):
        format_number(*parts)


def test_check_code_of_known_facts_then_is_the_one_that_was_always_printed() -> None:
    assert check_code(SECRET, "MA-1/2026/000123", "abc") == "4T1B-0VEX"


@given(numbers, st.text("0123456789abcdef", min_size=1), st.binary(min_size=1))
@settings(max_examples=100)
def test_check_code_then_has_its_form_and_depends_on_everything(
    number: CertificateNumber, digest: str, secret: bytes
) -> None:
    code = check_code(secret, str(number), digest)
    assert normalise_code(code) == code
    assert len(code) == 9
    assert not set(code) & set("ILOU")
    other = CertificateNumber(number.series, number.year, number.count + 1, number.incarnation)
    assert code != check_code(secret, str(other), digest)
    assert code != check_code(secret, str(number), digest + "0")
    assert code != check_code(secret + b"x", str(number), digest)


def test_check_code_of_a_number_typed_loosely_then_is_that_of_the_printed_one() -> None:
    assert check_code(SECRET, "ma-1/2026/١٢٣", "abc") == check_code(SECRET, "MA-1/2026/000123", "abc")


def test_check_code_without_secret_or_number_then_refuses() -> None:
    with pytest.raises(ValueError, match="needs a secret"):
        check_code(b"", "MA-1/2026/000123", "abc")
    with pytest.raises(ValueError, match="needs a secret"):
        check_code(SECRET, "MA-1", "abc")


@given(codes, st.data())
@settings(max_examples=100)
def test_normalise_code_as_anybody_types_it_then_is_the_printed_one(code: str, data: st.DataObject) -> None:
    misread = {"0": st.sampled_from("0Oo"), "1": st.sampled_from("1IiLl"), "V": st.sampled_from("VUu")}
    seen = "".join(data.draw(misread.get(c, st.just(c))) for c in code)
    assert normalise_code(data.draw(typed(seen))) == code
    assert same_code(seen, code)


@pytest.mark.parametrize("text", ["", "7K3M", "7K3M-9QX", "7K3M-9QXDA", "7K3M-9QX!", "7K3M-9QXé", "٧K3M-9Q"])
def test_normalise_code_of_something_else_then_is_none(text: str) -> None:
    assert normalise_code(text) is None
    assert not same_code(text, "7K3M-9QXD")


def test_same_code_with_one_letter_other_then_is_false() -> None:
    assert same_code("7k3m9qxd", "7K3M-9QXD")
    assert not same_code("7K3M-9QXE", "7K3M-9QXD")
