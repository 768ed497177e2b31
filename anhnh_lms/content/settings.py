"""The values in comments, front matter and course.yml, read once: per cent, minutes, yes, draws."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, TypeVar, cast

from anhnh_lms.content.comment import QUESTION_KEYS, QUIZ_KEYS, Comment, check_keys
from anhnh_lms.content.course import Draw, Role
from anhnh_lms.content.numbers import to_ascii
from anhnh_lms.content.problem import Problems

T = TypeVar("T")

TYPES: Final = ("match", "order", "scenario", "survey", "likert")
SCALES: Final = ("agree-4", "agree-5", "confidence-5", "frequency-5", "satisfaction-5", "useful-5")
"""The names in `assessment.scales`, which a test compares with these."""
ROLES: Final = ("pre", "post", "followup")

_MINUTES: Final = {"min": 1, "minute": 1, "minutes": 1, "h": 60, "hour": 60, "hours": 60, "heure": 60, "heures": 60}
_MINUTES_OF_A_DAY: Final = {"d": 1440, "day": 1440, "days": 1440, "j": 1440, "jour": 1440, "jours": 1440}
_TIME: Final = re.compile(r"(\d{1,5})\s*([a-z]*)\Z")
_PERCENT: Final = re.compile(r"(\d{1,3}(?:[.,]\d{1,4})?)\s*%\Z")
_DRAW: Final = re.compile(r"([^\s,]{1,64})\s+(\d{1,4})(?:\s+(by\s+objective))?\Z")


def percent(text: str) -> Fraction | None:
    """`80 %` as 4/5; None for anything that is not between 0 and 100 per cent."""
    found = _PERCENT.match(to_ascii(text).replace("٪", "%"))
    value = Fraction(found[1].replace(",", ".")) / 100 if found else None
    return value if value is not None and value <= 1 else None


def minutes(text: str) -> int | None:
    """`25 min`, `2 h`, `1 day` in minutes; a bare `0` is 0; None for anything else."""
    found = _TIME.match(to_ascii(text).lower())
    if not found:
        return None
    if not found[2]:
        return 0 if int(found[1]) == 0 else None
    factor = (_MINUTES | _MINUTES_OF_A_DAY).get(found[2])
    return int(found[1]) * factor if factor else None


def yes(text: str) -> bool | None:
    """`yes` and `no` (also true and false); None for anything else."""
    return {"yes": True, "true": True, "no": False, "false": False}.get(text.lower())


def whole(text: str, low: int, high: int) -> int | None:
    """A whole number between `low` and `high`; None for anything else."""
    digits = to_ascii(text)
    return int(digits) if re.fullmatch(r"\d{1,6}", digits) and low <= int(digits) <= high else None


def day(text: str) -> date | None:
    """`2027-06-30`; None for anything else."""
    try:
        return date.fromisoformat(to_ascii(text)) if re.fullmatch(r"\d{4}-\d\d-\d\d", to_ascii(text)) else None
    except ValueError:
        return None


def share(text: str) -> Fraction | None:
    """The `end:` of a step: `pass`, `fail` or per cent."""
    return {"pass": Fraction(1), "fail": Fraction(0)}.get(text.lower(), percent(text))


@dataclass(frozen=True, slots=True)
class QuestionSettings:
    """What the comment of a question says."""

    id: str = ""
    type: str = ""
    points: int = 1
    objective: str = ""
    pool: str = ""
    scale: str = ""
    tags: tuple[str, ...] = ()


def question_settings(comment: Comment, problems: Problems) -> QuestionSettings:
    """Checks every value; a wrong one is reported and replaced by its default."""
    check_keys(comment, QUESTION_KEYS, problems)
    kind = comment.get("type").lower()
    if kind and kind not in TYPES:
        problems.add(comment.line, "E219", type=kind, known=", ".join(TYPES))
        kind = ""
    points = whole(comment.get("points") or "1", 1, 1000)
    if points is None:
        _wrong(comment, "points", "a whole number from 1", problems)
    if "end" in comment.values:
        problems.add(comment.line, "E236", key="end", where="####")
    scale = comment.get("scale").lower()
    if "scale" in comment.values and kind != "likert":
        problems.add(comment.line, "E236", key="scale", where="type: likert")
    tags = tuple(tag.strip() for tag in re.split("[,،]", comment.get("tags")) if tag.strip())
    return QuestionSettings(
        comment.get("id"), kind, points or 1, comment.get("objective"), comment.get("pool"), scale, tags
    )


@dataclass(frozen=True, slots=True)
class QuizSettings:
    """What the comment of a quiz says."""

    id: str = ""
    role: Role = ""
    pass_mark: Fraction | None = None
    attempts: int | None = None
    wait_minutes: int | None = None
    draws: tuple[Draw, ...] = ()
    shuffle_answers: bool = True
    shuffle_questions: bool = False
    graded: bool = True
    private: bool = False


def quiz_settings(comment: Comment, problems: Problems) -> QuizSettings:
    """Checks every value; a wrong one is reported and replaced by its default."""
    check_keys(comment, QUIZ_KEYS, problems)
    shuffled = _shuffle(comment, problems)
    role = comment.get("role").lower()
    if role and role not in ROLES:
        _wrong(comment, "role", ", ".join(ROLES), problems)
        role = ""
    settings = QuizSettings(
        id=comment.get("id"),
        role=cast(Role, role),
        pass_mark=_optional(comment, "pass", percent, "80 %", problems),
        attempts=_optional(comment, "attempts", lambda text: whole(text, 1, 999), "a whole number from 1", problems),
        wait_minutes=_optional(comment, "wait", minutes, "10 min", problems),
        draws=_draws(comment, problems),
        shuffle_answers="answers" in shuffled,
        shuffle_questions="questions" in shuffled,
        graded=_flag(comment, "graded", True, problems),
        private=_flag(comment, "private", False, problems),
    )
    if settings.private and settings.graded:
        problems.add(comment.line, "E232")
    return settings


def _wrong(comment: Comment, key: str, form: str, problems: Problems) -> None:
    problems.add(comment.line, "E116", key=key, value=comment.get(key), form=form)


def _optional(comment: Comment, key: str, read: Callable[[str], T | None], form: str, problems: Problems) -> T | None:
    if key not in comment.values:
        return None
    value = read(comment.get(key))
    if value is None:
        _wrong(comment, key, form, problems)
    return value


def _flag(comment: Comment, key: str, default: bool, problems: Problems) -> bool:
    if key not in comment.values:
        return default
    value = yes(comment.get(key))
    if value is None:
        _wrong(comment, key, "yes, no", problems)
    return default if value is None else value


def _shuffle(comment: Comment, problems: Problems) -> tuple[str, ...]:
    if "shuffle" not in comment.values:
        return ("answers",)
    text = comment.get("shuffle").lower()
    if text in ("no", "none"):
        return ()
    words = tuple(word.strip() for word in re.split("[,،]", text))
    if not words or any(word not in ("answers", "questions") for word in words):
        _wrong(comment, "shuffle", "answers, questions, no", problems)
        return ("answers",)
    return words


def _draws(comment: Comment, problems: Problems) -> tuple[Draw, ...]:
    text = comment.get("draw")
    if "draw" not in comment.values:
        return ()
    found: list[Draw] = []
    for part in re.split("[,،]", text):
        one = _DRAW.match(to_ascii(" ".join(part.split())))
        if not one or int(one[2]) < 1 or any(draw.pool == one[1] for draw in found):
            _wrong(comment, "draw", "fire 2, forms 1", problems)
            return ()
        found.append(Draw(one[1], int(one[2]), bool(one[3])))
    return tuple(found)
