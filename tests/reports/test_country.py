"""Side by side: every establishment of one's scope, none of another's."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from anhnh_lms import clock
from anhnh_lms.reports.country import Overview, overview, table
from anhnh_lms.reports.cut import standing
from anhnh_lms.reports.establishment import report

from .life import Life

TODAY = datetime(2026, 6, 15, 12, tzinfo=UTC)


def seen_by(role: str, scope: str) -> Overview:
    with clock.fixed_at(TODAY):
        return overview([(role, scope)])


@pytest.fixture
def lived(gathered: Flask) -> Flask:
    life = Life("MA-1")
    course = life.course("stress", scope="*")
    for code, country, number in (("MA-1", "MA", 3), ("MA-2", "MA", 2), ("ML-1", "ML", 4)):
        here = Life(code, country)
        people = [here.person(f"P{n}") for n in range(number)]
        here.assigned(course, "2026-06-14")
        here.completed(people[0], course)
        life.facts += here.facts
    life.record()
    return gathered


@pytest.mark.parametrize(("role", "scope", "codes"), [
    ("national-administrator", "country/MA", ["MA-1", "MA-2"]),
    ("national-administrator", "country/ML", ["ML-1"]),
    ("regional-administration", "region/MA/Rabat", ["MA-1"]),
    ("regional-administration", "region/ML/Rabat", []),
    ("national-administrator", "all", ["MA-1", "MA-2", "ML-1"]),
    ("director", "establishment/MA-1", []),
    ("donor", "all", []),
])  # fmt: skip
def test_overview_when_asked_then_it_shows_the_scope_and_nothing_else(
    lived: Flask, role: str, scope: str, codes: list[str]
) -> None:
    found = seen_by(role, scope)
    assert [line.code for line in found.lines] == codes
    assert {row[2] for row in table(found, "en").rows} == set(codes)
    assert {country for country, _, _ in found.cut.heads} <= {code[:2] for code in codes} | {"MA"}  # the library's


@pytest.mark.both_databases
def test_overview_when_compared_with_each_establishment_then_the_figures_are_the_same(lived: Flask) -> None:
    found = seen_by("national-administrator", "country/MA")
    with clock.fixed_at(TODAY):
        assert [line.total for line in found.lines] == [report(standing(c)).total for c in ("MA-1", "MA-2")]
    assert (found.total.must, found.total.completed, found.total.overdue, found.on_track) == (5, 2, 3, 0)
    assert found.of_course(found.courses[0].id) == found.total


def test_overview_when_an_establishment_closed_then_it_is_left_out(lived: Flask) -> None:
    life = Life("MA-2")
    life.fact("establishment.described", {"code": "MA-2", "closed": 1}, subject="MA-2")
    life.record()
    assert [line.code for line in seen_by("national-administrator", "country/MA").lines] == ["MA-1"]
