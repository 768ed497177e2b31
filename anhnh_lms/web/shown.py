"""A module whole, as its author or another trainer looks at it: every section, every quiz, every question with
its key. Learners get the same pieces one page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..assessment.draw import lay_out
from ..content.course import Module, Question, Quiz, Scenario, Section, Step
from .asking import control
from .keys import KeyLine, key_of

SEED = "shown"  # one of the ways in which an attempt could lay the answers out


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question with the arguments of its macros; `anchor` is its id on the page and goes before its fields."""

    question: Question
    anchor: str
    control: dict[str, Any]
    steps: Sequence[Step]
    key: Sequence[KeyLine]


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A section or a quiz. Questions that stood in an earlier quiz of the page are only counted (`above`)."""

    section: Section | None = None
    quiz: Quiz | None = None
    questions: tuple[ShownQuestion, ...] = ()
    above: int = 0


def parts_of(module: Module) -> list[ShownPart]:
    """The parts of a module in their order."""
    seen: set[str] = set()
    found = []
    for part in module.parts:
        if isinstance(part, Section):
            found.append(ShownPart(section=part))
            continue
        fresh = [q for q in part.questions if q.id not in seen]
        seen.update(q.id for q in fresh)
        shown = tuple(_question(part, question) for question in fresh)
        found.append(ShownPart(quiz=part, questions=shown, above=len(part.questions) - len(fresh)))
    return found


def _question(quiz: Quiz, question: Question) -> ShownQuestion:
    answer = question.answer
    return ShownQuestion(
        question, f"q-{question.id}", control(question, lay_out(quiz, SEED, question), None),
        answer.steps if isinstance(answer, Scenario) else (), key_of(question),
    )  # fmt: skip
