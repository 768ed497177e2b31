"""From entries to rows: refold what an entry touches, rebuild everything, compare.

A view row is computed from the whole set of entries that concern its person, establishment, course
or assignment, so it cannot depend on the order in which they arrived or on how often.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import Table, delete, insert, or_, select, update

from ..db import ViewBase, after_commit, db, empty_write_ahead_log
from . import tables_of_views as v
from .canonical import canonical
from .entry import AUDIT, COUNTRY, KINDS, Entry, authority, covers, fits_stream
from .fold_others import (
    duties,
    fold_assignment,
    fold_course,
    fold_establishment,
    fold_series,
    retakes_of,
)
from .fold_person import Row, Rows, Told, fold_person
from .log import COLUMNS, views_were_remade
from .tables import AsideRow, EntryRow

TABLES: Mapping[str, Table] = ViewBase.metadata.tables
OF_SUBJECT = {
    "establishment.described": ("v_establishment", "code", fold_establishment),
    "course.published": ("v_course", "id", fold_course),
    "course.withdrawn": ("v_course", "id", fold_course),
    "course.assigned": ("v_assignment", "id", fold_assignment),
    "assignment.withdrawn": ("v_assignment", "id", fold_assignment),
    "series.assigned": ("v_series", "series", fold_series),
}
OWNER = {"v_alias": "id", "v_person": "id"}  # column that holds the person; "person" elsewhere
LINKS = ("person.same_as", "person.not_same_as")
NOTES = tuple(name for name, kind in KINDS.items() if f"{kind.stream}/" == AUDIT)  # these change no row, seal nothing


@dataclass(slots=True)
class Context:
    """What folding needs to know besides the entries: who may write, and what must be taken again."""

    scopes: dict[str, tuple[str, str]] = field(default_factory=dict)  # origin -> (scope, country)
    retakes: dict[tuple[str, str], int] = field(default_factory=dict)

    def told(self, entries: Iterable[Entry]) -> list[Told]:
        """The entries that are known and authorised; the others are kept and passed on, not applied."""
        result = []
        for entry in entries:
            rank = self.rank(entry)
            facts = entry.sound_facts() if rank else None
            if facts is not None:
                result.append(Told(entry, facts, rank))
        return result

    def rank(self, entry: Entry) -> int:
        """The authority with which the entry was written; 0: it may not be applied."""
        kind = KINDS.get(entry.kind)
        if kind is None or entry.origin not in self.scopes or not fits_stream(kind, entry.stream):
            return 0
        scope, country = self.scopes[entry.origin]
        if kind.writer == "scope" and not covers(scope, entry.country, entry.stream):
            return 0
        if entry.stream == COUNTRY and scope not in ("*", entry.country) and country != entry.country:
            return 0
        return authority(scope)


def context() -> Context:
    """Who may write, from the entries `server.founded`; what must be retaken, from the publications."""
    found = Context({row["origin"]: (row["scope"], row["country"]) for row in _server_rows()})
    found.retakes = retakes_of(found.told(_entries(EntryRow.kind == "course.published")))
    return found


# -- refolding what changed ---------------------------------------------------------------------------


def refold(entries: Sequence[Entry]) -> None:
    """Bring every view up to these entries, which are already in the log. Stands in a unit of work."""
    if not entries:
        return
    known = context()
    kinds = {e.kind for e in entries}
    if "server.founded" in kinds:
        _store("v_server", {}, _server_rows())
        origins = {e.origin for e in entries if e.kind == "server.founded"}
        entries = list(_entries(EntryRow.origin.in_(sorted(origins)))) + list(entries)
    homes: set[str] = set()
    for name, key, fold in {OF_SUBJECT[e.kind] for e in entries if e.kind in OF_SUBJECT}:
        subjects = {e.subject for e in entries if OF_SUBJECT.get(e.kind, ("",))[0] == name}
        related = [k for k, (table, _, _) in OF_SUBJECT.items() if table == name]
        for subject in sorted(subjects):
            told = known.told(_entries(EntryRow.subject == subject, EntryRow.kind.in_(related)))
            rows = fold(told)
            _store(name, {key: subject}, rows)
            homes |= {row["establishment"] for row in rows if name == "v_assignment"}
    persons = {e.person for e in entries if e.person and e.kind not in NOTES}
    persons |= {e.subject for e in entries if e.kind in LINKS}
    persons |= _with_retakes([e for e in entries if e.kind == "course.published"])
    settled: set[str] = set()
    for person in sorted(persons):
        if person not in settled:
            settled |= _refold_person(person, known)
    moved = {e.person for e in entries if e.kind.startswith("person.")}
    if homes or moved:
        _refold_duties(homes, settled if moved else set())


def _with_retakes(published: Sequence[Entry]) -> set[str]:
    courses = {e.subject for e in published if (e.sound_facts() or {}).get("retake")}
    if not courses:
        return set()
    return set(db.session.execute(select(v.ModuleRow.person).where(v.ModuleRow.course.in_(courses))).scalars())


def _refold_person(person: str, known: Context) -> set[str]:
    """Refold everybody who is, or until now was, the same person. Returns their ids."""
    before = _group_before(person)
    groups = _groups(before | {person}, known)
    everybody = before.union(*groups)
    entries = list(_entries(EntryRow.person.in_(sorted(everybody)), EntryRow.kind.not_in(NOTES)))
    _forget(known, entries)
    rows: Rows = {}
    for group in groups:
        mine = [e for e in entries if e.person in group]
        for name, some in fold_person(group, known.told(mine), known.retakes).items():
            rows.setdefault(name, []).extend(some)
    for name, some in rows.items():
        _store(name, {OWNER.get(name, "person"): sorted(everybody)}, some)
    return everybody


def passed_ever(person: str, but: str = "") -> frozenset[tuple[str, str]]:
    """(course, quiz or "test/" and its role) of all that the person ever passed, also what must be passed again
    by now; with `but`, as if that attempt were not theirs."""
    known = context()
    (group,) = (g for g in _groups({person}, known) if person in g)
    told = known.told(_entries(EntryRow.person.in_(group)))
    found = fold_person(group, told, {}, but)
    modules = {(row["course"], quiz) for row in found["v_module"] for quiz in json.loads(row["quizzes"])}
    tests = {
        (a["course"], f"test/{a['role']}")
        for a in found["v_attempt"]
        if a["role"] and a["passed"] and a["state"] == "handed-in"
    }
    return frozenset(modules | tests)


def _group_before(person: str) -> set[str]:
    canonical = db.session.execute(select(v.AliasRow.canonical).where(v.AliasRow.id == person)).scalar() or person
    others = db.session.execute(select(v.AliasRow.id).where(v.AliasRow.canonical == canonical)).scalars()
    return {person, canonical, *others}


def _groups(persons: set[str], known: Context) -> list[list[str]]:
    """The persons and all who are linked to them, as groups of ids; the smallest id leads its group."""
    todo, seen = set(persons), set()
    links: dict[tuple[str, str], tuple[int, bool]] = {}
    while todo:
        asked = sorted(todo)
        seen |= todo
        found = _entries(EntryRow.kind.in_(LINKS), or_(EntryRow.person.in_(asked), EntryRow.subject.in_(asked)))
        for item in sorted(known.told(found), key=lambda t: t.entry.order):
            one, two = sorted((item.entry.person, item.facts["other"]))
            if item.rank >= links.get((one, two), (0, False))[0]:
                links[one, two] = (item.rank, item.entry.kind == "person.same_as")
        todo = {p for pair, (_, joined) in links.items() if joined for p in pair} - seen
    return _components(seen, [pair for pair, (_, joined) in links.items() if joined])


def _components(members: set[str], pairs: Sequence[tuple[str, str]]) -> list[list[str]]:
    leader = {m: m for m in members}
    for one, two in sorted(pairs):
        low, high = sorted((leader[one], leader[two]))
        leader = {m: low if lead == high else lead for m, lead in leader.items()}
    return [sorted(m for m in members if leader[m] == lead) for lead in sorted(set(leader.values()))]


def _forget(known: Context, entries: Sequence[Entry]) -> None:
    """Empty what was sealed about everybody whose forgetting is recorded. Their chains still verify."""
    erased = {t.entry.person for t in known.told(e for e in entries if e.kind == "person.erased")}
    if not erased:
        return
    if any(e.sealed for e in entries if e.person in erased):
        db.session.execute(
            update(EntryRow)
            .where(EntryRow.person.in_(sorted(erased)), EntryRow.sealed != "")
            .values(sealed="", salt="")
        )
        after_commit(empty_write_ahead_log)
    for row in db.session.execute(select(AsideRow)).scalars():
        told = json.loads(row.text)
        if told["person"] in erased and told["sealed"]:
            row.text = canonical({**told, "sealed": "", "salt": ""})


def _refold_duties(homes: set[str], persons: set[str]) -> None:
    """Who must take what, for everybody of these establishments and for these persons."""
    for home in sorted(homes):
        _store_duties(v.PersonRow.establishment == home, ())
    wanted = sorted(persons)
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        _store_duties(v.PersonRow.id.in_(some), some)


def _store_duties(where: Any, gone: Sequence[str]) -> None:
    """Make the duties of the staff that match, and of those who may be no staff any more, what they are."""
    who = v.PersonRow
    staff = [
        tuple(r) for r in db.session.execute(select(who.id, who.establishment, who.function, who.active).where(where))
    ]
    asked = sorted({str(home) for _, home, _, _ in staff})
    open_ = [tuple(r) for r in db.session.execute(_assignments().where(v.AssignmentRow.establishment.in_(asked)))]
    _store("v_duty", {"person": sorted({*gone, *(str(s[0]) for s in staff)})}, list(_duty_rows(staff, open_)))


def _assignments() -> Any:
    a = v.AssignmentRow
    return select(a.establishment, a.course, a.to, a.target, a.due).where(a.withdrawn == 0)


def _duty_rows(staff: Iterable[Sequence[Any]], assignments: Sequence[Any]) -> Iterator[Row]:
    by_home: dict[str, list[Any]] = {}
    for item in assignments:
        by_home.setdefault(item[0], []).append(item)
    for person, home, function, active in staff:
        if active:
            for course, due in duties((person, home, function), by_home.get(home, ())).items():
                yield {"person": person, "course": course, "establishment": home, "due": due}


# -- storing ------------------------------------------------------------------------------------------


def _entries(*where: Any) -> Iterator[Entry]:
    for row in db.session.execute(select(*COLUMNS).where(*where)):
        yield Entry(*row)


def _server_rows() -> list[Row]:
    """The servers that founded themselves: the first entry that an origin wrote says who it is."""
    rows: dict[str, Row] = {}
    for entry in sorted(_entries(EntryRow.kind == "server.founded"), key=lambda e: e.order):
        facts = entry.sound_facts() if entry.seq == 1 else None
        if facts and entry.country == facts["country"] and entry.origin == f"{facts['code']}.{facts['incarnation']}":
            kept = {k: facts[k] for k in ("code", "country", "incarnation", "scope", "key")}
            rows.setdefault(entry.origin, {"origin": entry.origin, **kept})
    return list(rows.values())


def _where(table: Table, owner: Mapping[str, Any]) -> list[Any]:
    return [
        table.c[name].in_(value) if isinstance(value, list) else table.c[name] == value for name, value in owner.items()
    ]


def _keyed(table: Table, rows: Iterable[Any]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """key -> whole row, both as tuples in the order of the columns."""
    names = [c.name for c in table.columns]
    keys = [i for i, c in enumerate(table.columns) if c.primary_key]
    result = {}
    for row in rows:
        whole = tuple(row[n] for n in names) if isinstance(row, dict) else tuple(row)
        result[tuple(whole[i] for i in keys)] = whole
    return result


def _store(name: str, owner: Mapping[str, Any], rows: Sequence[Row]) -> None:
    """Make the rows of `owner` in that table exactly these, touching only what differs."""
    table = TABLES[name]
    old = _keyed(table, db.session.execute(select(table).where(*_where(table, owner))))
    new = _keyed(table, rows)
    keys = [c for c in table.columns if c.primary_key]
    for key in [k for k in old if new.get(k) != old[k]]:
        db.session.execute(delete(table).where(*(c == value for c, value in zip(keys, key, strict=True))))
    names = [c.name for c in table.columns]
    fresh = [dict(zip(names, row, strict=True)) for key, row in new.items() if old.get(key) != row]
    if fresh:
        db.session.execute(insert(table), fresh)


# -- rebuilding and comparing ---------------------------------------------------------------------------


def computed() -> Iterator[tuple[str, list[Row]]]:
    """Every row of every view, computed from the log alone, as (table, rows) in pieces."""
    known = context()
    yield "v_server", _server_rows()
    assignments: list[Any] = []
    done: set[str] = set()
    for name, _, fold in OF_SUBJECT.values():
        if name in done:
            continue
        done.add(name)
        related = [k for k, (table, _, _) in OF_SUBJECT.items() if table == name]
        told = sorted(known.told(_entries(EntryRow.kind.in_(related))), key=lambda t: t.entry.subject)
        rows = [row for _, some in groupby(told, key=lambda t: t.entry.subject) for row in fold(some)]
        if name == "v_assignment":
            names = ("establishment", "course", "to", "target", "due")
            assignments = [tuple(r[n] for n in names) for r in rows if not r["withdrawn"]]
        yield name, rows
    for ids, entries in _by_person(known):
        rows_of = fold_person(ids, known.told(entries), known.retakes)
        yield from rows_of.items()
        staff = [(p["id"], p["establishment"], p["function"], p["active"]) for p in rows_of["v_person"]]
        yield "v_duty", list(_duty_rows(staff, assignments))


def _by_person(known: Context) -> Iterator[tuple[list[str], list[Entry]]]:
    """Everybody's entries, read in one pass; those of linked persons come last, together."""
    linked = {e.person for e in _entries(EntryRow.kind.in_(LINKS))}
    linked |= {e.subject for e in _entries(EntryRow.kind.in_(LINKS))}
    query = select(*COLUMNS).where(EntryRow.person != "").order_by(EntryRow.person)
    stream = (Entry(*row) for row in db.session.execute(query.execution_options(yield_per=5000)))
    for person, entries in groupby(stream, key=lambda e: e.person):
        if person not in linked:
            yield [person], list(entries)
    for group in _groups(linked, known) if linked else ():
        yield group, list(_entries(EntryRow.person.in_(group)))


