"""Drawing a paper: which questions, in which order, and how each one is laid out.

The paper depends on the seed, on ids, pools, objectives and numbers of answers, and on nothing
that a translation changes: whoever switches language keeps the same paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anhnh_lms.assessment.chance import Chance
from anhnh_lms.assessment.forms import Seen, choose
from anhnh_lms.content.course import (
    Likert,
    Match,
    Multiple,
    Order,
    Question,
    Quiz,
    Rows,
    Scenario,
    Single,
    Survey,
)


@dataclass(frozen=True, slots=True)
class Item:
    """One question on a paper. `order[p]` is the source index of what stands at place p: an option,
    a row, a right-hand side, an item, a statement; empty where there is nothing to lay out.
    `steps` holds the same for the choices of each step of a scenario, by the step's id."""

    question_id: str
    order: tuple[int, ...] = ()
    steps: tuple[tuple[str, tuple[int, ...]], ...] = ()

    def step(self, step_id: str) -> tuple[int, ...]:
        """The order of that step's choices. KeyError if the scenario has no such step."""
        return dict(self.steps)[step_id]


@dataclass(frozen=True, slots=True)
class Paper:
    """What one person answers in one attempt; `reused` are drawn questions that they saw before."""

    items: tuple[Item, ...]
    reused: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(item.question_id for item in self.items)

    def item(self, question_id: str) -> Item:
        """The item of that question. KeyError if it is not on the paper."""
        for item in self.items:
            if item.question_id == question_id:
                return item
        raise KeyError(question_id)


def draw(
    quiz: Quiz,
    seed: bytes | str,
    pool: Sequence[Question] | None = None,
    seen: Sequence[Seen] = (),
) -> Paper:
    """The paper of `quiz` for that seed: the same for ever, on every machine.

    Questions without a pool always appear. Each draw takes its count from the questions of its
    pool among `pool` (all questions of the module's file; default: the quiz's own), as
    `forms.choose` says, or all of them if there are fewer; no question appears twice. The order
    is that of the file unless the quiz shuffles its questions.
    """
    questions = {q.id: q for q in (*(pool or ()), *quiz.questions)}
    chosen = {q.id for q in quiz.questions if not q.pool}
    reused: list[str] = []
    for number, wanted in enumerate(quiz.draws):
        candidates = [q for q in questions.values() if q.pool == wanted.pool and q.id not in chosen]
        chance = Chance(seed, "draw", str(number), wanted.pool)
        form = choose(candidates, wanted.count, chance, seen, wanted.by_objective)
        chosen.update(form.ids)
        reused.extend(form.reused)
    ids = [i for i in questions if i in chosen]
    if quiz.shuffle_questions:
        ids = Chance(seed, "questions").shuffled(ids)
    return Paper(tuple(lay_out(quiz, seed, questions[i]) for i in ids), tuple(reused))


def reopen(quiz: Quiz, seed: bytes | str, questions: Sequence[Question], reused: Sequence[str] = ()) -> Paper:
    """The paper of an attempt that began with these questions, in this order: equal to what `draw` gave."""
    return Paper(tuple(lay_out(quiz, seed, q) for q in questions), tuple(reused))


def lay_out(quiz: Quiz, seed: bytes | str, question: Question) -> Item:
    """The item of `question` for that seed.

    Options, rows and choices are shuffled if the quiz shuffles answers. Right-hand sides and items
    to order always are, because their source order is the key; items never stand in the right
    order if there are two or more. Statements and opinions keep their order.
    """
    answer = question.answer
    if isinstance(answer, Scenario):
        steps = tuple(
            (s.id, step_order(seed, question.id, s.id, len(s.choices), quiz.shuffle_answers)) for s in answer.steps
        )
        return Item(question.id, steps=steps)
    count = _count(question)
    always = isinstance(answer, Match | Order)
    never = isinstance(answer, Survey | Likert)
    if never or not (always or quiz.shuffle_answers):
        return Item(question.id, tuple(range(count)))
    chance = Chance(seed, "answers", question.id)
    order = tuple(chance.shuffled(range(count)))
    while isinstance(answer, Order) and count > 1 and order == tuple(range(count)):
        order = tuple(chance.shuffled(range(count)))
    return Item(question.id, order)


def step_order(seed: bytes | str, question_id: str, step_id: str, count: int, shuffle: bool = True) -> tuple[int, ...]:
    """The source indexes of the `count` choices of a scenario's step, in the order of display."""
    if not shuffle:
        return tuple(range(count))
    return tuple(Chance(seed, "step", question_id, step_id).shuffled(range(count)))


def _count(question: Question) -> int:
    match question.answer:
        case Single(options) | Multiple(options) | Survey(options):
            return len(options)
        case Rows(_, rows):
            return len(rows)
        case Match(_, rights):
            return len(rights)
        case Order(items):
            return len(items)
        case Likert(statements):
            return len(statements)
        case _:
            return 0
