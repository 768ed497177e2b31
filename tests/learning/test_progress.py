"""Where a person is: sections, modules, completion, the list of courses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from anhnh_lms import clock
from anhnh_lms.content.course import Course
from anhnh_lms.db import db
from anhnh_lms.learning import progress
from anhnh_lms.people.access import User
from anhnh_lms.record import log
from anhnh_lms.record.log import Fact, recording, stream_of
from anhnh_lms.record.tables_of_views import CertificateRow
from tests import support

from . import school

pytestmark = pytest.mark.both_databases
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def right_clock() -> Iterator[None]:
    """From before the founding on, so that the record knows no later date than the test's."""
    with clock.fixed_at(NOON - timedelta(hours=1)):
        yield


def assign(course: Course, founded: support.Founded, due: str) -> None:
    body = {"establishment": founded.code, "course": course.id, "to": "everyone", "target": "", "due": due}
    with recording() as record:
        record.append(Fact("course.assigned", stream_of(founded.code), founded.country, body, subject=log.new_id()))


# -- sections --------------------------------------------------------------------------------------


def test_finish_section_when_done_twice_then_it_is_recorded_once(course: Course, learner: User) -> None:
    for _ in range(2):
        progress.finish_section(learner, course, "alarm", "first")
    assert len(school.entries("section.finished")) == 1
    assert school.state(learner, course).modules["alarm"].sections == {"first"}


def test_place_when_a_section_is_finished_then_it_is_the_next(course: Course, learner: User) -> None:
    module = course.text("en").module("alarm")
    places = []
    for section in ("first", "doors"):
        place = progress.place_in(module, school.state(learner, course).modules["alarm"])
        places.append(place.id if place else "")
        progress.finish_section(learner, course, "alarm", section)
    assert places == ["first", "doors"]
    assert progress.place_in(module, school.state(learner, course).modules["alarm"]) is None


def test_next_module_when_a_later_one_was_begun_then_one_goes_on_there(course: Course, learner: User) -> None:
    assert school.state(learner, course).next_module == "alarm"
    progress.finish_section(learner, course, "count", "whom")
    assert school.state(learner, course).next_module == "count"
    school.sit(learner, course, school.COUNTED)
    assert school.state(learner, course).next_module == "alarm"


def test_module_when_its_sections_are_read_but_its_quiz_is_open_then_it_is_not_complete(
    course: Course, learner: User
) -> None:
    for section in ("first", "doors"):
        progress.finish_section(learner, course, "alarm", section)
    assert not school.state(learner, course).modules["alarm"].complete
    school.sit(learner, course, school.VERIF)
    assert school.state(learner, course).modules["alarm"].complete


def test_module_when_another_persons_quiz_is_passed_then_mine_is_not(
    course: Course, learner: User, people: support.People
) -> None:
    school.sit(learner, course, school.VERIF)
    other = school.user_of(people.register())
    assert not school.state(other, course).started


# -- completion and certificate -----------------------------------------------------------------------


def test_completion_when_the_last_test_is_open_then_there_is_none(course: Course, learner: User) -> None:
    school.finish_modules(learner, course)
    assert not school.entries("course.completed", "certificate.issued")
    assert school.state(learner, course).modules_complete


def test_completion_when_everything_is_passed_then_one_certificate_with_the_version(
    course: Course, learner: User
) -> None:
    school.finish_modules(learner, course)
    school.sit(learner, course, school.AFTER)
    (done,) = school.entries("course.completed")
    assert done.facts()["version"] == course.version
    (issued,) = school.entries("certificate.issued")
    facts = issued.facts()
    assert (facts["course"], facts["version"], facts["count"], facts["hours"]) == (course.id, course.version, 1, 50)
    assert facts["name_latin"] == learner.name_latin
    assert learner.name_latin not in issued.body


def test_completion_when_more_is_handed_in_later_then_nothing_is_issued_again(course: Course, learner: User) -> None:
    school.finish_modules(learner, course)
    school.sit(learner, course, school.AFTER)
    school.sit(learner, course, school.LATER)
    school.sit(learner, course, school.OPINION)
    progress.finish_section(learner, course, "alarm", "first")
    assert len(school.entries("course.completed")) == len(school.entries("certificate.issued")) == 1
    assert db.session.query(CertificateRow).count() == 1


def test_completion_when_the_last_test_is_not_passed_then_there_is_no_certificate(
    course: Course, learner: User
) -> None:
    school.finish_modules(learner, course)
    school.sit(learner, course, school.AFTER, school.wrong)
    assert not school.entries("course.completed", "certificate.issued")


def test_completion_when_there_is_no_quiz_then_reading_completes(app_context: Flask, founded: support.Founded,
                                                                people: support.People) -> None:  # fmt: skip
    found = school.without_tests(school.files(yml=lambda text: text.replace("[alarm, count]", "[count]")))
    kept = {path: data for path, data in found.items() if not path.startswith("01-")}
    kept["02-count.en.md"] = (
        kept["02-count.en.md"].split(b"## Can I count?")[0].replace(b"[the alarm](01-alarm.en.md#first)", b"it")
    )
    kept["course.en.md"] = kept["course.en.md"].replace(b"[the alarm](01-alarm.en.md)", b"it")
    course = school.publish(kept)
    learner = school.user_of(people.register())
    progress.finish_section(learner, course, "count", "whom")
    assert len(school.entries("course.completed")) == 1


# -- the list of courses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "state"),
    [("2026-11-22", "overdue"), ("2026-11-23", "due"), ("2026-12-07", "due"), ("2026-12-08", "not-started"), ("", "")],
)
def test_my_courses_when_it_is_assigned_then_the_date_decides(
    course: Course, founded: support.Founded, learner: User, due: str, state: str
) -> None:
    with clock.fixed_at(NOON):
        if due:
            assign(course, founded, due)
        mine = progress.my_courses(learner)
    (card,) = mine.todo
    assert (card.state, card.due, card.must) == (state or "not-started", due, bool(due))


def test_my_courses_when_a_course_was_begun_then_one_goes_on_there(course: Course, learner: User) -> None:
    progress.finish_section(learner, course, "alarm", "first")
    mine = progress.my_courses(learner)
    assert mine.go_on is not None
    assert (mine.go_on.state, mine.go_on.modules_done, mine.todo) == ("in-progress", 0, ())


def test_my_courses_when_it_is_completed_then_it_is_done_with_its_certificate(course: Course, learner: User) -> None:
    school.finish_modules(learner, course)
    school.sit(learner, course, school.AFTER)
    mine = progress.my_courses(learner)
    (card,) = mine.done
    assert (mine.go_on, mine.todo, card.modules_done) == (None, (), 2)
    assert card.certificate is not None


def test_due_date_when_midnight_passed_there_then_the_local_date_counts(
    course: Course, founded: support.Founded, learner: User
) -> None:
    assign(course, founded, "2026-11-23")
    with clock.fixed_at(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)):  # 00:30 of the 24th in Morocco
        assert progress.my_courses(learner).todo[0].state == "overdue"
    with clock.fixed_at(datetime(2026, 11, 23, 22, 30, tzinfo=UTC)):
        assert progress.my_courses(learner).todo[0].state == "due"
