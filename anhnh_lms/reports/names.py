"""The names behind the figures of an establishment. Whoever calls this notes the reading first (`people.audit`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, bindparam, func, literal, select

from ..db import db
from ..people import naming
from ..record.fold_person import SUSPECT
from ..record.tables_of_views import CertificateRow, DutyRow, ModuleRow, PersonRow, ProgressRow
from .courses import Taught, unknown
from .cut import Standing

_p, _d, _g = PersonRow, DutyRow, ProgressRow
_PERSON = (_p.id, _p.name_latin, _p.name_arabic, _p.staff_number, _p.function)
_ASKED = (
    select(
        *_PERSON,
        _d.course,
        _d.due,
        func.coalesce(_g.state, ""),
        func.coalesce(_g.completed_on, ""),
        func.coalesce(_g.completed_clock, ""),
    )
    .select_from(_d)
    .join(_p, and_(_p.id == _d.person, _p.active == 1))
    .outerjoin(_g, and_(_g.person == _d.person, _g.course == _d.course))
    .where(_d.establishment == bindparam("code"))
)
_UNASKED = (
    select(*_PERSON, _g.course, literal(""), _g.state, _g.completed_on, _g.completed_clock)
    .select_from(_p)
    .join(_g, _g.person == _p.id)
    .outerjoin(_d, and_(_d.person == _p.id, _d.course == _g.course))
    .where(_p.establishment == bindparam("code"), _p.active == 1, _d.person.is_(None))
)
STATES = ("overdue", "in-progress", "not-started", "completed", "unasked")
URGENCY = {"overdue": 0, "in-progress": 1, "not-started": 1, "completed": 2}
IN_ONE_STATEMENT = 500  # ids


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which names: "" leaves a choice open. `state` is one of STATES; "unasked" are those who take a course
    that is not assigned to them, "overdue" those also counted in progress or not started."""

    course: str = ""
    state: str = ""
    function: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A person and a course. `state`: "completed", "in-progress" or "not-started"; `certificate`: (series,
    year, count, incarnation) of the one that is in force."""

    person: str
    name_latin: str
    name_arabic: str
    staff_number: str
    function: str
    course: Taught
    due: str
    state: str
    overdue: bool
    completed_on: str
    uncertain: bool  # when it was completed the clock was not sure
    modules_done: int = 0
    certificate: tuple[str, int, int, int] | None = None

    def name_in(self, lang: str) -> str:
        """The name in the letters of that language, else in the others, else the number."""
        return naming.shown(lang, self.name_latin, self.name_arabic, self.staff_number)


def names(place: Standing, wanted: Wanted, known: Mapping[str, Taught], lang: str) -> list[Name]:
    """Everybody who is wanted: the longest overdue first, then by due date, the completed last; then by name.
    `known` as `courses.courses` gives it. One statement; `detailed` adds modules and certificates."""
    today = place.today.isoformat()
    query, course = (_UNASKED, _g.course) if wanted.state == "unasked" else (_ASKED, _d.course)
    if wanted.course:
        query = query.where(course == wanted.course)
    if wanted.function:
        query = query.where(_p.function == wanted.function)
    rows = [_name(row, today, known) for row in db.session.execute(query, {"code": place.code})]
    if wanted.state == "overdue":
        rows = [row for row in rows if row.overdue]
    elif wanted.state in URGENCY:
        rows = [row for row in rows if row.state == wanted.state]
    return sorted(rows, key=lambda row: _place_in_list(row, lang))


def _name(row: Any, today: str, known: Mapping[str, Taught]) -> Name:
    person, latin, arabic, number, function, course, due, state, completed_on, said = row
    overdue = state != "completed" and bool(due) and due < today
    return Name(
        person, latin, arabic, number, function, known.get(course) or unknown(course), due, state or "not-started",
        overdue, completed_on, said == SUSPECT,
    )  # fmt: skip


def _place_in_list(row: Name, lang: str) -> tuple[Any, ...]:
    urgency = 0 if row.overdue else URGENCY[row.state]
    date = row.due or "9999" if urgency < 2 else ""
    return urgency, date, naming.folded(row.name_in(lang)), row.staff_number, row.person, row.course.slug


def detailed(rows: Iterable[Name]) -> list[Name]:
    """The same with modules done and certificates. Two statements per 500 persons."""
    rows = list(rows)
    done: dict[tuple[str, str], int] = {}
    papers: dict[tuple[str, str], tuple[str, int, int, int]] = {}
    taught = {row.course.id: row.course for row in rows}
    persons = sorted({row.person for row in rows})
    for start in range(0, len(persons), IN_ONE_STATEMENT):
        some = persons[start : start + IN_ONE_STATEMENT]
        for person, course, module, passed in _modules(some):
            needed = taught[course].quizzes.get(module) if course in taught else None
            if needed and set(needed) <= set(json.loads(passed)):
                done[person, course] = done.get((person, course), 0) + 1
        papers.update(_certificates(some))
    return [
        replace(
            row,
            modules_done=len(row.course.modules) if row.state == "completed"
            else done.get((row.person, row.course.id), 0),
            certificate=papers.get((row.person, row.course.id)),
        )
        for row in rows
    ]  # fmt: skip


def _modules(persons: list[str]) -> Iterable[Any]:
    m = ModuleRow
    return db.session.execute(select(m.person, m.course, m.module, m.quizzes).where(m.person.in_(persons)))


def _certificates(persons: list[str]) -> dict[tuple[str, str], tuple[str, int, int, int]]:
    c = CertificateRow
    rows = db.session.execute(
        select(c.person, c.course, c.series, c.year, c.count, c.incarnation)
        .where(c.person.in_(persons), c.state == "issued")
        .order_by(c.date, c.year, c.incarnation, c.count)
    )
    return {(person, course): (series, year, count, n) for person, course, series, year, count, n in rows}
