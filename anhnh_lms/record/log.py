"""The log: append, take in what another server wrote, read, verify the chains.

Nothing else in the program writes an entry. Entries and the views that they change are written in
one unit of work. Several workers and hosts may append at once: each locks the counter and then the
head row of each stream, in the order of the streams' names, so chains have neither gaps nor forks.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import Connection, func, insert, select, update

from .. import clock
from ..db import after_commit, db, in_unit_of_work, unit_of_work
from . import server
from .canonical import canonical, sha256
from .entry import COUNTRY, ESTABLISHMENT, KINDS, BadEntry, Entry, fits_stream
from .tables import AsideRow, CounterRow, EntryRow, HeadRow

COLUMNS = tuple(EntryRow.__table__.columns)
FIRST = ""  # `previous` of a chain's first entry
LATEST = 2**31 - 1  # the largest number that both databases keep


@dataclass(frozen=True, slots=True)
class Fact:
    """What a use case wants to record; the log adds who, where, when and the chain."""

    kind: str
    stream: str
    country: str
    body: Mapping[str, Any]
    sealed: Mapping[str, Any] | None = None
    person: str = ""
    subject: str = ""
    actor: str = ""
    at: str = ""  # when it happened, as `clock.stamp` writes it; "" for now


def new_id() -> str:
    """A random id for a person, an attempt, an assignment or a certificate: 128 bits, hex."""
    return secrets.token_hex(16)


def stream_of(establishment: str) -> str:
    """The stream of a person or thing: its establishment's, or the country's for staff of none."""
    return f"{ESTABLISHMENT}{establishment}" if establishment else COUNTRY


@contextmanager
def recording() -> Iterator[Recorder]:
    """A unit of work that may append. Views are refolded at its end, once for all that was appended."""
    with unit_of_work():
        recorder = Recorder()
        yield recorder
        recorder.finish()


class Recorder:
    """Appends facts inside one unit of work."""

    def __init__(self) -> None:
        if not in_unit_of_work():
            raise RuntimeError("appending needs a unit of work")
        # Whoever appends holds the counter from the start: what a use case then reads cannot change under
        # it, and units that need further streams later cannot wait for one another in a circle.
        _next_counter("lamport", 0)
        self._written: list[Entry] = []
        self._heads: dict[tuple[str, str], tuple[int, str]] = {}
        restored = server.restore_noticed()
        self._me = server.own()
        self._clock_state = clock_state()
        if restored:
            self._begin_incarnation()

    def _begin_incarnation(self) -> None:
        """Go on in chains of their own, so that nothing forks what the lost history wrote."""
        founding = select(*COLUMNS).where(EntryRow.kind == "server.founded", EntryRow.origin == self._me.origin)
        body = Entry(*db.session.execute(founding).one()).facts()
        self._me = self._me.reborn()
        server.keep_identity(self._me)
        body["incarnation"] = self._me.incarnation
        self.append(Fact("server.founded", COUNTRY, self._me.country, body))

    def append(self, *facts: Fact) -> list[Entry]:
        """Record the facts in this order. Raises BadEntry or NotCanonical for a fact that its kind does not
        allow or that cannot be written down; then none of them is recorded."""
        if not facts:
            return []
        texts = [_written_down(fact) for fact in facts]
        self._lock(sorted({(f.country, f.stream) for f in facts}))
        lamport = _next_counter("lamport", len(facts)) - len(facts)
        entries = [
            self._entry(fact, *text, lamport + n)
            for n, (fact, text) in enumerate(zip(facts, texts, strict=True), start=1)
        ]
        db.session.execute(insert(EntryRow), [entry.columns() for entry in entries])
        for (country, stream), (seq, digest) in self._heads.items():
            db.session.execute(
                update(HeadRow)
                .where(HeadRow.country == country, HeadRow.origin == self._me.origin, HeadRow.stream == stream)
                .values(seq=seq, hash=digest)
            )
        self._written += entries
        return entries

    def views(self) -> None:
        """Bring the views up to what was appended so far, for a use case that reads them at once."""
        from .views import refold

        refold(self._written)
        self._written = []

    def forget_views(self) -> None:
        """For whoever appends very much and then makes all views anew (`views.rebuild`)."""
        self._written = []

    def finish(self) -> None:
        self.views()
        if self._clock_state != "suspect":
            _note("latest", clock.stamp())
        heads = {f"{country}/{stream}": head for (country, stream), head in self._heads.items()}
        if heads:
            _note_heads(self._me.origin, heads)

    def lock(self, *streams: tuple[str, str]) -> None:
        """Hold these chains, each (country, stream), until the unit ends, for a use case that reads what
        it must not read twice, such as the next number of a series."""
        self._lock(sorted(streams))

    def _lock(self, streams: Sequence[tuple[str, str]]) -> None:
        for country, stream in (s for s in streams if s not in self._heads):
            self._heads[country, stream] = _locked_head(country, self._me.origin, stream)

    def _entry(self, fact: Fact, body: str, sealed: str, lamport: int) -> Entry:
        seq, previous = self._heads[fact.country, fact.stream]
        salt = secrets.token_hex(16) if sealed else ""
        if sealed and (fixed := current_app.config.get("FIXED_SALT")):
            salt = sha256(f"{fixed}/{lamport}")[:32]
        entry = Entry(
            country=fact.country, origin=self._me.origin, stream=fact.stream, seq=seq + 1,
            lamport=lamport, happened_at=fact.at or clock.stamp(), clock=self._clock_state, kind=fact.kind,
            version=KINDS[fact.kind].version, actor=fact.actor, person=fact.person, subject=fact.subject,
            body=body, sealed=sealed, salt=salt,
            sealed_hash=sha256(salt + sealed) if sealed else "", previous=previous, hash="",
        )  # fmt: skip
        whole = replace(entry, hash=entry.computed_hash())
        self._heads[fact.country, fact.stream] = (whole.seq, whole.hash)
        return whole


def _written_down(fact: Fact) -> tuple[str, str]:
    """Body and sealed part as they are kept."""
    kind = KINDS.get(fact.kind)
    if kind is None:
        raise BadEntry(f"no such kind: {fact.kind}")
    kind.check(fact.body, fact.sealed or {})
    if not fits_stream(kind, fact.stream):
        raise BadEntry(f"{fact.kind} cannot stand in the stream {fact.stream!r}")
    return canonical(dict(fact.body)), canonical(dict(fact.sealed)) if fact.sealed else ""


def _locked_head(country: str, origin: str, stream: str) -> tuple[int, str]:
    where = (HeadRow.country == country, HeadRow.origin == origin, HeadRow.stream == stream)
    query = select(HeadRow.seq, HeadRow.hash).where(*where).with_for_update()
    row = db.session.execute(query).first()
    if row is None:
        _insert_unless_there(HeadRow, country=country, origin=origin, stream=stream, seq=0, hash=FIRST)
        row = db.session.execute(query).one()
    return row.seq, row.hash


def _next_counter(name: str, step: int) -> int:
    """Raise a counter and return it. Locked until the unit ends; gaps are fine."""
    raised = (
        update(CounterRow)
        .where(CounterRow.name == name)
        .values(value=CounterRow.value + step)
        .returning(CounterRow.value)
    )
    value = db.session.execute(raised).scalar()
    if value is None:
        _insert_unless_there(CounterRow, name=name, value=0, note="")
        value = db.session.execute(raised).scalar_one()
    return int(value)


def views_were_remade() -> None:
    """Whoever keeps figures by the ends of the chains must count again. Stands in a unit of work."""
    _next_counter("views-remade", 1)


def _insert_unless_there(table: Any, **values: Any) -> None:
    from sqlalchemy.dialects import postgresql, sqlite

    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    db.session.execute(dialect.insert(table).values(**values).on_conflict_do_nothing())


def _note(name: str, text: str) -> None:
    db.session.merge(CounterRow(name=name, value=0, note=text))


def _raise_lamport(seen: int) -> None:
    now = _next_counter("lamport", 0)
    if seen > now:
        _next_counter("lamport", seen - now)


def _note_heads(origin: str, heads: dict[str, tuple[int, str]]) -> None:
    folder = current_app.config.get("MARKER_FOLDER")
    if folder is None:
        return
    waiting: dict[str, tuple[int, str]] = current_app.extensions.setdefault("heads_to_note", {})
    named = {f"{origin}/{name}": head for name, head in heads.items()}

    def note() -> None:
        """The entries are on disk already: if the disk takes nothing more, that is no reason to say that they
        are not. What could not be noted is noted with the next."""
        waiting.update({name: max(head, waiting.get(name, (0, ""))) for name, head in named.items()})
        known = dict(waiting)
        try:
            server.remember_heads(folder, known)
        except OSError:
            current_app.logger.warning("The heads of the record could not be noted.", exc_info=True)
            return
        for name in [name for name, head in known.items() if waiting.get(name) == head]:
            waiting.pop(name, None)

    after_commit(note)


# -- the clock's word ------------------------------------------------------------------------------


_NOTES = select(CounterRow.name, CounterRow.note).where(CounterRow.name.in_(("latest", "clock-confirmed")))


REMADE = select(CounterRow.value).where(CounterRow.name == "views-remade")  # how often they were thrown away
LATEST_NOTE = select(CounterRow.note).where(CounterRow.name == "latest")  # the latest time that the record knows


def clock_state() -> str:
    """ "trusted", "set-by-hand" (the date was confirmed by a person) or "suspect"."""
    notes: dict[str, str] = {row.name: row.note for row in db.session.execute(_NOTES)}
    if not believed(notes.get("latest"))[1]:
        return "suspect"
    return "set-by-hand" if "clock-confirmed" in notes else "trusted"


def believed(latest: str | None) -> tuple[datetime, bool]:
    """The time in UTC as far as it is known, and whether the clock agrees with the record, given what `LATEST_NOTE`
    finds: the clock's time or, while that is suspect, the latest of the record. By it is judged what is overdue
    or expired, so that a clock of 2009 or 2040 changes nothing."""
    now, known = clock.now(), clock.moment(latest) if latest else None
    wrong = clock.looks_wrong(now, known)
    return known if wrong and known else now, not wrong


def known_now() -> datetime:
    """The time in UTC as far as it is known."""
    return believed(db.session.execute(LATEST_NOTE).scalar())[0]


def today(timezone: str = "UTC") -> date:
    """The calendar date at that place, as far as it is known."""
    return clock.local(known_now(), timezone).date()


def confirm_clock() -> None:
    """A person looked at the date and said that it is right: from here on it is the latest known time,
    also if a wrong clock had noted a later one. Stands in a unit of work."""
    _note("clock-confirmed", clock.stamp())
    _note("latest", clock.stamp())


# -- reading, verifying, taking in -------------------------------------------------------------------


def read(*where: Any, batch: int = 5000) -> Iterator[Entry]:
    """The entries that match, in their order."""
    query = select(*COLUMNS).where(*where).order_by(EntryRow.lamport, EntryRow.origin, EntryRow.stream, EntryRow.seq)
    for row in db.session.execute(query.execution_options(yield_per=batch)):
        yield Entry(*row)


def latest() -> int:
    """The number of the entry that was recorded last: what comes later has a higher one."""
    return db.session.execute(select(func.max(EntryRow.lamport))).scalar() or 0


def heads() -> dict[tuple[str, str, str], int]:
    """The present cut: (country, origin, stream) -> seq of the last entry."""
    rows = db.session.execute(select(HeadRow.country, HeadRow.origin, HeadRow.stream, HeadRow.seq))
    return {(c, o, s): n for c, o, s, n in rows}


def cut_name(cut: Mapping[tuple[str, str, str], int]) -> str:
    """A cut's short name, to stand on reports: the same entries give the same name."""
    return sha256("\n".join(f"{'/'.join(k)}:{n}" for k, n in sorted(cut.items())))[:8]


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that does not hold in a chain."""

    identity: tuple[str, str, str, int]
    what: str  # "gap", "broken chain", "changed", "cut off"


def verify(reader: Connection | None = None) -> list[Flaw]:
    """Every place where a chain is broken: an entry changed, missing, or not following the one before. In
    the server's own database, or in the one that `reader` reads."""
    run = (reader or db.session).execute
    flaws: list[Flaw] = []
    query = select(*COLUMNS).order_by(EntryRow.country, EntryRow.origin, EntryRow.stream, EntryRow.seq)
    chain: tuple[str, str, str] | None = None
    seq, previous = 0, FIRST
    for row in run(query.execution_options(yield_per=5000)):
        entry = Entry(*row)
        if entry.identity[:3] != chain:
            chain, seq, previous = entry.identity[:3], 0, FIRST
        if entry.seq != seq + 1:
            flaws.append(Flaw(entry.identity, "gap"))
        elif entry.previous != previous:
            flaws.append(Flaw(entry.identity, "broken chain"))
        if not entry.is_whole():
            flaws.append(Flaw(entry.identity, "changed"))
        seq, previous = entry.seq, entry.hash
    return flaws + _cut_off(run)


