"""Servers that write entries without a database, and histories of what several of them wrote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import delete, select

from anhnh_lms.db import Base, ViewBase, db, unit_of_work
from anhnh_lms.record.canonical import canonical, sha256
from anhnh_lms.record.entry import KINDS, Entry
from anhnh_lms.record.log import stream_of

NOT_WIPED = ("alembic_version",)


@dataclass
class Writer:
    """A server that appends to chains of its own. `scope` is what it was founded for."""

    code: str
    country: str
    scope: str
    incarnation: int = 1
    lamport: int = 0
    heads: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    written: list[Entry] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"{self.code}.{self.incarnation}"

    def write(
        self, kind: str, stream: str, body: dict[str, Any], sealed: dict[str, Any] | None = None, *,
        person: str = "", subject: str = "", version: int = 0, country: str = "",
    ) -> Entry:  # fmt: skip
        """The next entry of that chain, whole. Nothing checks what it says."""
        country = country or self.country
        seq, previous = self.heads.get((country, stream), (0, ""))
        self.lamport += 1
        text = canonical(sealed) if sealed else ""
        salt = sha256(f"{self.origin}/{self.lamport}")[:32] if text else ""
        entry = Entry(
            country=country, origin=self.origin, stream=stream, seq=seq + 1, lamport=self.lamport,
            happened_at=f"2026-11-{1 + self.lamport % 28:02}T08:00:00Z", clock="trusted", kind=kind,
            version=version or (KINDS[kind].version if kind in KINDS else 1), actor="", person=person,
            subject=subject, body=canonical(body), sealed=text, salt=salt,
            sealed_hash=sha256(salt + text) if text else "", previous=previous, hash="",
        )  # fmt: skip
        entry = rehashed(entry)
        self.heads[country, stream] = (entry.seq, entry.hash)
        self.written.append(entry)
        return entry

    def found(self) -> Entry:
        body = {"code": self.code, "country": self.country, "incarnation": self.incarnation, "scope": self.scope}
        return self.write("server.founded", "country", {**body, "key": f"key of {self.origin}"})

    def saw(self, other: Writer) -> None:
        """What this server writes from here on comes after what it took in."""
        self.lamport = max(self.lamport, other.lamport)


def rehashed(entry: Entry) -> Entry:
    """The entry with the hash that it must have."""
    return replace(entry, hash=replace(entry, hash="").computed_hash())


# -- the database of a test ------------------------------------------------------------------------------


def wipe() -> None:
    """Empty every table, for the next example of a property."""
    from flask import current_app

    with unit_of_work():
        for metadata in (ViewBase.metadata, Base.metadata):
            for table in metadata.sorted_tables:
                if table.name not in (*NOT_WIPED, "setting"):
                    db.session.execute(delete(table))
    current_app.extensions.pop("identity", None)


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every view, in a fixed order."""
    result = {
        name: sorted((tuple(row) for row in db.session.execute(select(table))), key=repr)
        for name, table in ViewBase.metadata.tables.items()
    }
    db.session.rollback()
    return result


def entries() -> list[Entry]:
    """The whole log."""
    from anhnh_lms.record.log import read

    found = list(read())
    db.session.rollback()
    return found


# -- histories -------------------------------------------------------------------------------------------

PEOPLE, COURSES, HOMES = ("p1", "p2", "p3", "p4"), ("c1", "c2"), ("MA-1", "MA-2")
Draw = Callable[[st.SearchStrategy[Any]], Any]


def _one(draw: Draw, *values: Any) -> Any:
    return draw(st.sampled_from(values))


