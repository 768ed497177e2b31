"""Who looked at what, took what away, and changed the registers: for inspection, within the inspector's scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, false, or_, select, true, union_all

from ..db import db
from ..people.places import visible
from ..people.roles import ROLES, Power
from ..record.entry import AUDIT, COUNTRY, LIBRARY, Body, Entry
from ..record.log import COLUMNS, stream_of
from ..record.tables import EntryRow
from ..record.views import Context, context

_e = EntryRow

GROUPS: Mapping[str, tuple[str, ...]] = {
    "looked": ("audit.viewed",),
    "taken": ("audit.taken",),
    "access": ("audit.acted",),
    "person": (
        "person.registered", "person.changed", "person.moved", "person.dossier", "person.left", "person.returned",
        "person.erased", "person.same_as", "person.not_same_as",
    ),
    "role": ("role.granted", "role.withdrawn"),
    "certificate": ("certificate.issued", "certificate.revoked", "series.assigned"),
    "course": ("course.published", "course.withdrawn"),
    "assignment": ("course.assigned", "assignment.withdrawn"),
    "mark": ("attempt.remarked",),
    "dispute": (
        "attempt.disputed", "attempt.dispute_settled", "attempt.taken_over", "completion.withdrawn",
    ),
    "server": ("server.founded", "establishment.described", "clock.confirmed"),
}  # fmt: skip
PER_PAGE = 50
LAST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries: of an establishment, of a group of kinds ("" for all); about one of the persons `about`, by
    one of the persons `by` (ids; None for anybody); from the moment `since` until before `until`, as entries write
    it ("" for open). An entry whose clock was in doubt is asked for by every time: a wrong date hides nothing."""

    establishment: str = ""
    group: str = ""
    page: int = 1
    about: tuple[str, ...] | None = None
    by: tuple[str, ...] | None = None
    since: str = ""
    until: str = ""


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
    """A page of what these roles may read in the log. Each kind is read through its index, then merged."""
    kinds = _kinds(asked)
    start = (min(asked.page, LAST_PAGE) - 1) * PER_PAGE
    where = _where(roles, asked)
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


def whole(roles: Sequence[tuple[str, str]], asked: Asked, upto: int) -> Iterator[Line]:
    """All of it, on whatever page, up to the entry with the number `upto` (`log.latest`), the newest first."""
    where = and_(_e.kind.in_(_kinds(asked)), _e.lamport <= upto, _where(roles, asked))
    query = select(*COLUMNS).where(where).order_by(*_newest(_e))
    rows = db.session.execute(query.execution_options(yield_per=2000))
    known = context()
    for row in rows:
        yield _line(Entry(*row), known)


def _kinds(asked: Asked) -> list[str]:
    return [k for name, some in GROUPS.items() if asked.group in ("", name) for k in some]


def _where(roles: Sequence[tuple[str, str]], asked: Asked) -> Any:
    """What was asked for, within the scope of these roles."""
    where = [_scope(roles, asked.establishment)]
    if asked.about is not None:
        where.append(or_(_e.person.in_(asked.about), _e.subject.in_(asked.about)))
    if asked.by is not None:
        where.append(_e.actor.in_(asked.by))
    if asked.since:
        where.append(or_(_e.happened_at >= asked.since, _e.clock == "suspect"))
    if asked.until:
        where.append(or_(_e.happened_at < asked.until, _e.clock == "suspect"))
    return and_(*where)


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
    return tuple(_line(entry, known) for entry in entries)


def _line(entry: Entry, known: Context) -> Line:
    # a founding is not ranked: it is what the ranks come from
    counts = known.rank(entry) or (entry.kind == "server.founded" and entry.origin in known.scopes)
    facts = entry.sound_facts() if counts else None
    return Line(entry, facts or {}, facts is not None)
