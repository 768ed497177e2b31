"""As of which entries a report is: where an establishment stands, and the end of every chain that counts for it.

Chains of the audit are left out: that somebody looked at a list changes no figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import and_, bindparam, or_, select

from .. import clock
from ..db import db
from ..people import naming
from ..record import log
from ..record.canonical import sha256
from ..record.entry import AUDIT, LIBRARY
from ..record.log import believed, cut_name, stream_of
from ..record.tables import HeadRow
from ..record.tables_of_views import EstablishmentRow

_h, _e = HeadRow, EstablishmentRow
_COUNTS = and_(~_h.stream.startswith(AUDIT, autoescape=True), _h.seq > 0)
_STANDING = (
    select(
        _e.country, _e.region, _e.name, _e.name_ar, _e.timezone, _h.country.label("land"), _h.origin, _h.stream, _h.seq,
        _h.hash, log.REMADE.scalar_subquery().label("remade"), log.LATEST_NOTE.scalar_subquery().label("latest"),
    )
    .outerjoin(_h, and_(or_(_h.country == _e.country, _h.stream == LIBRARY), _COUNTS))
    .where(_e.code == bindparam("code"))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cut:
    """The entries that a report counts, by the end of each chain: (country, origin, stream) -> number of the last."""

    heads: Mapping[tuple[str, str, str], int] = field(hash=False)

    @property
    def name(self) -> str:
        """Eight letters: the same chains, as far, give the same name."""
        return cut_name(self.heads)

    def entry(self, establishment: str) -> str:
        """ "MA-1:10234": so many entries are recorded about the establishment, by whichever server."""
        stream = stream_of(establishment)
        return f"{establishment}:{sum(n for (_, _, s), n in self.heads.items() if s == stream)}"


@dataclass(frozen=True, slots=True)
class Standing:
    """An establishment, the date there, and the cut of what is reported about it now."""

    code: str
    country: str
    region: str
    name_latin: str
    name_arabic: str
    today: date  # as far as it is known
    cut: Cut
    sure: bool = True  # the clock agrees with the record
    record: str = ""  # names the entries and the views that hold now: figures of equal names are equal

    def name_in(self, lang: str) -> str:
        """The name in the letters of that language, else in the others, else the code."""
        return naming.shown(lang, self.name_latin, self.name_arabic, self.code)


def standing(code: str) -> Standing:
    """Where the establishment stands. One statement. Raises LookupError if there is none with that code."""
    rows = db.session.execute(_STANDING, {"code": code}).all()
    if not rows:
        raise LookupError(code)
    country, region, name, name_ar, timezone = rows[0][:5]
    heads = {(row.land, row.origin, row.stream): row.seq for row in rows if row.stream is not None}
    now, sure = believed(rows[0].latest)
    record = f"{rows[0].remade or 0} {' '.join(sorted(row.hash for row in rows if row.hash))}"
    today = clock.local(now, timezone).date()
    return Standing(code, country, region, name, name_ar, today, Cut(heads), sure, sha256(record))


def cut_of(countries: Iterable[str]) -> Cut:
    """The cut of what is reported about these countries now. One statement."""
    rows = db.session.execute(
        select(_h.country, _h.origin, _h.stream, _h.seq).where(
            or_(_h.country.in_(sorted(set(countries))), _h.stream == LIBRARY), _COUNTS
        )
    )
    return Cut({(country, origin, stream): seq for country, origin, stream, seq in rows})
