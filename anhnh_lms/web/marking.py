"""From a handed-in attempt to what the result page says of each question: yours, the right one, why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from markupsafe import Markup, escape

from ..assessment.mark import Mark
from ..assessment.response import NONE, walk
from ..content.course import (
    Blanks,
    Gap,
    Match,
    Module,
    Multiple,
    Number,
    Option,
    Order,
    Prose,
    Question,
    Rows,
    Scenario,
    ShortText,
    Single,
)
from ..learning.attempts import Attempt, Response, marked
from .asking import safe


@dataclass(slots=True)
class Line:
    """One line of an answer: what was answered, whether it is right, what would have been, why."""

    yours: Markup
    right: bool | None
    key: Markup = field(default_factory=Markup)
    why: Markup = field(default_factory=Markup)
    label: Markup = field(default_factory=Markup)


@dataclass(slots=True)
class Marked:
    """A question on the result page. `state`: right, partly, wrong, opinion."""

    number: int
    question: Question
    mark: Mark
    lines: list[Line]

    @property
    def state(self) -> str:
        if not self.mark.max:
            return "opinion"
        if self.mark.points == self.mark.max:
            return "right"
        return "partly" if self.mark.points else "wrong"


def marked_questions(attempt: Attempt) -> list[Marked]:
    """Every question of the paper, in its order, with what it earned."""
    marks, _outcome = marked(attempt)
    return [
        Marked(n, attempt.questions[i], marks[i], _lines(attempt.questions[i], attempt.answers.get(i), marks[i]))
        for n, i in enumerate(attempt.paper.ids, start=1)
    ]


def reread(attempt: Attempt, questions: Sequence[Marked]) -> list[tuple[str, str]]:
    """(section id, title) of what to read again: the sections that the explanations of questions that
    were not right point to, else those of their objective's module. Without repetition, in reading order."""
    module: Module = attempt.module
    missed = [m.question for m in questions if m.state in ("wrong", "partly")]
    pointed = {s.id for q in missed for s in module.sections if f'href="#{s.id}"' in q.explanation.html()}
    return [(s.id, s.title) for s in module.sections if s.id in pointed]


def _nothing() -> Markup:
    return escape(_("No answer"))


def _lines(question: Question, answer: Response | None, mark: Mark) -> list[Line]:
    given = answer or {}
    match question.answer:
        case Single(options):
            return [_single(options, answer)]
        case Multiple(options):
            return _multiple(options, set(given.get("choices", ())))
        case Rows(columns, rows, key):
            chosen = given.get("rows", [NONE] * len(rows))
            return _parts(columns, chosen, [safe(columns[k]) for k in key], mark, [safe(row) for row in rows])
        case Match(lefts, rights):
            chosen = given.get("pairs", [NONE] * len(lefts))
            return _parts(rights, chosen, [safe(right) for right in rights], mark, [safe(left) for left in lefts])
        case Order(items):
            chosen = given.get("order", [NONE] * len(items))
            return _parts(items, chosen, [safe(item) for item in items], mark, _numbers(len(items)))
        case Blanks(gaps=gaps):
            return _blanks(gaps, given.get("texts", [""] * len(gaps)), mark)
        case Number(shown=shown, unit=unit):
            return [Line(_typed(given.get("text", "")), mark.points == mark.max, escape(f"{shown} {unit}".strip()))]
        case ShortText(shown=accepted):
            return [Line(_typed(given.get("text", "")), mark.points == mark.max, escape(" / ".join(accepted)))]
        case Scenario():
            return _talk(question.answer, given.get("path", []))
        case _:
            return []


def _parts(
    texts: Sequence[Prose], chosen: Sequence[int], keys: Sequence[Markup], mark: Mark, labels: Sequence[Markup]
) -> list[Line]:
    """A line for each row, pair or place; right as the mark says (two equal texts may change places)."""
    parts = mark.parts or (None,) * len(chosen)
    return [
        Line(safe(texts[choice]) if choice != NONE else _nothing(), part is True, key, label=label)
        for choice, part, key, label in zip(chosen, parts, keys, labels, strict=False)
    ]


def _numbers(count: int) -> list[Markup]:
    return [escape(f"{number}.") for number in range(1, count + 1)]


def _blanks(gaps: Sequence[Gap], texts: Sequence[str], mark: Mark) -> list[Line]:
    shown = [gap.options[int(text)] if gap.options and text else text for gap, text in zip(gaps, texts, strict=True)]
    keys = [escape(_key(gap.shown, gap.options, gap.right)) for gap in gaps]
    return [
        Line(_typed(text), part is True, key, label=label)
        for text, part, key, label in zip(shown, mark.parts, keys, _numbers(len(gaps)), strict=True)
    ]


def _typed(text: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(text) if text.strip() else _nothing()


def _key(shown: Sequence[str], options: Sequence[str], right: int | None) -> str:
    return options[right] if options and right is not None else " / ".join(shown)


def _single(options: Sequence[Option], answer: Response | None) -> Line:
    right = next((o for o in options if o.right), None)
    if answer is None:
        return Line(_nothing(), False, safe(right.text) if right else Markup())
    chosen = options[answer["choice"]]
    return Line(safe(chosen.text), chosen.right, safe(right.text) if right else Markup(), safe(chosen.feedback))


def _multiple(options: Sequence[Option], ticked: set[int]) -> list[Line]:
    """What was ticked, with why; then what should have been."""
    lines = [Line(safe(o.text), o.right, why=safe(o.feedback)) for i, o in enumerate(options) if i in ticked]
    lines += [
        Line(Markup("{}").format(_("Not ticked")), False, safe(o.text), safe(o.feedback))
        for i, o in enumerate(options) if o.right and i not in ticked
    ]  # fmt: skip
    return lines or [Line(_nothing(), False)]


def _talk(scenario: Scenario, path: Sequence[int]) -> list[Line]:
    """Each thing that was said: the moves that calmed, those that did not and the better ones."""
    lines = []
    steps = walk(scenario, path)
    for step, choice in zip(steps, path, strict=False):
        said = step.choices[choice]
        better = [safe(c.text) for c in step.choices if c.better]
        key = Markup(" / ").join(better) if not said.better and better else Markup()
        lines.append(Line(safe(said.text), said.better, key, safe(said.feedback)))
    return lines or [Line(_nothing(), False)]
