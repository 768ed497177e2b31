"""What follows from the log: tables with natural keys that `rebuild` can throw away and make again.

Change a column or the meaning of one: raise VERSION, and `anhnh upgrade` rebuilds them all.
Dates are ISO text, points are in hundredths, flags are 0 or 1, "" means none. What `clock` says of a date
stands beside it, in the words of `log.clock_state`: a date of a clock that was "suspect" is uncertain.
"""

from __future__ import annotations

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from ..db import ViewBase

VERSION = 6

DISPUTED = "disputed = 'open'"  # the few attempts about which somebody must decide


def _key() -> Mapped[str]:
    return mapped_column(primary_key=True)


class ServerRow(ViewBase):
    """A server that founded itself: which origin may write for which scope."""

    __tablename__ = "v_server"
    origin: Mapped[str] = _key()
    code: Mapped[str]
    country: Mapped[str]
    incarnation: Mapped[int]
    scope: Mapped[str]
    key: Mapped[str]


class EstablishmentRow(ViewBase):
    """A prison establishment as its administration describes it."""

    __tablename__ = "v_establishment"
    code: Mapped[str] = _key()
    country: Mapped[str]
    name: Mapped[str]
    name_ar: Mapped[str]
    kind: Mapped[str]
    region: Mapped[str]
    timezone: Mapped[str]
    administration: Mapped[str]
    administration_ar: Mapped[str]
    place: Mapped[str]
    place_ar: Mapped[str]
    languages: Mapped[str]  # of the administration, as "ar fr"
    lock_minutes: Mapped[str]  # without activity, until the page is locked; "" for the usual
    test_lock_minutes: Mapped[str]  # the same during a test
    sessions: Mapped[str]  # "several": a person may be signed in on several PCs at once
    keep_years: Mapped[str]  # for which somebody who left stays named; "" for the usual
    closed: Mapped[int]


class SeriesRow(ViewBase):
    """Which server issues the certificates of a series (an establishment's code)."""

    __tablename__ = "v_series"
    series: Mapped[str] = _key()
    owner: Mapped[str]


class PersonRow(ViewBase):
    """A member of staff. `staff_key` is the staff number without spaces, hyphens and case."""

    __tablename__ = "v_person"
    id: Mapped[str] = _key()
    country: Mapped[str]
    establishment: Mapped[str]  # "" for staff of a national administration
    function: Mapped[str]
    sex: Mapped[str]
    language: Mapped[str]
    active: Mapped[int]
    erased: Mapped[int]
    name_latin: Mapped[str]
    name_arabic: Mapped[str]
    staff_number: Mapped[str]
    staff_key: Mapped[str]
    __table_args__ = (
        Index("v_person_number", "staff_key"),
        Index("v_person_home", "establishment", "function"),
    )


class AliasRow(ViewBase):
    """`id` was found to be the same person as `canonical` (the smallest id of the group)."""

    __tablename__ = "v_alias"
    id: Mapped[str] = _key()
    canonical: Mapped[str]


class RoleRow(ViewBase):
    __tablename__ = "v_role"
    person: Mapped[str] = _key()
    role: Mapped[str] = _key()
    scope: Mapped[str] = _key()


class CourseRow(ViewBase):
    """A course and the version that learners now see (per scope: "*", a country or an establishment)."""

    __tablename__ = "v_course"
    id: Mapped[str] = _key()
    scope: Mapped[str] = _key()
    slug: Mapped[str]
    version: Mapped[str]
    label: Mapped[str]
    source: Mapped[str]
    titles: Mapped[str]  # JSON {language: title}
    hours: Mapped[int]  # hundredths
    months: Mapped[int]  # validity; 0 for ever
    modules: Mapped[str]  # JSON list of module ids
    quizzes: Mapped[str]  # JSON {module id: [ids of its graded quizzes]}
    tests: Mapped[str]  # JSON {role: quiz id}
    published_at: Mapped[str]
    lamport: Mapped[int]
    withdrawn: Mapped[int]


