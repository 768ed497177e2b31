"""What leaves the PC and must be read by nobody who found the stick: sealed under a passphrase.

The key comes from the passphrase by Argon2id, which makes each guess cost 64 MiB and about 0.2 s; AES-256-GCM
then hides the secret and refuses whatever was changed, also in `bound`, which it does not hide.
"""

from __future__ import annotations

import os
import unicodedata
from typing import Any

from .fold_person import western_digits

TIME, MEMORY, LANES = 3, 64 * 1024, 1  # RFC 9106, second choice: 64 MiB, three passes
LIMITS = {"time": 20, "memory": 1024 * 1024, "lanes": 16}  # of what a file may ask this PC to spend
LENGTH = 15  # characters of a passphrase at least


class WrongPassphrase(ValueError):
    """The passphrase is not the right one, or what it seals was changed: the two cannot be told apart."""


def too_short(passphrase: str) -> bool:
    """Whether a passphrase is easily guessed: whoever finds the file has all the time to try."""
    text = _tidied(passphrase)
    return len(text) < LENGTH or len(set(text)) < 5


def seal(passphrase: str, secret: bytes, bound: str) -> dict[str, Any]:
    """The secret, to be opened only with the passphrase and only beside the same `bound`."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = os.urandom(16), os.urandom(12)
    key = _key(passphrase, salt, TIME, MEMORY, LANES)
    sealed = AESGCM(key).encrypt(nonce, secret, bound.encode())
    return {
        "key": "argon2id", "time": TIME, "memory": MEMORY, "lanes": LANES, "salt": salt.hex(),
        "cipher": "aes-256-gcm", "nonce": nonce.hex(), "sealed": sealed.hex(),
    }  # fmt: skip


def unseal(passphrase: str, found: dict[str, Any], bound: str) -> bytes:
    """The secret. Raises WrongPassphrase, and ValueError, KeyError or TypeError for what is no seal."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cost = {name: int(found[name]) for name in LIMITS}
    if (found["key"], found["cipher"]) != ("argon2id", "aes-256-gcm"):
        raise ValueError("sealed in a way that this program does not know")
    if any(not 0 < cost[name] <= most for name, most in LIMITS.items()):
        raise ValueError("the seal asks for more memory or time than is reasonable")
    key = _key(passphrase, bytes.fromhex(found["salt"]), cost["time"], cost["memory"], cost["lanes"])
    try:
        return AESGCM(key).decrypt(bytes.fromhex(found["nonce"]), bytes.fromhex(found["sealed"]), bound.encode())
    except InvalidTag:
        raise WrongPassphrase("not this passphrase, or the file was changed") from None


def _key(passphrase: str, salt: bytes, time: int, memory: int, lanes: int) -> bytes:
    from argon2.exceptions import HashingError
    from argon2.low_level import Type, hash_secret_raw

    try:
        return hash_secret_raw(
            _tidied(passphrase).encode(), salt, time_cost=time, memory_cost=memory, parallelism=lanes, hash_len=32,
            type=Type.ID,
        )  # fmt: skip
    except HashingError as error:
        raise ValueError(str(error)) from error


def _tidied(passphrase: str) -> str:
    """The same passphrase from another keyboard: digits of any script, one written form of each letter."""
    return western_digits(unicodedata.normalize("NFKC", passphrase)).strip()
