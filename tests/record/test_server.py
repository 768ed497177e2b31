"""Who this server is, and that a restored or copied one never forks its own history."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from anhnh_lms import create_app
from anhnh_lms.config import Settings
from anhnh_lms.db import db
from anhnh_lms.people.founding import begin_incarnation
from anhnh_lms.record import log, server, views
from anhnh_lms.record.entry import Entry
from anhnh_lms.record.log import Fact, recording

from .writers import entries

pytestmark = pytest.mark.usefixtures("founded")
DATABASE = "anhnh.sqlite3"


@contextmanager
def _running(settings: Settings) -> Iterator[Flask]:
    """A server that starts on that data, does something and stops."""
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _work(count: int = 1, date: str = "2026-01-01") -> list[Entry]:
    with recording() as record:
        return record.append(*(Fact("clock.confirmed", "country", "MA", {"date": date}) for _ in range(count)))


def _restored(settings: Settings) -> bool:
    with _running(settings):
        return server.was_restored(settings.data, server.own())


def _reborn(settings: Settings) -> str:
    with _running(settings):
        return begin_incarnation("key").origin


def _copy(settings: Settings, to: Path) -> Path:
    """A copy of the database alone, as a backup holds it."""
    with _running(settings):
        pass  # closing carries the write-ahead log over
    return Path(shutil.copy(settings.data / DATABASE, to))


@pytest.fixture
def stopped(app: Flask, settings: Settings) -> Settings:
    """The settings of a server that was founded, worked and stopped."""
    with app.app_context():
        _work(3)
        db.session.remove()
        db.engine.dispose()
    return settings


def test_was_restored_when_the_server_starts_again_then_it_was_not(stopped: Settings) -> None:
    assert not _restored(stopped)
    with _running(stopped):
        _work()
    assert not _restored(stopped)


def test_was_restored_when_an_older_database_is_put_back_then_it_was(stopped: Settings, tmp_path: Path) -> None:
    backup = _copy(stopped, tmp_path / "backup")
    with _running(stopped):
        _work()
    shutil.copy(backup, stopped.data / DATABASE)
    assert _restored(stopped)


def test_was_restored_when_the_database_tells_another_history_then_it_was(stopped: Settings, tmp_path: Path) -> None:
    _copy(stopped, tmp_path / "backup")  # carries the write-ahead log over
    other = Settings(data=tmp_path / "other", language="en")
    shutil.copytree(stopped.data, other.data)
    for settings in (stopped, other):
        with _running(settings):
            _work(date="2026-01-02" if settings is other else "2026-01-01")
    shutil.copy(other.data / DATABASE, stopped.data / DATABASE)
    assert _restored(stopped)


def test_was_restored_when_the_database_came_without_its_marker_then_it_was(stopped: Settings, tmp_path: Path) -> None:
    _copy(stopped, tmp_path / "backup")
    fresh = Settings(data=tmp_path / "fresh", language="en")
    fresh.data.mkdir()
    shutil.copy(stopped.data / "secrets.json", fresh.data)
    shutil.copy(tmp_path / "backup", fresh.data / DATABASE)
    assert _restored(fresh)


def test_was_restored_when_one_marker_is_torn_then_the_other_tells(stopped: Settings) -> None:
    turn, _ = server.remembered_heads(stopped.data) or (0, {})
    newest = stopped.data / server.MARKERS[turn % 2]
    newest.write_text(newest.read_text(encoding="ascii")[:-20], encoding="ascii")
    kept = server.remembered_heads(stopped.data)
    assert kept is not None
    assert kept[0] == turn - 1
    assert not _restored(stopped)


def test_begin_incarnation_when_restored_then_the_server_goes_on_and_is_not_restored_again(
    stopped: Settings, tmp_path: Path
) -> None:
    """The marker kept the old incarnation's end, and every further start began another incarnation."""
    backup = _copy(stopped, tmp_path / "backup")
    with _running(stopped):
        lost = _work(5)
    shutil.copy(backup, stopped.data / DATABASE)
    assert _reborn(stopped) == "MA-1.2"
    assert not _restored(stopped)
    with _running(stopped):
        written = _work()
        assert written[0].origin == "MA-1.2"
        assert log.verify() == []
        log.take_in(lost)  # another server still had what was lost
        assert log.verify() == []
        assert views.differences() == []
    assert not _restored(stopped)


