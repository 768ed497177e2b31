"""Several establishments side by side, for who administers them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import and_, bindparam, func, select

from .. import clock
from ..db import db
from ..people import naming
from ..people.places import visible
from ..people.roles import Power
from ..record import log
from ..record.tables_of_views import DutyRow, EstablishmentRow, PersonRow, ProgressRow
from .courses import Taught, courses, unknown
from .cut import Cut, cut_of
from .figures import Figures, counted
from .table import Cell, Table

_p, _d, _g = PersonRow, DutyRow, ProgressRow
_COUNTS = (
    select(_d.establishment, _d.course, func.coalesce(_g.state, ""), _d.due, func.count())
    .select_from(_d)
    .join(_p, and_(_p.id == _d.person, _p.active == 1))
    .outerjoin(_g, and_(_g.person == _d.person, _g.course == _d.course))
    .where(_d.establishment.in_(bindparam("codes", expanding=True)))
    .group_by(_d.establishment, _d.course, _g.state, _d.due)
)


@dataclass(frozen=True, slots=True)
class Line:
    """An establishment: its figures for each course that somebody there must take."""

    code: str
    country: str
    region: str
    name_latin: str
    name_arabic: str
    today: date
    by_course: dict[str, Figures]

    @property
    def total(self) -> Figures:
        return sum(self.by_course.values(), Figures())

    def name_in(self, lang: str) -> str:
        """The name in the letters of that language, else in the others, else the code."""
        return naming.shown(lang, self.name_latin, self.name_arabic, self.code)


@dataclass(frozen=True, slots=True)
class Overview:
    """The establishments that somebody may see, by code, and the courses of any of them, by title's slug."""

    lines: tuple[Line, ...]
    courses: tuple[Taught, ...]
    cut: Cut

    def of_course(self, course: str) -> Figures:
        return sum((line.by_course.get(course, Figures()) for line in self.lines), Figures())

    @property
    def total(self) -> Figures:
        return sum((line.total for line in self.lines), Figures())

    @property
    def on_track(self) -> int:
        return sum(1 for line in self.lines if line.total.on_track)


def overview(roles: Sequence[tuple[str, str]]) -> Overview:
    """The establishments where these roles may see the country's figures, and nothing about any other. Closed
    ones are left out. Five statements, however many there are."""
    places = [row for row in visible(roles, Power.SEE_COUNTRY) if not row.closed]
    now = log.known_now()
    lines = {row.code: _line(row, now) for row in places}
    for code, course, state, due, number in db.session.execute(_COUNTS, {"codes": list(lines)}):
        line = lines[code]
        figures = counted(state, due, line.today.isoformat(), number)
        line.by_course[course] = line.by_course.get(course, Figures()) + figures
    countries = sorted({line.country for line in lines.values()})
    known: dict[str, Taught] = {}
    for country in countries:
        known.update(courses(country))
    asked = {course for line in lines.values() for course in line.by_course}
    taught = sorted((known.get(course) or unknown(course) for course in asked), key=lambda c: (c.slug, c.id))
    return Overview(tuple(lines.values()), tuple(taught), cut_of(countries))


def _line(row: EstablishmentRow, now: datetime) -> Line:
    return Line(row.code, row.country, row.region, row.name, row.name_ar, clock.local(now, row.timezone).date(), {})


def table(found: Overview, lang: str) -> Table:
    """The figures for a spreadsheet: a row per establishment and course, and one for all courses of each."""
    columns = (
        _("Country"), _("Region"), _("Establishment"), _("Name"), _("Course"), _("Must take"), _("Completed"),
        _("In progress"), _("Not started"), _("Overdue"), _("Date"), _("As of entry"), _("Cut"),
    )  # fmt: skip
    titles = [(course.id, course.title(lang)) for course in found.courses]
    rows: list[tuple[Cell, ...]] = []
    for line in found.lines:
        head = (line.country, line.region, line.code, line.name_in(lang))
        as_of = (line.today.isoformat(), found.cut.entry(line.code), found.cut.name)
        parts = [(title, line.by_course[course]) for course, title in titles if course in line.by_course]
        for title, n in [*parts, (str(_("All courses")), line.total)]:
            rows.append((*head, title, n.must, n.completed, n.in_progress, n.not_started, n.overdue, *as_of))
    return Table(columns, tuple(rows))
