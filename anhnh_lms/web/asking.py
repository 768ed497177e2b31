"""From a question on a paper to what its page shows: choices by their place, what was answered before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from ..assessment.draw import Item
from ..assessment.fields import to_form
from ..assessment.response import walk
from ..assessment.scales import SCALES
from ..content.course import (
    Blanks,
    Gap,
    Likert,
    Match,
    Multiple,
    Option,
    Order,
    Prose,
    Question,
    Rows,
    Scenario,
    Single,
    Step,
    Survey,
)

Pairs = list[tuple[int, str]]


def safe(prose: Prose) -> Markup:
    """Prose as a template takes it: it has passed the one sanitiser and is not escaped again."""
    return Markup(prose.html())  # noqa: S704


def control(question: Question, item: Item, answer: dict[str, Any] | None) -> dict[str, Any]:
    """The arguments of the question's macro, and `macro`, its name (macros/questions.html)."""
    values = {k: v if k == "choices" else v[0] for k, v in to_form(question, answer, item).items()}
    match question.answer:
        case Single(options):
            return _choices("single", item, options, values.get("choice"))
        case Multiple(options):
            return _choices("multiple", item, options, values.get("choices", []))
        case Survey(options, several) if options:
            chosen = values.get("choices", []) if several else values.get("choice")
            return _choices("multiple" if several else "single", item, options, chosen)
        case Rows(columns, rows, head=head):
            return {"macro": "rows", "statements": placed(item.order, rows), "columns": _pairs(columns),
                    "head": safe(head), "chosen": _by_number(values, "row-")}  # fmt: skip
        case Likert(statements, scale):
            labels = [(i + 1, str(_(word))) for i, word in enumerate(SCALES[scale])]
            return {
                "macro": "likert",
                "statements": placed(item.order, statements),
                "scale": labels,
                "chosen": _by_number(values, "row-"),
            }
        case Match(lefts, rights, left_head, right_head):
            return {"macro": "match", "lefts": _pairs(lefts), "left_head": safe(left_head),
                    "right_head": safe(right_head),
                    "rights": [(place, rights[i].plain) for place, i in enumerate(item.order)],
                    "chosen": _by_number(values, "pair-")}  # fmt: skip
        case Order(items):
            return {"macro": "order", "items": placed(item.order, items), "chosen": _by_number(values, "place-")}
        case Blanks(texts, gaps):
            return {
                "macro": "blanks",
                "texts": [safe(t) for t in texts],
                "gaps": [_gap(g) for g in gaps],
                "chosen": _by_number(values, "gap-"),
            }
        case Scenario():
            return {"macro": "scenario"}
        case _:
            return {"macro": {"number": "number", "short": "short"}.get(question.kind, "free"),
                    "value": values.get("text", ""), "unit": getattr(question.answer, "unit", "")}  # fmt: skip


def _choices(macro: str, item: Item, options: Sequence[Option], chosen: Any) -> dict[str, Any]:
    return {"macro": macro, "options": placed(item.order, [o.text for o in options]), "chosen": chosen}


def placed(order: Sequence[int], texts: Sequence[Prose]) -> Pairs:
    """(place, html) in the order of display."""
    return [(place, safe(texts[source])) for place, source in enumerate(order)]


def _pairs(texts: Sequence[Prose]) -> Pairs:
    return [(i, safe(text)) for i, text in enumerate(texts)]


def _by_number(values: dict[str, Any], prefix: str) -> dict[int, str]:
    return {int(name.removeprefix(prefix)): value for name, value in values.items() if name.startswith(prefix)}


def _gap(gap: Gap) -> dict[str, Any]:
    return {"options": list(enumerate(gap.options)) or None, "number": gap.interval is not None}


@dataclass(frozen=True, slots=True)
class Turn:
    """A step that was shown, and what was then said."""

    step: Step
    said: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """A branching conversation so far: the turns, the step that now asks, its choices by place."""

    turns: tuple[Turn, ...]
    now: Step
    number: int
    choices: Pairs

    @property
    def ended(self) -> bool:
        return not self.choices


def conversation(question: Question, item: Item, answer: dict[str, Any] | None) -> Conversation:
    """The conversation as far as it was led. What comes later is not in it."""
    scenario = question.answer
    assert isinstance(scenario, Scenario)
    path: list[int] = (answer or {}).get("path", [])
    steps = walk(scenario, path)
    turns = tuple(Turn(step, safe(step.choices[c].text)) for step, c in zip(steps, path, strict=False))
    now = steps[-1]
    return Conversation(turns, now, len(path), placed(item.step(now.id), [c.text for c in now.choices]))
