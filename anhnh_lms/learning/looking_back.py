"""Everything that a person learned and answered, for the person alone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from ..db import db
from ..people.access import User
from ..record.tables_of_views import AttemptRow, DutyRow, ModuleRow, ProgressRow
from . import attempts
from .library import NoSuchCourse


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt. `opened` is None where its paper or its answers are not on this server: it was taken elsewhere."""

    row: AttemptRow
    opened: attempts.Attempt | None


@dataclass(frozen=True, slots=True)
class Learned:
    """Courses begun, courses asked for (course -> due date), modules, attempts in the order of their start."""

    courses: tuple[ProgressRow, ...]
    asked: dict[str, str]
    modules: tuple[ModuleRow, ...]
    tried: tuple[Tried, ...]


def learned(user: User, lang: str) -> Learned:
    """All of it, as a reader of `lang` sees it."""
    g, m, a = ProgressRow, ModuleRow, AttemptRow
    rows = db.session.execute(select(a).where(a.person == user.id).order_by(a.lamport, a.id)).scalars().all()
    return Learned(
        tuple(db.session.execute(select(g).where(g.person == user.id).order_by(g.touched)).scalars()),
        dict(db.session.execute(select(DutyRow.course, DutyRow.due).where(DutyRow.person == user.id)).all()),
        tuple(db.session.execute(select(m).where(m.person == user.id).order_by(m.course, m.module)).scalars()),
        tuple(Tried(row, _opened(user, row, lang)) for row in rows),
    )


def _opened(user: User, row: AttemptRow, lang: str) -> attempts.Attempt | None:
    if not row.seed:
        return None  # from the file of another establishment: where it was taken, the answers stay
    try:
        return attempts.load(user, row.id, lang)
    except NoSuchCourse:
        return None
