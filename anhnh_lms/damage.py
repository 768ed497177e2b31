"""What can happen to SQLite's file while the server runs, and how writing stops until it is over.

A file that was deleted or exchanged goes on being written, into nothing: so before each write it is asked whether
the file is still the one that was opened. Where SQLite finds a damaged page, a flag beside the database stops the
writing of every process until a check finds it whole; nobody needs to start the server again.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from . import clock

FLAG = ".damaged"  # added to the database's name
AGAIN = 10  # seconds between two checks of a damaged database, in each process
OF_SQLITE = {
    sqlite3.SQLITE_FULL: "full", sqlite3.SQLITE_READONLY: "readonly", sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy", sqlite3.SQLITE_CANTOPEN: "gone", sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
}  # fmt: skip
OF_THE_DISK = {
    errno.ENOSPC: "full", errno.EDQUOT: "full", errno.EFBIG: "full", errno.EROFS: "readonly",
    errno.EACCES: "readonly", errno.EPERM: "readonly",
}  # fmt: skip


class Gone(OSError):
    """The database's file is not there any more, or is another one."""


class StillDamaged(OSError):
    """SQLite found a damaged page, and the database was not made whole since."""


class Watch:
    """The file of one database, in one process."""

    def __init__(self, database: Path) -> None:
        self._database, self._log = str(database), f"{database}-wal"
        self.flag = Path(f"{database}{FLAG}")
        self._known: tuple[int, int] | None = None
        self._checked = -float(AGAIN)

    def before_connecting(self, *_: Any) -> None:
        """SQLite would make an empty file in the place of one that is gone. Raises Gone."""
        if self._known is not None and self._there() != self._known:
            raise Gone(errno.ENOENT, "the database is gone", self._database)

    def connected(self) -> None:
        if self._known is None:
            self._known = self._there()

    def before_writing(self) -> None:
        """Raises Gone or StillDamaged if what is written now would be lost or would make things worse."""
        if self._there() != self._known:
            raise Gone(errno.ENOENT, "the database is gone", self._database)
        if self.flag.exists() and not self._is_whole_again():
            raise StillDamaged(errno.EIO, "the database is damaged", self._database)

    def begun(self) -> None:
        """Once a transaction stands, its log must be a file that others find. Raises Gone."""
        if not os.path.exists(self._log):
            raise Gone(errno.ENOENT, "the database's log is gone", self._log)

    def _there(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._database)
        except OSError:
            return None
        return (found.st_dev, found.st_ino) if found.st_size else None

    def _is_whole_again(self) -> bool:
        now = clock.monotonic()
        if 0 <= now - self._checked < AGAIN:
            return False
        self._checked = now
        try:
            look_through(Path(self._database))
        except sqlite3.Error:
            return False
        self.flag.unlink(missing_ok=True)
        self._checked = -float(AGAIN)
        return True


def look_through(database: Path, began: Callable[[sqlite3.Connection], None] | None = None) -> bool:
    """SQLite's own quick check of the whole database, half a second for 100 MB that were read before.
    Raises sqlite3.DatabaseError, which says what was found. Another thread may interrupt the connection with
    which it `began`: False then."""
    with closing(sqlite3.connect(database, timeout=1)) as connection:
        if began is not None:
            began(connection)
        try:
            quick_check(connection)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            return False
    return True


def quick_check(connection: sqlite3.Connection) -> None:
    """The same on a connection that stands."""
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        error = sqlite3.DatabaseError(found)
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def kind_of(error: BaseException) -> str:
    """What an error of the disk or the database means: "full", "readonly", "busy", "gone", "damaged", or ""."""
    if isinstance(error, Gone):
        return "gone"
    if isinstance(error, StillDamaged):
        return "damaged"
    cause = getattr(error, "orig", None) or error
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return OF_SQLITE.get(code & 0xFF, "")
    return OF_THE_DISK.get(cause.errno or 0, "") if isinstance(cause, OSError) else ""


def heed(watch: Watch | None, error: BaseException) -> str:
    """Note what the error means, and stop writing if the database is damaged. Returns `kind_of`."""
    kind = kind_of(error)
    if kind == "damaged" and watch is not None:
        with suppress(OSError):  # then nothing can be written anyhow
            watch.flag.touch(mode=0o600)
    return kind
