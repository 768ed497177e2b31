"""Who left so long ago that they may be forgotten: the rule, the list, and forgetting those whom somebody chose.

The rule: an establishment names its staff as long as they work there, and for its years (`keep_years`, usually 7)
after they left. Then the list proposes them. Nobody is forgotten by the program itself, and nobody by a date that
cannot be trusted: a departure that was recorded under a clock in doubt counts from the next entry of a sure date,
and while the server's own date is in doubt nobody is proposed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from .. import clock
from ..db import db
from ..record import log
from ..record.log import recording
from ..record.tables import EntryRow
from ..record.tables_of_views import CertificateRow, EstablishmentRow, PersonRow
from . import staff
from .access import User
from .naming import folded
from .persons import every_id, person_of
from .places import KEEP_YEARS, establishment, timezone_of

AT_ONCE = 50  # persons that are forgotten in one unit of work


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody who may be forgotten; `on`: the day that counts as that of leaving."""

    person: PersonRow
    on: date
    certificates: int


def years_of(row: EstablishmentRow | None) -> int:
    """For how many years after leaving the staff of that establishment (None: of a national administration) stay
    named."""
    return int(row.keep_years or KEEP_YEARS) if row else KEEP_YEARS


def proposed(home: str, country: str) -> list[Left]:
    """Who of that home left more than its years ago and is not forgotten yet, the longest gone first. Empty while
    the date of the server is in doubt."""
    if log.clock_state() == "suspect":
        return []
    row = establishment(home) if home else None
    latest = _years_before(clock.today(_zone(row, country)), years_of(row))
    p = PersonRow
    gone = select(p).where(p.establishment == home, p.country == country, p.active == 0, p.erased == 0)
    papers = _papers(home, country)
    found = []
    for person in db.session.execute(gone).scalars().all():
        on = left_on(person.id, _zone(row, country))
        if on is not None and on < latest:
            found.append(Left(person, on, papers.get(person.id, 0)))
    return sorted(
        found, key=lambda one: (one.on, folded(one.person.name_latin or one.person.name_arabic), one.person.id)
    )


def _zone(row: EstablishmentRow | None, country: str) -> str:
    return row.timezone if row else timezone_of(country)


def _years_before(day: date, years: int) -> date:
    """The same day so many years before; 28 February for the 29th."""
    last = day.day if (day.month, day.day) != (2, 29) else 28
    return date(max(1, day.year - years), day.month, last)


def _papers(home: str, country: str) -> dict[str, int]:
    c, p = CertificateRow, PersonRow
    rows = (
        select(c.person, func.count())
        .join(p, p.id == c.person)
        .where(p.establishment == home, p.country == country, p.active == 0, c.state == "issued")
        .group_by(c.person)
    )
    return dict(db.session.execute(rows).all())


def left_on(person: str, timezone: str) -> date | None:
    """The day that counts as that of leaving: of the last departure that is recorded, on the calendar there. None
    if none is, or none of a sure date after it."""
    e = EntryRow
    last = db.session.execute(
        select(e.happened_at, e.clock, e.lamport).where(e.person.in_(every_id(person)), e.kind == "person.left")
        .order_by(e.lamport.desc()).limit(1)
    ).first()  # fmt: skip
    if last is None:
        return None
    at = last.happened_at
    if last.clock == "suspect":  # it was at the latest when the next entry of a sure date was written
        later = select(e.happened_at).where(e.lamport > last.lamport, e.clock != "suspect").order_by(e.lamport).limit(1)
        at = db.session.execute(later).scalar()
    return clock.local(clock.moment(at), timezone).date() if at else None


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many were forgotten, and for how many nothing was done: they came back, or are forgotten already."""

    done: int
    left_out: int


def forget(by: User, home: str, country: str, chosen: Sequence[str]) -> Forgotten:
    """Forget those of the chosen who may be forgotten, AT_ONCE in a unit of work. Decided inside it: who came back
    meanwhile stays. Raises staff.MorePower; then nobody of that unit is forgotten."""
    wanted, done = list(dict.fromkeys(chosen)), 0
    for start in range(0, len(wanted), AT_ONCE):
        with recording() as record:
            may = {left.person.id for left in proposed(home, country)}
            for person in wanted[start : start + AT_ONCE]:
                if person in may:
                    staff.erase(record, by, person_of(home, country, person))
                    done += 1
    return Forgotten(done, len(wanted) - done)
