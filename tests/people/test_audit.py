"""Looking at names is noted, once in ten minutes a page."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from anhnh_lms import clock
from anhnh_lms.db import in_unit_of_work
from anhnh_lms.people import audit
from anhnh_lms.people.access import User
from anhnh_lms.record import log
from anhnh_lms.record.tables import EntryRow

from ..support import People
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
    assert noted()[-1][0] == "audit/MA"


def test_viewed_when_the_clock_goes_back_then_it_is_noted_again(admin: User) -> None:
    with clock.fixed_at(NOON):
        audit.viewed("person", "MA-1", admin)
    with clock.fixed_at(NOON - timedelta(hours=5)):
        audit.viewed("person", "MA-1", admin)
    assert len(noted()) == 2


def test_viewed_when_many_others_looked_since_then_it_is_noted_again(
    admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search for an earlier note is bounded, and forgets on the side of noting."""
    monkeypatch.setattr(audit, "LOOKED_BACK", 2)
    for what in ("person", "staff-list", "slips", "person"):
        audit.viewed(what, "MA-1", admin)
    assert len(noted()) == 4
