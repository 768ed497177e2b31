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


def new_id(title: str, taken: Container[str], fallback: str) -> str:
    """An id from the words of `title` that is not among `taken`; from `fallback` where the title has
    no Latin letters. The same arguments give the same id."""
    text = "".join(_LETTERS.get(char, char) for char in title)
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", ascii_text.lower())
    stem = ""
    for word in words:
        if stem and len(stem) + len(word) > 30:
            break
        stem = f"{stem}-{word}" if stem else word[:30]
    stem = stem or fallback
    found, number = stem, 1
    while found in taken:
        number += 1
        found = f"{stem}-{number}"
    return found
