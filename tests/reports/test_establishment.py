"""The director's figures are those that one gets by counting heads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from anhnh_lms import clock, create_app
from anhnh_lms.config import Settings
from anhnh_lms.db import db, unit_of_work
from anhnh_lms.people import audit
from anhnh_lms.record import log, schema, views
from anhnh_lms.record.tables_of_views import PersonRow
from anhnh_lms.reports.courses import courses
from anhnh_lms.reports.cut import cut_of, standing
from anhnh_lms.reports.establishment import Report, report, table
from anhnh_lms.reports.figures import Figures, counted
from anhnh_lms.reports.names import STATES, Wanted, names
from tests.record.writers import Writer

from .life import Life, gather, id_of, reader

TODAY = datetime(2026, 6, 15, 12, tzinfo=UTC)
FUNCTIONS = ("guard", "health", "director")
DUES = ("", "2026-06-14", "2026-06-15", "2026-06-16")
_codes = count(100)


def report_on(code: str, when: datetime = TODAY) -> Report:
    with clock.fixed_at(when):
        return report(standing(code))


@dataclass(frozen=True)
class Head:
    function: str
    left: bool
    progress: tuple[str, str]  # in the two courses: "", "in-progress" or "completed"


@dataclass(frozen=True)
class Order:
    course: int
    to: str  # "everyone", a function, or the number of a head
    due: str
    withdrawn: bool


heads = st.builds(
    Head, st.sampled_from(FUNCTIONS), st.booleans(),
    st.tuples(*[st.sampled_from(["", "in-progress", "completed"])] * 2),
)  # fmt: skip
orders = st.builds(
    Order, st.integers(0, 1), st.sampled_from(["everyone", *FUNCTIONS, "0", "1"]), st.sampled_from(DUES), st.booleans()
)


def live(code: str, staff: list[Head], asked: list[Order]) -> tuple[str, str]:
    life = Life(code).described()
    ids = (life.course(f"{code.lower()}-a"), life.course(f"{code.lower()}-b"))
    people = [life.person(f"P{n}", head.function) for n, head in enumerate(staff)]
    for order in asked:
        if order.to.isdecimal():
            made = life.assigned(ids[order.course], order.due, "person", people[int(order.to)])
        else:
            to = order.to if order.to == "everyone" else "function"
            made = life.assigned(ids[order.course], order.due, to, "" if to == "everyone" else order.to)
        if order.withdrawn:
            life.withdrawn(made)
    for person, head in zip(people, staff, strict=True):
        for course, state in zip(ids, head.progress, strict=True):
            if state:
                life.begun(person, course)
            if state == "completed":
                life.completed(person, course)
        if head.left:
            life.left(person)
    life.record()
    return ids


def due_of(number: int, head: Head, course: int, asked: list[Order]) -> str | None:
    """The earliest date by which the head must take the course; "" for none; None if it need not."""
    mine = [
        o.due for o in asked
        if o.course == course and not o.withdrawn and o.to in ("everyone", head.function, str(number))
    ]  # fmt: skip
    return min([d for d in mine if d], default="") if mine else None


@given(st.lists(heads, min_size=2, max_size=6), st.lists(orders, max_size=4))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_report_when_counted_by_heads_then_the_figures_are_the_same(
    gathered: Flask, staff: list[Head], asked: list[Order]
) -> None:
    code = f"MA-{next(_codes)}"
    ids = live(code, staff, asked)
    found = {item.course.id: item for item in report_on(code).courses}
    for course, course_id in enumerate(ids):
        wanted: dict[str, Counter[str]] = {}
        alone: Counter[str] = Counter()
        for number, head in enumerate(staff):
            due, state = due_of(number, head, course, asked), head.progress[course] or "not-started"
            if head.left:
                continue
            if due is None:
                alone[state] += 1
                continue
            mine = wanted.setdefault(head.function, Counter())
            mine.update({"must": 1, state: 1, "overdue": int(due == "2026-06-14" and state != "completed")})
        if not wanted:
            assert course_id not in found
            continue
        item = found[course_id]
        assert {f: _as_counter(n) for f, n in item.by_function} == {f: _bare(c) for f, c in wanted.items()}
        assert _as_counter(item.total) == _bare(sum(wanted.values(), Counter()))
        assert (item.alone, item.alone_completed) == (alone["in-progress"] + alone["completed"], alone["completed"])
        for state in STATES:
            expected = alone["in-progress"] + alone["completed"] if state == "unasked" else (
                sum(c[state] for c in wanted.values())
            )  # fmt: skip
            assert len(_names(code, course_id, state)) == expected


def _as_counter(n: Figures) -> dict[str, int]:
    assert n.must == n.completed + n.in_progress + n.not_started
    assert n.overdue == n.due - n.due_completed
    assert n.in_progress_in_time + n.not_started_in_time + n.overdue + n.completed == n.must
    return _bare(Counter({"must": n.must, "completed": n.completed, "in-progress": n.in_progress,
                          "not-started": n.not_started, "overdue": n.overdue}))  # fmt: skip


def _bare(counter: Counter[str]) -> dict[str, int]:
    return {key: number for key, number in counter.items() if number}


def _names(code: str, course: str, state: str) -> list[str]:
    with clock.fixed_at(TODAY):
        place = standing(code)
        return [row.person for row in names(place, Wanted(course, state), courses(place.country, code), "en")]


@pytest.mark.both_databases
def test_report_when_read_on_either_database_then_the_figures_are_these(gathered: Flask) -> None:
    life = Life("MA-1")
    course = life.course("stress")
    done, doing, late, gone = (life.person(name) for name in ("Done", "Doing", "Late", "Gone"))
    life.assigned(course, "2026-06-14", "function", "guard")
    life.assigned(course, "2026-06-20", "person", doing)
    life.completed(done, course)
    life.begun(doing, course)
    life.left(gone)
    life.record()
    (item,) = report_on("MA-1").courses
    assert item.total == Figures(3, 1, 1, 1, 2, 1, 3, 1)
    assert item.dues == ("2026-06-14",)
    assert late in _names("MA-1", course, "overdue")


def test_report_when_there_are_no_staff_then_nothing_is_divided(gathered: Flask) -> None:
    life = Life("MA-7").described()
    life.assigned(life.course("stress"), "2026-06-01")
    life.record()
    found = report_on("MA-7")
    assert (found.staff, found.courses, found.on_track, found.total) == (0, (), 0, Figures())
    assert [item.course.slug for item in found.unassigned] == ["stress"]
    assert table(found, "en").rows == ()


@pytest.mark.parametrize(("when", "overdue"), [
    (datetime(2026, 6, 15, 12, tzinfo=UTC), 0),
    (datetime(2026, 6, 15, 23, 30, tzinfo=UTC), 1),  # half past midnight of the 16th in Casablanca
    (datetime(2026, 6, 14, 23, 30, tzinfo=UTC), 0),
])  # fmt: skip
def test_report_when_it_is_the_due_date_there_then_nobody_is_overdue(
    gathered: Flask, when: datetime, overdue: int
) -> None:
    life = Life("MA-1")
    life.person("Salma")
    life.assigned(life.course("stress"), "2026-06-15", "function", "guard")
    life.record()
    (item,) = report_on("MA-1", when).courses
    assert item.total.overdue == overdue
    assert item.total.on_track is not bool(overdue)


@pytest.mark.parametrize(("due", "overdue"), [("", 0), ("2026-06-14", 3), ("2026-06-15", 0), ("2026-06-16", 0)])
def test_counted_when_due_then_overdue_from_the_day_after(due: str, overdue: int) -> None:
    assert counted("", due, "2026-06-15", 3).overdue == overdue
    assert counted("in-progress", due, "2026-06-15", 3).overdue == overdue
    assert counted("completed", due, "2026-06-15", 3).overdue == 0


def test_report_when_somebody_moved_then_only_the_new_home_counts_them(gathered: Flask) -> None:
    life = Life("MA-1")
    course = life.course("stress", scope="*")
    person = life.person("Salma")
    life.assigned(course, "2026-06-01")
    life.fact("person.moved", {"to": "MA-8", "from": "MA-1"}, person=person)
    there = Life("MA-8").described()
    there.assigned(course, "2026-07-01")
    there.facts = [*life.facts, *there.facts]
    there.record()
    assert report_on("MA-1").courses == ()
    (item,) = report_on("MA-8").courses
    assert (item.total.must, item.total.overdue, item.dues) == (1, 0, ("2026-07-01",))


def test_table_when_written_then_its_rows_add_up_to_the_page(gathered: Flask) -> None:
    live("MA-9", [Head("guard", False, ("completed", "")), Head("health", False, ("", "in-progress"))],
         [Order(0, "everyone", "2026-06-14", False), Order(1, "health", "", False)])  # fmt: skip
    found = report_on("MA-9")
    rows = table(found, "en").rows
    assert [row[2] for row in rows] == ["Prison officer", "Health staff", "All functions", "Health staff",
                                        "All functions"]  # fmt: skip
    assert rows[2][3:8] == (2, 1, 0, 1, 1)
    assert all(row[10] == "2026-06-15" and str(row[11]).startswith("MA-9:") for row in rows)


def test_cut_when_somebody_only_looked_then_it_is_the_same(gathered: Flask) -> None:
    before = standing("MA-1").cut
    audit.viewed("names", "MA-1", reader())
    after = standing("MA-1").cut
    assert (after.name, after.entry("MA-1")) == (before.name, before.entry("MA-1"))
    Life("MA-1").described(place="Oued").record()
    assert standing("MA-1").cut.name != before.name
    assert standing("MA-1").cut.entry("MA-1") == "MA-1:2"
    assert cut_of(["MA"]) == standing("MA-1").cut


def test_standing_when_there_is_no_such_establishment_then_lookup_error(gathered: Flask) -> None:
    with pytest.raises(LookupError):
        standing("MA-99")
    assert standing("MA-1").today == clock.today("Africa/Casablanca")


@given(st.lists(heads, min_size=1, max_size=4), st.lists(heads, min_size=1, max_size=3))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_report_when_the_record_went_on_then_it_is_what_a_server_says_that_kept_no_figures(
    gathered: Flask, first: list[Head], later: list[Head]
) -> None:
    code = f"MA-{next(_codes)}"
    live(code, first, [Order(0, "everyone", "2026-06-14", False)])
    before = report_on(code)
    assert report_on(code) is before
    for number, head in enumerate(later):
        life = Life(code)
        life.person(f"L{number}", head.function)
        life.record()
        kept = report_on(code)
        report.cache_clear()
        assert report_on(code) == kept
        assert kept.staff == before.staff + number + 1


@pytest.mark.both_databases
def test_report_when_a_row_was_damaged_and_the_views_are_made_anew_then_the_figures_are_right(gathered: Flask) -> None:
    live("MA-1", [Head("guard", False, ("completed", ""))], [Order(0, "everyone", "", False)])
    right = report_on("MA-1")
    assert right.staff == 1
    with unit_of_work():
        db.session.execute(update(PersonRow).where(PersonRow.establishment == "MA-1").values(active=0))
    assert views.differences()
    report.cache_clear()
    assert report_on("MA-1").staff == 0
    with unit_of_work():
        views.rebuild()
    again = report_on("MA-1")
    assert (again.staff, again.courses) == (right.staff, right.courses)


@pytest.mark.both_databases
def test_report_when_a_gap_of_a_chain_is_filled_then_it_is_counted_again_although_the_end_is_the_same(
    gathered: Flask,
) -> None:
    elsewhere = Writer("MA-2", "MA", "MA-2")
    founded = elsewhere.found()
    first, later = (
        elsewhere.write(
            "person.registered", log.stream_of("MA-2"),
            {"establishment": "MA-2", "function": "guard", "sex": "f", "language": "en"},
            {"name_latin": name, "staff_number": name}, person=id_of(name),
        ) for name in ("first", "later")
    )  # fmt: skip
    log.take_in([founded, later])
    assert report_on("MA-2").staff == 1
    log.take_in([first])
    assert report_on("MA-2").staff == 2


def test_report_when_another_server_counted_as_many_entries_then_its_figures_are_not_these(
    gathered: Flask, tmp_path: Path
) -> None:
    """Two records with the same chains, as far, and other people in them."""
    live("MA-1", [Head("guard", False, ("completed", ""))], [Order(0, "everyone", "", False)])
    here = report_on("MA-1")
    other = create_app(Settings(data=tmp_path / "other"))
    with other.app_context(), clock.fixed_at(TODAY):
        schema.upgrade()
        gather()
        live("MA-1", [Head("health", False, ("completed", ""))], [Order(0, "everyone", "", False)])
        there = report_on("MA-1")
        db.session.remove()
        db.engine.dispose()
    assert there.place.cut == here.place.cut
    assert [[f for f, _ in item.by_function] for item in there.courses] == [["health"]]
    assert [[f for f, _ in item.by_function] for item in here.courses] == [["guard"]]
