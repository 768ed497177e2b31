"""Whether a server runs on a data folder: a lock that ends with its processes, also in a power cut.

Every process that serves holds it with the others; who puts a backup back holds it alone.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

FILE = "running.lock"
_held: list[int] = []  # until the process ends


class StillRunning(RuntimeError):
    """Another process serves, or works on, this data folder."""


def hold(folder: Path) -> None:
    """From here on, until it ends, this process counts as a running server of that folder. Waits while
    somebody puts a backup back there."""
    _held.append(_shared(folder, wait=True))


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Within the block this process counts as a running server of that folder. Raises StillRunning."""
    handle = _shared(folder, wait=False)
    try:
        yield
    finally:
        os.close(handle)


def _shared(folder: Path, wait: bool) -> int:
    handle = _open(folder)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        os.close(handle)
        raise StillRunning(f"a backup is being put back in {folder}") from None
    return handle


@contextmanager
def alone(folder: Path, database: Path | None = None) -> Iterator[None]:
    """Within the block no server starts on that folder. Raises StillRunning if one runs, or if any other
    process has SQLite's `database` open."""
    handle = _open(folder)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StillRunning(f"a server runs on {folder}") from None
        if database is not None and database.exists():
            _check_not_open(database)
        yield
    finally:
        os.close(handle)


def _open(folder: Path) -> int:
    return os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _check_not_open(database: Path) -> None:
    """Also `flask run`, a command, or SQLite's own shell: each holds a shared lock on the file itself."""
    with closing(sqlite3.connect(database, timeout=0.2, isolation_level=None)) as asked:
        try:
            asked.execute("PRAGMA locking_mode=EXCLUSIVE")
            asked.execute("BEGIN EXCLUSIVE")
            asked.execute("ROLLBACK")
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise StillRunning(f"another program has {database} open") from None
