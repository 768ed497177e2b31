"""The comment line under a heading: `<!-- quiz id: x; pass: 80 % -->`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from anhnh_lms.content.lines import SPACES, Line
from anhnh_lms.content.problem import Problems

SECTION_KEYS: Final = ("id", "src")
QUIZ_KEYS: Final = ("id", "pass", "attempts", "wait", "draw", "shuffle", "graded", "private", "role", "src")
QUESTION_KEYS: Final = ("id", "type", "points", "objective", "pool", "scale", "end", "tags", "src")
STEP_KEYS: Final = ("id", "end", "src")

_COMMENT: Final = re.compile(rf"[{SPACES}]*<!--(.*?)-->[{SPACES}]*$")
_QUIZ: Final = re.compile(rf"quiz(?=[{SPACES}]|$)[{SPACES}]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Comment:
    """The keys and values under one heading. `line` is the comment's own, or the heading's without one.
    `raw` is the comment as written where it was not understood, else ""."""

    line: int
    values: Mapping[str, str] = field(default_factory=dict)
    quiz: bool = False
    raw: str = ""

    def get(self, key: str) -> str:
        """The value of `key`, or ""."""
        return self.values.get(key, "")


def is_comment(text: str) -> bool:
    """Does the line begin a comment?"""
    return "<!--" in text and text.lstrip(SPACES).startswith("<!--")


def read_comment(line: Line, problems: Problems) -> Comment:
    """Keys in lower case, values trimmed; a repeated key or a part without colon is a problem."""
    found = _COMMENT.match(line.text)
    if not found or "<!--" in found[1]:
        problems.add(line.no, "E115")
        return Comment(line.no, raw=line.text)
    inside = found[1].strip(SPACES)
    quiz = _QUIZ.match(inside)
    if quiz:
        inside = inside[quiz.end() :]
    values: dict[str, str] = {}
    before = len(problems.found)
    for part in re.split("[;؛]", inside):
        key, colon, value = (piece.strip(SPACES) for piece in part.partition(":"))
        if not key and not colon:
            continue
        if not colon or not key:
            problems.add(line.no, "E115")
        elif key.lower() in values:
            problems.add(line.no, "E114", key=key)
        else:
            values[key.lower()] = value
    sound = len(problems.found) == before
    return Comment(line.no, values, bool(quiz), "" if sound else line.text)


def check_keys(comment: Comment, known: tuple[str, ...], problems: Problems) -> None:
    """E113 for every key that is not `known` here."""
    for key in comment.values:
        if key not in known:
            problems.add(comment.line, "E113", key=key, known=", ".join(known))
