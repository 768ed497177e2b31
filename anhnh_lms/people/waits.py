"""Waits after wrong tries: counted in running time of the server, shared by all workers."""

from __future__ import annotations

from ..db import db, unit_of_work
from .elapsed import elapsed
from .tables import TriesRow

LONGEST = 15 * 60  # seconds


def seconds_to_wait(who: str, *pcs: str) -> int:
    """Seconds until `who` may try again on one of these PCs; 0 for now. Reads only."""
    rows = [db.session.get(TriesRow, (who, pc)) for pc in pcs]
    until = max((row.until for row in rows if row), default=0)
    return max(0, until - elapsed()) if until else 0


def note_wrong(who: str, pc: str, free: int) -> None:
    """Count a wrong try; after `free` of them each doubles the wait, from 30 seconds up to 15 minutes.
    Stands in a unit of work."""
    row = db.session.get(TriesRow, (who, pc))
    count = (row.count if row else 0) + 1
    over = count - free
    until = elapsed() + min(LONGEST, 30 * 2 ** min(over, 10)) if over >= 0 else 0
    if row:
        row.count, row.until = count, until
    else:
        db.session.add(TriesRow(person=who, pc=pc, count=count, until=until))


def count_wrong(who: str, pc: str, free: int) -> None:
    """`note_wrong` in a unit of work of its own."""
    with unit_of_work():
        note_wrong(who, pc, free)
