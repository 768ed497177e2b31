"""The key of a question, with every feedback: what a trainer sees, and a learner never before the hand-in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from markupsafe import Markup, escape

from ..content.course import (
    Blanks,
    Gap,
    Match,
    Multiple,
    Number,
    Order,
    Question,
    Rows,
    Scenario,
    ShortText,
    Single,
    Step,
)
from .asking import safe
from .show import percent


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One line of a key. `label` is what was asked (a row, a gap, a step), `right` whether `text` is a right
    answer (None: neither), `why` its feedback."""

    text: Markup
    right: bool | None = None
    why: Markup = field(default_factory=Markup)
    label: Markup = field(default_factory=Markup)


def key_of(question: Question) -> list[KeyLine]:
    """The lines of the key; empty for a question that has no right answer."""
    match question.answer:
        case Single(options) | Multiple(options):
            return [KeyLine(safe(o.text), o.right, safe(o.feedback)) for o in options]
        case Rows(columns, rows, key):
            return [KeyLine(safe(columns[k]), True, label=safe(row)) for row, k in zip(rows, key, strict=True)]
        case Number(shown=shown, unit=unit):
            return [KeyLine(_kept(f"{shown} {unit}".strip()), True)]
        case ShortText(accepted):
            return [KeyLine(_kept(text), True) for text in accepted]
        case Blanks(_texts, gaps):
            return [KeyLine(_kept(_gap(gap)), True, label=escape(f"{n}.")) for n, gap in enumerate(gaps, start=1)]
        case Match(lefts, rights):
            pairs = [KeyLine(safe(r), True, label=safe(left)) for left, r in zip(lefts, rights, strict=False)]
            return pairs + [KeyLine(safe(r), False, label=escape(_("No partner"))) for r in rights[len(lefts) :]]
        case Order(items):
            return [KeyLine(safe(item), True, label=escape(f"{n}.")) for n, item in enumerate(items, start=1)]
        case Scenario(steps):
            return _moves(steps)
        case _:
            return []


def _kept(text: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(text)


def _gap(gap: Gap) -> str:
    if gap.options and gap.right is not None:
        return gap.options[gap.right]
    return " / ".join(gap.shown or gap.accepted)


def _moves(steps: Sequence[Step]) -> list[KeyLine]:
    """Every choice of every step, then what each ending earns."""
    lines = []
    for step in steps:
        name = escape(step.title or _("The opening"))
        lines += [KeyLine(safe(c.text), c.better, safe(c.feedback), name) for c in step.choices]
        if step.end is not None:
            earned = percent(step.end.numerator, step.end.denominator)
            lines.append(KeyLine(escape(_("The end: %(share)s of the points", share=earned)), label=name))
    return lines
