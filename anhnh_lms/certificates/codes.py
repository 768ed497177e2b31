"""The two things that are typed from a certificate to verify it: its number and its check code."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
CODE_LETTERS = 8  # 40 bits

_DOMAIN = b"anhnh certificate check code 1"
_MISREAD = str.maketrans("OILU", "011V")
_NUMBER = re.compile(r"([A-Z0-9]+(?:-[A-Z0-9]+)*)/([1-9][0-9]{3})/([B-Z]|[A-Z]{2,3})?([0-9]{1,12})")


@dataclass(frozen=True, slots=True)
class CertificateNumber:
    """A number taken apart. `series` is in capitals, `count` and `incarnation` begin at 1."""

    series: str
    year: int
    count: int
    incarnation: int = 1

    def __str__(self) -> str:
        return format_number(self.series, self.year, self.count, self.incarnation)


def format_number(series: str, year: int, count: int, incarnation: int = 1) -> str:
    """The number as printed, "MA-1/2026/000123"; a letter before the count names a server restored from a copy.

    The first incarnation has no letter, the second is B, the 26th Z, the 27th AA. A count beyond
    999,999 takes more digits. Raises `ValueError` for what `parse_number` could not read back.
    """
    wanted = CertificateNumber(series, year, count, incarnation)
    letters = ""
    left = incarnation if incarnation > 1 else 0
    while left > 0:
        left, letter = divmod(left - 1, 26)
        letters = chr(ord("A") + letter) + letters
    number = f"{series}/{year}/{letters}{count:06d}"
    if incarnation < 1 or parse_number(number) != wanted:
        raise ValueError(f"no certificate number: {series!r}, {year}, {count}, {incarnation}")
    return number


def parse_number(text: str) -> CertificateNumber | None:
    """The number that a person typed, or None if it is none.

    Spaces, lower case, other dashes and slashes, missing zeros before the count, digits of any
    script and hidden direction marks are all accepted.
    """
    match = _NUMBER.fullmatch(_typed(text))
    if match is None:
        return None
    series, year, letters, count = match.groups()
    incarnation = 0
    for letter in letters or "A":
        incarnation = incarnation * 26 + ord(letter) - ord("A") + 1
    if int(count) == 0:
        return None
    return CertificateNumber(series, int(year), int(count), incarnation)


def check_code(secret: bytes, number: str, facts_digest: str) -> str:
    """The check code of a certificate, as printed: "7K3M-9QXD".

    HMAC-SHA-256 under `secret` over the number in its canonical form and the digest of its facts;
    its first 40 bits in Crockford's base 32. It keeps a made-up number from being found valid
    (one guess in 10^12), if guesses are counted; it is no signature. Raises `ValueError` for an
    empty secret or something that is no number.
    """
    parts = parse_number(number)
    if parts is None or not secret:
        raise ValueError("a check code needs a secret and a certificate number")
    message = b"\n".join((_DOMAIN, str(parts).encode(), facts_digest.encode()))
    bits = int.from_bytes(hmac.digest(secret, message, hashlib.sha256)[:5], "big")
    code = "".join(ALPHABET[bits >> shift & 31] for shift in range(35, -1, -5))
    return f"{code[:4]}-{code[4:]}"


def normalise_code(text: str) -> str | None:
    """The code that a person typed in its printed form "XXXX-XXXX", or None if it is none.

    Spaces, hyphens, lower case, digits of any script, O for 0, I or L for 1 and U for V are
    accepted.
    """
    code = _typed(text).replace("-", "").translate(_MISREAD)
    if len(code) != CODE_LETTERS or not set(code) <= set(ALPHABET):
        return None
    return f"{code[:4]}-{code[4:]}"


def same_code(typed: str, right: str) -> bool:
    """Whether `typed` is the code `right`, in a time that does not tell how much of it is."""
    given = normalise_code(typed)
    return given is not None and hmac.compare_digest(given.encode(), right.encode())


def _typed(text: str) -> str:
    """Capitals, plain digits, "-" and "/", without spaces and hidden marks; "" if far too long."""
    if len(text) > 200:
        return ""
    kept = []
    for letter in unicodedata.normalize("NFKC", text).upper():
        category = unicodedata.category(letter)
        if category == "Nd":
            kept.append(str(unicodedata.decimal(letter)))
        elif category == "Pd" or letter in "_\u2212":
            kept.append("-")
        elif letter in "\\\u2044\u2215":
            kept.append("/")
        elif category[0] not in "ZC":
            kept.append(letter)
    return "".join(kept)
