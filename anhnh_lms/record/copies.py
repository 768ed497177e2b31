"""Copies of the database that stay on this PC, in `copies/` of the data folder: one a day, one before an upgrade.

They help against a damaged database, not against a lost PC. Names count upwards, because dates may be wrong:
`0012-2026-11-23.sqlite3`. Kept are the last 7 daily ones; of those before, every seventh, 4 of them, which is
about one for each of four weeks; and the last 2 that were made before an upgrade. The server's secrets lie beside
the database and are not copied.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import clock
from .copying import Damaged, companions, copy_database, look_through, sync

FOLDER, NOTES, LOCK = "copies", "notes.json", "lock"
DAILY, UPGRADE = "", "-upgrade"
LAST, EVERY, EARLIER, BEFORE_UPGRADES = 7, 7, 4, 2
NAME = re.compile(r"(\d{4,})-\d{4}-\d\d-\d\d(|-upgrade)\.sqlite3")
SOONEST, LATEST = 3600, 25 * 3600  # seconds of running time after a copy
LEFT = 200 * 1024 * 1024  # bytes that must stay free on the disk


class NoRoom(OSError):
    """The disk is too full for a copy: it would take the room that answers need."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that lies in the folder."""

    path: Path
    number: int
    why: str

    @property
    def name(self) -> str:
        return self.path.name


def listed(data: Path) -> list[Copy]:
    """The copies that are there, the newest first."""
    found = ((path, NAME.fullmatch(path.name)) for path in (data / FOLDER).glob("*.sqlite3"))
    return sorted((Copy(p, int(m[1]), m[2]) for p, m in found if m), key=lambda c: -c.number)


def newest_good(data: Path) -> Copy | None:
    """The newest copy that SQLite finds whole."""
    for copy in listed(data):
        try:
            look_through(copy.path)
        except (Damaged, OSError):
            continue
        return copy
    return None


def kept(copies: Iterable[Copy]) -> set[Copy]:
    """Which of them the rule keeps. It looks at their order alone, never at a date."""
    ordered = sorted(copies, key=lambda c: -c.number)
    daily = [c for c in ordered if c.why == DAILY]
    weekly = [c for c in daily[LAST:] if c.number % EVERY == 0]
    return {*daily[:LAST], *weekly[:EARLIER], *[c for c in ordered if c.why == UPGRADE][:BEFORE_UPGRADES]}


def make(data: Path, database: Path, why: str = DAILY) -> Copy:
    """A copy of the database as it is now, found whole, on disk; then those that the rule does not keep go.
    Raises NoRoom, Damaged (the database itself is damaged: the copies from before all stay), or what the disk
    says; then there is no new copy. Stands in `turn`."""
    folder = _folder(data)
    need_room(folder, database)
    for leftover in folder.glob(".making*"):
        leftover.unlink()
    fresh = folder / ".making"
    copy_database(database, fresh)
    try:
        look_through(fresh)
    except Damaged:
        fresh.unlink()
        raise
    there = listed(data)
    number = there[0].number + 1 if there else 1
    path = folder / f"{number:04}-{clock.today().isoformat()}{why}.sqlite3"
    fresh.replace(path)
    sync(folder)
    made = Copy(path, number, why)
    for copy in {made, *there} - kept([made, *there]):
        copy.path.unlink(missing_ok=True)
    return made


def need_room(folder: Path, database: Path, times: int = 1) -> None:
    """Raises NoRoom if so many copies of the database would leave the disk too full for answers."""
    size = sum(path.stat().st_size for path in (database, *companions(database)) if path.exists())
    if shutil.disk_usage(folder).free < times * size + LEFT:
        raise NoRoom(errno.ENOSPC, "the disk is almost full")


@contextmanager
def turn(data: Path, wait: bool = True) -> Iterator[bool]:
    """Copies are made by one process at a time. Without `wait` the block learns whether it is its turn."""
    handle = os.open(_folder(data) / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def _folder(data: Path) -> Path:
    folder = data / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


# -- once a day -------------------------------------------------------------------------------------------------


def is_due(noted: dict[str, Any], running: int, today: str) -> bool:
    """Whether the day's copy is to be made. A new date asks for one, but not within an hour of running time
    (a clock that jumps would fill the disk); so does a day of running time, if the date stands still. `running` is
    the server's running time in seconds, which no changed date can shorten."""
    if "running" not in noted or running < noted["running"]:
        return True  # there is none, or the database is another one
    since = running - noted["running"]
    return bool(since >= LATEST or (since >= SOONEST and today != noted.get("date")))


def make_daily(data: Path, database: Path, running: int) -> str:
    """Make the day's copy if it is due and no other process does. Returns what stood in the way: "", "full",
    "damaged", or "disk". It is noted, so that the server's page can say so; the next try is an hour later."""
    with turn(data, wait=False) as mine:
        noted, today = notes(data), clock.today().isoformat()
        tried = noted.get("tried", -SOONEST)
        if not mine or not is_due(noted, running, today) or 0 <= running - tried < SOONEST:
            return ""
        try:
            made = make(data, database)
        except NoRoom:
            return _trouble(data, running, "full")
        except Damaged:
            return _trouble(data, running, "damaged")
        except Exception:
            _trouble(data, running, "disk")
            raise
        note(data, running=running, date=today, copy=made.name, made_at=clock.stamp(), trouble="", tried=running)
        return ""


def _trouble(data: Path, running: int, what: str) -> str:
    note(data, trouble=what, tried=running)
    return what


def notes(data: Path) -> dict[str, Any]:
    """What is known of the last copy and the last backup; {} if nothing is."""
    try:
        found = json.loads((data / FOLDER / NOTES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def note(data: Path, **values: Any) -> None:
    """Remember that besides what was known."""
    fresh = _folder(data) / f".{NOTES}.{os.getpid()}"
    fresh.write_text(json.dumps({**notes(data), **values}), encoding="utf-8")
    fresh.replace(data / FOLDER / NOTES)
