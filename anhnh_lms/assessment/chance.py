"""Chance that comes out the same everywhere: numbers drawn from a seed with SHA-256.

`random` promises the same sequence only within one version of Python; an attempt must show the
same paper after an upgrade, on another machine and in ten years.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_WORD = 2**64


class Chance:
    """An endless sequence of unbiased numbers, fixed by `seed` and `purpose`.

    The key is SHA-256 over seed and purpose, each preceded by its length, so that no two purposes
    share a sequence; block i is SHA-256(key || i). A text seed counts as its UTF-8 bytes.
    """

    def __init__(self, seed: bytes | str, *purpose: str) -> None:
        parts = [seed.encode("utf-8") if isinstance(seed, str) else seed]
        parts += [word.encode("utf-8") for word in purpose]
        self._key = hashlib.sha256(b"".join(len(p).to_bytes(8, "big") + p for p in parts)).digest()
        self._block = 0
        self._words: list[int] = []

    def _word(self) -> int:
        if not self._words:
            digest = hashlib.sha256(self._key + self._block.to_bytes(8, "big")).digest()
            self._block += 1
            self._words = [int.from_bytes(digest[i : i + 8], "big") for i in (24, 16, 8, 0)]
        return self._words.pop()

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1, each equally likely (by rejection).

        ValueError unless 1 <= n <= 2**64.
        """
        if not 1 <= n <= _WORD:
            raise ValueError(f"cannot draw below {n}")
        fair = _WORD - _WORD % n
        while (word := self._word()) >= fair:
            pass
        return word % n

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """A new list of `things`, every order equally likely (Fisher and Yates, as Durstenfeld 1964)."""
        out = list(things)
        for last in range(len(out) - 1, 0, -1):
            other = self.below(last + 1)
            out[last], out[other] = out[other], out[last]
        return out
