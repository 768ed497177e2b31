"""What reports call a course: the version that the staff of a place see."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select

from ..db import db
from ..record.nearest import nearest, scopes
from ..record.tables_of_views import CourseRow

_c = CourseRow
_COURSES = select(_c.id, _c.scope, _c.slug, _c.source, _c.titles, _c.hours, _c.modules, _c.quizzes, _c.withdrawn).where(
    _c.scope.in_(bindparam("scopes", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Taught:
    """A course in a report. `hours` in hundredths; `quizzes`: module -> ids of its graded quizzes."""

    id: str
    slug: str
    titles: Mapping[str, str] = field(hash=False)
    source: str
    hours: int
    modules: tuple[str, ...]
    quizzes: Mapping[str, Sequence[str]] = field(hash=False)
    withdrawn: bool

    def title(self, lang: str) -> str:
        return self.titles.get(lang) or self.titles.get(self.source) or self.slug


def courses(country: str, establishment: str = "") -> dict[str, Taught]:
    """course id -> the version for that place: the establishment's own goes before the country's, that before
    everybody's. Withdrawn ones too, for who must still take them. One statement."""
    among = scopes(country, establishment)
    return {
        row.id: Taught(
            row.id, row.slug, json.loads(row.titles), row.source, row.hours, tuple(json.loads(row.modules)),
            json.loads(row.quizzes), bool(row.withdrawn),
        )
        for row in nearest(db.session.execute(_COURSES, {"scopes": among}), among)
    }  # fmt: skip


def unknown(course: str) -> Taught:
    """Stands for a course that is assigned but was never published here."""
    return Taught(course, course, {}, "", 0, (), {}, True)
