"""From bytes to numbered lines: what every reader of a course's text stands on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from anhnh_lms.content.limits import LINE_CHARS, MARKDOWN_BYTES
from anhnh_lms.content.problem import Problems

SPACES: Final = " \t\u00a0\u2007\u2009\u202f"
"""What a trainer may type where a space is meant (French typography uses several)."""

_HIDDEN: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_REFUSED: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufff9-\uffff\ue000-\uf8ff\U000e0000-\U0010ffff]")
_SUSPECT: Final = re.compile(f"{_HIDDEN.pattern[:-1]}{_REFUSED.pattern[1:]}")
_FENCE: Final = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")


class Line(NamedTuple):
    """One line of a file, without its end. `no` counts from 1."""

    no: int
    text: str


Lines = tuple[Line, ...]


def to_lines(text: str, first: int = 1) -> Lines:
    """`text` cut at its line ends (LF, CR LF or CR), tabs widened to four columns."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    rows = text.split("\n")
    if rows and rows[-1] == "":
        rows.pop()
    return tuple(Line(no, row.expandtabs(4) if "\t" in row else row) for no, row in enumerate(rows, first))


def decode(data: bytes, problems: Problems, limit: int = MARKDOWN_BYTES) -> str | None:
    """The text of a file, or None (with a problem) if it is too large or not UTF-8.

    Characters that hide or reorder text are reported (E301, E302) and left out of the result, so
    that whatever reads on is safe from them."""
    if len(data) > limit:
        problems.add(0, "E101", size=len(data), limit=limit)
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add(data[: error.start].count(b"\n") + 1, "E102", byte=error.start)
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _SUSPECT.search(text):
        _report_refused(text, problems)
        text = _SUSPECT.sub("", text)
    return text


def _report_refused(text: str, problems: Problems) -> None:
    for no, row in enumerate(text.split("\n"), 1):
        if found := _HIDDEN.search(row):
            problems.add(no, "E301", char=f"U+{ord(found[0]):04X}")
        if found := _REFUSED.search(row):
            problems.add(no, "E302", char=f"U+{ord(found[0]):04X}")


def has_refused(text: str) -> bool:
    """Does `text` hold characters that E301 or E302 refuse?"""
    return _SUSPECT.search(text.replace("\r", "\n").removeprefix("\ufeff")) is not None


def without_refused(text: str) -> str:
    """`text` with LF line ends and without the characters that E301 and E302 refuse."""
    return _SUSPECT.sub("", text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff"))


def cut_long(lines: Lines, problems: Problems) -> Lines:
    """The lines, those that are too long (E103) cut to the limit."""
    if all(len(line.text) <= LINE_CHARS for line in lines):
        return lines
    for line in lines:
        if len(line.text) > LINE_CHARS:
            problems.add(line.no, "E103", length=len(line.text), limit=LINE_CHARS)
    return tuple(Line(line.no, line.text[:LINE_CHARS]) for line in lines)


def indent_of(text: str) -> int:
    """How many spaces `text` begins with."""
    return len(text) - len(text.lstrip(" "))


def is_blank(text: str) -> bool:
    """Nothing but spaces of any kind."""
    return not text or text.isspace()


def trimmed(lines: Iterable[Line]) -> Lines:
    """Without blank lines at either end."""
    kept = list(lines)
    while kept and is_blank(kept[-1].text):
        kept.pop()
    start = 0
    while start < len(kept) and is_blank(kept[start].text):
        start += 1
    return tuple(kept[start:])


class Fence:
    """Follows code fences line by line: `inside` is true for the fence's own lines and what it holds."""

    def __init__(self) -> None:
        self._mark = ""

    @property
    def open(self) -> bool:
        return bool(self._mark)

    def inside(self, text: str) -> bool:
        """Take the next line; is it part of a code block?"""
        if self._mark:
            bare = text.strip()
            if bare.startswith(self._mark) and set(bare) == {self._mark[0]} and indent_of(text) < 4:
                self._mark = ""
            return True
        if ("`" in text or "~" in text) and (found := _FENCE.match(text)):
            self._mark = found[1]
            return True
        return False
