"""The front matter of a course's file. Not YAML: everything after the first colon is the value."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from anhnh_lms.content.lines import SPACES, Line, Lines, is_blank
from anhnh_lms.content.problem import Problems

MODULE_KEYS: Final = (
    "id",
    "title",
    "lang",
    "source",
    "duration",
    "objectives",
    "keypoints",
    "audience",
    "prerequisites",
    "rules",
    "license",
    "review-by",
    "src-head",
)
COURSE_KEYS: Final = ("title", "lang", "source", "summary", "license", "src-head")

_KEY: Final = re.compile(rf"([A-Za-z][A-Za-z0-9-]*)[{SPACES}]*:(.*)$")
_ITEM: Final = re.compile(rf"[{SPACES}]+[-•–*][{SPACES}]+(.*)$")
_NAMED: Final = re.compile(rf"[{SPACES}]+([A-Za-z0-9][A-Za-z0-9_-]*)[{SPACES}]*:[{SPACES}]*(.*)$")
_DASHES: Final = re.compile(rf"---[{SPACES}]*$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One key: its text, or its items, or its named texts, each with the line it stands in."""

    line: int
    text: str = ""
    items: tuple[Line, ...] = ()
    named: tuple[tuple[str, Line], ...] = ()
    listed: bool = False  # written as [a, b]

    @property
    def values(self) -> tuple[str, ...]:
        """The items; a single text counts as one item."""
        return tuple(item.text for item in self.items) or ((self.text,) if self.text else ())


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The keys in the order of the file. `end` is the number of the closing line, 0 if there is none."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    end: int = 0

    def text(self, key: str) -> str:
        """The text of `key`, or ""."""
        entry = self.entries.get(key)
        return entry.text if entry else ""

    def line(self, key: str) -> int:
        """The line of `key`, or 1."""
        entry = self.entries.get(key)
        return entry.line if entry else 1

    def values(self, key: str) -> tuple[str, ...]:
        """The items of `key`, or none."""
        entry = self.entries.get(key)
        return entry.values if entry else ()


def read_front_matter(lines: Lines, known: Collection[str], problems: Problems) -> FrontMatter | None:
    """The front matter at the top of a file. None (with one problem) if it is missing or not closed:
    nothing below it can then be trusted."""
    if not lines or not _DASHES.match(lines[0].text):
        problems.add(1, "E107")
        return None
    end = next((i for i, line in enumerate(lines[1:], 1) if _DASHES.match(line.text)), None)
    if end is None:
        problems.add(1, "E106")
        return None
    entries: dict[str, Entry] = {}
    at = 1
    while at < end:
        if is_blank(lines[at].text):
            at += 1
            continue
        found = _KEY.match(lines[at].text)
        if not found:
            problems.add(lines[at].no, "E108")
            at += 1
            continue
        stop = at + 1
        while stop < end and (is_blank(lines[stop].text) or lines[stop].text[0] in SPACES):
            stop += 1
        key = found[1].lower()
        entry = _entry(lines[at].no, found[2].strip(SPACES), lines[at + 1 : stop], problems)
        if key not in known:
            problems.add(lines[at].no, "E109", key=key, known=", ".join(known))
        elif key in entries:
            problems.add(lines[at].no, "E110", key=key, first=entries[key].line)
        else:
            entries[key] = entry
        at = stop
    return FrontMatter(entries, lines[end].no)


def _entry(no: int, text: str, below: Lines, problems: Problems) -> Entry:
    rest = [line for line in below if not is_blank(line.text)]
    if text and not rest:
        if text.startswith("[") and text.endswith("]"):
            parts = (part.strip(SPACES) for part in re.split("[,،]", text[1:-1]))
            return Entry(no, items=tuple(Line(no, part) for part in parts if part), listed=True)
        return Entry(no, text)
    items: list[Line] = []
    named: list[tuple[str, Line]] = []
    for line in rest:
        if text:
            problems.add(line.no, "E108")
        elif found := _ITEM.match(line.text):
            items.append(Line(line.no, found[1].strip(SPACES)))
        elif (found := _NAMED.match(line.text)) and not items:
            if any(name == found[1] for name, _ in named):
                problems.add(line.no, "E110", key=found[1], first=dict(named)[found[1]].no)
            else:
                named.append((found[1], Line(line.no, found[2].strip(SPACES))))
        else:
            problems.add(line.no, "E108")
    return Entry(no, text, tuple(items), tuple(named))
