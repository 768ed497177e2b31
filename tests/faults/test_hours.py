"""The hours that Morocco moves for Ramadan: the calendar of the place decides, and no clock becomes suspect."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from anhnh_lms import clock
from anhnh_lms.certificates import register as book
from anhnh_lms.db import db, unit_of_work
from anhnh_lms.learning import progress
from anhnh_lms.record import log
from anhnh_lms.record.log import Fact, new_id, recording
from anhnh_lms.record.tables_of_views import ProgressRow
from anhnh_lms.reports.courses import courses
from anhnh_lms.reports.cut import standing
from anhnh_lms.reports.names import Wanted, names
from tests import support
from tests.learning import school

from .clocks import ZONE, at, complete


def changes(first: int, last: int) -> list[date]:
    """The days on which Morocco moves its clocks: into Ramadan and out of it."""
    zone, day, found = ZoneInfo(ZONE), datetime(first, 1, 1, 12, tzinfo=UTC), []
    while day.year <= last:
        following = day + timedelta(days=1)
        if day.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
            found.append(following.date())
        day = following
    return found


RAMADAN = changes(2026, 2028)


def confirmed() -> None:
    """Somebody says that the date is right."""
    with unit_of_work():
        log.confirm_clock()


def test_changes_when_listed_then_there_are_two_a_year() -> None:
    assert len(RAMADAN) == 6


@pytest.mark.parametrize("change", RAMADAN[1:5], ids=str)
@pytest.mark.parametrize("days", [-1, 0, 1])
def test_due_date_when_the_hours_move_then_the_local_calendar_alone_decides(
    app: Flask, people: support.People, founded: support.Founded, change: date, days: int
) -> None:
    """On its last minute, by the clocks of the place, a due date has not passed; a minute later it has."""
    due = change + timedelta(days=days)
    midnight = datetime(due.year, due.month, due.day, tzinfo=ZoneInfo(ZONE)) + timedelta(days=1)
    member = people.register()
    with app.app_context():
        with at(datetime(due.year, due.month, due.day, tzinfo=UTC) - timedelta(days=20)):
            course = school.publish()
            with recording() as record:
                record.append(Fact("course.assigned", "establishment/MA-1", "MA", {
                    "establishment": "MA-1", "course": course.id, "to": "person", "target": member.id,
                    "due": due.isoformat()}, subject=new_id()))  # fmt: skip
            confirmed()
        for minutes, late in ((-180, False), (-61, False), (-1, False), (0, True), (1, True), (61, True)):
            with at(midnight.astimezone(UTC) + timedelta(minutes=minutes)):
                assert log.clock_state() != "suspect"
                (row,) = names(standing("MA-1"), Wanted(), courses("MA", "MA-1"), "en")
                assert (row.overdue, row.state) == (late, "not-started"), minutes
                mine = progress.my_courses(school.user_of(member))
                assert [c.state == "overdue" for c in mine.todo] == [late], minutes


@pytest.mark.parametrize("change", RAMADAN, ids=str)
def test_completion_when_the_hours_move_then_it_bears_the_local_date_and_nothing_is_suspect(
    app: Flask, people: support.People, founded: support.Founded, change: date
) -> None:
    midnight = datetime(change.year, change.month, change.day, tzinfo=ZoneInfo(ZONE))
    with app.app_context():
        with at(midnight - timedelta(days=3)):
            confirmed()
            course = school.publish()
        for minutes, day in ((-1, change - timedelta(days=1)), (1, change), (24 * 60 - 61, change)):
            with at((midnight + timedelta(minutes=minutes)).astimezone(UTC)):
                member = people.register()
                complete(course, member)
                row = db.session.get(ProgressRow, (member.id, course.id))
                assert row is not None
                (paper,) = book.of_person(member.id)
                local = clock.today(ZONE).isoformat()
                assert row.completed_on == paper.date == local
                assert row.completed_clock == "set-by-hand"
                if minutes < 60:
                    assert local == day.isoformat()
