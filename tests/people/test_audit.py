"""Looking at names is noted, once in ten minutes a page."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from anhnh_lms import clock
from anhnh_lms.db import in_unit_of_work
from anhnh_lms.people import audit, rescue, slips, staff
from anhnh_lms.people.access import User
from anhnh_lms.record import log, views
from anhnh_lms.record.tables import EntryRow

from ..record.writers import rows
from ..support import SECRETS, Founded, People
from .conftest import Acting

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def noted() -> list[tuple[str, str, str]]:
    found = log.read(EntryRow.kind == "audit.viewed")
    return [(e.stream, e.actor, json.loads(e.body)["what"]) for e in found]


def test_viewed_when_a_page_is_looked_at_then_it_is_committed_at_once(admin: User) -> None:
    audit.viewed("staff-list", "MA-1", admin)
    assert not in_unit_of_work()
    assert noted() == [("audit/MA-1", admin.id, "staff-list")]


@pytest.mark.both_databases
def test_viewed_when_again_within_ten_minutes_then_it_is_noted_once(admin: User) -> None:
    for minutes, expected in ((0, 1), (9, 1), (10, 2), (12, 2), (25, 3)):
        with clock.fixed_at(NOON + timedelta(minutes=minutes)):
            audit.viewed("person", "MA-1", admin)
        assert len(noted()) == expected, minutes


def test_viewed_when_page_or_person_or_place_is_another_then_each_is_noted(
    admin: User, people: People, acting: Acting
) -> None:
    other = acting(people.register(role="focal-point").id)
    for user, what in ((admin, "staff-list"), (other, "staff-list"), (other, "person"), (admin, "staff-list")):
        audit.viewed(what, "MA-1", user)
    assert len(noted()) == 3
    audit.viewed("staff-list", "", admin)
    assert noted()[-1][0] == "audit/MA-1"  # this server may not write for the country


def test_viewed_when_the_clock_goes_back_then_it_is_noted_again(admin: User) -> None:
    with clock.fixed_at(NOON):
        audit.viewed("person", "MA-1", admin)
    with clock.fixed_at(NOON - timedelta(hours=5)):
        audit.viewed("person", "MA-1", admin)
    assert len(noted()) == 2


def test_viewed_when_a_person_is_named_then_each_person_is_noted_once_and_no_row_changes(
    admin: User, people: People
) -> None:
    one, other = people.register(), people.register()
    before = rows()
    for member in (one, other, one):
        audit.viewed("person", "MA-1", admin, person=member.id)
    found = list(log.read(EntryRow.kind == "audit.viewed"))
    assert [(e.person, e.actor) for e in found] == [(one.id, admin.id), (other.id, admin.id)]
    assert rows() == before
    assert log.verify() == []
    assert views.differences() == []


@pytest.mark.both_databases
def test_taken_when_again_at_once_then_each_copy_is_noted(admin: User) -> None:
    for _ in range(3):
        audit.taken("names-file", "MA-1", admin)
    assert len(list(log.read(EntryRow.kind == "audit.taken"))) == 3


@pytest.mark.parametrize("what", ["forgotten first", "looked at first"])
def test_viewed_when_the_person_is_forgotten_then_the_note_stays_without_a_name(
    admin: User, people: People, what: str
) -> None:
    member = people.register(name_latin="Zoubida")
    if what == "looked at first":
        audit.viewed("person", "MA-1", admin, person=member.id)
    staff.forget(admin, "MA-1", "MA", member.id)
    audit.viewed("certificate", "MA-1", admin, person=member.id)
    found = list(log.read(EntryRow.kind == "audit.viewed"))
    assert found
    assert {e.person for e in found} == {member.id}
    assert not any(e.sealed for e in found)
    assert log.verify() == []
    assert views.differences() == []


def test_slip_when_made_then_it_is_noted_once_whose_and_by_whom(admin: User, people: People) -> None:
    member = people.register()
    request = slips.Request(member.id, "pin", slips.fingerprint(SECRETS.pins, member.id, "pin"))
    for _ in range(2):  # the form is sent twice
        slips.make(SECRETS.pins, admin, "MA-1", "MA", [request], "f" * 32, "a session")
    (entry,) = log.read(EntryRow.kind == "audit.acted")
    assert (entry.stream, entry.person, entry.actor) == ("audit/MA-1", member.id, admin.id)
    assert json.loads(entry.body) == {"establishment": "MA-1", "what": "new-pin"}


def test_slip_when_the_credential_changed_meanwhile_then_nothing_is_noted(admin: User, people: People) -> None:
    member = people.register()
    made = slips.make(SECRETS.pins, admin, "MA-1", "MA", [slips.Request(member.id, "pin", "stale")], "f" * 32, "s")
    assert made.stale == (member.id,)
    assert list(log.read(EntryRow.kind == "audit.acted")) == []


def test_console_when_an_administrator_is_reset_then_it_is_noted_without_an_author(
    admin: User, founded: Founded
) -> None:
    (row,) = rescue.administrators()
    rescue.reset(SECRETS.pins, row)
    (entry,) = log.read(EntryRow.kind == "audit.acted")
    assert (entry.person, entry.actor, json.loads(entry.body)["what"]) == (
        founded.administrator,
        "",
        "console-passphrase",
    )


def test_viewed_when_many_others_looked_since_then_it_is_noted_again(
    admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search for an earlier note is bounded, and forgets on the side of noting."""
    monkeypatch.setattr(audit, "LOOKED_BACK", 2)
    for what in ("person", "staff-list", "slips", "person"):
        audit.viewed(what, "MA-1", admin)
    assert len(noted()) == 4
