"""The history of a person: everything recorded, and where two servers disagreed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from anhnh_lms.db import db
from anhnh_lms.people import staff
from anhnh_lms.people.access import User
from anhnh_lms.people.details import Details
from anhnh_lms.people.history import Event, history
from anhnh_lms.record.canonical import canonical
from anhnh_lms.record.entry import Entry
from anhnh_lms.record.log import new_id, take_in
from anhnh_lms.record.tables_of_views import PersonRow

SALMA = Details("B-12", "Salma Benali", "سلمى", "guard", "f", "ar")


@pytest.fixture
def person(admin: User) -> str:
    made = new_id()
    staff.register(admin, "MA-1", "MA", SALMA, made)
    return made


def arrives(*, origin: str, kind: str, body: dict[str, object], person: str = "", lamport: int = 10**6) -> None:
    """An entry of another server, as synchronisation would bring it."""
    stream = "country" if kind == "server.founded" else "establishment/MA-1"
    entry = Entry(
        country="MA", origin=origin, stream=stream, seq=1, lamport=lamport, happened_at="2026-11-20T08:00:00Z",
        clock="trusted", kind=kind, version=1, actor="somebody", person=person, subject="", body=canonical(body),
        sealed="", salt="", sealed_hash="", previous="", hash="",
    )  # fmt: skip
    take_in([replace(entry, hash=entry.computed_hash())])


def founded_elsewhere(code: str, scope: str) -> None:
    body: dict[str, object] = {"code": code, "country": "MA", "incarnation": 1, "scope": scope, "key": "k"}
    arrives(origin=f"{code}.1", kind="server.founded", body=body, lamport=5 * 10**5)


def events(person: str) -> list[Event]:
    found = history(person)
    db.session.rollback()
    return found


def test_history_when_things_happened_then_the_newest_is_first_with_who_and_what(admin: User, person: str) -> None:
    chief = Details("B-12", "Salma Benali", "سلمى", "chief", "f", "ar")
    staff.change(admin, "MA-1", "MA", person, chief, SALMA.fingerprint())
    staff.leave(admin, "MA-1", "MA", person, "retired")
    found = events(person)
    assert [e.kind for e in found] == ["person.left", "person.changed", "person.registered"]
    assert found[0].facts["reason"] == "retired"
    assert found[1].changes == (("function", "chief"),)
    assert [field for field, _ in found[2].changes] == [
        "staff_number", "name_latin", "name_arabic", "function", "sex", "language",
    ]  # fmt: skip
    assert {e.actor for e in found} == {admin.id}
    assert all(e.applied and not e.overruled for e in found)


@pytest.mark.both_databases
def test_history_when_the_administration_above_decided_then_the_local_change_stands_there_overruled(
    admin: User, person: str
) -> None:
    founded_elsewhere("MA", "MA")
    arrives(origin="MA.1", kind="person.changed", body={"function": "chief"}, person=person)
    health = Details("B-12", "Salma Benali", "سلمى", "health", "m", "ar")
    chief = Details("B-12", "Salma Benali", "سلمى", "chief", "f", "ar")
    staff.change(admin, "MA-1", "MA", person, health, chief.fingerprint())
    row = db.session.get(PersonRow, person)
    assert row is not None
    assert (row.function, row.sex) == ("chief", "m")
    local, central, _first = events(person)
    assert (central.origin, central.overruled) == ("MA.1", frozenset())
    assert (local.overruled, dict(local.changes)["sex"]) == (frozenset({"function"}), "m")


def test_history_when_a_server_had_no_authority_then_its_entry_stands_there_not_applied(
    admin: User, person: str
) -> None:
    founded_elsewhere("MA-9", "MA-9")
    arrives(origin="MA-9.1", kind="person.changed", body={"function": "director"}, person=person)
    row = db.session.get(PersonRow, person)
    assert row is not None
    assert row.function == "guard"
    assert (events(person)[0].applied, events(person)[1].applied) == (False, True)


def test_history_when_the_person_is_forgotten_then_no_name_is_left(admin: User, person: str) -> None:
    staff.forget(admin, "MA-1", "MA", person)
    found = events(person)
    assert found[0].kind == "person.erased"
    assert not [value for e in found for _, value in e.changes if "Salma" in value or value == "B-12"]
