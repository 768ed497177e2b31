"""The disk and the database refuse, in every place that writes: a clear screen, nothing half written, nothing
called saved that is not, and the server goes on when the cause is gone, without a start."""

from __future__ import annotations

import errno
import os
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from anhnh_lms import damage
from anhnh_lms.config import Settings
from anhnh_lms.db import db
from anhnh_lms.learning.tables import AnswerRow, BlobRow
from anhnh_lms.people.tables import SessionRow, TriesRow
from anhnh_lms.record import log, server, views
from anhnh_lms.record.tables import EntryRow

from ..learning import school
from ..support import PIN, Founded, People, csrf, post, sign_in
from ..web.taking import Taking, number_of, page_of, taking_the_course

DATABASE = "anhnh.sqlite3"


@dataclass
class Prison:
    """A running server with an attempt under way."""

    app: Flask
    settings: Settings
    taking: Taking
    attempt: str
    director: FlaskClient
    founded: Founded

    @property
    def database(self) -> Path:
        return self.settings.data / DATABASE

    def let_go(self) -> None:
        """Close every connection, so that the next request opens its own."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def kept(self) -> list[int]:
        """How much is on the disk, read without the application."""
        with sqlite3.connect(self.database) as connection:
            tables = [t.__tablename__ for t in (EntryRow, AnswerRow, SessionRow, TriesRow, BlobRow)]
            found = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]
        connection.close()
        return found


@pytest.fixture
def prison(app: Flask, settings: Settings, founded: Founded, people: People) -> Prison:
    taking = taking_the_course(app, people, app.test_client())
    attempt = taking.start(school.VERIF)
    director = app.test_client()
    sign_in(director, founded.number, founded.passphrase)
    return Prison(app, settings, taking, attempt, director, founded)


# -- what writes -----------------------------------------------------------------------------------------------

Send = Callable[[], TestResponse]


def _sign_in(prison: Prison) -> Send:
    client = prison.app.test_client()
    form = {"csrf_token": csrf(client), "number": prison.taking.member.number, "pin": PIN}
    return lambda: client.post("/sign-in", data=form)


def _wrong_pin(prison: Prison) -> Send:
    client = prison.app.test_client()
    form = {"csrf_token": csrf(client), "number": prison.taking.member.number, "pin": "593817"}
    return lambda: client.post("/sign-in", data=form)


def _autosave(prison: Prison) -> Send:
    number = number_of(prison.taking, prison.attempt, "city")
    form = {"csrf_token": csrf(prison.taking.client, "/courses/fire-drill"), "text": "Bamako", "turn": "1"}
    path = page_of(prison.attempt, number)
    return lambda: prison.taking.client.post(path, data=form, headers={"X-Autosave": "1"})


def _save(prison: Prison) -> Send:
    number = number_of(prison.taking, prison.attempt, "city")
    form = {"csrf_token": csrf(prison.taking.client, "/courses/fire-drill"), "text": "Bamako", "go": "next"}
    return lambda: prison.taking.client.post(page_of(prison.attempt, number), data=form)


def _hand_in(prison: Prison) -> Send:
    form = {"csrf_token": csrf(prison.taking.client, f"/attempts/{prison.attempt}/check")}
    return lambda: prison.taking.client.post(f"/attempts/{prison.attempt}/hand-in", data=form)


def _publish(prison: Prison) -> Send:
    form = {"csrf_token": csrf(prison.director, "/server/courses"), "course": "first-steps"}
    return lambda: prison.director.post("/server/courses", data=form)


def _read_names(prison: Prison) -> Send:
    """A page of names writes too: that it was looked at."""
    return lambda: prison.director.get("/establishments/MA-1/staff")


WRITES = [_sign_in, _wrong_pin, _autosave, _save, _hand_in, _publish, _read_names]


# -- what goes wrong ------------------------------------------------------------------------------------------------

Fault = Callable[[Prison], AbstractContextManager[None]]


@contextmanager
def _opened_with(prison: Prison, *statements: str) -> Iterator[None]:
    """Every connection that is opened meanwhile begins with these."""

    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        for statement in statements:
            connection.execute(statement)

    with prison.app.app_context():
        engine = db.engine
    prison.let_go()
    event.listen(engine, "connect", prepare)
    try:
        yield
    finally:
        event.remove(engine, "connect", prepare)
        prison.let_go()


@contextmanager
def full(prison: Prison) -> Iterator[None]:
    """SQLite may not add one page to the file, and no page that is there is empty."""
    with sqlite3.connect(prison.database) as connection:
        connection.execute("VACUUM")
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.close()
    with _opened_with(prison, f"PRAGMA max_page_count={pages}"):
        yield


@contextmanager
def no_byte_more(prison: Prison) -> Iterator[None]:
    """The kernel refuses every write to a file (EFBIG), as a disk with an error does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def read_only(prison: Prison) -> Iterator[None]:
    """The file can be opened for reading alone."""
    with prison.app.app_context():
        engine = db.engine

    def connect(_dialect: object, _record: object, arguments: list[str], values: dict[str, object]) -> object:
        return sqlite3.connect(f"{prison.database.as_uri()}?mode=ro", uri=True, check_same_thread=False)

    keeper = sqlite3.connect(prison.database)  # keeps the companions of the file in their places
    keeper.execute("SELECT 1 FROM entry").fetchone()
    prison.let_go()
    event.listen(engine, "do_connect", connect)
    try:
        yield
    finally:
        event.remove(engine, "do_connect", connect)
        prison.let_go()
        keeper.close()