def test_begin_incarnation_when_a_still_older_database_is_put_back_then_no_incarnation_is_used_twice(
    stopped: Settings, tmp_path: Path
) -> None:
    backup = _copy(stopped, tmp_path / "backup")
    with _running(stopped):
        _work()
    written: list[Entry] = []
    for expected in ("MA-1.2", "MA-1.3", "MA-1.4"):
        shutil.copy(backup, stopped.data / DATABASE)
        assert _restored(stopped)
        assert _reborn(stopped) == expected
        with _running(stopped):
            written += [*_work(2), *entries()]
    assert len({(e.identity, e.hash) for e in written}) == len({e.identity for e in written})


def test_begin_incarnation_when_the_log_knows_a_later_one_then_it_is_passed(stopped: Settings, tmp_path: Path) -> None:
    """Its marker was lost too, but another server had given its entries back."""
    backup = _copy(stopped, tmp_path / "backup")
    with _running(stopped):
        _work()
    shutil.copy(backup, stopped.data / DATABASE)
    _reborn(stopped)
    with _running(stopped):
        later = [*_work(), *entries()]
    shutil.copy(backup, stopped.data / DATABASE)
    for name in server.MARKERS:
        (stopped.data / name).unlink()
    with _running(stopped):
        log.take_in(e for e in later if e.origin == "MA-1.2")
    assert _reborn(stopped) == "MA-1.3"


def test_remember_heads_when_an_older_end_is_noted_late_then_the_newer_stays(tmp_path: Path) -> None:
    server.remember_heads(tmp_path, {"MA-1.1/MA/country": (7, "g")})
    server.remember_heads(tmp_path, {"MA-1.1/MA/country": (5, "e"), "MA-1.1/MA/library": (1, "a")})
    assert server.remembered_heads(tmp_path) == (2, {"MA-1.1/MA/country": (7, "g"), "MA-1.1/MA/library": (1, "a")})


def test_append_when_the_database_was_restored_unnoticed_then_a_new_incarnation_begins_first(
    stopped: Settings, tmp_path: Path
) -> None:
    """Whatever appends first, a command or `gunicorn app:app`, not only `anhnh serve`."""
    backup = _copy(stopped, tmp_path / "backup")
    with _running(stopped):
        lost = _work(3)
    shutil.copy(backup, stopped.data / DATABASE)
    with _running(stopped):
        first, second = _work()[0], _work()[0]
        assert {first.origin, second.origin} == {"MA-1.2"}
        assert server.own().origin == "MA-1.2"
        log.take_in(lost)
        assert log.verify() == []
        assert views.differences() == []
    assert not _restored(stopped)


def test_append_when_the_first_unit_after_a_restore_fails_then_the_next_begins_the_incarnation(
    stopped: Settings, tmp_path: Path
) -> None:
    backup = _copy(stopped, tmp_path / "backup")
    with _running(stopped):
        _work(3)
    shutil.copy(backup, stopped.data / DATABASE)

    def failing() -> None:
        with recording():
            assert server.own().origin == "MA-1.2"
            raise ZeroDivisionError

    with _running(stopped):
        with pytest.raises(ZeroDivisionError):
            failing()
        assert server.own().origin == "MA-1.1"
        assert _work()[0].origin == "MA-1.2"
        assert log.verify() == []


def test_append_when_two_processes_run_after_a_restore_then_they_go_on_as_one_incarnation(
    stopped: Settings, tmp_path: Path
) -> None:
    backup = _copy(stopped, tmp_path / "backup")
    with _running(stopped):
        _work(3)
    shutil.copy(backup, stopped.data / DATABASE)
    with _running(stopped) as one, _running(stopped) as two:
        for app in (one, two):
            with app.app_context():
                assert server.own().origin == "MA-1.1"
        written = []
        for app in (one, two, one):
            with app.app_context():
                written += _work()
        assert [e.origin for e in written] == ["MA-1.2"] * 3
