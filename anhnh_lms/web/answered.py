"""What was answered to a question, in plain words: yours alone, without what would have been right."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from ..assessment.response import NONE, walk
from ..assessment.scales import SCALES
from ..content.course import (
    Blanks,
    Gap,
    Likert,
    Match,
    Multiple,
    Order,
    Prose,
    Question,
    Rows,
    Scenario,
    Single,
    Survey,
)
from ..learning.attempts import Response
from .show import labelled


def answered(question: Question, response: Response | None) -> list[str]:
    """A line for each part that was answered, none for no answer. Orders are the reader's own; nothing tells how the
    source of the course numbers anything."""
    if response is None:
        return []
    match question.answer:
        case Single(options) | Multiple(options) | Survey(options) if options:
            chosen = [response["choice"]] if "choice" in response else response.get("choices", [])
            return [options[i].text.plain for i in chosen]
        case Rows(columns, rows):
            return _pairs(rows, [columns[i].plain if i != NONE else "" for i in response["rows"]])
        case Match(lefts, rights):
            return _pairs(lefts, [rights[i].plain if i != NONE else "" for i in response["pairs"]])
        case Likert(statements, scale):
            return _pairs(statements, [str(_(SCALES[scale][i - 1])) if i else "" for i in response["rows"]])
        case Order(items):
            return [f"{n}. {items[i].plain}" for n, i in enumerate(response["order"], start=1) if i != NONE]
        case Blanks(gaps=gaps):
            texts = zip(gaps, response["texts"], strict=True)
            return [f"{n}. {_filled(gap, text)}" for n, (gap, text) in enumerate(texts, start=1) if text]
        case Scenario():
            steps = walk(question.answer, response["path"])
            return [step.choices[i].text.plain for step, i in zip(steps, response["path"], strict=False)]
        case _:
            return [response["text"]] if response.get("text") else []


def _pairs(labels: Sequence[Prose], values: Sequence[str]) -> list[str]:
    return [labelled(label.plain, value) for label, value in zip(labels, values, strict=True) if value]


def _filled(gap: Gap, text: str) -> str:
    return gap.options[int(text)] if gap.options else text
