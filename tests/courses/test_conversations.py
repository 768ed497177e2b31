"""Every branching conversation of the library is played to every one of its ends, in every language."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest

from anhnh_lms.assessment.mark import mark
from anhnh_lms.assessment.response import parse
from anhnh_lms.content.course import Question, Scenario

from .library import LANGUAGES, SLUGS, course

CALMING = "nonviolent-conflict-resolution"
LONG = 8  # steps that a conversation of that course has at least


def _scenarios(slug: str, lang: str) -> list[Question]:
    pages = course(slug).text(lang).pages
    return [q for page in pages for quiz in page.quizzes for q in quiz.questions if isinstance(q.answer, Scenario)]


ALL = [
    pytest.param(slug, lang, question.id, id=f"{question.id}-{lang}")
    for slug in SLUGS
    for lang in LANGUAGES
    for question in _scenarios(slug, lang)
]


def _asked(slug: str, lang: str, question_id: str) -> tuple[Question, Scenario]:
    question = next(q for q in _scenarios(slug, lang) if q.id == question_id)
    assert isinstance(question.answer, Scenario)
    return question, question.answer


def _walks(
    scenario: Scenario, step_id: str, path: tuple[int, ...] = (), seen: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[int, ...], tuple[str, ...]]]:
    """Every way from a step to an end that comes to no step twice: the choices made, and the steps seen."""
    step, seen = scenario.step(step_id), (*seen, step_id)
    if step.end is not None:
        yield path, seen
    for number, choice in enumerate(step.choices):
        if choice.to not in seen:
            yield from _walks(scenario, choice.to, (*path, number), seen)


@pytest.mark.parametrize(("slug", "lang", "question_id"), ALL)
def test_conversation_when_played_to_an_end_then_it_earns_what_that_end_says(
    slug: str, lang: str, question_id: str
) -> None:
    question, scenario = _asked(slug, lang, question_id)
    ended, seen = set(), set()
    for path, steps in _walks(scenario, ""):
        end = scenario.step(steps[-1]).end
        assert end is not None
        response = parse(question, {"path": list(path)})
        assert mark(question, response).points == end * question.points
        ended.add(steps[-1])
        seen.update(steps)
    assert seen == {step.id for step in scenario.steps}
    assert ended == {step.id for step in scenario.steps if step.end is not None}
    assert {scenario.step(name).end for name in ended} >= {Fraction(0), Fraction(1)}


@pytest.mark.parametrize(("slug", "lang", "question_id"), ALL)
def test_conversation_when_the_better_move_is_made_each_time_then_it_passes(
    slug: str, lang: str, question_id: str
) -> None:
    _, scenario = _asked(slug, lang, question_id)
    step, seen = scenario.steps[0], set()
    while step.end is None:
        assert step.id not in seen, f"{step.id} again"
        seen.add(step.id)
        better = [choice for choice in step.choices if choice.better]
        assert len(better) == 1, step.id
        step = scenario.step(better[0].to)
    assert step.end == 1


@pytest.mark.parametrize(("slug", "lang", "question_id"), ALL)
def test_conversation_when_a_poor_sentence_was_said_then_some_can_be_repaired_and_some_have_a_price(
    slug: str, lang: str, question_id: str
) -> None:
    _, scenario = _asked(slug, lang, question_id)
    best = {
        step.id: max(scenario.step(steps[-1]).end or Fraction(0) for _, steps in _walks(scenario, step.id))
        for step in scenario.steps
    }
    poor = {choice.to for step in scenario.steps for choice in step.choices if not choice.better}
    assert any(best[name] == 1 for name in poor), "nothing can be repaired"
    assert any(best[name] < 1 for name in poor), "nothing has a price"


def test_conversations_of_the_course_on_conflict_then_three_are_long_and_explain_themselves() -> None:
    long = []
    for question in _scenarios(CALMING, "en"):
        assert isinstance(question.answer, Scenario)
        ends = [step for step in question.answer.steps if step.end is not None]
        if len(question.answer.steps) > LONG and len(ends) >= 3:
            long.append(question.id)
            assert all(len(step.text.plain.split()) >= 25 for step in ends), question.id
    assert len(long) >= 3
