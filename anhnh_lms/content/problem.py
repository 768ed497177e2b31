"""A problem in a course's files: where, which, how grave. Data only; the words are in `messages`."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Final, Literal

from anhnh_lms.content.messages import message

Level = Literal["error", "warning"]
_SHOWN_CHARS: Final = 120


def visible(text: str) -> str:
    """`text` as it may be shown on a terminal or a page: shortened to 120 characters, with control,
    direction and private characters spelled as U+XXXX, so that a hostile file cannot write over
    or reorder the message about it."""
    short = text if len(text) <= _SHOWN_CHARS else text[: _SHOWN_CHARS - 1] + "…"
    return "".join(
        f"U+{ord(char):04X}" if unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp") else char
        for char in short
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. `line` counts from 1; 0 means the file as a whole. `params` fill the message."""

    path: str
    line: int
    code: str
    params: tuple[tuple[str, str], ...] = ()

    @classmethod
    def at(cls, path: str, line: int, code: str, **params: object) -> Problem:
        """The problem `code` at `path:line`; `params` are those that its message names."""
        return cls(path, line, code, tuple((key, str(value)) for key, value in params.items()))

    @property
    def level(self) -> Level:
        return "warning" if self.code.startswith("W") else "error"

    def message(self, lang: str = "en") -> str:
        """One sentence in `lang` (English where it is not translated)."""
        return message(self.code, lang, {key: visible(value) for key, value in self.params})

    def show(self, lang: str = "en", folder: str = "") -> str:
        """`folder/path:line: CODE message`, the form that editors understand."""
        return f"{folder}{visible(self.path)}:{self.line}: {self.code} {self.message(lang)}"

    def __str__(self) -> str:
        return self.show()


def in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    """Without repetitions, sorted by file, line and code."""
    return tuple(sorted(set(problems), key=lambda p: (p.path, p.line, p.code, p.params)))


@dataclass(slots=True)
class Problems:
    """Where the readers put what they find in one file."""

    path: str
    found: list[Problem] = field(default_factory=list)

    def add(self, line: int, code: str, **params: object) -> None:
        """Note the problem `code` at `line` of this file."""
        self.found.append(Problem.at(self.path, line, code, **params))