class AssignmentRow(ViewBase):
    """A course that must be taken: by a function, a person, or everybody of an establishment."""

    __tablename__ = "v_assignment"
    id: Mapped[str] = _key()
    establishment: Mapped[str]
    course: Mapped[str]
    to: Mapped[str]  # "everyone", "function" or "person"
    target: Mapped[str]
    due: Mapped[str]
    withdrawn: Mapped[int]
    __table_args__ = (Index("v_assignment_home", "establishment"),)


class DutyRow(ViewBase):
    """Who must take what, by when (the earliest date of all assignments that ask for it)."""

    __tablename__ = "v_duty"
    person: Mapped[str] = _key()
    course: Mapped[str] = _key()
    establishment: Mapped[str]
    due: Mapped[str]
    __table_args__ = (Index("v_duty_home", "establishment", "course"),)


class ProgressRow(ViewBase):
    """How far a person is in a course."""

    __tablename__ = "v_progress"
    person: Mapped[str] = _key()
    course: Mapped[str] = _key()
    state: Mapped[str]  # "in-progress" or "completed"
    sections: Mapped[int]
    passed: Mapped[int]  # modules
    last_module: Mapped[str]
    touched: Mapped[int]  # lamport of the latest entry
    touched_at: Mapped[str]
    completed_on: Mapped[str]
    completed_version: Mapped[str]
    completed_clock: Mapped[str]  # of the entry that completed it
    pre: Mapped[int]  # hundredths of a per cent, -1 for none
    post: Mapped[int]


class ModuleRow(ViewBase):
    """How far a person is in a module: the sections finished, the quizzes passed."""

    __tablename__ = "v_module"
    person: Mapped[str] = _key()
    course: Mapped[str] = _key()
    module: Mapped[str] = _key()
    sections: Mapped[str]  # JSON list of section ids, sorted
    quizzes: Mapped[str]  # JSON list of ids of quizzes passed, sorted
    last_section: Mapped[str]


class AttemptRow(ViewBase):
    """An attempt at a quiz. `state` is "open", "handed-in", "closed" (its person said that they had not begun
    it) or "not-theirs" (so it was decided: it counts for nothing here)."""

    __tablename__ = "v_attempt"
    id: Mapped[str] = _key()
    person: Mapped[str] = _key()  # two persons who were thought to be one may both hold it, from a dossier
    course: Mapped[str]
    version: Mapped[str]
    module: Mapped[str]
    quiz: Mapped[str]
    role: Mapped[str]
    seed: Mapped[str]
    language: Mapped[str]
    questions: Mapped[str]  # JSON list of [question id, digest]
    state: Mapped[str]
    number: Mapped[int]  # 1 for the first attempt at this quiz; 0 if it is not theirs
    started_at: Mapped[str]
    handed_in_at: Mapped[str]
    clock: Mapped[str]  # of the hand-in; of the start while it is open
    earned: Mapped[int]
    maximum: Mapped[int]
    passed: Mapped[int]
    lamport: Mapped[int]
    disputed: Mapped[str]  # "This was not me": "" (not said), "open", "theirs" or "not-theirs"
    disputed_at: Mapped[str]
    taken_from: Mapped[str]  # the person under whose name it was made
    __table_args__ = (
        Index("v_attempt_person", "person", "course", "quiz"),
        Index("v_attempt_disputed", "person", sqlite_where=text(DISPUTED), postgresql_where=text(DISPUTED)),
    )


class CertificateRow(ViewBase):
    """A certificate. `state`: "issued", "revoked" or "replaced"; whether it expired depends on the date."""

    __tablename__ = "v_certificate"
    id: Mapped[str] = _key()
    person: Mapped[str] = _key()
    course: Mapped[str]
    version: Mapped[str]
    label: Mapped[str]
    establishment: Mapped[str]
    series: Mapped[str]
    year: Mapped[int]
    count: Mapped[int]
    incarnation: Mapped[int]
    date: Mapped[str]
    expires: Mapped[str]
    hours: Mapped[int]
    language: Mapped[str]
    name_latin: Mapped[str]
    name_arabic: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str]
    replaced_by: Mapped[str]
    clock: Mapped[str]  # of the issue
    __table_args__ = (
        Index("v_certificate_number", "series", "year", "count"),
        Index("v_certificate_person", "person", "course"),
    )
