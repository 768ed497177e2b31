"""What the log holds of one person: every entry about them, who looked at their record, what they did in office."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select

from ..db import db
from ..record.entry import AUDIT, Body, Entry
from ..record.log import read
from ..record.tables import EntryRow
from .trail import GROUPS

_e = EntryRow
NOTES = (*GROUPS["looked"], *GROUPS["taken"], *GROUPS["access"])
WITHOUT_NAMES = ("figures-file", "aggregates-file", "audit", "audit-file")  # no list of the establishment's staff
SURE = case((_e.clock != "suspect", _e.happened_at))
# How a paper was drawn: with it and this program, the right order of a question that is still open could be told.
HIDDEN = ("seed", "questions", "reused")


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at the person's record, took a paper of it, or gave them a new PIN. `roles`: those that
    somebody held then, as (role, scope); `console`: it was done at the console of the server."""

    happened_at: str
    sure: bool
    kind: str
    what: str
    establishment: str
    roles: tuple[tuple[str, str], ...]
    console: bool


@dataclass(frozen=True, slots=True)
class Lists:
    """How often a list of the whole establishment, with everybody's name, was opened or taken."""

    kind: str
    what: str
    times: int
    last: str | None  # None where no clock was sure


@dataclass(frozen=True, slots=True)
class Deeds:
    """How often the person did something of a kind about others or about the server."""

    kind: str
    times: int
    first: str | None
    last: str | None


def looks(ids: Sequence[str]) -> list[Look]:
    """Everything that the audit notes about a person, but for what they did themselves; the newest first."""
    entries = [e for e in read(_e.person.in_(ids), _e.kind.in_(NOTES)) if e.actor not in ids]
    roles = _roles_then(entries)
    return [_look(entry, roles[entry.identity]) for entry in reversed(entries)]


def _look(entry: Entry, roles: tuple[tuple[str, str], ...]) -> Look:
    facts = entry.sound_facts() or {}
    return Look(
        entry.happened_at, entry.clock != "suspect", entry.kind, facts.get("what", ""), facts.get("establishment", ""),
        roles, not entry.actor,
    )  # fmt: skip


def _roles_then(entries: Sequence[Entry]) -> Mapping[tuple[str, str, str, int], tuple[tuple[str, str], ...]]:
    """identity of an entry -> the roles that its author held when it was written, as the log tells them."""
    authors = sorted({e.actor for e in entries if e.actor})
    told = list(read(_e.person.in_(authors), _e.kind.in_(("role.granted", "role.withdrawn")))) if authors else []
    found = {}
    for entry in entries:
        held: dict[tuple[str, str], bool] = {}
        for item in told:
            facts = item.sound_facts()
            if item.person == entry.actor and item.order < entry.order and facts:
                held[facts["role"], facts["scope"]] = item.kind == "role.granted"
        found[entry.identity] = tuple(sorted(role for role, now in held.items() if now))
    return found


def lists(home: str) -> list[Lists]:
    """The lists of an establishment's whole staff that were opened or taken, the most frequent first."""
    if not home:
        return []
    query = (
        select(_e.kind, _e.body, func.count(), func.max(SURE))
        .where(_e.kind.in_(NOTES), _e.stream == f"{AUDIT}{home}", _e.person == "")
        .group_by(_e.kind, _e.body)
    )
    rows = [
        (kind, json.loads(body).get("what", ""), times, last) for kind, body, times, last in db.session.execute(query)
    ]
    return sorted((Lists(*row) for row in rows if row[1] not in WITHOUT_NAMES), key=lambda item: -item.times)


def deeds(ids: Sequence[str]) -> list[Deeds]:
    """What a person did in office, by kind of entry; not about whom."""
    kinds = [kind for some in GROUPS.values() for kind in some]
    query = (
        select(_e.kind, func.count(), func.min(SURE), func.max(SURE))
        .where(_e.kind.in_(kinds), _e.actor.in_(ids), _e.person.not_in(ids))
        .group_by(_e.kind)
        .order_by(_e.kind)
    )
    return [Deeds(*row) for row in db.session.execute(query)]


def entries_about(ids: Sequence[str]) -> list[tuple[Entry, Body]]:
    """Every entry about a person in its order, with what it says; neither who wrote it, nor how papers were drawn."""
    return [(entry, _shown(entry.facts())) for entry in read(_e.person.in_(ids))]


def _shown(facts: Body) -> Body:
    shown = {name: value for name, value in facts.items() if name not in HIDDEN}
    if "attempts" in shown:  # of a dossier
        shown["attempts"] = [{k: v for k, v in one.items() if k not in HIDDEN} for one in shown["attempts"]]
    return shown
