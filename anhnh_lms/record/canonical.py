"""The one written form of an entry's body, so that the same facts always give the same hash.

RFC 8785 (JSON Canonicalization Scheme), kept to what needs no judgement: objects with ASCII keys,
lists, strings and whole numbers. No fractions (points are in hundredths), no booleans (0 and 1),
no null (leave the key out).
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

LARGEST = 2**53 - 1  # RFC 8785 section 3.2.2.3: larger whole numbers are not safe everywhere


class NotCanonical(ValueError):
    """Data that has no canonical form here."""


def canonical(value: Any) -> str:
    """The RFC 8785 text of `value`. Raises NotCanonical for anything but str, int, list and dict."""
    _check(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _check(value: Any) -> None:
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            raise NotCanonical("a string holds half a character") from error
    elif isinstance(value, bool) or value is None or isinstance(value, float):
        raise NotCanonical(f"{value!r} is neither text nor a whole number")
    elif isinstance(value, int):
        if abs(value) > LARGEST:
            raise NotCanonical(f"{value} is too large")
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise NotCanonical(f"{key!r} cannot be a key")
            _check(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item)
    else:
        raise NotCanonical(f"{type(value).__name__} cannot be recorded")


def sha256(text: str) -> str:
    """SHA-256 of the UTF-8 bytes, 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
