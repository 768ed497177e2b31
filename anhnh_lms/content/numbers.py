"""Numbers as trainers write them in a key: exact, decimal point or comma, either script's digits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from anhnh_lms.content.course import Interval

_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬−‐‑", "01234567890123456789. ---")
_GAP: Final = "[ \u00a0\u2007\u2009\u202f]"
_NUMBER: Final = rf"[-+]?(?:\d{{1,3}}(?:{_GAP}\d{{3}})+(?!\d)|\d{{1,40}})(?:[.,]\d{{1,40}})?"
_ONE: Final = re.compile(_NUMBER + r"(?![\d.,]*\d)")
_RANGE: Final = re.compile(rf"({_NUMBER}){_GAP}*(?:\.\.\.?|…){_GAP}*({_NUMBER})(?![\d.,]*\d)")
_TOLERANCE: Final = re.compile(rf"{_GAP}*(?:\+{_GAP}?/?{_GAP}?-|±){_GAP}*({_NUMBER})(?![\d.,]*\d)({_GAP}*[%٪])?")
_TWO_READINGS: Final = re.compile(r"\d[.,]\d{3}(?!\d)|\d[.,]\d+[.,]\d")


class TwoReadings(ValueError):
    """`1,000` may be one thousand or one."""


class NotANumber(ValueError):
    """The text is no number, interval or number with tolerance."""


class EmptyInterval(ValueError):
    """The lower end lies above the upper one. `args` are the two ends as written."""


@dataclass(frozen=True, slots=True)
class Key:
    """An accepted interval, the key as written, and the unit behind it."""

    interval: Interval
    shown: str
    unit: str


def to_ascii(text: str) -> str:
    """Arabic and Persian digits, decimal and thousands marks and long minus signs as ASCII ones."""
    return text.translate(_DIGITS)


def exact(text: str) -> Fraction:
    """The value of one number in ASCII digits, grouped by spaces or not."""
    return Fraction(re.sub(_GAP, "", text).replace(",", "."))


def read_key(text: str) -> Key:
    """The key after `=`: `45`, `6,25 +- 0,25`, `200 +- 5 %`, `11..13`, each with a unit behind it or none.

    Raises TwoReadings for a separator followed by exactly three digits, EmptyInterval, NotANumber."""
    typed = text.strip()
    ascii_text = to_ascii(typed)
    numeric = re.match(rf"(?:[-+.,±/%…\d]|{_GAP})*", ascii_text)
    if numeric and _TWO_READINGS.search(numeric[0].replace("..", "  ")):
        raise TwoReadings(typed)
    if found := _RANGE.match(ascii_text):
        low, high = exact(found[1]), exact(found[2])
        if low > high:
            raise EmptyInterval(found[1], found[2])
        return _key(typed, found.end(), Interval(low, high))
    found = _ONE.match(ascii_text)
    if not found:
        raise NotANumber(typed)
    value = exact(found[0])
    tolerance = _TOLERANCE.match(ascii_text, found.end())
    if not tolerance:
        return _key(typed, found.end(), Interval(value, value))
    by = abs(exact(tolerance[1]))
    if tolerance[2]:
        by = abs(value) * by / 100
    return _key(typed, tolerance.end(), Interval(value - by, value + by))


def _key(typed: str, end: int, interval: Interval) -> Key:
    unit = typed[end:]
    if unit and not re.match(rf"{_GAP}|[%٪°€$]", unit):
        raise NotANumber(typed)
    unit = unit.strip()
    if len(unit) > 40 or re.match(r"[-+\d.,±=]", to_ascii(unit)):
        raise NotANumber(typed)
    return Key(interval, typed, unit)
