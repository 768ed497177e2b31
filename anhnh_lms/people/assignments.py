"""Assigning a course to everybody, a function or a person of an establishment, by a local date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from ..db import db
from ..record import log
from ..record.log import Fact, recording, stream_of
from ..record.tables_of_views import AssignmentRow, CourseRow, PersonRow, ProgressRow
from .access import User
from .places import establishment
from .words import FUNCTIONS

REASON_LIMIT = 300  # characters
FURTHEST = 5  # years


class NotAssignable(ValueError):
    """Why a course cannot be assigned so: "course", "target", "due-form", "due-past" or "due-far"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class AlreadyAssigned(ValueError):
    """The same course is assigned to the same people already, until `due` ("": without a date)."""

    def __init__(self, due: str) -> None:
        super().__init__(due)
        self.due = due


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be assigned. `to` is "everyone", "function" or "person"; `target` a function's code or a
    person's id; `due` an ISO date or ""."""

    course: str
    to: str
    target: str = ""
    due: str = ""


def check(home: str, wish: Wish) -> None:
    """Raises NotAssignable or AlreadyAssigned for what `assign` would refuse."""
    place = establishment(home)
    if place is None or wish.course not in courses_for(place.country, home):
        raise NotAssignable("course")
    if not _is_target(home, wish):
        raise NotAssignable("target")
    if why := _due_problem(wish.due, place.timezone):
        raise NotAssignable(why)
    for row in assignments(home):
        if not row.withdrawn and (row.course, row.to, row.target) == (wish.course, wish.to, wish.target):
            raise AlreadyAssigned(row.due)


def courses_for(country: str, home: str) -> set[str]:
    """The ids of the published courses that staff of that establishment may take."""
    rows = db.session.execute(
        select(CourseRow.id).where(CourseRow.scope.in_(["*", country, home]), CourseRow.withdrawn == 0)
    )
    return set(rows.scalars())


def _is_target(home: str, wish: Wish) -> bool:
    if wish.to == "everyone":
        return wish.target == ""
    if wish.to == "function":
        return wish.target in FUNCTIONS
    row = db.session.get(PersonRow, wish.target)
    return wish.to == "person" and row is not None and row.establishment == home and bool(row.active)


def _due_problem(due: str, timezone: str) -> str:
    if not due:
        return ""
    try:
        day = date.fromisoformat(due)
    except ValueError:
        return "due-form"
    today = log.today(timezone)
    if day.isoformat() != due:
        return "due-form"
    return "due-past" if day < today else "due-far" if day.year > today.year + FURTHEST else ""


def assign(by: User, home: str, wish: Wish, assignment: str) -> bool:
    """Record an assignment under an id that was made when the form was shown. False if the id is taken:
    the form was sent twice. Raises NotAssignable, AlreadyAssigned."""
    with recording() as record:
        if db.session.get(AssignmentRow, assignment) is not None:
            return False
        check(home, wish)
        place = establishment(home)
        assert place is not None
        body = {"establishment": home, "course": wish.course, "to": wish.to, "target": wish.target}
        if wish.due:
            body["due"] = wish.due
        record.append(Fact("course.assigned", stream_of(home), place.country, body, subject=assignment, actor=by.id))
    return True


def assignment_of(home: str, assignment: str) -> AssignmentRow | None:
    """The assignment with that id, if it is that establishment's."""
    row = db.session.get(AssignmentRow, assignment)
    return row if row is not None and row.establishment == home else None


def withdraw(by: User, home: str, assignment: str, reason: str) -> bool:
    """Record that an assignment no longer holds; False if it did not. What people did for it stays.
    Raises LookupError if the establishment has no such assignment."""
    with recording() as record:
        row, place = assignment_of(home, assignment), establishment(home)
        if row is None or place is None:
            raise LookupError(assignment)
        if row.withdrawn:
            return False
        kept = reason.strip()[:REASON_LIMIT]
        record.append(
            Fact("assignment.withdrawn", stream_of(home), place.country, {"establishment": home},
                 {"reason": kept} if kept else None, subject=assignment, actor=by.id)
        )  # fmt: skip
    return True


def assignments(home: str) -> list[AssignmentRow]:
    """Every assignment of an establishment: open ones first, by due date, those without one last."""
    a = AssignmentRow
    rows = db.session.execute(select(a).where(a.establishment == home)).scalars()
    return sorted(rows, key=lambda r: (r.withdrawn, r.due or "9999", r.course, r.to, r.target, r.id))


@dataclass(frozen=True, slots=True)
class Concerned:
    """How many persons an assignment means now, and how many of them completed the course already."""

    persons: int
    completed: int


def concerned(home: str, wish: Wish) -> Concerned:
    """Whom an assignment would mean if it were made now."""
    p, done = PersonRow, ProgressRow
    query = (
        select(func.count(p.id), func.count(done.person))
        .outerjoin(done, (done.person == p.id) & (done.course == wish.course) & (done.state == "completed"))
        .where(p.establishment == home, p.active == 1)
    )
    if wish.to == "function":
        query = query.where(p.function == wish.target)
    elif wish.to == "person":
        query = query.where(p.id == wish.target)
    persons, completed = db.session.execute(query).one()
    return Concerned(persons, completed)


def staff_by_target(home: str, rows: Iterable[AssignmentRow]) -> dict[str, int]:
    """assignment id -> how many active persons it means now. One query."""
    p = PersonRow
    staff = db.session.execute(select(p.id, p.function).where(p.establishment == home, p.active == 1)).all()
    functions: dict[str, int] = {}
    for _person, function in staff:
        functions[function] = functions.get(function, 0) + 1
    ids = {person for person, _function in staff}
    return {
        row.id: len(staff) if row.to == "everyone"
        else functions.get(row.target, 0) if row.to == "function" else int(row.target in ids)
        for row in rows
    }  # fmt: skip
