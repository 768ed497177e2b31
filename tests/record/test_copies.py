"""The copies that stay on the PC: when one is made, which are kept, what an upgrade does first."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from anhnh_lms import clock
from anhnh_lms.cli.serving import copy_of_the_day, note_running_time
from anhnh_lms.config import Settings
from anhnh_lms.db import db
from anhnh_lms.record import copies, log, schema, tables_of_views, views
from anhnh_lms.record.copies import Copy, is_due, kept
from anhnh_lms.record.copying import Damaged, look_at_all

from .test_backup import DATABASE, work

DAY = 24 * 3600
ROOT = Path(__file__).resolve().parent.parent.parent


def numbered(*numbers: int, why: str = "") -> list[Copy]:
    return [Copy(Path(f"{n:04}-2026-11-23{why}.sqlite3"), n, why) for n in numbers]


# -- which are kept -------------------------------------------------------------------------------------------


def test_kept_when_two_months_passed_then_a_week_of_days_and_four_of_weeks_stay() -> None:
    there: set[Copy] = set()
    for n in range(1, 61):
        there = kept([*there, *numbered(n)])
    assert sorted(c.number for c in there) == [28, 35, 42, 49, *range(54, 61)]


def test_kept_when_upgrades_come_between_then_they_push_no_daily_copy_out() -> None:
    daily = numbered(*range(1, 8))
    assert kept([*daily, *numbered(8, 9, 10, why=copies.UPGRADE)]) == {*daily, *numbered(9, 10, why=copies.UPGRADE)}


@given(st.sets(st.integers(1, 400)))
def test_kept_when_applied_again_then_it_keeps_the_same_and_always_the_newest(numbers: set[int]) -> None:
    chosen = kept(numbered(*numbers))
    assert kept(chosen) == chosen
    assert len(chosen) <= copies.LAST + copies.EARLIER
    assert not numbers or max(numbers) in {c.number for c in chosen}


# -- when one is due --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("noted", "running", "today", "due"),
    [
        ({}, 0, "2026-11-23", True),
        ({"running": 100, "date": "2026-11-23"}, 100 + 8 * 3600, "2026-11-23", False),
        ({"running": 100, "date": "2026-11-23"}, 100 + 8 * 3600, "2026-11-24", True),
        ({"running": 100, "date": "2026-11-23"}, 100 + 60, "2009-01-01", False),  # a clock that jumps
        ({"running": 100, "date": "2009-01-01"}, 100 + 25 * 3600, "2009-01-01", True),  # one that stands still
        ({"running": 9000, "date": "2026-11-23"}, 10, "2026-11-23", True),  # an older database was put back
    ],
)
def test_is_due_when_the_clock_is_right_or_wrong_then_about_once_a_day(
    noted: dict[str, object], running: int, today: str, due: bool
) -> None:
    assert is_due(noted, running, today) is due


@given(st.lists(st.dates(), min_size=24 * 10, max_size=24 * 10))
def test_is_due_when_dates_jump_every_hour_then_never_more_than_one_an_hour_nor_less_than_one_in_26(
    dates: list[object],
) -> None:
    noted: dict[str, object] = {}
    made: list[int] = []
    for hour, day in enumerate(dates):
        if is_due(noted, hour * 3600, str(day)):
            noted = {"running": hour * 3600, "date": str(day)}
            made.append(hour)
    gaps = [b - a for a, b in pairwise(made)]
    assert made[0] == 0
    assert all(1 <= gap <= 26 for gap in gaps)


def _tick(app: Flask, when: datetime) -> None:
    with clock.fixed_at(when):
        note_running_time(app)
        copy_of_the_day(app)


def test_copy_of_the_day_when_the_server_runs_for_a_week_then_there_is_one_a_day(
    app: Flask, settings: Settings, founded: object
) -> None:
    for day in range(23, 26):
        for hour in (8, 9, 17):
            _tick(app, datetime(2026, 11, day, hour, tzinfo=UTC))
    names = [copy.name for copy in copies.listed(settings.data)]
    assert names == [f"{n:04}-2026-11-{22 + n}.sqlite3" for n in (3, 2, 1)]
    assert look_at_all(copies.listed(settings.data)[0].path).identity is not None
    assert all(c.path.stat().st_mode & 0o077 == 0 for c in copies.listed(settings.data))
    assert copies.notes(settings.data)["trouble"] == ""


def test_copy_of_the_day_when_the_server_is_not_set_up_then_there_is_none(app: Flask, settings: Settings) -> None:
    copy_of_the_day(app)
    assert copies.listed(settings.data) == []


def test_copy_of_the_day_when_the_disk_is_almost_full_then_it_is_left_out_and_noted(
    app: Flask, settings: Settings, founded: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "LEFT", 2**62)
    copy_of_the_day(app)
    assert copies.listed(settings.data) == []
    assert copies.notes(settings.data)["trouble"] == "full"
    monkeypatch.undo()
    copy_of_the_day(app)  # not again within the hour
    assert copies.listed(settings.data) == []
    for hour in (0, 2):
        _tick(app, datetime(2040, 1, 1, hour, tzinfo=UTC))
    assert copies.notes(settings.data)["trouble"] == ""
    assert len(copies.listed(settings.data)) == 1


def test_make_daily_when_another_process_makes_one_then_it_does_not_wait(
    settings: Settings, app_context: Flask, founded: object
) -> None:
    with copies.turn(settings.data):
        assert copies.make_daily(settings.data, settings.data / DATABASE, 0) == ""
    assert copies.listed(settings.data) == []


def test_make_when_the_database_is_damaged_then_the_older_copies_stay(
    settings: Settings, app: Flask, founded: object
) -> None:
    database = settings.data / DATABASE
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    first = copies.make(settings.data, database)
    damaged = bytearray(database.read_bytes())
    for page in range(4, 40):
        damaged[page * 4096 : page * 4096 + 512] = b"\xa5" * 512
    database.write_bytes(damaged)
    with pytest.raises((Damaged, sqlite3.DatabaseError)):
        copies.make(settings.data, database)
    assert copies.newest_good(settings.data) == first
    assert [p.name for p in (settings.data / copies.FOLDER).glob(".making*")] == []


def test_newest_good_when_the_newest_copy_is_damaged_then_the_one_before(
    settings: Settings, app_context: Flask, founded: object
) -> None:
    first, second = (copies.make(settings.data, settings.data / DATABASE) for _ in range(2))
    second.path.write_bytes(second.path.read_bytes()[:5000])
    assert copies.newest_good(settings.data) == first


# -- an upgrade ---------------------------------------------------------------------------------------------------


def older(app: Flask) -> None:
    """The database as an older program left it: its views are of another version."""
    with app.app_context():
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection = sqlite3.connect(str(db.engine.url.database))
        connection.execute("UPDATE setting SET value = 'older' WHERE name = 'views'")
        connection.commit()
        connection.close()
        db.session.remove()
        db.engine.dispose()


def test_upgrade_when_something_changes_then_a_copy_is_made_first_and_only_once(
    app: Flask, settings: Settings, founded: object
) -> None:
    older(app)
    with app.app_context():
        assert schema.upgrade()
        (copy,) = copies.listed(settings.data)
        assert copy.why == copies.UPGRADE
        with sqlite3.connect(copy.path) as connection:
            assert connection.execute("SELECT value FROM setting WHERE name = 'views'").fetchone() == ("older",)
        connection.close()
        assert not schema.upgrade()
        assert len(copies.listed(settings.data)) == 1
        assert views.differences() == []


def test_upgrade_when_the_server_is_empty_then_no_copy_is_made(app: Flask, settings: Settings) -> None:
    older(app)
    with app.app_context():
        assert schema.upgrade()
    assert copies.listed(settings.data) == []


@pytest.mark.parametrize("step", ["_copy_first", "_migrate", "_remake_views"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_upgrade_when_the_power_goes_between_its_steps_then_the_next_one_does_the_rest(
    app: Flask, settings: Settings, founded: object, step: str, when: str
) -> None:
    older(app)
    script = f"""
