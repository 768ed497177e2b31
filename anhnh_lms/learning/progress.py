"""How far a person is: what is due, what is next, where they were."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import bindparam, select

from .. import clock
from ..content.course import Course, Module, Section
from ..db import db, rows
from ..people.access import User
from ..record import log
from ..record.fold_person import SUSPECT
from ..record.log import Fact, Recorder, recording, stream_of
from ..record.tables_of_views import AttemptRow, CertificateRow, DutyRow, ModuleRow, ProgressRow
from . import library
from .library import Published

SOON = 14  # days before its due date from which a course is shown as due


@dataclass(frozen=True, slots=True)
class ModuleState:
    """What of a module is done: sections finished, quizzes passed. `complete`: its graded quizzes are
    passed or, where it has none, all its sections are read."""

    id: str
    sections: frozenset[str]
    quizzes: frozenset[str]
    complete: bool

    @property
    def started(self) -> bool:
        return bool(self.sections or self.quizzes)


@dataclass(frozen=True, slots=True)
class CourseState:
    """What of a course is done. `next_module` is the first that is not complete; "" when all are."""

    modules: Mapping[str, ModuleState]
    tests: frozenset[str]  # roles whose test was handed in
    passed_tests: frozenset[str]
    completed_on: str
    last_module: str = ""
    pre: int = -1
    post: int = -1
    uncertain: bool = False  # the date of the completion: the clock was wrong

    @property
    def next_module(self) -> str:
        ids = [m for m in (self.last_module, *self.modules) if m in self.modules]
        return next((m for m in ids if not self.modules[m].complete), "")

    @property
    def modules_complete(self) -> bool:
        return all(m.complete for m in self.modules.values())

    @property
    def started(self) -> bool:
        return bool(self.tests or any(m.started for m in self.modules.values()))


@dataclass(frozen=True, slots=True)
class Card:
    """A course in somebody's list."""

    course: Published
    state: str  # "overdue", "due", "in-progress", "not-started", "completed"
    due: str
    must: bool
    modules_done: int
    certificate: CertificateRow | None
    touched: int


@dataclass(frozen=True, slots=True)
class MyCourses:
    """The first page: where to go on, what to do, what is done."""

    go_on: Card | None
    todo: tuple[Card, ...]
    done: tuple[Card, ...]


def my_courses(user: User) -> MyCourses:
    """The person's courses: required ones by due date, then the others that are there to be taken."""
    published = library.current(user.country, user.home)
    duties = dict(db.session.execute(select(DutyRow.course, DutyRow.due).where(DutyRow.person == user.id)).all())
    progress = {
        row.course: row
        for row in db.session.execute(select(ProgressRow).where(ProgressRow.person == user.id)).scalars()
    }
    passed = _passed(user.id)
    certificates = _live_certificates(user.id)
    today = log.today(user.timezone)
    cards = [
        _card(item, duties.get(item.id), progress.get(item.id), passed, certificates.get(item.id), today)
        for item in published
    ]
    done = tuple(c for c in cards if c.state == "completed")
    open_ = sorted(
        (c for c in cards if c.state != "completed"), key=lambda c: (not c.must, c.due or "9999", c.course.slug)
    )
    begun = [c for c in open_ if c.touched]
    go_on = max(begun, key=lambda c: c.touched, default=None)
    return MyCourses(go_on, tuple(c for c in open_ if c is not go_on), done)


def _card(
    item: Published,
    due: str | None,
    row: ProgressRow | None,
    passed: Mapping[tuple[str, str], Collection[str]],
    certificate: CertificateRow | None,
    today: date,
) -> Card:
    if row is not None and row.state == "completed":
        state = "completed"
    elif due and due < today.isoformat():
        state = "overdue"
    elif due and due <= (today + timedelta(days=SOON)).isoformat():
        state = "due"
    else:
        state = "in-progress" if row is not None else "not-started"
    done = sum(
        1 for m in item.modules if item.quizzes.get(m) and set(item.quizzes[m]) <= set(passed.get((item.id, m), ()))
    )
    return Card(item, state, due or "", due is not None, done, certificate, row.touched if row else 0)


