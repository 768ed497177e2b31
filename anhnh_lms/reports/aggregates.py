"""Figures that may leave a country: per country and course, by sex, without names and without establishments.

Small numbers are hidden (`suppression`). A period is whole months: two periods that differ by a day would show
what one person did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, distinct, func, or_, select

from ..db import db
from ..people.places import timezone_of
from ..people.roles import Place, Power, may
from ..people.words import SEXES
from ..record import log
from ..record.fold_person import SUSPECT
from ..record.tables_of_views import DutyRow, EstablishmentRow, PersonRow, ProgressRow
from .courses import Taught, courses, unknown
from .cut import Cut, cut_of
from .gain import Gain, gain
from .suppression import ALL, LEAST, Cell, Grid, hidden, totals_only, with_totals
from .table import Cell as TableCell
from .table import Table

_p, _d, _g = PersonRow, DutyRow, ProgressRow
Cells = tuple[TableCell, ...]
UNSAID = "-"  # persons whose sex is not recorded


class BadPeriod(ValueError):
    """The dates are no dates, or the first lies after the last."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months: from the first day of one to the last day of another."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Column:
    """The numbers of a column; None: hidden, because it or another that it gives away is small. `hours` are in
    hundredths, and hidden where a part of them is. `covered`: staff in post who have completed the course; 0 for
    all courses together, where it means nothing."""

    actions: int | None
    hours: int | None
    covered: int | None
    due: int | None
    due_completed: int | None


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course in a country: what may be shown, by sex and for all (key ALL), and the gain (None: fewer than 5
    pairs, or hidden)."""

    course: Taught
    columns: Mapping[str, Column]
    gain: Gain | None


@dataclass(frozen=True, slots=True)
class Country:
    """A country's figures. In `trained` and `staff` a None is hidden. `sexes`: the columns before ALL."""

    code: str
    sexes: tuple[str, ...]
    trained: Mapping[str, int | None]
    staff: Mapping[str, int | None]
    total: Mapping[str, Column]
    courses: tuple[CourseLine, ...]


@dataclass(frozen=True, slots=True)
class Aggregates:
    period: Period
    countries: tuple[Country, ...]
    cut: Cut


def period(start: str, end: str, today: date) -> Period:
    """The whole months that hold these dates (ISO text); "" for the first and the last of this calendar year.
    Raises BadPeriod."""
    try:
        first = date.fromisoformat(start) if start else date(today.year, 1, 1)
        last = date.fromisoformat(end) if end else date(max(today.year, first.year), 12, 31)
    except ValueError:
        raise BadPeriod(start, end) from None
    if first > last or last.year > 9998:
        raise BadPeriod(start, end)
    after = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    return Period(first.replace(day=1), after - timedelta(days=1))


def countries_of(roles: Sequence[tuple[str, str]]) -> list[str]:
    """The countries of this server where the roles may see aggregates: held in the country, or everywhere."""
    country = EstablishmentRow.country
    known = db.session.execute(select(country).distinct().order_by(country)).scalars()
    return [code for code in known if may(roles, Power.SEE_AGGREGATES, Place(country=code))]


def aggregates(roles: Sequence[tuple[str, str]], when: Period) -> Aggregates:
    """What these roles may see. A handful of statements per country."""
    found = countries_of(roles)
    return Aggregates(when, tuple(_country(code, when) for code in found), cut_of(found))


# -- counting ---------------------------------------------------------------------------------------------


def _country(code: str, when: Period) -> Country:
    known = courses(code)
    completed = _completed(code, when)
    covered, due, kept = _covered(code, when), *_due(code, when)
    trained, staff = _persons_trained(code, when), _staff(code)
    asked = sorted({course for parts in (completed, covered, due) for course, _ in parts})
    sexes = _sexes([*(sex for parts in (completed, covered, due) for _, sex in parts), *trained, *staff])
    grids = [with_totals(parts, asked, sexes) for parts in (completed, covered, due, kept)]
    grids += [totals_only(trained, sexes), totals_only(staff, sexes)]
    tables = [_Published(grid, pattern) for grid, pattern in zip(grids, hidden(grids), strict=True)]
    taught = {course: known.get(course) or unknown(course) for course in asked}
    hours = {course: taught[course].hours for course in asked}
    columns = (*sexes, ALL)
    lines = [
        _line(taught[c], {sex: _column(c, sex, tables, hours) for sex in columns}, _gain(code, c, when)) for c in asked
    ]
    lines.sort(key=lambda line: (line.course.slug, line.course.id))
    total = {sex: _column(ALL, sex, tables, hours) for sex in columns}
    of_trained, of_staff = ({sex: table.shown(ALL, sex) for sex in columns} for table in tables[4:])
    return Country(code, sexes, of_trained, of_staff, total, tuple(lines))


@dataclass(frozen=True, slots=True)
class _Published:
    """A table and what is hidden in it."""

    grid: Grid
    pattern: frozenset[Cell]

    def shown(self, row: str, column: str) -> int | None:
        return None if (row, column) in self.pattern else self.grid[row, column]


def _sexes(found: Sequence[str]) -> tuple[str, ...]:
    """Women and men always; whose sex is not recorded only where there are such persons."""
    return ("f", "m", UNSAID) if UNSAID in found else ("f", "m")


def _line(course: Taught, columns: Mapping[str, Column], found: Gain | None) -> CourseLine:
    shown = found and found.pairs >= LEAST and columns[ALL].actions is not None
    return CourseLine(course, columns, found if shown else None)