import os, signal
from anhnh_lms import create_app
from anhnh_lms.record import schema
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
step = schema.{step}
setattr(schema, "{step}", die if "{when}" == "before" else lambda *a: (step(*a), die()))
with create_app().app_context():
    schema.upgrade()
"""
    environment = {**os.environ, "ANHNH_DATA": str(settings.data)}
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with app.app_context():
        schema.upgrade()
        assert not schema.upgrade()
        assert views.differences() == []
        assert log.verify() == []
        work()
    assert len(copies.listed(settings.data)) == 1
    assert not copies.notes(settings.data).get("upgrade")


def test_upgrade_when_rebuilding_stops_in_its_middle_then_the_old_views_stand_until_it_is_done(
    app: Flask, settings: Settings, founded: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    older(app)

    def cut() -> int:
        raise OSError(5, "cut")

    monkeypatch.setattr(views, "rebuild", cut)
    with app.app_context():
        with pytest.raises(OSError, match="cut"):
            schema.upgrade()
        assert db.session.execute(db.select(tables_of_views.PersonRow.id)).first() is not None
        db.session.rollback()
        monkeypatch.undo()
        assert schema.upgrade()
        assert views.differences() == []
    assert len(copies.listed(settings.data)) == 1


def test_upgrade_when_there_is_no_room_for_the_copy_then_nothing_is_changed(
    app: Flask, settings: Settings, founded: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    older(app)
    monkeypatch.setattr(copies, "LEFT", 2**62)
    with app.app_context():
        with pytest.raises(copies.NoRoom):
            schema.upgrade()
        monkeypatch.undo()
        assert schema.upgrade()
