"""Several processes and threads append, take in and count at the same time."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import func, select

from anhnh_lms.config import Settings
from anhnh_lms.db import db, unit_of_work
from anhnh_lms.record import log, server, views
from anhnh_lms.record.log import Fact, recording
from anhnh_lms.record.tables import EntryRow, SettingRow
from anhnh_lms.record.tables_of_views import PersonRow

from .appenders import append_in_processes
from .writers import a_history

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app_context")]


def _register_shared() -> None:
    with recording() as record:
        fact = Fact("person.registered", "establishment/MA-1", "MA", {"establishment": "MA-1"}, person="shared")
        record.append(fact)


@pytest.mark.usefixtures("founded")
def test_append_when_processes_and_threads_do_it_at_once_then_no_chain_has_a_gap_or_a_fork(
    settings: Settings,
) -> None:
    _register_shared()
    before = db.session.execute(select(func.count()).select_from(EntryRow)).scalar_one()
    made = append_in_processes(settings, processes=2, each=8)
    db.session.rollback()
    assert db.session.execute(select(func.count()).select_from(EntryRow)).scalar_one() == before + 3 * made
    lamports = db.session.execute(select(EntryRow.lamport)).scalars().all()
    assert len(set(lamports)) == len(lamports)
    assert log.verify() == []
    assert views.differences() == []
    assert (
        db.session.execute(select(func.count()).select_from(PersonRow)).scalar_one() == made // 2 + 2
    )  # those of MA-1
    if settings.on_sqlite:
        me = server.own()
        assert not server.was_restored(settings.data, me)


def _in_threads(app: Flask, count: int, work: object) -> list[BaseException]:
    failures: list[BaseException] = []
    start = threading.Barrier(count)

    def run() -> None:
        try:
            with app.app_context():
                start.wait()
                work()  # type: ignore[operator]
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_take_in_when_the_same_entries_arrive_twice_at_once_then_they_are_kept_once(app: Flask) -> None:
    told = a_history()
    assert _in_threads(app, 3, lambda: log.take_in(told)) == []
    kept = set(db.session.execute(select(EntryRow.hash)).scalars())
    assert {e.hash for e in told} <= kept
    assert log.verify() == []
    assert views.differences() == []


@pytest.mark.usefixtures("founded")
def test_reading_when_others_append_meanwhile_then_it_sees_one_moment(app: Flask) -> None:
    """What `rebuild --check` and every page rest on: log and views of the same moment."""
    query = select(func.count()).select_from(EntryRow)
    before = db.session.execute(query).scalar()
    assert _in_threads(app, 2, _register_shared) == []
    assert db.session.execute(query).scalar() == before
    assert views.differences() == []
    db.session.rollback()
    assert db.session.execute(query).scalar_one() == (before or 0) + 2


def test_unit_of_work_when_threads_count_up_then_no_update_is_lost(app: Flask) -> None:
    with unit_of_work():
        db.session.add(SettingRow(name="n", value="0"))

    def count_up() -> None:
        for _ in range(10):
            with unit_of_work():
                row = db.session.execute(
                    select(SettingRow).where(SettingRow.name == "n").with_for_update()
                ).scalar_one()
                row.value = str(int(row.value) + 1)

    assert _in_threads(app, 4, count_up) == []
    db.session.rollback()
    assert db.session.get(SettingRow, "n").value == "40"


@pytest.mark.usefixtures("founded")
def test_recording_when_two_read_before_they_append_then_the_second_sees_what_the_first_wrote(app: Flask) -> None:
    """Registering only if nobody is there yet: two at once must not both find nobody."""

    def register_once() -> None:
        with recording() as record:
            if db.session.get(PersonRow, "once") is None:
                body = {"establishment": "MA-1"}
                record.append(Fact("person.registered", "establishment/MA-1", "MA", body, person="once"))

    assert _in_threads(app, 4, register_once) == []
    where = (EntryRow.person == "once",)
    assert db.session.execute(select(func.count()).select_from(EntryRow).where(*where)).scalar() == 1
