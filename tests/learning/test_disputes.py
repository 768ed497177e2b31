""" "This was not me": what a claim changes (nothing), what a decision changes, for both persons."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from anhnh_lms.certificates import register
from anhnh_lms.content.course import Course
from anhnh_lms.db import db
from anhnh_lms.learning import attempts, disputes, items, library, progress
from anhnh_lms.learning.tables import AnswerRow, CooldownRow
from anhnh_lms.people import staff
from anhnh_lms.people.access import User
from anhnh_lms.record import log, views
from anhnh_lms.record.log import Fact, recording, stream_of
from anhnh_lms.record.tables_of_views import AttemptRow, ProgressRow
from tests import support
from tests.people.conftest import user as acting

from . import school

HERE = ("MA-1", "MA")
THEIRS, NOT_THEIRS = disputes.OUTCOMES
both = pytest.mark.both_databases


@pytest.fixture
def other(people: support.People, learner: User) -> User:
    """A colleague, who shares the learner's PC."""
    return school.user_of(people.register())


@pytest.fixture
def focal(people: support.People, app_context: Flask) -> User:
    member = people.register(role="focal-point")
    db.session.rollback()
    return acting(member.id)


def row_of(user: User, attempt: str) -> AttemptRow:
    db.session.rollback()
    db.session.expire_all()
    found = db.session.get(AttemptRow, (attempt, user.id))
    assert found is not None
    return found


def decide(by: User, attempt: str, outcome: str, other: User | None = None, reason: str = "") -> disputes.Settled:
    """Decide as the screen does it, with the certificates in the same unit of work."""
    with recording() as record:
        found = disputes.settle(record, by, HERE, attempt, outcome, other, reason)
        if found.first and found.completion_lost:
            register.revoke_resting(record, found.first, found.course, "not theirs", by.id)
        if other:
            register.issue_due(record, other, found.course, "en")
    db.session.expire_all()
    return found


def state_of(user: User, course: Course) -> progress.CourseState:
    db.session.rollback()
    db.session.expire_all()
    return school.state(user, course)


def agree() -> None:
    """The chains are whole, and the views are what the log says."""
    assert log.verify() == []
    assert views.differences() == []


# -- a claim ---------------------------------------------------------------------------------------------


@both
def test_dispute_when_an_attempt_was_handed_in_then_it_goes_on_counting(course: Course, learner: User) -> None:
    attempt = school.sit(learner, course, school.VERIF)
    before = state_of(learner, course)
    disputes.dispute(learner, attempt, "  I was on leave. ")
    row = row_of(learner, attempt)
    assert (row.state, row.disputed, row.passed, row.number) == ("handed-in", "open", 1, 1)
    assert state_of(learner, course) == before
    (claim,) = disputes.open_claims(*HERE)
    assert (claim.row.id, claim.person.id, claim.reason) == (attempt, learner.id, "I was on leave.")
    assert disputes.count_open(*HERE) == 1
    agree()


@both
def test_dispute_when_an_attempt_is_open_then_it_is_closed_and_its_answers_are_gone(
    course: Course, learner: User, focal: User
) -> None:
    attempt = attempts.start(learner, course, school.VERIF, "en")
    school.fill(learner, attempt)
    loaded = attempts.load(learner, attempt, "en")
    disputes.dispute(learner, attempt, "")
    assert db.session.query(AnswerRow).count() == 0
    assert (row_of(learner, attempt).state, row_of(learner, attempt).handed_in_at) == ("closed", "")
    question = next(iter(loaded.questions.values()))
    with pytest.raises(attempts.AlreadyHandedIn):
        attempts.save(learner, loaded, question, school.right(question), "en")
    with recording() as record, pytest.raises(attempts.AlreadyHandedIn):
        attempts.hand_in(record, learner, attempt, "en")
    again = attempts.start(learner, course, school.VERIF, "en")
    assert row_of(learner, again).number == 2  # until somebody decides it is one of those allowed
    decide(focal, attempt, NOT_THEIRS)
    assert row_of(learner, again).number == 1
    agree()


def test_dispute_when_said_twice_or_of_somebody_elses_then_nothing_is_recorded(
    course: Course, learner: User, other: User
) -> None:
    attempt = school.sit(learner, course, school.VERIF)
    with pytest.raises(attempts.NoSuchAttempt):
        disputes.dispute(other, attempt, "")
    disputes.dispute(learner, attempt, "")
    with pytest.raises(disputes.AlreadyDisputed):
        disputes.dispute(learner, attempt, "again")
    assert len(school.entries("attempt.disputed")) == 1


# -- a decision --------------------------------------------------------------------------------------------


