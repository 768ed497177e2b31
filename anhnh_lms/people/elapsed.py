"""The time that this server has been running, in seconds: what waits are counted in.

A changed date cannot shorten it, and it survives a restart: the total is kept in the database and
carried on from the machine's own counter since it started. Time while the machine was off does not
count. Hosts that share a PostgreSQL database share no counter, so there the database's clock is used.
"""

from __future__ import annotations

import json

from sqlalchemy import func, select

from .. import clock
from ..db import db, in_unit_of_work
from ..record.tables import CounterRow

NAME = "running"
TICK = 30  # at most so many seconds are lost in a power cut, whenever somebody is waiting


def elapsed() -> int:
    """Seconds of running time. Inside a unit of work it is also kept."""
    if db.engine.dialect.name == "postgresql":
        return int(db.session.execute(select(func.extract("epoch", func.now()))).scalar_one())
    row = db.session.get(CounterRow, NAME)
    here = clock.monotonic()
    total = _total(row, here)
    if in_unit_of_work() and (row is None or total - row.value >= TICK or json.loads(row.note)[0] != clock.boot()):
        db.session.merge(CounterRow(name=NAME, value=total, note=json.dumps([clock.boot(), here])))
    return total


def _total(row: CounterRow | None, here: float) -> int:
    if row is None:
        return 0
    boot, since = json.loads(row.note)
    return row.value + (int(here - since) if boot == clock.boot() and here >= since else 0)
