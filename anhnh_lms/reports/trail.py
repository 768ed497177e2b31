"""Who looked at what, and who changed the registers: for inspection, within the inspector's scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, false, or_, select, true, union_all

from ..db import db
from ..people.places import visible
from ..people.roles import ROLES, Power
from ..record.entry import AUDIT, COUNTRY, LIBRARY, Body, Entry
from ..record.log import COLUMNS, stream_of
from ..record.tables import EntryRow
from ..record.views import context

_e = EntryRow

GROUPS: Mapping[str, tuple[str, ...]] = {
    "looked": ("audit.viewed",),
    "person": (
        "person.registered", "person.changed", "person.moved", "person.dossier", "person.left", "person.returned",
        "person.erased", "person.same_as", "person.not_same_as",
    ),
    "role": ("role.granted", "role.withdrawn"),
    "certificate": ("certificate.issued", "certificate.revoked", "series.assigned"),
    "course": ("course.published", "course.withdrawn"),
    "assignment": ("course.assigned", "assignment.withdrawn"),
    "mark": ("attempt.remarked",),
    "server": ("server.founded", "establishment.described", "clock.confirmed"),
}  # fmt: skip
PER_PAGE = 100
LAST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries: of an establishment ("" for all), of a group of kinds ("" for all)."""

    establishment: str = ""
    group: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """An entry. `applied` is False where its server was not allowed to write it; `facts` is then empty."""

    entry: Entry
    facts: Body
    applied: bool

    @property
    def establishment(self) -> str:
        """The code of the establishment in whose chain it stands, "" for none."""
        kind, _, name = self.entry.stream.partition("/")
        return name if kind in ("establishment", "audit") and name != self.entry.country else ""


@dataclass(frozen=True, slots=True)
class Trail:
    """A page of entries, the newest first, and whether there are older ones."""

    lines: tuple[Line, ...]
    more: bool


def trail(roles: Sequence[tuple[str, str]], asked: Asked) -> Trail:
    """What these roles may read in the log. Each kind is read through its index, then merged."""
    kinds = [k for name, some in GROUPS.items() if asked.group in ("", name) for k in some]
    start = (min(asked.page, LAST_PAGE) - 1) * PER_PAGE
    where = _scope(roles, asked.establishment)
    newest = [
        select(select(*COLUMNS).where(_e.kind == kind, where).order_by(*_newest(_e)).limit(start + PER_PAGE + 1)
               .subquery())
        for kind in kinds
    ]  # fmt: skip
    if not newest:
        return Trail((), False)
    merged = union_all(*newest).subquery()
    query = select(merged).order_by(*_newest(merged.c)).offset(start).limit(PER_PAGE + 1)
    entries = [Entry(*row) for row in db.session.execute(query)]
    return Trail(_lines(entries[:PER_PAGE]), len(entries) > PER_PAGE and asked.page < LAST_PAGE)


def _newest(columns: Any) -> tuple[Any, ...]:
    return columns.lamport.desc(), columns.origin.desc(), columns.stream.desc(), columns.seq.desc()


def _scope(roles: Sequence[tuple[str, str]], establishment: str) -> Any:
    """The entries that may be read. Courses concern every establishment and name nobody: all may read those."""
    codes = [row.code for row in visible(roles, Power.READ_AUDIT)]
    if establishment:
        codes = [code for code in codes if code == establishment]
    streams = [stream for code in codes for stream in (stream_of(code), f"{AUDIT}{code}")]
    if establishment:
        return _e.stream.in_(streams)
    return or_(_e.stream.in_([*streams, LIBRARY]), *_national(roles))


def _national(roles: Sequence[tuple[str, str]]) -> list[Any]:
    """Entries about a national administration and its staff, for who inspects the whole country."""
    found = []
    for role, scope in roles:
        kind, _, name = scope.partition("/")
        if Power.READ_AUDIT in ROLES.get(role, ()) and kind in ("country", "all"):
            where = true() if kind == "all" else _e.country == name
            found.append(and_(where, or_(_e.stream == COUNTRY, _e.stream == AUDIT + _e.country)))
    return found or [false()]


def _lines(entries: Sequence[Entry]) -> tuple[Line, ...]:
    known = context()
    lines = []
    for entry in entries:
        facts = entry.sound_facts() if known.rank(entry) else None
        lines.append(Line(entry, facts or {}, facts is not None))
    return tuple(lines)
