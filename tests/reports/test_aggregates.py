"""Figures that may leave a country: right, defined, and pointing at nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from anhnh_lms import clock
from anhnh_lms.reports.aggregates import Aggregates, BadPeriod, Country, Period, aggregates, countries_of, period, table
from anhnh_lms.reports.suppression import ALL

from .life import Life, id_of

TODAY = datetime(2026, 6, 15, 12, tzinfo=UTC)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


def seen(scope: str = "all", when: Period = YEAR, role: str = "donor") -> Aggregates:
    with clock.fixed_at(TODAY):
        return aggregates([(role, scope)], when)


def country(code: str, when: Period = YEAR) -> Country:
    return next(c for c in seen(when=when).countries if c.code == code)


def taught(life: Life, name: str, women: int, men: int, on: str = "2026-03-01") -> str:
    """A course that so many women and men completed."""
    course = life.course(name, scope="*")
    for sex, number in (("f", women), ("m", men)):
        for n in range(number):
            life.completed(id_of("person", life.code, f"{sex}{n}"), course, on)
    return course


def staffed(code: str, women: int, men: int) -> Life:
    life = Life(code, code[:2])
    for sex, number in (("f", women), ("m", men)):
        for n in range(number):
            life.person(f"{sex}{n}", sex=sex)
    return life


@pytest.mark.both_databases
def test_aggregates_when_numbers_are_large_then_all_are_shown_and_right(gathered: Flask) -> None:
    life = staffed("MA-1", 12, 20)
    stress = taught(life, "stress", 8, 15)
    taught(life, "conflict", 6, 7, "2026-04-01")
    life.assigned(stress, "2026-05-31")
    life.record()
    found = country("MA")
    assert found.staff == {"f": 12, "m": 20, ALL: 32}
    assert found.trained == {"f": 8, "m": 15, ALL: 23}
    assert {sex: c.actions for sex, c in found.total.items()} == {"f": 14, "m": 22, ALL: 36}
    assert found.total[ALL].hours == 36 * 250
    conflict, first = found.courses
    assert (first.columns[ALL].covered, first.columns[ALL].due, first.columns[ALL].due_completed) == (23, 32, 23)
    assert conflict.columns["f"].actions == 6


def test_aggregates_when_a_number_is_small_then_it_and_another_are_hidden(gathered: Flask) -> None:
    life = staffed("MA-1", 12, 20)
    taught(life, "stress", 3, 15)
    taught(life, "conflict", 6, 7)
    life.record()
    found = country("MA")
    conflict, stress = found.courses
    assert stress.columns["f"].actions is None
    assert stress.columns["m"].actions is None
    assert stress.columns[ALL].actions == 18
    assert (conflict.columns["f"].actions, found.total["f"].actions) in ((None, 9), (6, None))
    assert stress.columns["f"].hours is None
    assert stress.columns["f"].covered is None
    assert found.total["f"].hours is None


def test_aggregates_when_there_is_one_course_then_persons_trained_do_not_tell_what_it_hides(gathered: Flask) -> None:
    life = staffed("MA-1", 12, 20)
    taught(life, "stress", 3, 15)
    life.record()
    found = country("MA")
    assert found.trained["f"] is found.trained["m"] is None
    assert found.trained[ALL] == 18
    assert found.total["f"].actions is found.total["m"].actions is None


def test_aggregates_when_a_sex_is_not_recorded_then_it_has_a_column(gathered: Flask) -> None:
    life = staffed("MA-1", 12, 20)
    for n in range(6):
        life.person(f"x{n}", sex="")
    life.record()
    assert country("MA").staff == {"f": 12, "m": 20, "-": 6, ALL: 38}
    assert "Not recorded" in {row[4] for row in table(seen("country/MA"), "en").rows}


def test_aggregates_when_few_women_work_there_then_their_number_is_hidden(gathered: Flask) -> None:
    life = staffed("MA-1", 3, 20)
    taught(life, "stress", 2, 15)
    life.record()
    assert country("MA").staff == {"f": None, "m": None, ALL: 23}


def test_aggregates_when_nothing_was_due_in_the_period_then_the_other_figures_are_shown(gathered: Flask) -> None:
    life = staffed("MA-1", 12, 20)
    taught(life, "stress", 8, 15)
    life.record()
    (line,) = country("MA").courses
    assert (line.columns[ALL].due, line.columns[ALL].actions) == (0, 23)


@pytest.mark.both_databases
def test_aggregates_when_somebody_left_or_moved_then_they_count_once_as_trained(gathered: Flask) -> None:
    life = staffed("MA-1", 8, 8)
    taught(life, "stress", 8, 8)
    life.left(id_of("person", "MA-1", "f0"))
    life.fact("person.moved", {"to": "MA-2", "from": "MA-1"}, person=id_of("person", "MA-1", "m0"))
    life.record()
    found = country("MA")
    assert (found.trained[ALL], found.staff[ALL], found.courses[0].columns[ALL].covered) == (16, 15, 15)


def test_aggregates_when_the_period_ends_before_then_it_counts_nothing(gathered: Flask) -> None:
    life = staffed("MA-1", 12, 20)
    taught(life, "stress", 8, 15, "2026-03-31")
    life.record()
    march = Period(date(2026, 3, 1), date(2026, 3, 31))
    assert country("MA", march).trained[ALL] == 23
    assert country("MA", Period(date(2026, 1, 1), date(2026, 2, 28))).trained[ALL] == 0
    assert country("MA", Period(date(2026, 4, 1), date(2026, 4, 30))).courses[0].columns[ALL].covered == 23


@pytest.mark.both_databases
def test_aggregates_when_pairs_are_matched_then_the_first_tests_count(gathered: Flask) -> None:
    life = staffed("MA-1", 10, 10)
    course = taught(life, "stress", 10, 10)
    for n in range(6):
        person = id_of("person", "MA-1", f"f{n}")
        life.tested(person, course, "pre", 40 + n)
        life.tested(person, course, "post", 70, 1)
        life.tested(person, course, "post", 100, 2)  # a second try does not flatter
    life.tested(id_of("person", "MA-1", "m0"), course, "pre", 10)  # no pair
    life.record()
    found = country("MA").courses[0].gain
    assert found is not None
    assert (found.pairs, found.mean) == (6, pytest.approx(27.5))


@pytest.mark.parametrize(("role", "scope", "codes"), [
    ("donor", "all", ["MA", "ML"]), ("donor", "country/ML", ["ML"]), ("regional-secretariat", "country/MA", ["MA"]),
    ("donor", "establishment/MA-1", []), ("donor", "region/MA/Rabat", []), ("director", "all", []),
    ("donor", "country/NE", []),
])  # fmt: skip
def test_countries_of_when_asked_then_only_the_scope(gathered: Flask, role: str, scope: str, codes: list[str]) -> None:
    assert countries_of([(role, scope)]) == codes
    found = seen(scope, role=role)
    assert [c.code for c in found.countries] == codes
    assert {row[0] for row in table(found, "en").rows} == set(codes)


def test_table_when_written_then_it_names_no_person_and_no_establishment(gathered: Flask) -> None:
    life = staffed("MA-1", 12, 3)
    taught(life, "stress", 8, 2)
    life.record()
    told = table(seen("country/MA"), "en")
    text = str(told)
    assert "MA-1" not in text
    assert "Oued" not in text
    row = next(r for r in told.rows if r[3] == "Course stress" and r[4] == "Man")
    assert row[6] == "hidden"


@pytest.mark.parametrize(("start", "end", "first", "last"), [
    ("", "", date(2026, 1, 1), date(2026, 12, 31)),
    ("2026-02-10", "2026-02-11", date(2026, 2, 1), date(2026, 2, 28)),
    ("2025-12-31", "2026-01-01", date(2025, 12, 1), date(2026, 1, 31)),
    ("2027-03-05", "", date(2027, 3, 1), date(2027, 12, 31)),
])  # fmt: skip
def test_period_when_given_days_then_it_is_whole_months(start: str, end: str, first: date, last: date) -> None:
    assert period(start, end, date(2026, 6, 15)) == Period(first, last)


@pytest.mark.parametrize(("start", "end"), [
    ("2026-02-30", ""), ("x", ""), ("2026-03-01", "2026-02-01"), ("", "9999-12-31"), ("20260101T", "2026-12-31"),
])  # fmt: skip
def test_period_when_it_makes_no_sense_then_bad_period(start: str, end: str) -> None:
    with pytest.raises(BadPeriod):
        period(start, end, date(2026, 6, 15))
