"""PINs and passphrases: what is allowed, hashing, slips.

A 6-digit PIN has a million values, so the hash alone protects nothing against whoever holds the
database: a secret of the server outside the database (an HMAC before hashing) and the waits do.
Argon2id t=2, m=19 MiB, p=1 (OWASP's second choice for Argon2id), about 20 ms.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Sequence
from itertools import pairwise
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from ..record.fold_person import western_digits
from .naming import folded

if TYPE_CHECKING:
    from argon2 import PasswordHasher

PIN_DIGITS = 6
PASSPHRASE_LENGTH = 15  # NIST SP 800-63B-4: 15 characters where it is the only factor
PASSPHRASE_LIMIT = 200
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no i, l, o, u to mistake on paper

_two_at_once = BoundedSemaphore(2)
_hasher: PasswordHasher | None = None


def _hash() -> PasswordHasher:
    global _hasher
    if _hasher is None:
        from argon2 import PasswordHasher, Type

        _hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
    return _hasher


def _peppered(secret: bytes, person: str, text: str) -> bytes:
    return hmac.digest(secret, f"{person}\0{text}".encode(), "sha256")


def hash_credential(secret: bytes, person: str, text: str) -> str:
    """The hash to keep, bound to the person and to the server's secret. Takes about 20 ms and 19 MiB;
    at most two run at once in a process."""
    with _two_at_once:
        return _hash().hash(_peppered(secret, person, text))


def fits(secret: bytes, person: str, text: str, kept: str) -> bool:
    """Whether `text` is what was hashed. As slow as hashing, also when it is not."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with _two_at_once:
        try:
            return _hash().verify(kept, _peppered(secret, person, text))
        except (VerificationError, InvalidHashError):
            return False


def clean(text: str) -> tuple[str, str]:
    """What was typed in the one field, as (kind, text): six digits are a PIN, in any script and with
    spaces; everything else is a passphrase, kept as typed but for spaces at its ends and digits' script."""
    plain = western_digits(text).strip()
    digits = plain.replace(" ", "")
    if len(digits) == PIN_DIGITS and digits.isdecimal():
        return "pin", digits
    return "passphrase", plain


def too_common(pin: str) -> bool:
    """Whether a PIN is among those that are tried first: repeated, counted up or down, a repeated pair
    or triple, a year or a date of birth."""
    if len(set(pin)) <= 2 or pin[:3] == pin[3:] or pin[:2] * 3 == pin or pin == pin[::-1]:
        return True
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if steps in ({1}, {9}):
        return True
    if pin in {"112233", "123321", "789456", "147258", "159753", "123654", "102030", "142536", "147852", "123456"}:
        return True
    day, month = int(pin[:2]), int(pin[2:4])
    return (
        pin[:2] in ("19", "20")
        or (pin[2:4] in ("19", "20") and 1 <= day <= 31)
        or (1 <= day <= 31 and 1 <= month <= 12)
    )


ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "01234567890",
    "1234567890",
    "ضصثقفغعهخحجد",
    "شسيبلاتنمكط",
)  # fmt: skip  (of keyboards)
COMMON = frozenset(
    [
        "password",
        "passw0rd",
        "motdepasse",
        "passphrase",
        "phrasedepasse",
        "secret",
        "admin",
        "administrator",
        "administrateur",
        "administration",
        "anhnh",
        "lms",
        "server",
        "serveur",
        "welcome",
        "bienvenue",
        "bonjour",
        "letmein",
        "iloveyou",
        "jetaime",
        "monkey",
        "dragon",
        "football",
        "sunshine",
        "princess",
        "superman",
        "batman",
        "master",
        "login",
        "test",
        "hello",
        "marhaba",
        "salam",
        "bismillah",
        "inchallah",
        "inshallah",
        "allah",
        "mohamed",
        "mohammed",
        "prison",
        "prisons",
        "prisonlocale",
        "penitentiaire",
        "penitentiary",
        "etablissement",
        "establishment",
        "gardien",
        "guard",
        "directeur",
        "director",
        "maroc",
        "morocco",
        "mali",
        "niger",
        "rabat",
        "bamako",
        "niamey",
        "royaumedumaroc",
        "republiquedumali",
        "republiqueduniger",
        "dgapr",
        "كلمة",
        "السر",
        "سجن",
        "السجن",
        "المحلي",
        "المغرب",
        "ادارة",
        "الادارة",
        "العامة",
        "مرحبا",
        "سلام",
        "بسم",
        "الله",
        "محمد",
    ]
)
LEFT = 8  # characters that must remain of a passphrase beside what everybody would try


def guessable(text: str, about: Sequence[str] = ()) -> bool:
    """Whether a passphrase is made of what is tried first: common words, those of this house, `about` (the
    names and the number of its owner), rows of keys, the same again and again."""
    plain = "".join(c for c in folded(text) if c.isalnum())
    known = {word for part in about for word in re.split(r"\W+", folded(part)) if len(word) > 2}
    for word in sorted({folded(word) for word in COMMON} | known, key=len, reverse=True):
        plain = plain.replace(word, " ")
    for row in (*ROWS, *(row[::-1] for row in ROWS)):
        for start in range(len(row) - 3):
            end = len(row)
            while end - start > 3:
                plain, end = plain.replace(row[start:end], " "), end - 1
    plain = re.sub(r"(.+?)\1+", r"\1", plain.replace(" ", ""))
    return len(plain) < LEFT or len(set(plain)) < 5


def new_passphrase() -> str:
    """A random one-time passphrase for a slip: 80 bits, four groups of four characters."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
