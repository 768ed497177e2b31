"""A course that was read, as bytes: reading takes a second on an old PC, taking it back a fiftieth of that."""

from __future__ import annotations

import hashlib
import io
import pickle  # only ever with `_Thawing`, which makes nothing but a course
import sys
import zlib
from dataclasses import fields, is_dataclass
from fractions import Fraction
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from anhnh_lms.content import course as vocabulary
from anhnh_lms.content.course import Course

_READ_WITH: Final = ("bleach", "markdown", "nh3", "PyYAML")
_CLASSES: Final[dict[str, type[Any]]] = {
    name: made
    for name in vocabulary.__all__
    if isinstance(made := getattr(vocabulary, name), type) and is_dataclass(made)
} | {"Fraction": Fraction}
_DIGEST: Final = hashlib.sha256().digest_size


class NotFrozen(ValueError):
    """These bytes hold no whole course that this program froze."""


@cache
def made_by(source: Path = Path(__file__).parent) -> str:
    """A name (16 hex digits) for everything that decides what the reader makes of a course: the `source` of
    this package, the libraries that it reads and sanitises with, Python. What another one froze is not
    taken back, so a mended sanitiser reads every course again."""
    whole = hashlib.sha256(sys.version.encode())
    for name in _READ_WITH:
        whole.update(f"{name} {version(name)}\n".encode())
    for path in sorted(source.rglob("*.py")):
        whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


def freeze(course: Course) -> bytes:
    """`course` as bytes that `thaw` gives back equal."""
    whole = io.BytesIO()
    _Freezing(whole, protocol=5).dump(course)
    data = zlib.compress(whole.getvalue(), 1)
    return hashlib.sha256(data).digest() + data


def thaw(data: bytes) -> Course:
    """The course in `data`. NotFrozen if a bit of it is missing or changed, or if it asks for anything
    but the classes of a course: bytes from a stranger make a wrong course at worst, and run nothing."""
    if hashlib.sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
        raise NotFrozen
    try:
        found = _Thawing(io.BytesIO(zlib.decompress(data[_DIGEST:]))).load()
    except Exception as error:
        raise NotFrozen from error
    if not isinstance(found, Course):
        raise NotFrozen
    return found


class _Freezing(pickle.Pickler):
    def reducer_override(self, made: Any) -> Any:
        """A dataclass as the call that makes it: taken back in half the time of setting field after field."""
        if is_dataclass(made) and not isinstance(made, type):
            return type(made), tuple(getattr(made, name) for name in _names(type(made)))
        return NotImplemented


@cache
def _names(of: type[Any]) -> tuple[str, ...]:
    """Its fields in the order of its arguments."""
    return tuple(item.name for item in fields(of))


class _Thawing(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """By the name alone. Never the class itself: pickle can also set what a class holds, for the whole
        process. What is set on the call that stands for it ends with it."""
        made = _CLASSES.get(name)
        if made is None:
            raise NotFrozen(f"{module}.{name}")
        return lambda *values: made(*values)
