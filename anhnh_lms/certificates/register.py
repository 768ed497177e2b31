"""The register: issue what is due, verify, revoke, reissue, and gather what a paper shows.

A series is owned by one server; others record the completion and the owner issues when it arrives.
One live certificate per person and course. A clock that looks wrong holds the issue back until
somebody confirms the date: a certificate with a wrong date helps nobody.
"""

from __future__ import annotations

import calendar
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import and_, func, select

from .. import clock
from ..db import db
from ..people.access import User
from ..people.persons import as_user
from ..people.places import establishment
from ..record import log, server
from ..record.canonical import canonical, sha256
from ..record.fold_person import SUSPECT
from ..record.log import Fact, Recorder, new_id, recording, stream_of
from ..record.nearest import nearest, scopes
from ..record.tables_of_views import CertificateRow, CourseRow, EstablishmentRow, PersonRow, ProgressRow, SeriesRow
from . import codes
from .draw import CertificateFacts

Row = CertificateRow


class NoSuchCertificate(LookupError):
    """No such certificate, or none that may be seen."""


class DateUnsure(Exception):
    """The clock does not agree with the record: no paper gets a date or a number before it is confirmed."""


class NotLive(Exception):
    """The certificate was revoked or replaced already."""


# -- issuing --------------------------------------------------------------------------------------


def issue_due(record: Recorder, user: User, course: str, language: str) -> str:
    """Issue the certificate of a completed course if this server owns the series and none is live.
    Returns its id, or "". May be called any number of times and issues once. Stands in the unit of
    work of what completed the course."""
    done = db.session.get(ProgressRow, (user.id, course))
    if done is None or done.state != "completed" or live(user.id, course) or log.clock_state() == SUSPECT:
        return ""
    # before the number is chosen, wait for the others who append to this stream
    record.lock((user.country, stream_of(user.home)))
    if not user.home or not _owned(user.home) or live(user.id, course):
        return ""
    version = _course_of(course, user.country, user.home)
    if version is None:
        return ""
    on = clock.today(user.timezone)
    body = {
        "course": course, "version": done.completed_version, "label": version.label, "series": user.home,
        "year": on.year, "count": _next_count(user.home, on.year), "incarnation": server.own().incarnation,
        "establishment": user.home, "date": on.isoformat(), "hours": version.hours, "language": language,
    }  # fmt: skip
    if version.months:
        body["expires"] = add_months(on, version.months).isoformat()
    names = {"name_latin": user.name_latin, "name_arabic": user.name_arabic}
    return _append(record, user.id, user.country, user.home, body, names, user.id)


def _append(
    record: Recorder, person: str, country: str, home: str, body: dict[str, Any], names: dict[str, str], actor: str
) -> str:
    certificate = new_id()
    record.append(Fact("certificate.issued", stream_of(home), country, body,
                       {k: v for k, v in names.items() if v},
                       person=person, subject=certificate, actor=actor))  # fmt: skip
    record.views()
    return certificate


def issue_waiting(actor: User) -> int:
    """Issue everything that was completed but could not be issued at once (a suspect clock, a series
    that came later). Returns how many. Not what was revoked: somebody decided that."""
    issued = 0
    for person, course, language in _waiting():
        someone = as_user(person)
        if someone is None or not someone.home:
            continue
        with recording() as record:
            issued += bool(issue_due(record, someone, course, language or actor.language or "fr"))
    return issued


def waiting() -> int:
    """How many certificates could not be issued when their course was completed."""
    return len(_waiting())


def _waiting() -> list[tuple[str, str, str]]:
    rows = db.session.execute(
        select(ProgressRow.person, ProgressRow.course, PersonRow.language)
        .join(PersonRow, PersonRow.id == ProgressRow.person)
        .join(SeriesRow, and_(SeriesRow.series == PersonRow.establishment, SeriesRow.owner == server.own().code))
        .where(ProgressRow.state == "completed", PersonRow.active == 1)
        .where(~select(Row.id).where(Row.person == ProgressRow.person, Row.course == ProgressRow.course).exists())
        .order_by(ProgressRow.touched, ProgressRow.person)
    )  # fmt: skip
    return [(person, course, language) for person, course, language in rows]


def _owned(series: str) -> bool:
    owner = db.session.execute(select(SeriesRow.owner).where(SeriesRow.series == series)).scalar()
    return owner == server.own().code


def _next_count(series: str, year: int) -> int:
    last = db.session.execute(select(func.max(Row.count)).where(Row.series == series, Row.year == year)).scalar()
    return (last or 0) + 1


def _course_of(course: str, country: str, home: str) -> CourseRow | None:
    among = scopes(country, home)
    query = select(CourseRow).where(CourseRow.id == course, CourseRow.scope.in_(among))
    return next(iter(nearest(db.session.execute(query).scalars(), among)), None)


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where there is no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


# -- reading --------------------------------------------------------------------------------------


