"""What is known about a member of staff: tidying what was typed, and what may be wrong with it."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict, dataclass

from ..record.canonical import sha256
from ..record.fold_person import staff_key, western_digits
from ..record.tables_of_views import PersonRow
from .words import FUNCTIONS, SEXES

NUMBER_LIMIT = 40  # characters
NAME_LIMIT = 120
SEALED = ("staff_number", "name_latin", "name_arabic")
OPEN = ("function", "sex", "language")


@dataclass(frozen=True, slots=True)
class Details:
    """The facts about a person that a screen or a file can say; "" for what is not known."""

    staff_number: str
    name_latin: str = ""
    name_arabic: str = ""
    function: str = ""
    sex: str = ""
    language: str = ""

    def tidied(self) -> Details:
        """The same without stray spaces, control characters and hidden direction marks."""
        kept = {name: tidy(value) for name, value in asdict(self).items()}
        return Details(**{**kept, "staff_number": western_digits(kept["staff_number"])})

    @property
    def key(self) -> str:
        """The staff number as it is compared."""
        return staff_key(self.staff_number)

    def fingerprint(self) -> str:
        """Changes when any of the details does: tells a form that was filled from older ones."""
        return sha256("\0".join(asdict(self).values()))[:16]


class BadDetails(ValueError):
    """Details that cannot be recorded; `problems` is field -> a code of `words.PROBLEMS`."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(str(problems))
        self.problems = problems


def tidy(text: str) -> str:
    """In NFC, spaces single and none at the ends, nothing invisible. A leading "=" or "+" stays: it is text."""
    spaced = "".join(" " if unicodedata.category(c)[0] == "Z" or c in "\t\r\n" else c for c in text)
    shown = "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return unicodedata.normalize("NFC", " ".join(shown.split()))


def details_of(row: PersonRow) -> Details:
    """What the record says about a person now."""
    return Details(**{name: getattr(row, name) for name in (*SEALED, *OPEN)})


def problems_of(given: Details) -> dict[str, str]:
    """field -> code of what is wrong with tidied details, whoever else there is. Empty: nothing."""
    found: dict[str, str] = {}
    if not given.key:
        found["staff_number"] = "number-missing"
    elif len(given.staff_number) > NUMBER_LIMIT:
        found["staff_number"] = "number-long"
    if not (given.name_latin or given.name_arabic):
        found["name_latin"] = "name-missing"
    for name in ("name_latin", "name_arabic"):
        if len(getattr(given, name)) > NAME_LIMIT:
            found[name] = "name-long"
    if given.function not in FUNCTIONS:
        found["function"] = "function-unknown" if given.function else "function-missing"
    if given.sex and given.sex not in SEXES:
        found["sex"] = "sex-unknown"
    if given.language and not (given.language.isascii() and given.language.isalnum() and len(given.language) <= 8):
        found["language"] = "language-unknown"
    return found
