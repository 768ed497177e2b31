"""What was recorded about a person, by whom and on which server; where two servers disagreed, both stand here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from ..db import db
from ..record.entry import Body, Entry
from ..record.log import read
from ..record.tables import EntryRow
from ..record.tables_of_views import AliasRow
from ..record.views import Context, context
from .details import OPEN, SEALED

FIELDS = (*SEALED, *OPEN)
KINDS = (
    "person.registered", "person.changed", "person.moved", "person.dossier", "person.left", "person.returned",
    "person.erased", "person.same_as", "person.not_same_as", "role.granted", "role.withdrawn",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One entry about a person. `changes` is (field, value) in the order of `FIELDS`; `overruled` are
    those of its fields that a server with more authority had decided otherwise; `applied` is False
    for an entry that its server was not allowed to write, or that this program cannot read."""

    kind: str
    happened_at: str
    clock: str
    actor: str
    origin: str
    changes: tuple[tuple[str, str], ...]
    facts: Body
    overruled: frozenset[str]
    applied: bool


def history(person: str) -> list[Event]:
    """Everything recorded about a person and their other ids, the newest first."""
    ids = [person, *db.session.execute(select(AliasRow.id).where(AliasRow.canonical == person)).scalars()]
    entries = list(read(EntryRow.person.in_(ids), EntryRow.kind.in_(KINDS)))
    return list(_events(entries, context()))[::-1]


def _events(entries: list[Entry], known: Context) -> Iterator[Event]:
    decided: dict[str, int] = {}  # field -> the authority that decided it, as record.fold_person applies it
    for entry in entries:
        sound, rank = entry.sound_facts(), known.rank(entry)
        facts = sound or {}
        said = [name for name in FIELDS if name in facts]
        overruled = frozenset(name for name in said if 0 < rank < decided.get(name, 0))
        decided.update({name: rank for name in said if rank and name not in overruled})
        yield Event(
            entry.kind, entry.happened_at, entry.clock, entry.actor, entry.origin,
            tuple((name, facts[name]) for name in said), facts, overruled,
            rank > 0 and sound is not None,
        )  # fmt: skip