def _about_person(draw: Draw) -> tuple[str, dict[str, Any], dict[str, Any] | None, str, str]:
    """(kind, body, sealed, person, subject) of something that happens to a person."""
    person, other = _one(draw, *PEOPLE), _one(draw, *PEOPLE)
    word = _one(draw, "one", "two", "three")
    kind = _one(
        draw, "person.changed", "person.moved", "person.left", "person.returned", "role.granted", "role.withdrawn",
        "person.same_as", "person.not_same_as", "person.erased", "person.registered", "person.dossier",
    )  # fmt: skip
    body: dict[str, Any] = {}
    sealed: dict[str, Any] | None = None
    match kind:
        case "person.registered":
            body = {"establishment": _one(draw, *HOMES), "function": word, "language": "fr"}
            sealed = {"name_latin": f"Name {word}", "staff_number": f"N-{word}"}
        case "person.changed":
            body, sealed = {"function": word}, {"name_latin": f"Changed {word}", "reason": word}
        case "person.moved":
            body = {"from": _one(draw, *HOMES), "to": _one(draw, *HOMES)}
        case "role.granted" | "role.withdrawn":
            body = {"role": _one(draw, "director", "trainer"), "scope": f"establishment/{_one(draw, *HOMES)}"}
        case "person.same_as" | "person.not_same_as":
            body = {"other": other}
            return kind, body, None, person, other
        case "person.dossier":
            body, sealed = _dossier(draw, person), {"name_latin": f"Dossier {word}"}
    return kind, body, sealed, person, ""


def _dossier(draw: Draw, person: str) -> dict[str, Any]:
    course = _one(draw, *COURSES)
    return {
        "establishment": _one(draw, *HOMES), "from": "MA-1", "function": "guard",
        "passes": [{"course": course, "module": "m1", "sections": ["s1", "s2"], "quizzes": ["q1"]}],
        "completions": [{"course": course, "version": "v1", "date": "2026-10-01"}],
        "certificates": [{
            "id": f"old-{person}", "course": course, "version": "v1", "label": "1.0", "establishment": "MA-1",
            "series": "MA-1", "year": 2026, "count": 7, "incarnation": 1, "date": "2026-10-02", "expires": "",
            "hours": 250, "language": "fr", "state": "issued", "replaced_by": "", "name_latin": "",
            "name_arabic": "", "reason": "",
        }],
        "attempts": [{
            "id": f"before-{person}", "course": course, "version": "v1", "module": "m1", "quiz": "q1", "role": "",
            "language": "fr", "questions": "[]", "started_at": "2026-09-01T08:00:00Z",
            "handed_in_at": "2026-09-01T09:00:00Z", "earned": 400, "maximum": 500, "passed": 1,
        }],
    }  # fmt: skip


ATTEMPTS = ("a1", "a2", "a3", "a4")
OWNER = {"a1": "p1", "a2": "p1", "a3": "p2", "a4": "p3"}  # whose attempt; ids are random, so nobody shares one


def _about_learning(draw: Draw) -> tuple[str, dict[str, Any], dict[str, Any] | None, str, str]:
    kind = _one(
        draw, "section.finished", "attempt.started", "attempt.handed_in", "attempt.handed_in", "attempt.remarked",
        "course.completed", "certificate.issued", "certificate.revoked", "attempt.disputed",
        "attempt.dispute_settled", "attempt.dispute_settled", "attempt.taken_over", "completion.withdrawn",
    )  # fmt: skip
    attempt = _one(draw, *ATTEMPTS)
    person, course, module = OWNER[attempt], _one(draw, *COURSES), _one(draw, "m1", "m2")
    where = {"course": course, "version": "v1", "module": module}
    quiz = {"quiz": "q1", "role": _one(draw, "", "pre", "post")}
    mark = {"points": {"x": 100}, "earned": draw(st.integers(0, 500)), "maximum": 500,
            "passed": _one(draw, 0, 1), "marking": 1}  # fmt: skip
    match kind:
        case "section.finished":
            return kind, {**where, "section": _one(draw, "s1", "s2")}, None, person, ""
        case "attempt.started":
            body = {**where, **quiz, "seed": "77", "language": "fr", "questions": [["x", "digest"]]}
            return kind, body, None, person, attempt
        case "attempt.handed_in":
            body = {**where, **quiz, **mark, "answers": {"x": "y"}, "languages": {"x": "fr"}}
            return kind, body, {"typed": {"x": "words"}}, person, attempt
        case "attempt.remarked":
            return kind, mark, {"reason": "a wrong key"}, person, attempt
        case "attempt.disputed" | "attempt.dispute_settled" | "attempt.taken_over" | "completion.withdrawn":
            return _about_dispute(draw, kind, {**where, **quiz})
        case "course.completed":
            return kind, {"course": course, "version": "v1", "hours": 250, "date": "2026-11-20"}, None, person, ""
        case "certificate.revoked":
            return kind, {}, {"reason": "a mistake"}, person, f"certificate-{attempt}"
    body = {
        "course": course, "version": "v1", "label": "1.0", "series": "MA-1", "year": 2026, "count": 1,
        "incarnation": 1, "establishment": "MA-1", "date": "2026-11-20", "hours": 250, "language": "fr",
        **({"replaces": f"certificate-{_one(draw, *ATTEMPTS)}"} if draw(st.booleans()) else {}),
    }  # fmt: skip
    return kind, body, {"name_latin": "Printed"}, person, f"certificate-{attempt}"


