"""Made-up answers to real questions: what somebody answers who knows it, half knows it, or guesses."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from ..content.course import (
    Blanks,
    Likert,
    Match,
    Multiple,
    Number,
    Option,
    Order,
    Question,
    Rows,
    Scenario,
    ShortText,
    Single,
    Survey,
)


def answer(question: Question, knows: bool, chance: random.Random) -> dict[str, Any] | None:
    """A response in the form of `assessment.response`; right if the person knows, else mostly not."""
    match question.answer:
        case Single(options):
            return _single(options, knows, chance)
        case Multiple(options):
            return _multiple(options, knows, chance)
        case Rows(columns, rows, key):
            given = list(key)
            if not knows:
                row = chance.randrange(len(rows))
                given[row] = (given[row] + 1) % len(columns)
            return {"rows": given}
        case Match(lefts, rights):
            pairs = list(range(len(lefts)))
            if not knows and len(rights) > 1:
                pairs[0] = chance.randrange(1, len(rights))
            return {"pairs": pairs}
        case Order(items):
            order = list(range(len(items)))
            if not knows and len(order) > 1:
                place = chance.randrange(len(order) - 1)
                order[place], order[place + 1] = order[place + 1], order[place]
            return {"order": order}
        case Number(shown=shown):
            return {"text": shown.split()[0] if knows else str(chance.randrange(1, 99))}
        case ShortText(shown=shown):
            return {"text": shown[0] if knows else "…"}
        case Blanks(_texts, gaps):
            return {"texts": [_gap(gap, knows or chance.random() < 0.5) for gap in gaps]}
        case Scenario():
            return {"path": _path(question.answer, knows, chance)}
        case Likert(statements):
            return {"rows": [chance.choice((3, 4, 4, 5)) for _ in statements]}
        case Survey(options, several) if options:
            chosen = chance.randrange(len(options))
            return {"choices": [chosen]} if several else {"choice": chosen}
        case _:
            return None


def _single(options: Sequence[Option], knows: bool, chance: random.Random) -> dict[str, Any]:
    right = next(i for i, o in enumerate(options) if o.right)
    wrong = [i for i in range(len(options)) if i != right]
    return {"choice": right if knows or not wrong else chance.choice(wrong)}


def _multiple(options: Sequence[Option], knows: bool, chance: random.Random) -> dict[str, Any] | None:
    ticked = {i for i, o in enumerate(options) if o.right}
    if not knows:
        ticked ^= {chance.randrange(len(options))}
    return {"choices": sorted(ticked)} if ticked else None


def _gap(gap: Any, right: bool) -> str:
    if gap.options:
        index = gap.right if right else (gap.right + 1) % len(gap.options)
        return str(index)
    shown: str = gap.shown[0] if gap.shown else ""
    return shown if right else "…"


def _path(scenario: Scenario, knows: bool, chance: random.Random) -> list[int]:
    path: list[int] = []
    step = scenario.steps[0]
    while step.choices and len(path) < 30:
        better = [i for i, c in enumerate(step.choices) if c.better]
        choice = (
            chance.choice(better)
            if better and (knows or chance.random() < 0.4)
            else chance.randrange(len(step.choices))
        )
        path.append(choice)
        step = scenario.step(step.choices[choice].to)
    return path
