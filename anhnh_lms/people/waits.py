"""Waits after wrong tries: counted in running time of the server, shared by all workers.

Two measures. A wrong try at one thing (a staff number, the code of the set-up) doubles the wait for it. And
a PC has an allowance of wrong tries at everything of a kind (all staff numbers, all check codes), of which it
gets one back after a while; so nobody goes from number to number, and nobody fills the table.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete

from ..db import db, unit_of_work
from .elapsed import elapsed
from .tables import TriesRow

LONGEST = 15 * 60  # seconds
FORGOTTEN = 24 * 3600  # seconds after the last wrong try, and its wait, when it is as if there had been none


def seconds_to_wait(who: str, *pcs: str) -> int:
    """Seconds until `who` may try again on one of these PCs; 0 for now. Reads only."""
    rows = [db.session.get(TriesRow, (who, pc)) for pc in pcs]
    until = max((row.until for row in rows if row), default=0)
    return max(0, until - elapsed()) if until else 0


def note_wrong(who: str, pc: str, free: int) -> None:
    """Count a wrong try; after `free` of them each doubles the wait, from 30 seconds up to 15 minutes.
    Stands in a unit of work."""
    now = elapsed()
    row = db.session.get(TriesRow, (who, pc))
    count = (row.count if row and now - row.until < FORGOTTEN else 0) + 1
    over = count - free
    _keep(row, who, pc, count, now + (min(LONGEST, 30 * 2 ** min(over, 10)) if over >= 0 else 0), now)


def count_wrong(who: str, pc: str, free: int) -> None:
    """`note_wrong` in a unit of work of its own."""
    with unit_of_work():
        note_wrong(who, pc, free)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many wrong tries a PC has, and after how many seconds it gets one back. `name` is the kind of tries."""

    name: str
    tries: int
    seconds: int

    def seconds_to_wait(self, pc: str) -> int:
        """Seconds until the PC may try again; 0 for now. Reads only."""
        row = db.session.get(TriesRow, (self.name, pc))
        return max(0, row.until - elapsed() - (self.tries - 1) * self.seconds) if row else 0

    def note_wrong(self, pc: str) -> None:
        """Take one from the PC's allowance. Stands in a unit of work."""
        now = elapsed()
        row = db.session.get(TriesRow, (self.name, pc))
        # `until` is when the whole allowance is back: the generic cell rate algorithm, ITU-T I.371
        _keep(row, self.name, pc, (row.count if row else 0) + 1, max(now, row.until if row else 0) + self.seconds, now)

    def count_wrong(self, pc: str) -> None:
        """`note_wrong` in a unit of work of its own."""
        with unit_of_work():
            self.note_wrong(pc)


def _keep(row: TriesRow | None, who: str, pc: str, count: int, until: int, now: int) -> None:
    if row:
        row.count, row.until = count, until
        return
    db.session.execute(delete(TriesRow).where(TriesRow.until < now - FORGOTTEN))
    db.session.add(TriesRow(person=who, pc=pc, count=count, until=until))