def _about_dispute(
    draw: Draw, kind: str, what: dict[str, Any]
) -> tuple[str, dict[str, Any], dict[str, Any] | None, str, str]:
    """Of an attempt of that person, of one that a dossier brought, or of one given to them by another."""
    person = _one(draw, *PEOPLE)
    attempt = _one(draw, *(a for a, owner in OWNER.items() if owner == person), f"before-{person}", *ATTEMPTS)
    match kind:
        case "attempt.disputed":
            return kind, {}, {"reason": "on leave"}, person, attempt
        case "attempt.dispute_settled":
            return kind, {"outcome": _one(draw, "theirs", "not-theirs")}, {"reason": "asked"}, person, attempt
        case "completion.withdrawn":
            return kind, {"course": what["course"]}, None, person, attempt
    body = {
        **what, "seed": "77", "language": "fr", "questions": "[]", "started_at": "2026-11-01T08:00:00Z",
        "handed_in_at": "2026-11-01T09:00:00Z", "earned": draw(st.integers(0, 500)), "maximum": 500,
        "passed": _one(draw, 0, 1), "place": draw(st.integers(1, 40)), "from": _one(draw, *PEOPLE),
    }  # fmt: skip
    return kind, body, None, person, attempt


def _about_others(draw: Draw, home: str) -> tuple[str, str, dict[str, Any], str]:
    """(kind, stream, body, subject) of something that happens to a place, a course or an assignment."""
    course, here = _one(draw, *COURSES), stream_of(home)
    match _one(draw, "described", "assigned", "withdrawn", "series", "published", "published", "gone"):
        case "described":
            name = _one(draw, "Salé", "Oukacha")
            return "establishment.described", here, {"code": home, "name": name, "region": "R"}, home
        case "assigned":
            to, target = _one(draw, ("everyone", ""), ("function", "one"), ("person", "p2"))
            body = {"establishment": home, "course": course, "to": to, "target": target}
            due = {"due": _one(draw, "2026-12-01", "2027-01-01")} if draw(st.booleans()) else {}
            return "course.assigned", here, {**body, **due}, f"{home}-{_one(draw, 'x', 'y')}"
        case "withdrawn":
            return "assignment.withdrawn", here, {"establishment": home}, f"{home}-{_one(draw, 'x', 'y')}"
        case "series":
            return "series.assigned", here, {"series": home, "owner": _one(draw, "MA", home)}, home
        case "gone":
            return "course.withdrawn", "library", {"scope": _one(draw, "*", "MA")}, course
    body = {
        "version": _one(draw, "v1", "v2"), "label": "1.0", "slug": course, "source": "en", "titles": {"en": course},
        "hours": 250, "months": 0, "modules": ["m1", "m2"], "quizzes": {"m1": ["q1"]}, "tests": {},
        "retake": _one(draw, [], ["m1"]), "scope": _one(draw, "*", "MA"),
    }  # fmt: skip
    return "course.published", "library", body, course


