"""SQLite's database as one file: copied while the server writes, looked at, compared. No application is needed."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from ..damage import quick_check
from .log import verify
from .server import Identity


class Damaged(ValueError):
    """A database that cannot be relied upon; the text says what was found."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a database holds, in short. `identity` is None before the server was set up."""

    identity: Identity | None
    entries: int
    revision: str
    secrets: str  # the mark of the secrets that it was written with


@dataclass(frozen=True, slots=True)
class Loss:
    """What one database has and another lacks. `since` is when the earliest of it happened, or ""."""

    entries: int
    since: str
    answers: int  # saved answers of tests that are not handed in


@contextmanager
def opened(database: Path, write: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection that never makes the file if it is missing."""
    address = f"{database.absolute().as_uri()}?mode={'rw' if write else 'ro'}"
    with closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=15)) as connection:
        yield connection


def copy_database(source: Path, target: Path) -> None:
    """The state of `source` at one moment in the one file `target`, on disk when this returns. Writers are not
    held up. `target` must not exist; if anything fails, it does not exist afterwards either."""
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with opened(source, write=True) as old, opened(target, write=True) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")  # one file, without companions
        sync(target)
    except BaseException:
        for leftover in (target, *companions(target)):
            leftover.unlink(missing_ok=True)
        raise


def companions(database: Path) -> tuple[Path, ...]:
    """The files that SQLite may keep beside that one."""
    return tuple(database.with_name(database.name + end) for end in ("-wal", "-shm", "-journal"))


def sync(path: Path) -> None:
    """Have the file, or the names in the folder, on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def look_through(database: Path) -> None:
    """SQLite's own quick check. Raises Damaged."""
    try:
        with opened(database) as connection:
            quick_check(connection)
    except sqlite3.DatabaseError as error:
        raise Damaged(str(error)) from error


def look_at_all(database: Path) -> Content:
    """Look through the file, verify every chain of the log in it, and say what it holds. Raises Damaged."""
    look_through(database)
    try:
        flaws = _flaws(database)
        if flaws:
            raise Damaged(flaws)
        return content(database)
    except sqlite3.DatabaseError as error:
        raise Damaged(str(error)) from error


def _flaws(database: Path) -> str:
    from sqlalchemy.exc import DBAPIError

    address = f"sqlite:///{database.absolute().as_uri()}?mode=ro&uri=true"
    engine = create_engine(address, poolclass=NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            found = verify(connection)
    except DBAPIError as error:
        raise Damaged(str(error.orig)) from error
    finally:
        engine.dispose()
    if not found:
        return ""
    first = "/".join(map(str, found[0].identity))
    return f"{len(found)} flaws in the record's chains; the first: {first}: {found[0].what}"


def content(database: Path) -> Content:
    """What the database says of itself. Raises sqlite3's errors, and Damaged if that makes no sense."""
    with opened(database) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'entry'").fetchone():
            raise Damaged("it is not a database of this program")
        settings = dict(connection.execute("SELECT name, value FROM setting").fetchall())
        (entries,) = connection.execute("SELECT count(*) FROM entry").fetchone()
        (revision,) = connection.execute("SELECT max(version_num) FROM alembic_version").fetchone()
    try:
        identity = Identity(**json.loads(settings["server"])) if "server" in settings else None
    except (ValueError, TypeError):
        raise Damaged("it does not say whose it is") from None
    return Content(identity, entries, revision or "", settings.get("secrets", ""))


_LOST = """SELECT count(*), coalesce(min(happened_at), '') FROM main.entry AS here WHERE NOT EXISTS (
    SELECT 1 FROM other.entry AS there WHERE there.country = here.country AND there.origin = here.origin
    AND there.stream = here.stream AND there.seq = here.seq AND there.hash = here.hash)"""
_ANSWERS = """SELECT count(*) FROM main.answer AS here WHERE NOT EXISTS (
    SELECT 1 FROM other.answer AS there WHERE there.attempt = here.attempt AND there.question = here.question
    AND there.response = here.response)"""


def loss(present: Path, other: Path) -> Loss:
    """What would go if `other` took the place of `present`. Raises sqlite3's errors if `present` cannot be read."""
    with opened(present, write=True) as connection:
        connection.execute("ATTACH ? AS other", (f"{other.absolute().as_uri()}?mode=ro",))
        connection.execute("PRAGMA query_only=ON")
        entries, since = connection.execute(_LOST).fetchone()
        (answers,) = connection.execute(_ANSWERS).fetchone()
    return Loss(entries, since, answers)