@both
def test_settle_when_it_was_theirs_after_all_then_nothing_changes_but_what_is_shown(
    course: Course, learner: User, focal: User
) -> None:
    attempt = school.sit(learner, course, school.VERIF)
    before = state_of(learner, course)
    disputes.dispute(learner, attempt, "")
    decide(focal, attempt, THEIRS, reason="The roster says so")
    assert (row_of(learner, attempt).disputed, row_of(learner, attempt).state) == (THEIRS, "handed-in")
    assert state_of(learner, course) == before
    with pytest.raises(disputes.AlreadyDisputed):
        disputes.dispute(learner, attempt, "but no")
    with recording() as record, pytest.raises(disputes.AlreadySettled) as settled:
        disputes.settle(record, focal, HERE, attempt, NOT_THEIRS, None, "")
    assert settled.value.outcome == THEIRS
    assert disputes.open_claims(*HERE) == []
    agree()


@both
def test_settle_when_it_was_anothers_then_the_pass_goes_over_and_the_one_began_nothing(
    course: Course, learner: User, other: User, focal: User
) -> None:
    attempt = school.sit(learner, course, school.VERIF)
    disputes.dispute(learner, attempt, "")
    decide(focal, attempt, NOT_THEIRS, other)
    assert (row_of(learner, attempt).state, row_of(learner, attempt).number) == (NOT_THEIRS, 0)
    assert not state_of(learner, course).started
    assert [p.person for p in db.session.query(ProgressRow)] == [other.id]
    theirs = row_of(other, attempt)
    assert (theirs.state, theirs.number, theirs.passed, theirs.taken_from) == ("handed-in", 1, 1, learner.id)
    assert state_of(other, course).modules["alarm"].complete
    shown = attempts.load(other, attempt, "en")
    assert all(shown.answered())  # the paper as it was, with its answers
    assert attempts.start(learner, course, school.VERIF, "en") != attempt
    agree()


def test_settle_when_a_test_allows_no_more_attempts_then_the_one_may_sit_it_and_the_other_may_not(
    course: Course, learner: User, other: User, focal: User
) -> None:
    attempt = school.sit(learner, course, school.BEFORE, school.right)
    assert state_of(learner, course).pre >= 0
    disputes.dispute(learner, attempt, "")
    with pytest.raises(attempts.NoAttemptsLeft):
        attempts.start(learner, course, school.BEFORE, "en")
    decide(focal, attempt, NOT_THEIRS, other)
    assert state_of(learner, course).pre == -1
    assert state_of(other, course).pre == row_of(other, attempt).earned * 10000 // row_of(other, attempt).maximum
    attempts.start(learner, course, school.BEFORE, "en")
    with pytest.raises(attempts.NoAttemptsLeft):
        attempts.start(other, course, school.BEFORE, "en")
    agree()


def test_settle_when_another_failed_then_the_wait_goes_with_the_attempt(
    course: Course, learner: User, other: User, focal: User
) -> None:
    attempt = school.sit(learner, course, school.COUNTED, school.wrong)
    _module, quiz = attempts.quiz_in(course, school.COUNTED, "en")
    wait = attempts.waiting(learner, course, quiz)
    assert wait > 0
    disputes.dispute(learner, attempt, "")
    assert attempts.waiting(learner, course, quiz) == wait  # a claim shortens nothing
    decide(focal, attempt, NOT_THEIRS, other)
    assert attempts.waiting(learner, course, quiz) == 0
    assert 0 < attempts.waiting(other, course, quiz) <= wait


def test_settle_when_the_one_failed_again_themselves_then_their_own_wait_stays(
    course: Course, learner: User, focal: User, out_waited: Callable[[], None]
) -> None:
    first = school.sit(learner, course, school.COUNTED, school.wrong)
    out_waited()
    school.sit(learner, course, school.COUNTED, school.wrong)
    disputes.dispute(learner, first, "")
    decide(focal, first, NOT_THEIRS)
    assert db.session.query(CooldownRow).count() == 1


def completed(user: User, course: Course) -> str:
    """The id of the last test, with which the person completed the course."""
    school.finish_modules(user, course)
    return school.sit(user, course, school.AFTER)


@both
def test_settle_when_a_certificate_rested_on_it_then_completion_and_certificate_go_in_the_same_unit(
    course: Course, learner: User, other: User, focal: User
) -> None:
    attempt = completed(learner, course)
    school.finish_modules(other, course)
    (paper,) = register.of_person(learner.id)
    assert disputes.consequences(row_of(learner, attempt)) == disputes.Consequences(True, True)
    disputes.dispute(learner, attempt, "")
    assert register.live(learner.id, course.id)
    settled = decide(focal, attempt, NOT_THEIRS, other)
    assert settled.completion_lost
    assert state_of(learner, course).completed_on == ""
    assert state_of(learner, course).modules_complete
    row = register.get(paper.id)
    assert (row.state, row.reason) == ("revoked", "not theirs")
    assert state_of(other, course).completed_on
    assert register.live(other.id, course.id)
    agree()
    school.sit(learner, course, school.AFTER)  # and now themselves
    live = register.live(learner.id, course.id)
    assert live is not None
    assert live.id != paper.id
    assert len(school.entries("course.completed")) == 3
    agree()


