"""Attempts: one open at a time, saved in order, marked once, and nothing that can be fished for."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from anhnh_lms import clock
from anhnh_lms.content.course import Course, Question
from anhnh_lms.db import db
from anhnh_lms.learning import attempts, library
from anhnh_lms.learning.tables import AnswerRow
from anhnh_lms.people.access import User
from anhnh_lms.record import views
from anhnh_lms.record.tables_of_views import AttemptRow
from tests import support

from . import school

pytestmark = pytest.mark.both_databases


def nothing(_question: Question) -> None:
    return None


def row_of(attempt: str) -> AttemptRow:
    db.session.rollback()
    row: AttemptRow = db.session.query(AttemptRow).filter_by(id=attempt).one()
    return row


# -- start and resume -------------------------------------------------------------------------------


def test_start_when_nothing_is_open_then_the_entry_holds_seed_and_hashes(course: Course, learner: User) -> None:
    attempt = attempts.start(learner, course, school.VERIF, "ar")
    (entry,) = school.entries("attempt.started")
    facts = entry.facts()
    assert (entry.subject, entry.person, entry.actor) == (attempt, learner.id, learner.id)
    assert (facts["version"], facts["quiz"], facts["language"]) == (course.version, school.VERIF, "ar")
    _, quiz = course.text("en").quiz(school.VERIF)
    assert facts["questions"] == [[q.id, q.digest] for q in quiz.questions]
    assert len(facts["seed"]) == 32


def test_start_when_an_attempt_is_open_then_it_goes_on_with_the_same_words(course: Course, learner: User) -> None:
    first = attempts.start(learner, course, school.VERIF, "en")
    before = attempts.load(learner, first, "en")
    question = before.questions["act"]
    attempts.save(learner, before, question, school.right(question), "en")
    assert attempts.start(learner, course, school.VERIF, "ar") == first
    again = attempts.load(learner, first, "en")
    assert again.paper == before.paper
    assert again.answers == {"act": school.right(question)}
    assert again.answered() == [i == "act" for i in again.paper.ids]
    assert len(school.entries("attempt.started")) == 1


def test_start_when_language_changes_then_the_paper_stays(course: Course, learner: User) -> None:
    attempt = attempts.start(learner, course, school.VERIF, "en")
    assert attempts.load(learner, attempt, "ar").paper == attempts.load(learner, attempt, "en").paper


def test_load_when_a_new_version_is_published_then_the_attempt_ends_on_its_own(course: Course, learner: User) -> None:
    attempt = attempts.start(learner, course, school.COUNTED, "en")
    newer = school.publish(school.files(count=lambda text: text.replace("Who is counted?", "Who counts?")))
    assert newer.version != course.version
    loaded = attempts.load(learner, attempt, "en")
    assert loaded.course.version == course.version
    assert loaded.questions["who"].title == "Who is counted?"
    assert attempts.start(learner, newer, school.COUNTED, "en") == attempt


def test_start_when_quiz_is_private_or_unknown_then_there_is_none(course: Course, learner: User) -> None:
    for quiz in ("feel", "nowhere"):
        with pytest.raises(library.NoSuchCourse):
            attempts.start(learner, course, quiz, "en")
    assert not school.entries("attempt.started")


# -- somebody else's ---------------------------------------------------------------------------------


def test_attempt_when_it_is_anothers_then_it_is_not_there(
    course: Course, learner: User, people: support.People
) -> None:
    attempt = attempts.start(learner, course, school.COUNTED, "en")
    loaded = attempts.load(learner, attempt, "en")
    other = school.user_of(people.register())
    question = loaded.questions["who"]
    with pytest.raises(attempts.NoSuchAttempt):
        attempts.load(other, attempt, "en")
    with pytest.raises(attempts.NoSuchAttempt):
        attempts.save(other, loaded, question, school.right(question), "en")
    with pytest.raises(attempts.NoSuchAttempt):
        school.hand_in(other, attempt)
    assert row_of(attempt).state == "open"
    assert not attempts.load(learner, attempt, "en").answers


# -- saving -------------------------------------------------------------------------------------------


def test_save_when_an_older_turn_comes_late_then_the_newer_answer_stays(course: Course, learner: User) -> None:
    attempt = attempts.load(learner, attempts.start(learner, course, school.COUNTED, "en"), "en")
    question = attempt.questions["who"]
    attempts.save(learner, attempt, question, {"choice": 1}, "en", turn=3)
    with pytest.raises(attempts.NewerAnswer):
        attempts.save(learner, attempt, question, {"choice": 0}, "en", turn=2)
    attempts.save(learner, attempt, question, {"choice": 0}, "ar", turn=4)
    kept = attempts.load(learner, attempt.row.id, "en")
    assert kept.answers == {"who": {"choice": 0}}
    assert kept.turns == {"who": 4}


def test_save_when_the_page_does_not_count_then_the_last_save_stays(course: Course, learner: User) -> None:
    attempt = attempts.load(learner, attempts.start(learner, course, school.COUNTED, "en"), "en")
    question = attempt.questions["who"]
    attempts.save(learner, attempt, question, {"choice": 1}, "en", turn=9)
    attempts.save(learner, attempt, question, {"choice": 0}, "en")
    assert attempts.load(learner, attempt.row.id, "en").answers == {"who": {"choice": 0}}


def test_save_when_the_answer_is_taken_back_then_nothing_is_kept(course: Course, learner: User) -> None:
    attempt = attempts.load(learner, attempts.start(learner, course, school.COUNTED, "en"), "en")
    question = attempt.questions["who"]
    attempts.save(learner, attempt, question, {"choice": 1}, "en")
    attempts.save(learner, attempt, question, None, "en")
    attempts.save(learner, attempt, question, None, "en")
    assert attempts.load(learner, attempt.row.id, "en").answered() == [False]


def test_save_when_handed_in_then_nothing_changes(course: Course, learner: User) -> None:
    attempt = attempts.start(learner, course, school.COUNTED, "en")
    school.fill(learner, attempt)
    before = attempts.load(learner, attempt, "en")
    school.hand_in(learner, attempt)
    question = before.questions["who"]
    with pytest.raises(attempts.AlreadyHandedIn):
        attempts.save(learner, before, question, school.wrong(question), "en", turn=99)
    assert attempts.load(learner, attempt, "en").answers == {"who": school.right(question)}


# -- handing in -----------------------------------------------------------------------------------------


def test_hand_in_when_every_kind_is_right_then_every_point_is_earned(course: Course, learner: User) -> None:
    attempt = school.sit(learner, course, school.VERIF)
    row = row_of(attempt)
    assert (row.state, row.passed, row.number) == ("handed-in", 1, 1)
    assert row.earned == row.maximum == 1400
    answers = attempts.load(learner, attempt, "en").answers
    assert answers == {q.id: school.right(q) for q in course.text("en").quiz(school.VERIF)[1].questions}


def test_hand_in_when_nothing_was_answered_then_it_counts_and_is_not_passed(course: Course, learner: User) -> None:
    row = row_of(school.sit(learner, course, school.VERIF, nothing))
    assert (row.state, row.earned, row.maximum, row.passed) == ("handed-in", 0, 1400, 0)


def test_hand_in_when_sent_twice_then_the_first_counts(course: Course, learner: User) -> None:
    attempt = school.sit(learner, course, school.COUNTED)
    with pytest.raises(attempts.AlreadyHandedIn):
        school.hand_in(learner, attempt)
    assert len(school.entries("attempt.handed_in")) == 1
    assert school.state(learner, course).modules["count"].quizzes == {school.COUNTED}


def test_hand_in_when_done_then_the_local_answers_are_deleted(course: Course, learner: User) -> None:
    other = attempts.start(learner, course, school.VERIF, "en")
    school.fill(learner, other)
    attempt = school.sit(learner, course, school.COUNTED)
    left = set(db.session.query(AnswerRow.attempt).all())
    assert left == {(other,)}
    assert attempt not in {name for (name,) in left}


def test_hand_in_when_something_was_typed_then_it_stands_in_the_sealed_part_alone(
    course: Course, learner: User
) -> None:
    typed = {
        "number": {"text": "forty-five or so"},
        "city": {"text": "my own village"},
        "report": {"texts": ["three words typed", "the governor", "0"]},
    }

    def respond(question: Question) -> dict[str, Any]:
        return typed.get(question.id) or school.right(question)

    attempt = school.sit(learner, course, school.VERIF, respond)
    (entry,) = school.entries("attempt.handed_in")
    for words in ("forty-five or so", "my own village", "three words typed", "the governor"):
        assert words not in entry.body
        assert words in entry.sealed
    assert set(json.loads(entry.body)["languages"].values()) == {"en"}
    loaded = attempts.load(learner, attempt, "en")
    assert {name: loaded.answers[name] for name in typed} == typed


def test_hand_in_when_answers_were_given_in_two_languages_then_each_says_its_own(course: Course, learner: User) -> None:
    attempt = attempts.start(learner, course, school.VERIF, "en")
    loaded = attempts.load(learner, attempt, "en")
    attempts.save(learner, loaded, loaded.questions["act"], {"choice": 1}, "ar")
    attempts.save(learner, loaded, loaded.questions["city"], {"text": "BKO"}, "en")
    school.hand_in(learner, attempt, "en")
    assert school.entries("attempt.handed_in")[0].facts()["languages"] == {"act": "ar", "city": "en"}


def test_views_when_rebuilt_then_attempts_and_progress_are_the_same(course: Course, learner: User) -> None:
    school.sit(learner, course, school.BEFORE)
    school.sit(learner, course, school.VERIF, nothing)
    school.sit(learner, course, school.COUNTED)
    assert views.differences() == []


# -- waits and limits ----------------------------------------------------------------------------------------


def test_start_when_not_passed_then_one_waits(course: Course, learner: User) -> None:
    school.sit(learner, course, school.COUNTED, school.wrong)
    with pytest.raises(attempts.MustWait) as wait:
        attempts.start(learner, course, school.COUNTED, "en")
    assert 590 < wait.value.seconds <= 600
    attempts.start(learner, course, school.VERIF, "en")  # another quiz does not wait


def test_start_when_the_date_is_changed_then_the_wait_is_not_shorter(
    course: Course, learner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.sit(learner, course, school.COUNTED, school.wrong)
    now = clock.now()
    for days in (400, -400):
        monkeypatch.setattr(clock, "now", lambda days=days: now + timedelta(days=days))
        with pytest.raises(attempts.MustWait) as wait:
            attempts.start(learner, course, school.COUNTED, "en")
        assert 580 < wait.value.seconds <= 600


def test_start_when_the_allowed_attempts_are_used_then_there_is_none_left(
    course: Course, learner: User, out_waited: Callable[[], None]
) -> None:
    for _ in range(2):
        school.sit(learner, course, school.COUNTED, school.wrong)
        out_waited()
    with pytest.raises(attempts.NoAttemptsLeft):
        attempts.start(learner, course, school.COUNTED, "en")


def test_start_when_the_first_test_was_taken_then_it_is_not_taken_again(course: Course, learner: User) -> None:
    row = row_of(school.sit(learner, course, school.BEFORE, school.wrong))
    assert (row.role, row.passed) == ("pre", 1)
    with pytest.raises(attempts.NoAttemptsLeft):
        attempts.start(learner, course, school.BEFORE, "en")


# -- tests before and after -------------------------------------------------------------------------------------


def test_post_test_when_a_module_is_open_then_it_is_closed(course: Course, learner: User) -> None:
    for quiz in (school.AFTER, school.LATER):
        with pytest.raises(attempts.NotYetOpen):
            attempts.start(learner, course, quiz, "en")
    school.sit(learner, course, school.VERIF)
    with pytest.raises(attempts.NotYetOpen):
        attempts.start(learner, course, school.AFTER, "en")
    school.sit(learner, course, school.COUNTED)
    with pytest.raises(attempts.NotYetOpen):
        attempts.start(learner, course, school.LATER, "en")
    school.sit(learner, course, school.AFTER)
    assert attempts.start(learner, course, school.LATER, "en")


def test_forms_when_enough_questions_remain_then_they_do_not_repeat(course: Course, learner: User) -> None:
    first = attempts.load(learner, school.sit(learner, course, school.BEFORE), "en")
    school.finish_modules(learner, course)
    second = attempts.load(learner, school.sit(learner, course, school.AFTER), "en")
    assert len(first.paper.ids) == len(second.paper.ids) == 2
    assert not set(first.paper.ids) & set(second.paper.ids)
    third = attempts.start(learner, course, school.LATER, "en")
    started = school.entries("attempt.started")[-1].facts()
    assert set(attempts.load(learner, third, "en").paper.ids) == set(started["reused"])


def test_gain_when_both_tests_are_handed_in_then_it_is_kept(course: Course, learner: User) -> None:
    school.sit(learner, course, school.BEFORE, school.wrong)
    school.finish_modules(learner, course)
    school.sit(learner, course, school.AFTER)
    found = school.state(learner, course)
    assert (found.pre, found.post) == (0, 10000)
    assert found.tests == {"pre", "post"}
    assert found.passed_tests >= {"post"}


def test_survey_when_handed_in_then_it_earns_and_asks_nothing(course: Course, learner: User) -> None:
    row = row_of(school.sit(learner, course, school.OPINION))
    assert (row.state, row.maximum) == ("handed-in", 0)
    assert "change" in json.loads(school.entries("attempt.handed_in")[0].sealed)["typed"]
