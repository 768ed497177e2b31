"""The audit: what was looked at and changed, the newest first, and never beyond the inspector's scope."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from anhnh_lms import clock
from anhnh_lms.people import audit
from anhnh_lms.record import log
from anhnh_lms.record.entry import KINDS
from anhnh_lms.reports import trail as module
from anhnh_lms.reports.trail import GROUPS, Asked, trail, whole

from .life import Life, id_of, reader

Roles = list[tuple[str, str]]


def inspection(scope: str) -> Roles:
    return [("inspection", scope)]


@pytest.fixture
def lived(gathered: Flask) -> Flask:
    """Something happened everywhere."""
    for code, country in (("MA-1", "MA"), ("MA-2", "MA"), ("ML-1", "ML")):
        life = Life(code, country)
        person = life.person("Salma")
        life.begun(person, life.course("stress", scope="*"))
        life.fact("role.granted", {"role": "director", "scope": f"establishment/{code}"}, person=person)
        life.record()
        audit.viewed("names", code, reader(code, country))
    audit.viewed("staff-list", "", reader("", "MA"))
    audit.viewed("staff-list", "", reader("", "ML"))
    return gathered


@pytest.mark.parametrize(("scope", "streams"), [
    ("establishment/MA-1", {"establishment/MA-1", "audit/MA-1", "library"}),
    ("region/MA/Fès", {"establishment/MA-2", "audit/MA-2", "library"}),
    ("country/ML", {"establishment/ML-1", "audit/ML-1", "audit/ML", "library"}),
    ("country/MA", {"establishment/MA-1", "audit/MA-1", "establishment/MA-2", "audit/MA-2", "audit/MA", "country",
                    "library"}),
    ("country/NE", {"library"}),
])  # fmt: skip
def test_trail_when_scoped_then_nothing_of_another_place_is_in_it(lived: Flask, scope: str, streams: set[str]) -> None:
    found = trail(inspection(scope), Asked())
    assert {line.entry.stream for line in found.lines} == streams
    assert all(line.entry.country == "MA" or "ML" in scope for line in found.lines if line.entry.stream != "library")


def test_trail_when_no_role_reads_the_audit_then_it_holds_courses_at_most(lived: Flask) -> None:
    assert {line.entry.stream for line in trail([("director", "all")], Asked()).lines} <= {"library"}


def test_trail_when_read_then_the_newest_is_first_and_learning_is_not_in_it(lived: Flask) -> None:
    lines = trail(inspection("all"), Asked()).lines
    assert [line.entry.order for line in lines] == sorted((line.entry.order for line in lines), reverse=True)
    assert not {line.entry.kind for line in lines} & {"section.finished", "attempt.started", "attempt.handed_in"}
    assert all(line.applied for line in lines)


@pytest.mark.both_databases
def test_trail_when_filtered_then_only_that(lived: Flask) -> None:
    lines = trail(inspection("all"), Asked("MA-2", "looked")).lines
    assert [(line.entry.kind, line.establishment) for line in lines] == [("audit.viewed", "MA-2")]
    assert trail(inspection("country/MA"), Asked("ML-1")).lines == ()
    assert {line.entry.kind for line in trail(inspection("all"), Asked(group="role")).lines} == {"role.granted"}


@pytest.mark.both_databases
def test_trail_when_there_are_many_then_pages_hold_each_once(lived: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [line.entry.identity for line in trail(inspection("all"), Asked()).lines]
    monkeypatch.setattr(module, "PER_PAGE", 4)
    pages, number = [], 0
    more = True
    while more:
        number += 1
        found = trail(inspection("all"), Asked(page=number))
        more = found.more
        pages += [line.entry.identity for line in found.lines]
    assert pages == whole
    assert number == -(-len(whole) // 4)
    assert trail(inspection("all"), Asked(page=number + 5)).lines == ()


def test_trail_when_a_person_an_author_or_a_day_is_asked_then_only_that(lived: Flask) -> None:
    salma = id_of("person", "MA-2", "Salma")
    everything = inspection("all")
    about = trail(everything, Asked(about=(salma,))).lines
    assert {line.entry.kind for line in about} == {"person.registered", "role.granted"}
    assert {line.entry.person for line in about} == {salma}
    by = trail(everything, Asked(by=(reader("ML-1", "ML").id,))).lines
    assert [(line.entry.kind, line.establishment) for line in by] == [("audit.viewed", "ML-1")]
    assert trail(everything, Asked(about=())).lines == ()
    assert trail(everything, Asked(by=())).lines == ()
    day = clock.today().isoformat()
    assert trail(everything, Asked(since=f"{day}T00:00:00Z")).lines
    assert trail(everything, Asked(until=f"{day}T00:00:00Z")).lines == ()


def test_trail_when_a_clock_was_in_doubt_then_no_day_hides_the_entry(lived: Flask) -> None:
    """Whoever sets the clock back before looking would else be found on no day."""
    with clock.fixed_at(datetime(2009, 1, 1, tzinfo=UTC)):
        audit.viewed("names", "MA-1", reader("MA-1"))
    found = trail(inspection("all"), Asked(since="2030-01-01T00:00:00Z")).lines
    assert [(line.entry.happened_at, line.entry.clock) for line in found] == [("2009-01-01T00:00:00Z", "suspect")]


@pytest.mark.both_databases
def test_whole_when_read_then_it_is_all_pages_up_to_that_entry(lived: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    upto = log.latest()
    audit.taken("audit-file", "MA-1", reader("MA-1"))
    lines = list(whole(inspection("country/MA"), Asked(page=7), upto))
    monkeypatch.setattr(module, "PER_PAGE", 1000)
    page = trail(inspection("country/MA"), Asked()).lines
    assert [line.entry.identity for line in lines] == [line.entry.identity for line in page[1:]]
    assert page[0].entry.kind == "audit.taken"


def test_groups_when_listed_then_every_kind_but_learning_is_in_one() -> None:
    grouped = [kind for kinds in GROUPS.values() for kind in kinds]
    learning = {"section.finished", "attempt.started", "attempt.handed_in", "course.completed"}
    assert len(grouped) == len(set(grouped))
    assert set(grouped) == set(KINDS) - learning
