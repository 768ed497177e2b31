"""Names in two scripts: which one is shown, and how names are compared."""

from __future__ import annotations

import unicodedata

_ALIKE = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": "", "'": "", "’": ""})


def shown(lang: str, latin: str, arabic: str, otherwise: str = "") -> str:
    """The name in the letters of that language, else in the others, else `otherwise`. Of a person, of an
    establishment."""
    return ((arabic or latin) if lang == "ar" else (latin or arabic)) or otherwise


def folded(text: str) -> str:
    """A name as it is searched and sorted: small letters, no accents, no Arabic vowels, one form of alif."""
    # twice, for a letter of another alphabet's form may be a capital (Unicode 3.13, compatibility caseless)
    for _ in range(2):
        text = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return plain.translate(_ALIKE)