@contextmanager
def locked(prison: Prison) -> Iterator[None]:
    """Another program writes and does not end."""
    other = sqlite3.connect(prison.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with _opened_with(prison, "PRAGMA busy_timeout=1"):
            yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def missing(prison: Prison) -> Iterator[None]:
    """The file goes to another place while the server has it open; SQLite would go on writing there."""
    elsewhere = prison.settings.data / "elsewhere"
    prison.database.rename(elsewhere)
    try:
        yield
    finally:
        assert not prison.database.exists()
        elsewhere.rename(prison.database)


@contextmanager
def truncated(prison: Prison) -> Iterator[None]:
    """Half of the file is gone; then somebody puts that half back."""
    prison.let_go()
    whole = prison.database.read_bytes()
    os.truncate(prison.database, len(whole) // 8192 * 4096)
    try:
        yield
    finally:
        prison.let_go()
        prison.database.write_bytes(whole)


@contextmanager
def corrupt_page(prison: Prison) -> Iterator[None]:
    """Every page but the first is nonsense; then the disk gives back what it held."""
    prison.let_go()
    whole = prison.database.read_bytes()
    prison.database.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    try:
        yield
    finally:
        prison.let_go()
        prison.database.write_bytes(whole)


@contextmanager
def no_queue(_prison: Prison, number: int = errno.EROFS) -> Iterator[None]:
    """The folder cannot be written: not even the file by which writers wait for one another opens."""

    def refuse(_path: str) -> int:
        raise OSError(number, os.strerror(number))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("anhnh_lms.db._queue_handle", refuse)
        yield


SAID = {
    "full": "disk of the server is full", "no_byte_more": "", "read_only": "not allowed to write",
    "locked": "Another program holds", "missing": "not in its place", "truncated": "", "corrupt_page": "cannot be read",
    "no_queue": "not allowed to write",
}  # fmt: skip
FAULTS: list[Fault] = [full, no_byte_more, read_only, locked, missing, truncated, corrupt_page, no_queue]


@pytest.fixture(autouse=True)
def _checked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(damage, "AGAIN", 0)


@pytest.mark.parametrize("write", WRITES, ids=lambda w: w.__name__.strip("_"))
@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.__name__)
def test_write_when_the_disk_refuses_then_nothing_is_half_written_and_it_goes_on_afterwards(
    prison: Prison, write: Callable[[Prison], Send], fault: Fault
) -> None:
    send = write(prison)
    before = prison.kept()
    with fault(prison):
        refused = send()
        saved = write is _autosave and refused.is_json
    told = SAID[fault.__name__]
    if fault is full and refused.status_code < 500:  # it found room in a page that was there
        assert prison.kept() != before
    else:
        assert refused.status_code == 503, (refused.status, refused.text[:400])
        assert "Nothing was half written" in refused.text
        assert told in refused.text
        assert not saved
        assert prison.kept() == before
        again = send()
        assert again.status_code in (200, 302, 422), (again.status, again.text[:400])
        assert prison.kept() != before
    with prison.app.app_context():
        assert log.verify() == []
        assert views.differences() == []
        assert not (prison.settings.data / f"{DATABASE}{damage.FLAG}").exists()


@pytest.mark.parametrize(("language", "told"), [("fr", "Le disque du serveur est plein"), ("ar", "قرص الخادم ممتلئ")])
def test_page_when_the_disk_is_full_then_it_speaks_the_readers_language(
    prison: Prison, language: str, told: str
) -> None:
    prison.taking.client.set_cookie("lang", language)
    send = _hand_in(prison)
    with no_queue(prison, errno.ENOSPC):
        answer = send()
    assert answer.status_code == 503
    assert f'lang="{language}"' in answer.text
    assert told in answer.text


def test_write_when_a_page_is_damaged_elsewhere_then_all_writing_stops_until_it_is_whole(prison: Prison) -> None:
    """Damage that one request finds stops the others too, although their own pages are sound."""
    send = _autosave(prison)
    flag = Path(f"{prison.database}{damage.FLAG}")
    prison.let_go()
    whole = prison.database.read_bytes()
    with sqlite3.connect(prison.database) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'blob'").fetchone()
    connection.close()
    damaged = bytearray(prison.database.read_bytes())
    damaged[(root - 1) * 4096 : root * 4096] = b"\xa5" * 4096
    prison.database.write_bytes(damaged)
    assert _publish_raw(prison).status_code == 503
    assert flag.exists()
    assert send().status_code == 503
    prison.let_go()
    prison.database.write_bytes(whole)
    assert send().status_code == 200
    assert not flag.exists()


def _publish_raw(prison: Prison) -> TestResponse:
    return post(prison.director, "/server/courses", {"course": "first-steps"}, page="/server/address")


def test_write_when_the_file_was_exchanged_then_it_is_refused(prison: Prison, tmp_path: Path) -> None:
    """Another database in its place is for the next start to judge: it may be older, or another server's."""
    send = _autosave(prison)
    other = tmp_path / "other"
    with sqlite3.connect(prison.database) as source, sqlite3.connect(other) as target:
        source.backup(target)
    source.close()
    target.close()
    other.replace(prison.database)
    assert send().status_code == 503


def test_append_when_the_marker_cannot_be_written_then_the_entry_counts_and_the_marker_follows(
    prison: Prison, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "full")

    remember = server.remember_heads
    monkeypatch.setattr(server, "remember_heads", refuse)
    assert _hand_in(prison)().status_code == 302
    monkeypatch.setattr(server, "remember_heads", remember)
    with prison.app.app_context():
        assert db.session.execute(
            select(func.count()).select_from(EntryRow).where(EntryRow.kind == "attempt.handed_in")
        ).scalar() == 1  # fmt: skip
    assert _publish(prison)().status_code == 302
    marker = server.remembered_heads(prison.settings.data)
    assert marker is not None
    with prison.app.app_context():
        heads = {f"{o}/{c}/{s}": n for (c, o, s), n in log.heads().items()}
    assert {name: seq for name, (seq, _hash) in marker[1].items()} == heads
