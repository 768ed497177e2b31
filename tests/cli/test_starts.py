"""How the last start went: noted each time, told by the self-test."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from anhnh_lms import damage
from anhnh_lms.cli import server, serving
from anhnh_lms.cli.serving import Besides, look_through_the_rest
from anhnh_lms.config import Settings
from anhnh_lms.db import db
from anhnh_lms.record import copies, health
from tests import support

from .served import served


def noted(data: Path) -> dict[str, Any]:
    with closing(sqlite3.connect(f"file:{data / 'anhnh.sqlite3'}?mode=ro", uri=True)) as database:
        (text,) = database.execute("SELECT value FROM setting WHERE name = 'start'").fetchone()
    found: dict[str, Any] = json.loads(text)
    return found


def test_serve_when_it_was_stopped_or_its_power_was_cut_before_then_the_start_says_which(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        assert server.get("/health")[0] == 200
    with served(tmp_path) as server:
        assert server.get("/health")[0] == 200
        assert (noted(tmp_path)["cut"], noted(tmp_path)["searched"]) == (False, True)
    (tmp_path / "anhnh.sqlite3-wal").write_bytes(b"left by a power cut")  # SQLite finds no frame in it that is whole
    with served(tmp_path) as server:
        assert server.get("/health")[0] == 200
        assert noted(tmp_path) == {**noted(tmp_path), "cut": True, "searched": True, "restored": False}


@pytest.fixture
def large(founded: support.Founded, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A server that has just started on a database that was too large to be looked through before."""
    monkeypatch.setattr(server, "SMALL", 0)
    app = server.prepared(settings)
    assert noted(settings.data)["searched"] is False
    return app


def spoil(database: Path, table: str) -> bytes:
    """Every byte of the first page of a table is another one. Returns what the file held before."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    whole = database.read_bytes()
    with database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)
    return whole


def test_serve_when_the_database_is_large_then_it_is_looked_through_while_it_serves(
    large: Flask, settings: Settings
) -> None:
    look_through_the_rest(large)
    assert noted(settings.data)["searched"] is True


def test_serve_when_another_process_looks_through_then_this_one_does_not(large: Flask, settings: Settings) -> None:
    with copies.turn(settings.data):
        look_through_the_rest(large)
    assert noted(settings.data)["searched"] is False


def test_serve_when_a_large_database_is_damaged_then_writing_stops_until_it_is_whole(
    large: Flask, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    database = settings.database_file
    assert database
    whole = spoil(database, "v_certificate")
    look_through_the_rest(large)
    assert "could not be looked through: damaged" in caplog.text
    assert noted(settings.data)["searched"] is False
    with large.app_context(), pytest.raises(damage.StillDamaged):
        health.note_start(cut=False, searched=False, restored=False)
    with large.app_context():
        db.engine.dispose()
    database.write_bytes(whole)
    look_through_the_rest(large)
    assert noted(settings.data)["searched"] is True


def test_serve_when_it_stops_meanwhile_then_it_looks_no_further(
    large: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However large the database is: here the check never ends by itself."""
    monkeypatch.setattr(damage, "quick_check", _for_ever)
    besides = Besides(large)
    besides.start()
    while besides._looking is None:
        assert besides.is_alive()
        threading.Event().wait(0.01)
    began = time.monotonic()
    besides.end()
    assert not besides.is_alive()
    assert time.monotonic() - began < serving.ENDING
    assert noted(settings.data)["searched"] is False
    assert not damage.Watch(settings.database_file or Path()).flag.exists()


def _for_ever(connection: sqlite3.Connection) -> None:
    connection.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    ).fetchone()


def test_besides_when_something_fails_then_the_rest_is_done_and_it_goes_on(
    large: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(serving, "TICK", 0.01)
    done = threading.Event()
    monkeypatch.setattr(serving, "note_running_time", lambda _app: 1 / 0)
    monkeypatch.setattr(serving, "copy_of_the_day", lambda _app: done.set())
    folder = settings.data / copies.FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("no folder")
    besides = Besides(large)
    besides.start()
    assert done.wait(20)
    assert besides.is_alive()
    besides.end()
    assert "What is done once a minute could not be done." in caplog.text


def test_serve_when_it_is_stopped_in_order_again_and_again_then_nothing_is_left_to_carry_over(tmp_path: Path) -> None:
    for _ in range(4):
        with served(tmp_path) as running:
            assert running.get("/health")[0] == 200
        log = tmp_path / "anhnh.sqlite3-wal"
        assert not log.exists() or log.stat().st_size == 0
