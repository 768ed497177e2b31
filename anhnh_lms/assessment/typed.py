"""What a person typed: which differences do not count, and which numbers it can mean.

Rules: course format, "What a learner typed" and "Numbers in a key".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction

# Typed by hand nobody can tell these apart, or keyboards offer only one of them.
_LOOK_ALIKE = {ord(c): "'" for c in "\u2018\u2019\u02bc\u0060\u00b4"} | {ord(c): "-" for c in "\u2010\u2011"}
_DIGITS = {0x0660 + d: str(d) for d in range(10)} | {0x06F0 + d: str(d) for d in range(10)}
_TATWEEL = 0x0640
_VOWEL_MARKS = (*range(0x0610, 0x061B), *range(0x064B, 0x0653), *range(0x0656, 0x0660), 0x0670)
_QURANIC_MARKS = (*range(0x06D6, 0x06DD), *range(0x06DF, 0x06E5), 0x06E7, 0x06E8, *range(0x06EA, 0x06EE))
_ALEFS = {ord(c): "\u0627" for c in "\u0622\u0623\u0625\u0671"}
_LOOSE_HAMZA = (0x0653, 0x0654, 0x0655)  # left over where no letter carries them
_UNSEEN = (0x00AD, 0x061C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)

_FIRST = _LOOK_ALIKE | _DIGITS | dict.fromkeys((_TATWEEL, *_VOWEL_MARKS, *_QURANIC_MARKS, *_UNSEEN), "")
_SECOND = _ALEFS | dict.fromkeys(_LOOSE_HAMZA, "")


def fold(text: str) -> str:
    """`text` without the differences that do not count; folding twice changes nothing more.

    NFC, case folded, trimmed, runs of white space as one space, digits of either script as 0-9;
    Arabic without tatweel and vowel marks, the alef forms as one (hamza on waw and yeh stays);
    invisible and direction characters dropped; typographic apostrophes and hyphens as typed ones.
    """
    text = unicodedata.normalize("NFD", text).casefold()
    text = unicodedata.normalize("NFD", text).translate(_FIRST)
    text = unicodedata.normalize("NFC", text).translate(_SECOND)
    return " ".join(unicodedata.normalize("NFC", text).split())


def same(typed: str, accepted: Iterable[str]) -> bool:
    """Whether `typed` is one of `accepted` after folding both. What folds to nothing is never the same."""
    folded = fold(typed)
    return bool(folded) and any(folded == fold(answer) for answer in accepted)


# -- numbers -----------------------------------------------------------------------------------

LONGEST_NUMBER = 60  # characters; longer is no number that a person means

_COMMA = "\u060c"  # the comma of an Arabic keyboard
_POINT = "\u066b"  # Arabic decimal separator: that and nothing else
_GROUP = "\u066c"  # Arabic thousands separator: that and nothing else
_PLAINER = _DIGITS | {ord(c): "-" for c in "\u2212\u2013\ufe63\uff0d"} | {ord(_COMMA): ","}
_APOSTROPHE = re.compile(r"(?<=[0-9])['\u2019](?=[0-9])")
_NUMBER = re.compile(rf"([+-]?)\s*([0-9.,{_POINT}{_GROUP}\s]*[0-9])(.*)", re.DOTALL)
_SIMPLE = re.compile(rf"(?P<whole>[0-9]*)(?:[.,{_POINT}](?P<rest>[0-9]+))?")
_GROUPED = [
    re.compile(rf"(?P<whole>[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+)(?:{point}(?P<rest>[0-9]+))?")
    for group in (_GROUP, "[.]", ",", r"\s")
    for point in (_POINT, "[.]", ",")
    if group != point
]
_POWER = re.compile(r"(?<=[^\W\d_])[23](?!\w)")  # m2, cm3
_EXPONENT = re.compile(r"e[+-]?[0-9]", re.IGNORECASE)
_PERCENT = "%\u066a"


def read_numbers(text: str) -> frozenset[Fraction]:
    """Every number that `text` can mean; empty if it is not one number.

    Point and comma are each a decimal mark or, before exactly three digits, a group mark: "1,000"
    is 1 and 1000. Spaces, apostrophes and U+066C group; U+066B is decimal. Digits of either
    script. A unit after the number is ignored; "45 %" is 45 and 0.45. Text with a second number
    in it ("14 h 30", "45 or 46", "1e3") has no reading.
    """
    text = text.translate(dict.fromkeys(_UNSEEN, "")).translate(_PLAINER).strip()
    match = _NUMBER.fullmatch(_APOSTROPHE.sub(_GROUP, text))
    if match is None or len(match[2]) > LONGEST_NUMBER:
        return frozenset()
    unit = match[3].strip().rstrip(".,;!\u061b\u06d4").rstrip()
    if not _is_unit(unit):
        return frozenset()
    values = {-value if match[1] == "-" else value for value in _readings(match[2])}
    return frozenset(values | {value / 100 for value in values} if unit and unit in _PERCENT else values)


def _is_unit(text: str) -> bool:
    if not text or text in _PERCENT:
        return True
    if _EXPONENT.match(text) or re.search(r"\d", _POWER.sub("", text)):
        return False
    category = unicodedata.category(text[0])
    return category[0] == "L" or category in ("Sc", "So") or text[0] in "\u2030'\""


def _readings(body: str) -> set[Fraction]:
    values = set()
    for shape in (_SIMPLE, *_GROUPED):
        if match := shape.fullmatch(body):
            whole, rest = re.sub("[^0-9]", "", match["whole"]), match["rest"] or ""
            values.add(Fraction(int(whole + rest), 10 ** len(rest)))
    return values