def _cut_off(run: Callable[[Any], Any]) -> list[Flaw]:
    """Chains that end before, or otherwise than, their head row says."""
    on = (
        (EntryRow.country == HeadRow.country) & (EntryRow.origin == HeadRow.origin)
        & (EntryRow.stream == HeadRow.stream) & (EntryRow.seq == HeadRow.seq) & (EntryRow.hash == HeadRow.hash)
    )  # fmt: skip
    ends = select(HeadRow.country, HeadRow.origin, HeadRow.stream, HeadRow.seq)
    missing = run(ends.outerjoin(EntryRow, on).where(EntryRow.hash.is_(None), HeadRow.seq > 0))
    return [Flaw((c, o, s, n), "cut off") for c, o, s, n in missing]


def take_in(entries: Iterable[Entry]) -> list[Entry]:
    """Keep what another server wrote, byte for byte, in any order and any number of times, and bring
    the views up to it. Returns what was new. An entry whose hash does not fit raises BadEntry and
    nothing is kept; one that claims a taken identity is set aside."""
    from .views import refold

    with unit_of_work():
        _next_counter("lamport", 0)
        aside: list[Entry] = []
        fresh = [entry for entry in entries if _keep(entry, aside)]
        _raise_lamport(max((e.lamport for e in fresh), default=0))
        refold([*fresh, *aside])  # also what was set aside: the person may have been forgotten
        if fresh or aside:
            views_were_remade()  # a gap that is filled moves no chain's end
    return fresh


