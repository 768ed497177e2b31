"""From a list to persons: the preview tells exactly what happens, and it happens whole and once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from anhnh_lms.db import db
from anhnh_lms.people import csv_import, persons, staff
from anhnh_lms.people.access import User
from anhnh_lms.people.csv_import import Plan, PlanChanged
from anhnh_lms.people.csv_read import read_list
from anhnh_lms.people.details import Details
from anhnh_lms.record import log, views
from anhnh_lms.record.log import new_id
from anhnh_lms.record.tables import EntryRow
from anhnh_lms.record.tables_of_views import PersonRow

from ..support import Founded, People

HEAD = "matricule;nom;nom en arabe;fonction;sexe;langue\n"
LIST = HEAD + "B-1;Salma;سلمى;surveillante;F;ar\nB-2;Youssef;;greffier;H;\n"


def plan(text: str) -> Plan:
    return csv_import.plan("MA-1", "MA", read_list(text), "fr")


def carry_out(by: User, text: str, confirmed: str = "") -> Plan:
    return csv_import.carry_out(by, "MA-1", "MA", read_list(text), "fr", confirmed or plan(text).digest())


def entries() -> int:
    return db.session.execute(select(func.count()).select_from(EntryRow)).scalar_one()


def by_number(number: str) -> PersonRow:
    row = persons.with_number("MA", number)
    assert row is not None
    return row


@pytest.mark.both_databases
def test_carry_out_when_the_list_is_good_then_everybody_is_there_once(admin: User) -> None:
    digest = plan(LIST).digest()
    done = carry_out(admin, LIST, digest)
    assert done.count(csv_import.NEW) == 2
    salma, youssef = by_number("B-1"), by_number("B-2")
    assert (salma.name_arabic, salma.function, salma.sex, salma.language) == ("سلمى", "guard", "f", "ar")
    assert (youssef.function, youssef.sex, youssef.language) == ("registry-clerk", "m", "fr")
    before = entries()
    with pytest.raises(PlanChanged) as problem:
        carry_out(admin, LIST, digest)
    assert problem.value.plan.count(csv_import.UNCHANGED) == 2
    assert entries() == before


def test_plan_when_people_are_there_then_it_says_what_differs_and_empty_cells_change_nothing(admin: User) -> None:
    carry_out(admin, LIST)
    text = HEAD + "b 1;Salma;;chef de détention;;\nB-2;;;;;\nB-3;New;;guard;;\n"
    rows = plan(text).rows
    assert [row.state for row in rows] == [csv_import.CHANGED, csv_import.UNCHANGED, csv_import.NEW]
    assert rows[0].changed == {"function": "chief"}
    carry_out(admin, text)
    salma = by_number("B-1")
    assert (salma.function, salma.name_arabic, salma.staff_number) == ("chief", "سلمى", "B-1")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (";Salma;;guard;;", "number-missing"),
        ("1,2E+11;Salma;;guard;;", "number-rounded"),
        ("X-1;;;guard;;", "name-missing"),
        ("X-1;Salma;;;;", "function-missing"),
        ("X-1;Salma;;pilote;;", "function-unknown"),
        ("X-1;Salma;;guard;Z;", "sex-unknown"),
        ("X-1;Salma;;guard;;a/b", "language-unknown"),
    ],
)
def test_carry_out_when_one_line_is_wrong_then_nobody_is_imported(admin: User, line: str, problem: str) -> None:
    text = LIST + line + "\n"
    before, found = entries(), plan(text)
    assert found.rows[-1].problems == (problem,)
    assert (found.rows[-1].line, found.possible) == (4, False)
    with pytest.raises(PlanChanged):
        carry_out(admin, text, found.digest())
    assert entries() == before


def test_plan_when_a_number_stands_there_twice_then_both_lines_are_wrong(admin: User) -> None:
    found = plan(HEAD + "B-1;A;;guard;;\nb1;B;;guard;;\n")
    assert [row.problems for row in found.rows] == [("number-twice",), ("number-twice",)]


def test_plan_when_the_person_left_or_is_elsewhere_then_the_line_is_wrong(boss: User, nation: People) -> None:
    left, elsewhere, central = nation.register(), nation.register(home="MA-2"), nation.register(home="")
    staff.leave(boss, "MA-1", "MA", left.id, "")
    found = plan(HEAD + "".join(f"{member.number};A;;guard;;\n" for member in (left, elsewhere, central)))
    assert [row.problems for row in found.rows] == [("number-left",), ("number-elsewhere",), ("number-elsewhere",)]


def test_carry_out_when_somebody_took_the_number_after_the_preview_then_nothing_happens(admin: User) -> None:
    digest = plan(LIST).digest()
    staff.register(admin, "MA-1", "MA", Details("B-2", "Other", function="guard"), new_id())
    before = entries()
    with pytest.raises(PlanChanged) as problem:
        carry_out(admin, LIST, digest)
    assert problem.value.plan.rows[1].state == csv_import.CHANGED
    assert entries() == before


def test_carry_out_when_the_text_is_not_what_was_confirmed_then_nothing_happens(admin: User) -> None:
    digest = plan(LIST).digest()
    before = entries()
    with pytest.raises(PlanChanged):
        carry_out(admin, LIST.replace("greffier", "directeur"), digest)
    assert entries() == before


def test_carry_out_when_the_list_is_long_then_the_chains_and_views_hold(admin: User, founded: Founded) -> None:
    text = HEAD + "".join(f"L-{n:04};Person {n};;guard;F;fr\n" for n in range(120))
    assert carry_out(admin, text).count(csv_import.NEW) == 120
    assert log.verify() == []
    assert views.differences() == []
    assert persons.counts("MA-1", "MA") == (121, 0)
