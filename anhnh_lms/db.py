"""The database: engine, SQLite's pragmas, and the unit of work, the only way to write.

Reading needs nothing: `db.session.execute(...)` opens a read transaction, and a write in it is
refused by the database itself. Writing stands inside `unit_of_work()`, which ends the reading
transaction first, so decide inside it on what was read inside it. Measured on this design: a
deferred BEGIN loses updates, BEGIN IMMEDIATE behind a queue does not and keeps the slowest
writes short; WAL with `synchronous=NORMAL` loses acknowledged work in a power cut, FULL none.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase

from .damage import Watch

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=15000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-8000",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA secure_delete=ON",  # a forgotten name leaves no trace in the file
)


class Base(DeclarativeBase):
    """Tables that are kept: the log and what belongs to this server alone. Migrated by alembic."""


class ViewBase(DeclarativeBase):
    """Tables that can be thrown away and rebuilt from the log. Never migrated."""


db = SQLAlchemy(model_class=Base)

QUEUES = 4  # databases whose line a thread keeps open; a server has one
_handles = threading.local()
_writing: ContextVar[bool] = ContextVar("writing", default=False)
_after: ContextVar[list[Callable[[], None]] | None] = ContextVar("after", default=None)


def init_db(app: Flask, url: str, threads: int) -> None:
    """Bind the database to the application. Opens no connection (workers are forked afterwards)."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        "pool_size": threads + 2, "max_overflow": 4, "pool_pre_ping": False,
        "hide_parameters": True,  # an error may be logged: names and PINs' hashes stand in them
    }  # fmt: skip
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            Path(str(db.engine.url.database)).parent.mkdir(parents=True, exist_ok=True)
            app.extensions["writer_queue"] = f"{db.engine.url.database}.queue"
            app.extensions["watch"] = watch = Watch(Path(str(db.engine.url.database)))
            event.listen(db.engine, "do_connect", watch.before_connecting)
            event.listen(db.engine, "connect", _prepare_sqlite)
            event.listen(db.engine, "connect", lambda _connection, _record: watch.connected())
            event.listen(db.engine, "begin", _begin_sqlite)
        else:
            app.extensions["writer_queue"] = ""
            event.listen(db.engine, "begin", _begin_postgresql)


def rows(statement: Any, **values: Any) -> Any:
    """Read with a statement that was built once, with `bindparam`s: half the cost of building it each
    time and going through the ORM. For what every page asks."""
    return db.session.connection().execute(statement, values)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # pysqlite's own deferred BEGIN loses updates
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    writing = _writing.get()
    watch: Watch = current_app.extensions["watch"]
    if writing:
        watch.before_writing()
    if connection.info.get("writes") is not writing:
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
        connection.info["writes"] = writing
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
    if writing:
        watch.begun()


def _begin_postgresql(connection: Any) -> None:
    if not _writing.get():
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Everything written inside is committed together at the end, or not at all.

    Ends the reading transaction that was open: what was read before may have changed, so read again
    what the decision rests on. Units do not nest. Never hash a PIN, draw a PDF or render a page inside.
    """
    if _writing.get():
        raise RuntimeError("a unit of work is already open")
    db.session.rollback()
    with _queue(current_app.extensions["writer_queue"]):
        token, after = _writing.set(True), _after.set([])
        try:
            yield
            db.session.commit()
            done = _after.get() or []
        except BaseException:
            db.session.rollback()
            raise
        finally:
            _writing.reset(token)
            _after.reset(after)
        for call in done:
            call()


@contextmanager
def short_write() -> Iterator[Connection]:
    """A unit of work of one statement, without the ORM: on disk when the block ends, or not written."""
    with _queue(current_app.extensions["writer_queue"]):
        token = _writing.set(True)
        try:
            with db.engine.begin() as connection:
                yield connection
        finally:
            _writing.reset(token)


def in_unit_of_work() -> bool:
    return _writing.get()


def after_commit(call: Callable[[], None]) -> None:
    """Have `call` run once the open unit of work is on disk, in SQLite before the next writer begins; it
    does not run if the unit fails. It opens no unit of its own."""
    calls = _after.get()
    if calls is None:
        raise RuntimeError("no unit of work is open")
    calls.append(call)


def empty_write_ahead_log() -> None:
    """Carry SQLite's write-ahead log over into the database file and empty it, so that what was
    overwritten stands in neither. Whoever reads at that moment is not disturbed: then it stays until a
    later checkpoint, at the latest until the server stops."""
    if db.engine.dialect.name != "sqlite":
        return
    connection = db.engine.raw_connection()
    try:
        for statement in ("PRAGMA busy_timeout=1000", "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA busy_timeout=15000"):
            connection.cursor().execute(statement).fetchall()
    finally:
        connection.close()


def let_go_of_connections() -> None:
    """After an error of the disk: what connections remember of the file may be wrong, so new ones are opened."""
    with suppress(DBAPIError, OSError):
        db.session.remove()
    db.engine.dispose()


@contextmanager
def _queue(path: str) -> Iterator[None]:
    """Writers of all workers wait here in line instead of colliding inside SQLite."""
    if not path:
        yield
        return
    handle = _queue_handle(path)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)


def _queue_handle(path: str) -> int:
    """This thread's own handle: a lock belongs to an open file, so threads that shared one would not wait.
    Opened anew after a fork, for the same reason; closed when the thread ends, or turns to other databases."""
    kept: dict[str, _Handle] = _handles.__dict__.setdefault("kept", {})
    found = kept.get(path)
    if found is None or found.pid != os.getpid():
        found = kept[path] = _Handle(path)
        while len(kept) > QUEUES:
            kept.pop(next(iter(kept)))
    return found.number


class _Handle:
    """An open file, closed when nobody holds this any more."""

    def __init__(self, path: str) -> None:
        self.pid = os.getpid()
        self.number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def __del__(self) -> None:
        if number := getattr(self, "number", None):
            os.close(number)