def live(person: str, course: str) -> CertificateRow | None:
    """The person's certificate of that course which is neither revoked nor replaced."""
    return (
        db.session.execute(
            select(Row)
            .where(Row.person == person, Row.course == course, Row.state == "issued")
            .order_by(Row.date.desc())
        )
        .scalars()
        .first()
    )


def of_person(person: str) -> list[CertificateRow]:
    """Every certificate of a person, the newest first."""
    query = (
        select(Row).where(Row.person == person).order_by(Row.date.desc(), Row.series, Row.year.desc(), Row.count.desc())
    )
    return list(db.session.execute(query).scalars())


def of_establishment(
    code: str, text: str = "", limit: int = 50, offset: int = 0, since: str = ""
) -> tuple[list[CertificateRow], int]:
    """A page of the establishment's register, the newest first, and how many there are in all. `since`: an ISO
    date; those issued before are left out."""
    where = [Row.series == code, Row.date >= since]
    if text.strip():
        number = codes.parse_number(text)
        like = f"%{text.strip()}%"
        where.append(
            (Row.year == number.year) & (Row.count == number.count)
            if number
            else Row.name_latin.ilike(like) | Row.name_arabic.like(like)
        )
    total = db.session.execute(select(func.count()).select_from(Row).where(*where)).scalar() or 0
    query = select(Row).where(*where).order_by(Row.year.desc(), Row.incarnation.desc(), Row.count.desc())
    rows = db.session.execute(query.limit(limit).offset(offset)).scalars()
    return list(rows), total


def get(certificate: str) -> CertificateRow:
    """Raises NoSuchCertificate."""
    row = db.session.execute(select(Row).where(Row.id == certificate).order_by(Row.person)).scalars().first()
    if row is None:
        raise NoSuchCertificate(certificate)
    return row


def number_of(row: CertificateRow) -> str:
    return codes.format_number(row.series, row.year, row.count, row.incarnation)


def numbers_of(certificates: Iterable[str]) -> dict[str, str]:
    """id -> number, for those that exist."""
    wanted, found = sorted(set(certificates) - {""}), {}
    for start in range(0, len(wanted), 500):
        rows = db.session.execute(select(Row).where(Row.id.in_(wanted[start : start + 500]))).scalars()
        found.update({row.id: number_of(row) for row in rows})
    return found


def code_of(row: CertificateRow) -> str:
    """The check code on the paper. It stands for what was issued: number, course, version, dates, hours."""
    facts = canonical({
        "id": row.id, "course": row.course, "version": row.version, "date": row.date,
        "expires": row.expires, "hours": row.hours, "establishment": row.establishment,
    })  # fmt: skip
    return codes.check_code(current_app.config["SECRETS"].certificates, number_of(row), sha256(facts))


@dataclass(frozen=True, slots=True)
class Completion:
    """When a course was completed. `uncertain`: the clock did not agree with the record then."""

    on: str = ""
    uncertain: bool = False


def completions(rows: Sequence[CertificateRow]) -> dict[str, Completion]:
    """id of a certificate -> when its course was completed."""
    persons = sorted({row.person for row in rows})
    found: dict[tuple[str, str], Completion] = {}
    p = ProgressRow
    for start in range(0, len(persons), 500):
        told = db.session.execute(
            select(p.person, p.course, p.completed_on, p.completed_clock).where(
                p.person.in_(persons[start : start + 500])
            )
        )
        found.update({(who, course): Completion(on, said == SUSPECT) for who, course, on, said in told})
    return {row.id: found.get((row.person, row.course), Completion()) for row in rows}


def status(row: CertificateRow, today: date) -> str:
    """ "valid", "expired", "revoked" or "replaced"."""
    if row.state != "issued":
        return row.state
    return "expired" if row.expires and row.expires < today.isoformat() else "valid"


def present_names(person: str) -> tuple[str, str]:
    """The person's name as the staff list has it now (Latin, Arabic)."""
    row = db.session.get(PersonRow, person)
    return (row.name_latin, row.name_arabic) if row else ("", "")


