""" "This was not me": a person says so of an attempt under their name; the director or the focal point decides.

A claim alone changes nobody's progress. What is decided is recorded with everything that follows from it, in
one unit of work: the attempt no longer counts for the one, counts for the other where it is known whose it was,
and a completion that rested on it no longer holds. The screen, which stands above, sees to the certificates.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, literal_column, select

from ..content.course import Course
from ..db import db
from ..people.access import User
from ..people.persons import as_user, every_id
from ..record import log
from ..record.fold_claims import NOT_THEIRS, OPEN, THEIRS
from ..record.log import Fact, Recorder, recording, stream_of
from ..record.tables import EntryRow
from ..record.tables_of_views import AttemptRow, PersonRow, ProgressRow
from ..record.views import passed_ever
from . import library
from .attempts import NoSuchAttempt, held_state
from .progress import complete_if_due
from .tables import AnswerRow, CooldownRow

OUTCOMES = (THEIRS, NOT_THEIRS)
REASON_LIMIT = 300  # characters
TAKEN = ("course", "version", "module", "quiz", "role", "seed", "language", "questions", "started_at",
         "handed_in_at", "clock", "earned", "maximum", "passed")  # fmt: skip


class AlreadyDisputed(Exception):
    """The person said so before, or it was decided already."""


class AlreadySettled(Exception):
    """Somebody has decided meanwhile: `outcome`."""

    def __init__(self, outcome: str) -> None:
        super().__init__(outcome)
        self.outcome = outcome


class OwnCase(Exception):
    """Nobody decides about an attempt under their own name, or makes one their own."""


class NotTheOther(ValueError):
    """The attempt cannot be that person's."""


@dataclass(frozen=True, slots=True)
class Claim:
    """An attempt of which its person said "This was not me", and why, as far as they wrote it."""

    row: AttemptRow
    person: PersonRow
    reason: str

    @property
    def is_open(self) -> bool:
        return self.row.disputed == OPEN

    @property
    def handed_in(self) -> bool:
        """False for one that was closed without marks: nobody takes it over."""
        return bool(self.row.handed_in_at)


@dataclass(frozen=True, slots=True)
class Consequences:
    """What changes for the first person if the attempt is not theirs: a quiz or test that they have passed by no
    other attempt, and a completion that rests on it."""

    pass_lost: bool
    completion_lost: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """What was recorded. `first` is None for somebody who is no longer known."""

    first: User | None
    course: str
    completion_lost: bool


# -- saying so --------------------------------------------------------------------------------------


def own(user: User, attempt: str) -> AttemptRow:
    """An attempt under the person's name, theirs or not. Raises NoSuchAttempt."""
    row = db.session.get(AttemptRow, (attempt, user.id))
    if row is None:
        raise NoSuchAttempt(attempt)
    return row


def all_own(user: User) -> list[AttemptRow]:
    """Every attempt under the person's name, the newest first."""
    a = AttemptRow
    return list(db.session.execute(select(a).where(a.person == user.id).order_by(a.lamport.desc(), a.id)).scalars())


def unfinished(user: User, course: str, module: str) -> AttemptRow | None:
    """An attempt under the person's name that is open in that module."""
    a = AttemptRow
    query = select(a).where(a.person == user.id, a.course == course, a.module == module, a.state == "open")
    return db.session.execute(query.order_by(a.lamport)).scalars().first()


def dispute(user: User, attempt: str, reason: str) -> None:
    """Record that the person says that somebody else made the attempt. One that is open is closed without marks,
    and what was saved in it deleted. Raises NoSuchAttempt, AlreadyDisputed."""
    words = reason.strip()[:REASON_LIMIT]
    with recording() as record:
        state = held_state(attempt, user.id)  # an answer that comes now waits, and is then refused
        if own(user, attempt).disputed:
            raise AlreadyDisputed
        record.append(Fact("attempt.disputed", stream_of(user.home), user.country, {},
                           {"reason": words} if words else None,
                           person=user.id, subject=attempt, actor=user.id))  # fmt: skip
        if state == "open":
            db.session.execute(delete(AnswerRow).where(AnswerRow.attempt == attempt))


# -- what there is to decide --------------------------------------------------------------------------


def open_claims(home: str, country: str) -> list[Claim]:
    """What was said by people of that home and nobody has decided, the oldest first."""
    found = db.session.execute(_of(home, country).where(_is_open()).order_by(AttemptRow.disputed_at, AttemptRow.id))
    return [_claim(row, person) for row, person in found]


def count_open(home: str, country: str) -> int:
    """How many claims of people of that home wait for a decision."""
    who = (PersonRow.establishment == home, PersonRow.country == country, PersonRow.erased == 0)
    joined = select(func.count()).select_from(AttemptRow).join(PersonRow, PersonRow.id == AttemptRow.person)
    return db.session.execute(joined.where(_is_open(), *who)).scalar() or 0


def claim_of(home: str, country: str, attempt: str) -> Claim:
    """The claim about an attempt, decided or not, if its person belongs to that home. Raises NoSuchAttempt."""
    query = _of(home, country).where(AttemptRow.id == attempt, AttemptRow.disputed != "")
    found = sorted(db.session.execute(query).all(), key=lambda pair: (pair[0].disputed != OPEN, pair[1].id))
    if not found:
        raise NoSuchAttempt(attempt)
    return _claim(*found[0])


def decision_of(row: AttemptRow) -> str:
    """The reason of the decision about an attempt, if there was one and it was written."""
    if row.disputed not in OUTCOMES:
        return ""
    told = log.read(EntryRow.subject == row.id, EntryRow.kind == "attempt.dispute_settled",
                    EntryRow.person.in_(every_id(row.person)))  # fmt: skip
    return next((e.facts().get("reason", "") for e in reversed(list(told))), "")


