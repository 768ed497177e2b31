"""Are we on track? One establishment's figures, for each course and by function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, bindparam, func, literal, select, union_all

from ..db import db
from ..people.words import FUNCTIONS, function_words
from ..record.tables_of_views import DutyRow, PersonRow, ProgressRow
from .courses import Taught, courses, unknown
from .cut import Standing
from .figures import Figures, counted
from .table import Cell, Table

_p, _d, _g = PersonRow, DutyRow, ProgressRow
_HERE = and_(_p.establishment == bindparam("code"), _p.active == 1)
_NONE = literal("")

# Who must take what, what the staff took at all, and the staff: one statement, three kinds of row.
_DUTIES = (
    select(literal("duty"), _d.course, _p.function, func.coalesce(_g.state, ""), _d.due, func.count())
    .select_from(_p)
    .join(_d, _d.person == _p.id)
    .outerjoin(_g, and_(_g.person == _p.id, _g.course == _d.course))
    .where(_HERE)
    .group_by(_d.course, _p.function, _g.state, _d.due)
)
_TAKEN = (
    select(literal("taken"), _g.course, _NONE, _g.state, _NONE, func.count())
    .select_from(_p)
    .join(_g, _g.person == _p.id)
    .where(_HERE)
    .group_by(_g.course, _g.state)
)
_STAFF = (
    select(literal("staff"), _NONE, _p.function, _NONE, _NONE, func.count())
    .where(_HERE)
    .group_by(_p.function)
)  # fmt: skip
_COUNTS = union_all(_DUTIES, _TAKEN, _STAFF)


@dataclass(frozen=True, slots=True)
class CourseFigures:
    """A course that somebody here must take. `dues` are the due dates that were set, in order; `alone` and
    `alone_completed`: how many took it without being asked, and completed it."""

    course: Taught
    total: Figures
    by_function: tuple[tuple[str, Figures], ...]
    dues: tuple[str, ...]
    alone: int
    alone_completed: int

    @property
    def covered(self) -> int:
        """Staff in post who have completed the course, asked or not."""
        return self.total.completed + self.alone_completed


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A course that nobody here must take, and how many take it all the same."""

    course: Taught
    alone: int
    alone_completed: int


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of an establishment on a day, as of a cut. Courses by their first due date."""

    place: Standing
    staff: int
    courses: tuple[CourseFigures, ...]
    unassigned: tuple[Unassigned, ...]

    @property
    def on_track(self) -> int:
        return sum(1 for c in self.courses if c.total.on_track)

    @property
    def total(self) -> Figures:
        return sum((c.total for c in self.courses), Figures())


@lru_cache(maxsize=64)
def report(place: Standing) -> Report:
    """The figures of the establishment on its present day. Counted once for the entries that they rest on
    (two statements), and again when there is another one or the views were made anew."""
    today = place.today.isoformat()
    duties: dict[str, dict[str, Figures]] = {}
    dues: dict[str, set[str]] = {}
    taken: dict[str, dict[str, int]] = {}
    staff = 0
    for kind, course, function, state, due, number in _rows(place.code):
        if kind == "duty":
            by_function = duties.setdefault(course, {})
            by_function[function] = by_function.get(function, Figures()) + counted(state, due, today, number)
            dues.setdefault(course, set()).add(due)
        elif kind == "taken":
            taken.setdefault(course, {})[state] = number
        else:
            staff += number
    known = courses(place.country, place.code)
    found = [
        _of_course(known.get(course) or unknown(course), figures, dues[course], taken.get(course, {}))
        for course, figures in duties.items()
    ]
    found.sort(key=lambda c: (next(iter(c.dues), "9999"), c.course.slug, c.course.id))
    others = [
        Unassigned(taught, sum(taken.get(course, {}).values()), taken.get(course, {}).get("completed", 0))
        for course, taught in known.items()
        if course not in duties and not (taught.withdrawn and course not in taken)
    ]
    return Report(place, staff, tuple(found), tuple(sorted(others, key=lambda o: (o.course.slug, o.course.id))))


def _rows(code: str) -> Iterable[Any]:
    return db.session.execute(_COUNTS, {"code": code}).all()


_ORDER = {code: n for n, code in enumerate(FUNCTIONS)}


def _of_course(
    course: Taught, by_function: Mapping[str, Figures], dues: set[str], taken: Mapping[str, int]
) -> CourseFigures:
    total = sum(by_function.values(), Figures())
    ordered = sorted(by_function.items(), key=lambda item: (_ORDER.get(item[0], len(_ORDER)), item[0]))
    completed = taken.get("completed", 0) - total.completed
    begun = taken.get("in-progress", 0) - total.in_progress
    return CourseFigures(course, total, tuple(ordered), tuple(sorted(dues - {""})), completed + begun, completed)


def table(report: Report, lang: str) -> Table:
    """The figures of the page for a spreadsheet: for each course a row per function, and one for all."""
    columns = (
        _("Establishment"), _("Course"), _("Function"), _("Must take"), _("Completed"), _("In progress"),
        _("Not started"), _("Overdue"), _("Due date passed"), _("Completed, due date passed"), _("Date"),
        _("As of entry"), _("Cut"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    as_of = (report.place.today.isoformat(), report.place.cut.entry(report.place.code), report.place.cut.name)
    for item in report.courses:
        lines = [*((function_words(f), n) for f, n in item.by_function), (_("All functions"), item.total)]
        for name, n in lines:
            numbers = (n.must, n.completed, n.in_progress, n.not_started, n.overdue, n.due, n.due_completed)
            rows.append((report.place.code, item.course.title(lang), str(name), *numbers, *as_of))
    return Table(columns, tuple(rows))
