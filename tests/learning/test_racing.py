"""Two hand-ins at the same moment: completed once, one certificate, nothing counted twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest
from flask import Flask

from anhnh_lms.content.course import Course
from anhnh_lms.db import db
from anhnh_lms.learning import attempts, progress
from anhnh_lms.learning.quicksave import quick_save
from anhnh_lms.learning.tables import AnswerRow
from anhnh_lms.people.access import User
from anhnh_lms.record import log, views
from anhnh_lms.record.tables_of_views import CertificateRow
from tests import support

from . import school

pytestmark = pytest.mark.both_databases


def at_once(app: Flask, tasks: Sequence[Callable[[], None]]) -> list[BaseException]:
    """Run the tasks in threads that begin together; what they raised."""
    start, raised = threading.Barrier(len(tasks)), list[BaseException]()

    def run(task: Callable[[], None]) -> None:
        with app.app_context():
            try:
                start.wait(20)
                task()
            except BaseException as error:
                raised.append(error)
            finally:
                db.session.remove()

    db.session.rollback()
    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    db.session.rollback()
    return raised


@pytest.fixture
def two_modules(app_context: Flask, founded: support.Founded) -> Course:
    """A course that is completed by its two modules alone."""
    return school.publish(school.without_tests(school.files()))


def test_hand_in_when_sent_twice_at_once_then_one_counts(app: Flask, course: Course, learner: User) -> None:
    attempt = attempts.start(learner, course, school.COUNTED, "en")
    school.fill(learner, attempt)
    raised = at_once(app, [lambda: school.hand_in(learner, attempt)] * 3)
    assert [type(error) for error in raised] == [attempts.AlreadyHandedIn] * 2
    assert len(school.entries("attempt.handed_in")) == 1


def test_completion_when_two_hand_ins_race_then_it_is_recorded_once(
    app: Flask, two_modules: Course, learner: User
) -> None:
    open_ = [attempts.start(learner, two_modules, quiz, "en") for quiz in (school.VERIF, school.COUNTED)]
    for attempt in open_:
        school.fill(learner, attempt)
    tasks = [lambda attempt=attempt: school.hand_in(learner, attempt) for attempt in open_]
    assert at_once(app, tasks) == []
    assert len(school.entries("course.completed")) == 1
    assert len(school.entries("certificate.issued")) == 1
    (certificate,) = db.session.query(CertificateRow).all()
    assert (certificate.person, certificate.count, certificate.state) == (learner.id, 1, "issued")
    assert log.verify() == []
    assert views.differences() == []


def test_certificates_when_two_learners_finish_at_once_then_each_has_its_own_number(
    app: Flask, two_modules: Course, people: support.People
) -> None:
    tasks = []
    for _ in range(3):
        user = school.user_of(people.register())
        school.sit(user, two_modules, school.VERIF)
        attempt = attempts.start(user, two_modules, school.COUNTED, "en")
        school.fill(user, attempt)
        tasks.append(lambda user=user, attempt=attempt: school.hand_in(user, attempt))
    assert at_once(app, tasks) == []
    counts = sorted(row.count for row in db.session.query(CertificateRow).all())
    assert counts == [1, 2, 3]
    assert log.verify() == []


def test_start_when_clicked_twice_at_once_then_one_attempt_is_open(app: Flask, course: Course, learner: User) -> None:
    raised = at_once(app, [lambda: attempts.start(learner, course, school.VERIF, "en") and None] * 3)
    assert raised == []
    assert len(school.entries("attempt.started")) == 1


def test_save_when_it_races_with_the_hand_in_then_it_is_in_or_refused(
    app: Flask, course: Course, learner: User
) -> None:
    attempt = attempts.start(learner, course, school.COUNTED, "en")
    school.fill(learner, attempt, school.wrong)
    question = attempts.load(learner, attempt, "en").questions["who"]

    def save() -> None:
        attempts.save(learner, attempts.load(learner, attempt, "en"), question, school.right(question), "en")

    raised = at_once(app, [save, lambda: school.hand_in(learner, attempt)])
    answers = attempts.load(learner, attempt, "en").answers
    if raised:
        assert [type(error) for error in raised] == [attempts.AlreadyHandedIn]
        assert answers == {"who": school.wrong(question)}
    else:
        assert answers == {"who": school.right(question)}
    (entry,) = school.entries("attempt.handed_in")
    assert entry.facts()["earned"] == (0 if answers["who"] == school.wrong(question) else 100)


def test_finish_section_when_sent_twice_at_once_then_it_is_recorded_once(
    app: Flask, course: Course, learner: User
) -> None:

    raised = at_once(app, [lambda: progress.finish_section(learner, course, "alarm", "first")] * 3)
    assert raised == []
    assert len(school.entries("section.finished")) == 1


def test_quick_save_when_it_races_with_the_hand_in_then_it_is_in_or_refused(
    app: Flask, course: Course, learner: User
) -> None:
    attempt = attempts.start(learner, course, school.COUNTED, "en")
    school.fill(learner, attempt, school.wrong)
    question = attempts.load(learner, attempt, "en").questions["who"]
    kept: list[str] = []

    def save() -> None:
        kept.append(quick_save(f"token/{learner.id}", attempt, "who", school.right(question), "en", 0))

    assert at_once(app, [save, lambda: school.hand_in(learner, attempt)]) == []
    answers = attempts.load(learner, attempt, "en").answers
    assert answers == {"who": school.right(question) if kept[0] else school.wrong(question)}
    assert db.session.query(AnswerRow).count() == 0