# -- verifying ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """What anybody who holds the paper may learn. It names nobody. `state`: "valid", "expired",
    "revoked" (also after a new one replaced it) or "unknown"."""

    state: str
    number: str = ""
    titles: str = ""
    date: str = ""
    expires: str = ""
    establishment: EstablishmentRow | None = None

    def title(self, lang: str) -> str:
        titles: dict[str, str] = json.loads(self.titles or "{}")
        return titles.get(lang) or next(iter(titles.values()), "")


def verify(number: str, code: str) -> Verdict:
    """What the number and the check code on a paper stand for. A wrong code and an unknown number give
    the same answer."""
    parts = codes.parse_number(number)
    row = None
    if parts is not None:
        row = db.session.execute(
            select(Row).where(Row.series == parts.series, Row.year == parts.year, Row.count == parts.count,
                              Row.incarnation == parts.incarnation)
        ).scalars().first()  # fmt: skip
    if row is None or not codes.same_code(code, code_of(row)):
        return Verdict("unknown")
    home = establishment(row.establishment)
    state = status(row, log.today(home.timezone if home else "UTC"))
    course = _course_of(row.course, home.country if home else "", row.establishment)
    return Verdict("revoked" if state == "replaced" else state, number_of(row), course.titles if course else "{}",
                   row.date, row.expires, home)  # fmt: skip


# -- changing -------------------------------------------------------------------------------------


def revoke(certificate: str, reason: str, actor: str) -> None:
    """Take a certificate back, with a reason that stays in the register. Raises NotLive."""
    with recording() as record:
        row = get(certificate)
        if row.state != "issued":
            raise NotLive(row.state)
        home = establishment(row.establishment)
        record.append(Fact("certificate.revoked", stream_of(row.establishment), home.country if home else "", {},
                           {"reason": reason}, person=row.person, subject=row.id, actor=actor))  # fmt: skip


def revoke_resting(record: Recorder, user: User, course: str, reason: str, actor: str) -> str:
    """Revoke the person's live certificate of a course whose completion was withdrawn. Returns its id, or ""
    if there is none. Stands in the unit of work that withdrew the completion; it is recorded at the person's
    present home, which may be another than the one that issued it."""
    row = live(user.id, course)
    if row is None:
        return ""
    record.append(Fact("certificate.revoked", stream_of(user.home), user.country, {}, {"reason": reason},
                       person=user.id, subject=row.id, actor=actor))  # fmt: skip
    record.views()
    return row.id


def reissue(certificate: str, actor: str) -> str:
    """A new paper with the person's present name, the same facts and a new number; the old number then
    answers "revoked". Returns the new id. Raises NotLive, also for a person who was forgotten, and DateUnsure."""
    with recording() as record:
        if log.clock_state() == SUSPECT:
            raise DateUnsure
        old = get(certificate)
        record.lock((_country(old), stream_of(old.series)))
        if old.state != "issued":
            raise NotLive(old.state)
        person = db.session.get(PersonRow, old.person)
        if person is None or person.erased:
            raise NotLive("forgotten")
        year = clock.today("UTC").year
        body = {
            "course": old.course, "version": old.version, "label": old.label, "series": old.series, "year": year,
            "count": _next_count(old.series, year), "incarnation": server.own().incarnation,
            "establishment": old.establishment, "date": old.date, "hours": old.hours, "language": old.language,
            "replaces": old.id,
        }  # fmt: skip
        if old.expires:
            body["expires"] = old.expires
        names = {"name_latin": person.name_latin, "name_arabic": person.name_arabic}
        return _append(record, old.person, _country(old), old.establishment, body, names, actor)


def _country(row: CertificateRow) -> str:
    home = establishment(row.establishment)
    return home.country if home else server.own().country


# -- the paper --------------------------------------------------------------------------------------

COUNTRIES = {
    "MA": {"fr": "Royaume du Maroc", "ar": "المملكة المغربية", "en": "Kingdom of Morocco"},
    "ML": {"fr": "République du Mali", "ar": "جمهورية مالي", "en": "Republic of Mali"},
    "NE": {"fr": "République du Niger", "ar": "جمهورية النيجر", "en": "Republic of Niger"},
}


def facts_of(row: CertificateRow, address: str = "") -> CertificateFacts:
    """What the paper shows."""
    home = establishment(row.establishment)
    if home is None:
        raise NoSuchCertificate(row.id)
    course = _course_of(row.course, home.country, home.code)
    return CertificateFacts(
        number=number_of(row), check_code=code_of(row), name_latin=row.name_latin, name_arabic=row.name_arabic,
        country=home.country, country_name=COUNTRIES.get(home.country, {}),
        administration=_said({"fr": home.administration, "ar": home.administration_ar}),
        establishment_latin=home.name, establishment_arabic=home.name_ar,
        course_title=json.loads(course.titles) if course else {}, version_label=row.label, version_hash=row.version,
        hours=row.hours, issued_on=date.fromisoformat(row.date),
        valid_until=date.fromisoformat(row.expires) if row.expires else None,
        learner_language=row.language, languages=_languages(home),
        place=_said({"fr": home.place, "ar": home.place_ar}), verify_address=address,
        date_uncertain=row.clock == SUSPECT,
    )  # fmt: skip


def _languages(home: EstablishmentRow) -> tuple[str, ...]:
    return tuple(home.languages.split()) or ("fr",)


def _said(texts: dict[str, str]) -> dict[str, str]:
    return {lang: text for lang, text in texts.items() if text}


def titles_of(courses: Sequence[str]) -> dict[str, dict[str, str]]:
    """course id -> {language: title}, for lists of certificates."""
    rows = db.session.execute(select(CourseRow.id, CourseRow.titles).where(CourseRow.id.in_(sorted(set(courses)))))
    return {course: json.loads(titles) for course, titles in rows}