@st.composite
def histories(draw: Draw, length: int = 45) -> list[Entry]:
    """What several servers wrote: two prisons and their country, each at times seeing what another wrote;
    a server that never founded itself; one founded for another country; kinds and versions of the future."""
    servers = [
        Writer("MA-1", "MA", "MA-1"), Writer("MA-2", "MA", "MA-2"), Writer("MA", "MA", "MA"),
        Writer("MA-3", "MA", "MA-3"), Writer("ML-1", "ML", "ML-1"),
    ]  # fmt: skip
    for server in servers:
        if server.code != "MA-3":
            server.found()
    first = servers[0]
    for person in PEOPLE:
        sealed = {"name_latin": f"Name of {person}", "staff_number": f"N-{person}"}
        first.write("person.registered", stream_of("MA-1"), {"establishment": "MA-1", "function": "one"}, sealed,
                    person=person)  # fmt: skip
    for _ in range(draw(st.integers(5, length))):
        server = _one(draw, *servers, *servers[:3])
        if draw(st.booleans()):
            server.saw(_one(draw, *servers))
        _write_something(draw, server)
    return [entry for server in servers for entry in server.written]


def _write_something(draw: Draw, server: Writer) -> None:
    home = _one(draw, *HOMES)
    match _one(draw, "person", "learning", "learning", "other", "strange"):
        case "person":
            kind, body, sealed, person, subject = _about_person(draw)
            stream = _one(draw, stream_of(home), "country")
            server.write(kind, stream, body, sealed, person=person, subject=subject)
        case "learning":
            kind, body, sealed, person, subject = _about_learning(draw)
            server.write(kind, stream_of(home), body, sealed, person=person, subject=subject)
        case "other":
            kind, stream, body, subject = _about_others(draw, home)
            server.write(kind, stream, body, subject=subject)
        case "strange":
            kind, body, version = _one(
                draw, ("person.promoted", {"rank": 3}, 1), ("person.changed", {"function": "two"}, 9),
                ("person.changed", {"function": 5}, 1), ("course.assigned", {"course": "c1"}, 1),
                ("establishment.described", {"code": "MA-9"}, 1),
            )  # fmt: skip
            server.write(kind, stream_of(home), body, person=_one(draw, *PEOPLE), subject="MA-9", version=version)


def forked(entry: Entry) -> Entry:
    """Another entry that claims the same identity."""
    return rehashed(replace(entry, happened_at="2026-12-31T00:00:00Z"))


def a_history() -> list[Entry]:
    """Registered, assigned, learnt, moved, joined with a second registration, forgotten."""
    one, two, land = Writer("MA-1", "MA", "MA-1"), Writer("MA-2", "MA", "MA-2"), Writer("MA", "MA", "MA")
    for server in (one, two, land):
        server.found()
    here, there = stream_of("MA-1"), stream_of("MA-2")
    one.write("establishment.described", here, {"code": "MA-1", "name": "Salé"}, subject="MA-1")
    one.write("course.assigned", here, {"establishment": "MA-1", "course": "c1", "to": "everyone", "target": ""},
              subject="as")  # fmt: skip
    for person in PEOPLE:
        one.write("person.registered", here, {"establishment": "MA-1", "function": "guard"},
                  {"name_latin": person, "staff_number": f"N {person}"}, person=person)  # fmt: skip
    where = {"course": "c1", "version": "v1", "module": "m1", "quiz": "q1", "role": ""}
    one.write("attempt.started", here, {**where, "seed": "1", "language": "fr", "questions": []}, person="p1",
              subject="a1")  # fmt: skip
    mark = {"marking": 1, "answers": {}, "languages": {}, "points": {}, "earned": 5, "maximum": 5, "passed": 1}
    one.write("attempt.handed_in", here, {**where, **mark}, person="p1", subject="a1")
    land.saw(one)
    two.saw(one)
    two.write("person.registered", there, {"establishment": "MA-2"}, {"name_latin": "again"}, person="p9")
    land.saw(two)
    land.write("person.same_as", "country", {"other": "p9"}, person="p1", subject="p9")
    land.write("person.moved", "country", {"from": "MA-1", "to": "MA-2"}, person="p2")
    land.write("person.erased", "country", {}, person="p3")
    return [*one.written, *two.written, *land.written]
