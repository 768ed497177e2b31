"""Ids: ASCII, unique in a course, written once and never changed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from typing import Final

from anhnh_lms.content.limits import ID_CHARS

_ID: Final = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{ID_CHARS - 1}}}\Z")
_LETTERS: Final = {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "ß": "ss", "’": "-", "'": "-"}


def is_id(text: str) -> bool:
    """Letters a to z, digits, `-` and `_`, beginning with a letter or digit, at most 64."""
    return bool(_ID.match(text))


def new_id(title: str, taken: Container[str], fallback: str, numbers: dict[str, int] | None = None) -> str:
    """An id from the words of `title` that is not among `taken`; from `fallback` where the title has
    no Latin letters. The same arguments give the same id. `numbers` remembers how far each was counted."""
    text = "".join(_LETTERS.get(char, char) for char in title)
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", ascii_text.lower())
    stem = ""
    for word in words:
        if stem and len(stem) + len(word) > 30:
            break
        stem = f"{stem}-{word}" if stem else word[:30]
    stem = stem or fallback
    number = (numbers or {}).get(stem, 1)
    found = stem if number == 1 else f"{stem}-{number}"
    while found in taken:
        number += 1
        found = f"{stem}-{number}"
    if numbers is not None:
        numbers[stem] = number
    return found