def _keep(entry: Entry, aside: list[Entry]) -> bool:
    if not entry.is_whole():
        raise BadEntry(f"the hash of {entry.identity} does not fit")
    if not (0 < entry.seq <= LATEST and 0 < entry.lamport <= LATEST):
        raise BadEntry(f"{entry.identity} is numbered beyond what can be kept")
    country, origin, stream, seq = entry.identity
    where = (EntryRow.country == country, EntryRow.origin == origin, EntryRow.stream == stream)
    known = db.session.execute(select(EntryRow.hash).where(*where, EntryRow.seq == seq)).scalar()
    if known == entry.hash:
        return False
    if known is not None:
        db.session.merge(
            AsideRow(hash=entry.hash, country=country, origin=origin, stream=stream, seq=seq,
                     text=canonical(entry.columns()))
        )  # fmt: skip
        aside.append(entry)
        return False
    db.session.execute(insert(EntryRow).values(**entry.columns()))
    last = db.session.execute(select(func.max(EntryRow.seq)).where(*where)).scalar() or seq
    digest = db.session.execute(select(EntryRow.hash).where(*where, EntryRow.seq == last)).scalar()
    db.session.merge(HeadRow(country=country, origin=origin, stream=stream, seq=last, hash=digest or FIRST))
    return True