def _passed(person: str) -> dict[tuple[str, str], Collection[str]]:
    found = db.session.execute(
        select(ModuleRow.course, ModuleRow.module, ModuleRow.quizzes).where(ModuleRow.person == person)
    )
    return {(c, m): json.loads(q) for c, m, q in found}


def _live_certificates(person: str) -> dict[str, CertificateRow]:
    found = db.session.execute(
        select(CertificateRow).where(CertificateRow.person == person, CertificateRow.state == "issued")
        .order_by(CertificateRow.date)
    ).scalars()  # fmt: skip
    return {row.course: row for row in found}


def course_state(person: str, course: Course) -> CourseState:
    """How far the person is in this version of the course."""
    found = db.session.execute(
        select(ModuleRow.module, ModuleRow.sections, ModuleRow.quizzes).where(
            ModuleRow.person == person, ModuleRow.course == course.id
        )
    )
    kept = {m: (frozenset(json.loads(s)), frozenset(json.loads(q))) for m, s, q in found}
    modules = {}
    for module in course.text(course.source).modules:
        sections, quizzes = kept.get(module.id, (frozenset(), frozenset()))
        modules[module.id] = ModuleState(module.id, sections, quizzes, _complete(module, sections, quizzes))
    tests = db.session.execute(
        select(AttemptRow.role, AttemptRow.passed).where(
            AttemptRow.person == person, AttemptRow.course == course.id,
            AttemptRow.role != "", AttemptRow.state == "handed-in",
        )
    ).all()  # fmt: skip
    row = db.session.get(ProgressRow, (person, course.id))
    return CourseState(
        modules,
        frozenset(role for role, _ in tests),
        frozenset(role for role, passed in tests if passed),
        row.completed_on if row else "",
        row.last_module if row else "",
        row.pre if row else -1,
        row.post if row else -1,
        row is not None and row.completed_clock == SUSPECT,
    )


_MODULE = select(ModuleRow.sections, ModuleRow.quizzes).where(
    ModuleRow.person == bindparam("person"), ModuleRow.course == bindparam("course"),
    ModuleRow.module == bindparam("module"),
)  # fmt: skip


def sections_read(person: str, course: str, module: str) -> frozenset[str]:
    """The ids of the sections of one module that the person has finished."""
    row = rows(_MODULE, person=person, course=course, module=module).first()
    return frozenset(json.loads(row[0])) if row else frozenset()


def _complete(module: Module, sections: Collection[str], quizzes: Collection[str]) -> bool:
    if module.graded:
        return {q.id for q in module.graded} <= set(quizzes)
    return {s.id for s in module.sections} <= set(sections)


def place_in(module: Module, state: ModuleState) -> Section | None:
    """Where the person goes on in a module: the first section that is not finished; None if all are."""
    return next((s for s in module.sections if s.id not in state.sections), None)


def finish_section(user: User, course: Course, module: str, section: str) -> None:
    """The person has read a section: their place is kept on every PC. Recorded once."""
    with recording() as record:
        state = course_state(user.id, course)
        if section in state.modules[module].sections:
            return
        body = {"course": course.id, "version": course.version, "module": module, "section": section}
        record.append(Fact("section.finished", stream_of(user.home), user.country, body, person=user.id, actor=user.id))
        record.views()
        complete_if_due(record, user, course)


def complete_if_due(record: Recorder, user: User, course: Course, actor: str = "") -> bool:
    """Record the completion as soon as every module is complete and the post-test, if there is one,
    is passed. Returns whether the course is completed now. Stands in the unit of what led to it. `actor`: who
    did that, if it was not the person."""
    state = course_state(user.id, course)
    if state.completed_on:
        return True
    needs_test = course.text(course.source).quiz_with_role("post") is not None
    if not state.modules_complete or (needs_test and "post" not in state.passed_tests):
        return False
    body = {
        "course": course.id,
        "version": course.version,
        "hours": course.hours_hundredths,
        "date": clock.today(user.timezone).isoformat(),
    }
    record.append(Fact("course.completed", stream_of(user.home), user.country, body, person=user.id,
                       actor=actor or user.id))  # fmt: skip
    record.views()
    return True