def test_settle_when_the_one_passed_it_themselves_too_then_the_completion_holds(
    course: Course, learner: User, focal: User
) -> None:
    extra = school.sit(learner, course, school.VERIF)
    completed(learner, course)
    disputes.dispute(learner, extra, "")
    assert disputes.consequences(row_of(learner, extra)) == disputes.Consequences(False, False)
    decide(focal, extra, NOT_THEIRS)
    assert state_of(learner, course).completed_on
    assert register.live(learner.id, course.id)
    assert school.entries("completion.withdrawn", "certificate.revoked") == []


def test_settle_when_the_module_must_be_taken_again_by_now_then_the_completion_still_rested_on_it(
    course: Course, learner: User, focal: User
) -> None:
    attempt = school.sit(learner, course, school.VERIF)
    school.sit(learner, course, school.COUNTED)
    school.sit(learner, course, school.AFTER)
    assert state_of(learner, course).completed_on
    library.publish(school.files(), course, retake=["alarm"])
    assert not state_of(learner, course).modules["alarm"].complete
    disputes.dispute(learner, attempt, "")
    assert decide(focal, attempt, NOT_THEIRS).completion_lost


def test_settle_when_the_attempt_came_after_the_completion_then_that_did_not_rest_on_it(
    course: Course, learner: User, focal: User
) -> None:
    completed(learner, course)
    late = school.sit(learner, course, school.LATER)
    disputes.dispute(learner, late, "")
    assert not decide(focal, late, NOT_THEIRS).completion_lost
    assert state_of(learner, course).completed_on


def test_settle_when_the_one_decides_or_would_take_it_then_it_is_refused(
    course: Course, people: support.People, learner: User, focal: User
) -> None:
    mine = school.sit(focal, course, school.VERIF)
    disputes.dispute(focal, mine, "")
    attempt = school.sit(learner, course, school.VERIF)
    disputes.dispute(learner, attempt, "")
    with pytest.raises(disputes.OwnCase):
        decide(focal, mine, NOT_THEIRS)
    with pytest.raises(disputes.OwnCase):
        decide(focal, attempt, NOT_THEIRS, focal)
    with pytest.raises(disputes.NotTheOther):
        decide(focal, attempt, NOT_THEIRS, learner)
    unfinished = attempts.start(learner, course, school.COUNTED, "en")
    disputes.dispute(learner, unfinished, "")
    with pytest.raises(disputes.NotTheOther):
        decide(focal, unfinished, NOT_THEIRS, school.user_of(people.register()))
    assert school.entries("attempt.dispute_settled") == []


def test_settle_when_the_attempt_goes_on_and_comes_back_then_it_counts_once_and_for_whom_it_was(
    course: Course, learner: User, other: User, focal: User
) -> None:
    attempt = school.sit(learner, course, school.VERIF)
    disputes.dispute(learner, attempt, "")
    decide(focal, attempt, NOT_THEIRS, other)
    disputes.dispute(other, attempt, "Nor me")
    assert [c.person.id for c in disputes.open_claims(*HERE)] == [other.id]
    decide(focal, attempt, NOT_THEIRS, learner)
    assert (row_of(other, attempt).state, row_of(learner, attempt).state) == (NOT_THEIRS, "handed-in")
    assert state_of(learner, course).modules["alarm"].complete
    assert not state_of(other, course).started
    agree()


def test_settle_when_the_two_turn_out_to_be_one_person_then_the_attempt_counts_once(
    course: Course, learner: User, other: User, focal: User
) -> None:
    attempt = school.sit(learner, course, school.VERIF)
    disputes.dispute(learner, attempt, "")
    decide(focal, attempt, NOT_THEIRS, other)
    with recording() as record:
        record.append(Fact("person.same_as", stream_of("MA-1"), "MA", {"other": other.id}, person=learner.id,
                           subject=other.id))  # fmt: skip
    (row,) = db.session.query(AttemptRow).all()
    assert (row.state, row.number, row.passed) == ("handed-in", 1, 1)
    agree()


def test_items_when_an_attempt_was_given_to_another_then_it_counts_once(
    course: Course, people: support.People, learner: User, other: User, focal: User
) -> None:
    for _ in range(items.SMALL - 1):
        school.sit(school.user_of(people.register()), course, school.VERIF)
    attempt = school.sit(learner, course, school.VERIF)
    module, _ = attempts.quiz_in(course, school.VERIF, "en")
    before = items.figures(course, module, "MA")
    assert {f.overall.n for f in before.values()} == {items.SMALL}
    disputes.dispute(learner, attempt, "")
    for whose in (other, None):
        decide(focal, attempt, NOT_THEIRS, whose)
        items._kept.clear()
        assert items.figures(course, module, "MA") == before
        if whose:
            disputes.dispute(whose, attempt, "")


def test_claim_when_its_person_was_forgotten_then_nobody_sees_it_and_its_reason_is_gone(
    course: Course, learner: User, founded: support.Founded
) -> None:
    attempt = school.sit(learner, course, school.VERIF)
    disputes.dispute(learner, attempt, "Karim sat there")
    staff.forget(acting(founded.administrator), "MA-1", "MA", learner.id)
    assert disputes.open_claims(*HERE) == []
    assert all("Karim" not in entry.sealed for entry in log.read())
    agree()
