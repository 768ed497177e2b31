"""The answer key of a translation beside that of its source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from anhnh_lms.content.course import (
    Answer,
    Blanks,
    Gap,
    Likert,
    Match,
    Multiple,
    Number,
    Order,
    Rows,
    Scenario,
    Single,
    Survey,
)

Difference = tuple[str, dict[str, Any]]


def compare_answers(own: Answer, source: Answer) -> Iterator[Difference]:
    """Code and parameters for each difference between two answers of the same kind."""
    if isinstance(own, Single | Multiple | Survey) and isinstance(source, Single | Multiple | Survey):
        yield from _options(own, source)
    elif isinstance(own, Rows) and isinstance(source, Rows):
        yield from _counts(len(own.rows), len(source.rows), "rows")
        yield from _counts(len(own.columns), len(source.columns), "columns")
        if len(own.rows) == len(source.rows) and own.key != source.key:
            yield "E404", {}
    elif isinstance(own, Number) and isinstance(source, Number):
        if own.interval != source.interval:
            yield "E406", {}
    elif isinstance(own, Blanks) and isinstance(source, Blanks):
        yield from _counts(len(own.gaps), len(source.gaps), "blanks")
        for here, there in zip(own.gaps, source.gaps, strict=False):
            yield from _gap(here, there)
    elif isinstance(own, Match) and isinstance(source, Match):
        yield from _counts(len(own.lefts), len(source.lefts), "pairs")
        yield from _counts(len(own.rights), len(source.rights), "right-hand sides")
    elif isinstance(own, Order) and isinstance(source, Order):
        yield from _counts(len(own.items), len(source.items), "items")
    elif isinstance(own, Likert) and isinstance(source, Likert):
        yield from _counts(len(own.statements), len(source.statements), "statements")
    elif isinstance(own, Scenario) and isinstance(source, Scenario):
        yield from _scenario(own, source)


def _counts(here: int, there: int, what: str) -> Iterator[Difference]:
    if here != there:
        yield "E405", {"here": here, "there": there, "what": what}


def _options(own: Single | Multiple | Survey, source: Single | Multiple | Survey) -> Iterator[Difference]:
    if len(own.options) != len(source.options):
        yield "E403", {"here": len(own.options), "there": len(source.options)}
    elif [option.right for option in own.options] != [option.right for option in source.options]:
        yield "E404", {}


def _gap(own: Gap, source: Gap) -> Iterator[Difference]:
    if (
        bool(own.accepted) != bool(source.accepted)
        or len(own.options) != len(source.options)
        or own.right != source.right
    ):
        yield "E404", {}
    elif own.interval != source.interval:
        yield "E406", {}


def _scenario(own: Scenario, source: Scenario) -> Iterator[Difference]:
    yield from _counts(len(own.steps), len(source.steps), "steps")
    theirs = {step.id: step for step in source.steps}
    for step in own.steps:
        there = theirs.get(step.id)
        if there is None:
            continue
        if len(step.choices) != len(there.choices):
            yield "E405", {"here": len(step.choices), "there": len(there.choices), "what": "choices"}
        elif step.end != there.end or [c.better for c in step.choices] != [c.better for c in there.choices]:
            yield "E404", {}
        for number, (here, other) in enumerate(zip(step.choices, there.choices, strict=False), 1):
            if here.to != other.to:
                yield "E409", {"number": number}