def _is_open() -> Any:
    return AttemptRow.disputed == literal_column(f"'{OPEN}'")  # as the index says it


def _of(home: str, country: str) -> Any:
    return (
        select(AttemptRow, PersonRow)
        .join(PersonRow, PersonRow.id == AttemptRow.person)
        .where(PersonRow.establishment == home, PersonRow.country == country, PersonRow.erased == 0)
    )


def _claim(row: AttemptRow, person: PersonRow) -> Claim:
    said = log.read(EntryRow.subject == row.id, EntryRow.kind == "attempt.disputed",
                    EntryRow.person.in_(every_id(person.id)))  # fmt: skip
    return Claim(row, person, next((e.facts().get("reason", "") for e in reversed(list(said))), ""))


def consequences(row: AttemptRow) -> Consequences:
    """What changes for its person if the attempt is not theirs."""
    key = (row.course, f"test/{row.role}" if row.role else row.quiz)
    lost = bool(row.passed) and key in passed_ever(row.person) - passed_ever(row.person, but=row.id)
    return Consequences(lost, lost and _completion_rests_on(row))


def _completion_rests_on(row: AttemptRow) -> bool:
    """Whether the course is completed, in a version that asks for this quiz, and not before the hand-in."""
    p = ProgressRow
    version = db.session.execute(
        select(p.completed_version).where(p.person == row.person, p.course == row.course, p.state == "completed")
    ).scalar()
    if version is None or not _asks_for(version, row):
        return False
    told = log.read(EntryRow.kind == "course.completed", EntryRow.person.in_(every_id(row.person)))
    at = [entry.lamport for entry in told if entry.facts()["course"] == row.course]
    return not at or max(at) > _place(row)


def _asks_for(version: str, row: AttemptRow) -> bool:
    try:
        course = library.course(version)
    except library.NoSuchCourse:
        return True  # completed elsewhere, in a version that is not here: then with what the attempt gave
    text = course.text(course.source)
    if row.role:
        return row.role == "post" and text.quiz_with_role("post") is not None
    return any(row.quiz == quiz.id for module in text.modules for quiz in module.graded)


def _place(row: AttemptRow) -> int:
    """Where the hand-in stands in the order; for one from a dossier, where that stands."""
    handed_in = log.read(EntryRow.subject == row.id, EntryRow.kind == "attempt.handed_in")
    return next((entry.lamport for entry in handed_in), row.lamport)


# -- deciding -----------------------------------------------------------------------------------------


def check_other(by: User, claim: Claim, other: User | None) -> None:
    """Raises OwnCase and NotTheOther unless `by` may decide about the claim, and give the attempt to `other`."""
    if by.id == claim.person.id or (other and by.id == other.id):
        raise OwnCase
    if other and (other.id == claim.person.id or not claim.handed_in):
        raise NotTheOther(other.id)


def settle(
    record: Recorder, by: User, where: tuple[str, str], attempt: str, outcome: str, other: User | None, reason: str
) -> Settled:
    """Record what was decided about the claim of somebody of `where` (home, country) and what follows for both
    persons' progress. Stands in the unit of work of the screen. Raises NoSuchAttempt, AlreadySettled, OwnCase,
    NotTheOther."""
    claim = claim_of(*where, attempt)
    row = claim.row
    if not claim.is_open:
        raise AlreadySettled(row.disputed)
    check_other(by, claim, other)
    first = as_user(row.person)
    lost = outcome == NOT_THEIRS and consequences(row).completion_lost
    record.append(*_facts(by, where, row, outcome, lost, reason))
    if outcome == NOT_THEIRS:
        if other:
            record.append(_taken_over(by, row, other))
        _hand_on_the_wait(row, other)
        course = _course(row.version)
        record.views()
        if other and course:
            complete_if_due(record, other, course, by.id)
    return Settled(first, row.course, lost)


def _facts(
    by: User, where: tuple[str, str], row: AttemptRow, outcome: str, completion_lost: bool, reason: str
) -> Iterable[Fact]:
    home, country = where
    words = reason.strip()[:REASON_LIMIT]
    yield Fact("attempt.dispute_settled", stream_of(home), country, {"outcome": outcome},
               {"reason": words} if words else None, person=row.person, subject=row.id, actor=by.id)  # fmt: skip
    if completion_lost:
        yield Fact("completion.withdrawn", stream_of(home), country, {"course": row.course},
                   person=row.person, subject=row.id, actor=by.id)  # fmt: skip


def _taken_over(by: User, row: AttemptRow, other: User) -> Fact:
    body = {**{name: getattr(row, name) for name in TAKEN}, "place": _place(row), "from": row.person}
    return Fact("attempt.taken_over", stream_of(other.home), other.country, body,
                person=other.id, subject=row.id, actor=by.id)  # fmt: skip


def _hand_on_the_wait(row: AttemptRow, other: User | None) -> None:
    """The wait after an attempt that did not pass goes with it, unless a later one has replaced it."""
    quiz = f"{row.course}/{row.quiz}"
    kept = db.session.get(CooldownRow, (row.person, quiz))
    a = AttemptRow
    later = select(a.id).where(
        a.person == row.person, a.course == row.course, a.quiz == row.quiz, a.state == "handed-in", a.passed == 0,
        a.lamport > row.lamport,
    )  # fmt: skip
    if kept is None or row.passed or not row.handed_in_at or db.session.execute(later).first():
        return
    if other:
        theirs = db.session.get(CooldownRow, (other.id, quiz))
        db.session.merge(CooldownRow(person=other.id, quiz=quiz, until=max(kept.until, theirs.until if theirs else 0)))
    db.session.delete(kept)


def _course(version: str) -> Course | None:
    try:
        return library.course(version)
    except library.NoSuchCourse:
        return None
