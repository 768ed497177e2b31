"""Assigning courses by local dates, once, and only what may be taken there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from anhnh_lms import clock
from anhnh_lms.db import db
from anhnh_lms.people import assignments as rules
from anhnh_lms.people.access import User
from anhnh_lms.people.assignments import AlreadyAssigned, NotAssignable, Wish
from anhnh_lms.record.log import Fact, new_id, recording
from anhnh_lms.record.tables_of_views import DutyRow

from ..support import People


@pytest.fixture(autouse=True)
def right_clock() -> Iterator[None]:
    """From before the founding on, so that the record knows no later date than the test's."""
    with clock.fixed_at(datetime(2026, 11, 23, 8, tzinfo=UTC)):
        yield


def publish(course: str, scope: str = "MA-1") -> None:
    body = {
        "version": f"{course}-v1", "label": "1.0", "slug": course, "source": "en", "titles": {"en": course.title()},
        "hours": 250, "months": 0, "modules": ["m1"], "quizzes": {}, "tests": {}, "retake": [], "scope": scope,
    }  # fmt: skip
    with recording() as record:
        record.append(Fact("course.published", "library", "MA", body, subject=course))


@pytest.fixture
def course(admin: User) -> str:
    publish("stress")
    return "stress"


def due_of(person: str) -> str | None:
    return db.session.execute(select(DutyRow.due).where(DutyRow.person == person)).scalar()


def test_assign_when_to_a_function_then_its_people_owe_it_also_who_comes_later(
    admin: User, people: People, course: str
) -> None:
    guard, clerk = people.register("guard"), people.register("registry-clerk")
    assert rules.concerned("MA-1", Wish(course, "function", "guard")).persons == 1
    assert rules.assign(admin, "MA-1", Wish(course, "function", "guard", "2027-01-31"), new_id())
    later = people.register("guard")
    assert (due_of(guard.id), due_of(later.id), due_of(clerk.id)) == ("2027-01-31", "2027-01-31", None)


def test_assign_when_sent_twice_then_there_is_one(admin: User, course: str) -> None:
    form = new_id()
    assert rules.assign(admin, "MA-1", Wish(course, "everyone"), form)
    assert not rules.assign(admin, "MA-1", Wish(course, "everyone"), form)
    assert len(rules.assignments("MA-1")) == 1


def test_assign_when_it_is_assigned_already_then_the_date_is_told(admin: User, course: str) -> None:
    rules.assign(admin, "MA-1", Wish(course, "everyone", "", "2027-01-31"), new_id())
    with pytest.raises(AlreadyAssigned) as there:
        rules.assign(admin, "MA-1", Wish(course, "everyone", "", "2027-06-30"), new_id())
    assert there.value.due == "2027-01-31"


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (Wish("other", "everyone"), "course"),
        (Wish("stress", "everyone", "guard"), "target"),
        (Wish("stress", "function", "pilot"), "target"),
        (Wish("stress", "function", ""), "target"),
        (Wish("stress", "person", "0" * 32), "target"),
        (Wish("stress", "nobody", "guard"), "target"),
        (Wish("stress", "everyone", "", "31.01.2027"), "due-form"),
        (Wish("stress", "everyone", "", "20270131"), "due-form"),
        (Wish("stress", "everyone", "", "2027-02-30"), "due-form"),
        (Wish("stress", "everyone", "", "2026-11-22"), "due-past"),
        (Wish("stress", "everyone", "", "2226-11-22"), "due-far"),
    ],
)
def test_assign_when_it_makes_no_sense_then_the_reason_is_told(admin: User, course: str, wish: Wish, why: str) -> None:
    with (
        clock.fixed_at(datetime(2026, 11, 23, 12, tzinfo=UTC)),
        pytest.raises(NotAssignable) as problem,
    ):
        rules.assign(admin, "MA-1", wish, new_id())
    assert problem.value.why == why
    assert rules.assignments("MA-1") == []


def test_assign_when_it_is_tomorrow_already_at_the_establishment_then_yesterday_is_past(
    admin: User, course: str
) -> None:
    """At 23:30 UTC it is half past midnight in Casablanca: what counts is the date there."""
    with clock.fixed_at(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)):
        with pytest.raises(NotAssignable):
            rules.assign(admin, "MA-1", Wish(course, "everyone", "", "2026-11-23"), new_id())
        assert rules.assign(admin, "MA-1", Wish(course, "everyone", "", "2026-11-24"), new_id())


def test_courses_for_when_published_for_others_or_withdrawn_then_they_are_not_offered(admin: User) -> None:
    for scope in ("*", "MA", "MA-1", "MA-2", "ML"):
        publish(f"course-{scope.lower().replace('*', 'all')}", scope)
    with recording() as record:
        record.append(Fact("course.withdrawn", "library", "MA", {"scope": "MA-1"}, subject="course-ma-1"))
    assert rules.courses_for("MA", "MA-1") == {"course-all", "course-ma"}


@pytest.mark.both_databases
def test_withdraw_when_asked_then_nobody_owes_it_and_twice_is_once(admin: User, people: People, course: str) -> None:
    member, form = people.register(), new_id()
    rules.assign(admin, "MA-1", Wish(course, "person", member.id, "2027-01-31"), form)
    assert rules.withdraw(admin, "MA-1", form, "a mistake")
    assert not rules.withdraw(admin, "MA-1", form, "a mistake")
    assert due_of(member.id) is None
    assert rules.assign(admin, "MA-1", Wish(course, "person", member.id), new_id())


def test_withdraw_when_it_is_another_establishments_then_there_is_none(admin: User, course: str) -> None:
    form = new_id()
    rules.assign(admin, "MA-1", Wish(course, "everyone"), form)
    with pytest.raises(LookupError):
        rules.withdraw(admin, "MA-2", form, "")
    assert rules.assignment_of("MA-2", form) is None


@pytest.mark.both_databases
def test_concerned_when_some_completed_it_then_both_numbers_are_told(admin: User, people: People, course: str) -> None:
    done, _other = people.register("guard"), people.register("guard")
    with recording() as record:
        body = {"course": course, "version": "v", "hours": 250, "date": "2026-11-01"}
        record.append(Fact("course.completed", "establishment/MA-1", "MA", body, person=done.id))
    assert rules.concerned("MA-1", Wish(course, "function", "guard")) == rules.Concerned(2, 1)
    assert rules.concerned("MA-1", Wish(course, "person", done.id)) == rules.Concerned(1, 1)
    assert rules.concerned("MA-1", Wish(course, "everyone")) == rules.Concerned(3, 1)


def test_staff_by_target_when_counted_then_each_assignment_has_its_people(
    admin: User, people: People, course: str
) -> None:
    guard = people.register("guard")
    forms = {to: new_id() for to in ("everyone", "function", "person")}
    for to, target in (("everyone", ""), ("function", "guard"), ("person", guard.id)):
        rules.assign(admin, "MA-1", Wish(course, to, target), forms[to])
    counts = rules.staff_by_target("MA-1", rules.assignments("MA-1"))
    assert {to: counts[form] for to, form in forms.items()} == {"everyone": 2, "function": 1, "person": 1}
