"""Whether the database answers and can be written, whether it fits this program, how the last start went."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from sqlalchemy import select

from .. import clock
from ..db import db, unit_of_work
from . import tables_of_views
from .schema import HEAD, revision
from .tables import EntryRow, SettingRow

PROBE, START = "probe", "start"  # names of settings; the first never stays


class _Undone(Exception):
    """Ends a unit of work without keeping it."""


def try_to_write() -> None:
    """Read the log and write a row, in a unit of work that is undone: nothing changes. Raises what the
    database raises when it cannot be read or written."""
    try:
        with unit_of_work():
            db.session.execute(select(EntryRow.hash).limit(1)).first()
            db.session.merge(SettingRow(name=PROBE, value=""))
            db.session.flush()
            raise _Undone
    except _Undone:
        pass


def fits() -> bool:
    """Whether the database has the form that this program expects, of kept tables and of views."""
    views = db.session.execute(select(SettingRow.value).where(SettingRow.name == "views")).scalar()
    return revision(db.session.connection()) == HEAD and views == str(tables_of_views.VERSION)


# -- the last start -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Start:
    """`cut`: the server had not been stopped, its power was cut or it was killed. `searched`: the whole
    database was looked through since. `restored`: it was put back from a copy."""

    at: str
    cut: bool
    searched: bool
    restored: bool


def was_cut(database: Path) -> bool:
    """Whether SQLite's write-ahead log was left behind: who stops in good order carries it over. To be asked
    before anybody opens the database."""
    log = Path(f"{database}-wal")
    return log.exists() and log.stat().st_size > 0


def note_start(*, cut: bool, searched: bool, restored: bool) -> None:
    """Keep how this start went, in the place of the one before."""
    _keep(Start(clock.stamp(), cut, searched, restored))


def note_searched(start: Start) -> None:
    """Since that start the whole database was looked through, and is whole."""
    _keep(replace(start, searched=True))


def _keep(start: Start) -> None:
    with unit_of_work():
        db.session.merge(SettingRow(name=START, value=json.dumps(asdict(start))))


def last_start() -> Start | None:
    """How the last start went; None if it was not noted."""
    text = db.session.execute(select(SettingRow.value).where(SettingRow.name == START)).scalar()
    return Start(**json.loads(text)) if text else None