def rebuild() -> int:
    """Throw the views away and make them again. Returns the number of rows. Stands in a unit of work."""
    for table in reversed(ViewBase.metadata.sorted_tables):
        db.session.execute(delete(table))
    waiting: dict[str, list[Row]] = {name: [] for name in TABLES}
    count = 0
    for name, rows in computed():
        waiting[name] += rows
        if len(waiting[name]) >= 2000:
            count += _flush(name, waiting)
    views_were_remade()
    return count + sum(_flush(name, waiting) for name in waiting)


def _flush(name: str, waiting: dict[str, list[Row]]) -> int:
    rows, waiting[name] = waiting[name], []
    if rows:
        db.session.execute(insert(TABLES[name]), rows)
    return len(rows)


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not what the log says. `stored` or `computed` is None where it should not, or does
    not, exist."""

    table: str
    key: tuple[Any, ...]
    stored: tuple[Any, ...] | None
    computed: tuple[Any, ...] | None


def differences() -> list[Difference]:
    """Compare every stored row with what the log says, on one snapshot; nothing is changed."""
    found: list[Difference] = []
    stored = {name: _keyed(table, db.session.execute(select(table))) for name, table in TABLES.items()}
    for name, rows in computed():
        for key, row in _keyed(TABLES[name], rows).items():
            kept = stored[name].pop(key, None)
            if kept != row:
                found.append(Difference(name, key, kept, row))
    for name, left in stored.items():
        found += [Difference(name, key, row, None) for key, row in left.items()]
    return found