def _column(row: str, column: str, tables: Sequence[_Published], hours: Mapping[str, int]) -> Column:
    actions, covered, due, kept = (table.shown(row, column) for table in tables[:4])
    # a sum of hours is another sum of the hidden numbers than that of the actions, and would give them away
    parts = [(hours[r], tables[0].shown(r, column)) for r in (hours if row == ALL else (row,))]
    spent = None if any(n is None for _, n in parts) else sum(h * (n or 0) for h, n in parts)
    return Column(actions, spent if actions is not None else None, 0 if row == ALL else covered, due, kept)


def _in_period(when: Period) -> Any:
    return and_(_g.state == "completed", _g.completed_on.between(when.first.isoformat(), when.last.isoformat()))


def _completed(code: str, when: Period) -> dict[Cell, int]:
    """(course, sex) -> persons who completed it in the period."""
    rows = db.session.execute(
        select(_g.course, _p.sex, func.count())
        .join(_p, _p.id == _g.person)
        .where(_p.country == code, _in_period(when))
        .group_by(_g.course, _p.sex)
    )
    return {(course, sex or UNSAID): number for course, sex, number in rows}


def _persons_trained(code: str, when: Period) -> dict[str, int]:
    rows = db.session.execute(
        select(_p.sex, func.count(distinct(_g.person)))
        .join(_p, _p.id == _g.person)
        .where(_p.country == code, _in_period(when))
        .group_by(_p.sex)
    )
    return {sex or UNSAID: number for sex, number in rows}


def _staff(code: str) -> dict[str, int]:
    rows = db.session.execute(
        select(_p.sex, func.count()).where(_p.country == code, _p.active == 1, _p.establishment != "").group_by(_p.sex)
    )
    return {sex or UNSAID: number for sex, number in rows}


def _covered(code: str, when: Period) -> dict[Cell, int]:
    """(course, sex) -> staff in post who have completed it by the end of the period. Where a wrong clock wrote
    the date nobody knows when it was; that it was is certain."""
    rows = db.session.execute(
        select(_g.course, _p.sex, func.count())
        .join(_p, _p.id == _g.person)
        .where(_p.country == code, _p.active == 1, _p.establishment != "")
        .where(_g.state == "completed")
        .where(or_(_g.completed_on <= when.last.isoformat(), _g.completed_clock == SUSPECT))
        .group_by(_g.course, _p.sex)
    )
    return {(course, sex or UNSAID): number for course, sex, number in rows}


def _due(code: str, when: Period) -> tuple[dict[Cell, int], dict[Cell, int]]:
    """(course, sex) -> staff whose due date passed in the period, and how many of them have completed it."""
    passed = min(when.last + timedelta(days=1), log.today(timezone_of(code))).isoformat()
    rows = db.session.execute(
        select(_d.course, _p.sex, func.count(), func.count(_g.person))
        .join(_p, and_(_p.id == _d.person, _p.active == 1))
        .outerjoin(_g, and_(_g.person == _d.person, _g.course == _d.course, _g.state == "completed"))
        .where(_p.country == code, _d.due >= when.first.isoformat(), _d.due < passed)
        .group_by(_d.course, _p.sex)
    ).all()
    due = {(course, sex or UNSAID): number for course, sex, number, _ in rows}
    return due, {(course, sex or UNSAID): kept for course, sex, _, kept in rows}


def _gain(code: str, course: str, when: Period) -> Gain | None:
    difference = _g.post - _g.pre
    pairs, total, squares = db.session.execute(
        select(func.count(), func.sum(difference), func.sum(difference * difference))
        .select_from(_g)
        .join(_p, _p.id == _g.person)
        .where(_p.country == code, _g.course == course, _in_period(when), _g.pre >= 0, _g.post >= 0)
    ).one()
    return gain(pairs, int(total or 0), int(squares or 0))


# -- the spreadsheet ----------------------------------------------------------------------------------------


def sex_words(code: str) -> str:
    """ "Woman", "Man"; for the totals and for the unrecorded what stands in their place."""
    return str({ALL: _("All"), UNSAID: _("Not recorded"), **SEXES}[code])


def table(found: Aggregates, lang: str) -> Table:
    """A row per country, course and sex; what is hidden says so."""
    columns = (
        _("Country"), _("From"), _("To"), _("Course"), _("Sex"), _("Persons trained"), _("Training actions"),
        _("Training hours"), _("Staff in post"), _("Staff in post who completed"), _("Due date passed"),
        _("Completed, due date passed"), _("Pairs of tests"), _("Gain"), _("Gain, from"), _("Gain, to"), _("Cut"),
    )  # fmt: skip
    rows: list[tuple[TableCell, ...]] = []
    for country in found.countries:
        head = (country.code, found.period.first.isoformat(), found.period.last.isoformat())
        for sex in (*country.sexes, ALL):
            cells = _cells(_said(country.trained[sex]), country.total[sex], _said(country.staff[sex]), False, None)
            rows.append((*head, str(_("All courses")), sex_words(sex), *cells, found.cut.name))
        for line in country.courses:
            for sex in (*country.sexes, ALL):
                cells = _cells(None, line.columns[sex], None, True, line.gain if sex == ALL else None)
                rows.append((*head, line.course.title(lang), sex_words(sex), *cells, found.cut.name))
    return Table(columns, tuple(rows))


def _said(number: float | None) -> TableCell:
    return str(_("hidden")) if number is None else number


def _cells(trained: TableCell, column: Column, staff: TableCell, covered: bool, found: Gain | None) -> Cells:
    hours = None if column.hours is None else column.hours / 100
    gained = (found.pairs, round(found.mean, 2), round(found.low, 2), round(found.high, 2)) if found else (None,) * 4
    return (
        trained, _said(column.actions), _said(hours), staff, _said(column.covered) if covered else None,
        _said(column.due), _said(column.due_completed), *gained,
    )  # fmt: skip
