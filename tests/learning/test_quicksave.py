"""The quick way of saving an answer: it writes only what the slow way would have written too."""

from __future__ import annotations

import pytest

from anhnh_lms.content.course import Course
from anhnh_lms.learning import attempts, quicksave
from anhnh_lms.people import access
from anhnh_lms.people.access import User
from tests import support

from . import school

pytestmark = pytest.mark.both_databases
ANSWER = {"choice": 1}


@pytest.fixture
def attempt(course: Course, learner: User) -> str:
    return attempts.start(learner, course, school.COUNTED, "en")


def saved(learner: User, attempt: str, turn: int = 0, answer: dict[str, int] | None = None) -> bool:
    token = f"token/{learner.id}"
    return bool(quicksave.quick_save(token, attempt, "who", answer or ANSWER, "en", turn))


def test_quick_save_when_nothing_speaks_against_it_then_it_is_kept(attempt: str, learner: User) -> None:
    assert saved(learner, attempt)
    assert attempts.load(learner, attempt, "en").answers == {"who": ANSWER}


def test_quick_save_when_an_older_turn_comes_late_then_it_is_refused(attempt: str, learner: User) -> None:
    assert saved(learner, attempt, 5)
    assert not saved(learner, attempt, 4, {"choice": 0})
    assert attempts.load(learner, attempt, "en").answers == {"who": ANSWER}
    assert saved(learner, attempt, 5, {"choice": 0})
    assert saved(learner, attempt, 0, ANSWER)


def test_quick_save_when_handed_in_then_it_is_refused(attempt: str, learner: User) -> None:
    school.hand_in(learner, attempt)
    assert not saved(learner, attempt)


def test_quick_save_when_it_is_anothers_attempt_then_it_is_refused(
    attempt: str, learner: User, people: support.People
) -> None:
    other = school.user_of(people.register())
    assert not saved(other, attempt)
    assert quicksave.asked(attempt, other.id, 1, "en") is None
    assert attempts.load(learner, attempt, "en").answers == {}


def test_quick_save_when_signed_out_then_it_is_refused(attempt: str, learner: User) -> None:
    access.sign_out(f"token/{learner.id}")
    assert not saved(learner, attempt)


def test_asked_when_the_number_is_not_on_the_paper_then_there_is_none(attempt: str, learner: User) -> None:
    found = quicksave.asked(attempt, learner.id, 1, "en")
    assert found is not None
    assert found.question.id == "who"
    for number in (0, 2, -1):
        assert quicksave.asked(attempt, learner.id, number, "en") is None
    assert quicksave.asked("nowhere", learner.id, 1, "en") is None
