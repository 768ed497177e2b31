"""Filling an empty server with the demonstration."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flask import current_app

from .. import clock
from ..certificates.register import add_months
from ..content.course import Course
from ..learning import library, readings
from ..people import access, credentials
from ..people.founding import server_being_founded
from ..record import log
from ..record.log import Fact
from . import staff
from .life import Event, Lesson, Person, at_noon, take
from .places import SITES, Site, description

YEAR = 365
WAS_AWAY = {
    "en": "I was on leave that day.",
    "fr": "J’étais en congé ce jour-là.",
    "ar": "كنت في إجازة في ذلك اليوم.",
}
BATCH = 4000

# per course, in the order of publication: days since, due in days from today, share who begin
WAVES = ((350, -60, 0.92), (300, -20, 0.75), (230, 7, 0.6), (120, 45, 0.4))
FIRST_STEPS = "first-steps"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody to sign in as."""

    role: str
    number: str
    secret: str
    name: str
    where: str


def fill(courses: Sequence[tuple[Course, Mapping[str, bytes]]], today: date, seed: int,
         progress: Callable[[str], None]) -> list[Account]:  # fmt: skip
    """Found the demonstration's server, live through its year and return one account per role.
    The log depends on the courses, `today` and `seed` alone."""
    lessons = _lessons([course for course, _ in courses], today)
    people: list[Person] = []
    events: list[Event] = []
    for site in SITES:
        progress(site.code)
        crew = staff.crew(site, today, seed)
        for number, person in enumerate(crew):
            chance = random.Random(f"{seed}/{site.code}/{number}/life")  # noqa: S311
            _live(person, site, lessons, today, chance)
        _claim(site, crew, today, random.Random(f"{seed}/{site.code}/claim"))  # noqa: S311
        people += crew
        events += _of_site(site, crew, lessons, today, seed)
    officials = staff.officials(today, seed)
    progress("log")
    for person in (*people, *officials):
        events += person.events
    events.sort(key=lambda e: e[0])
    _record(events, courses, today, seed)
    for course, _ in courses:
        readings.keep(course)
    progress("accounts")
    accounts = staff.accounts(people, officials)
    _credentials(accounts)
    return [Account(a.role, a.person.staff_number, a.secret, a.person.name_latin, a.where) for a in accounts]


def _lessons(courses: Sequence[Course], today: date) -> list[Lesson]:
    """Courses appear one after the other, the general ones first; due dates lie before and after today."""
    ordered = sorted(courses, key=lambda c: (c.slug != FIRST_STEPS, "stress" not in c.slug, c.slug))
    lessons = []
    wave = 0
    for course in ordered:
        since, due, coverage = (355, -200, 0.95) if course.slug == FIRST_STEPS else WAVES[min(wave, len(WAVES) - 1)]
        wave += course.slug != FIRST_STEPS
        lessons.append(Lesson(course, today - timedelta(days=since), today + timedelta(days=due), coverage))
    return lessons


def _live(person: Person, site: Site, lessons: Iterable[Lesson], today: date, chance: random.Random) -> None:
    """Whoever is asked begins some day between the publication and the due date, most of them late."""
    began = person.events[0][0]
    ends = min([_last_moment(today), *(when for when, fact in person.events if fact.kind == "person.left")])
    eager = site.eagerness * chance.uniform(0.6, 1.25)
    for lesson in lessons:
        if not staff.asked(lesson.course, person) or chance.random() > lesson.coverage * min(1.0, eager + 0.3):
            continue
        first = max(at_noon(lesson.since), began)
        last = ends if chance.random() < 0.15 else min(at_noon(lesson.due), ends) + timedelta(days=20)
        span = max(3.0, (last - first) / timedelta(days=1))
        late = 0.7 if chance.random() < 0.6 else 0.3  # most begin when the date comes near
        start = first + timedelta(days=span * chance.random() ** late * 0.9)
        take(person, lesson, start, ends, chance, keen=min(0.995, 0.86 + eager / 6))


def _last_moment(today: date) -> datetime:
    """The end of yesterday: nothing may come from later than now."""
    return at_noon(today) - timedelta(hours=12)


def _claim(site: Site, crew: Sequence[Person], today: date, chance: random.Random) -> None:
    """Somebody found a colleague's attempt in their account, and nobody has decided yet."""
    now = _last_moment(today)
    found = [
        (person, fact.subject) for person in crew for when, fact in person.events
        if fact.kind == "attempt.handed_in" and now - timedelta(days=30) < when < now - timedelta(days=3)
    ]  # fmt: skip
    if found:
        person, attempt = chance.choice(found)
        when = now - timedelta(days=chance.uniform(0.5, 2.5))
        if all(when < left for left, fact in person.events if fact.kind == "person.left"):
            person.note(when, "attempt.disputed", {}, {"reason": WAS_AWAY[person.language]}, subject=attempt)


def _of_site(site: Site, crew: Sequence[Person], lessons: Sequence[Lesson], today: date, seed: int) -> list[Event]:
    """The establishment itself, and the courses that its director assigned."""
    opened = at_noon(today - timedelta(days=YEAR)) - timedelta(hours=4)
    director = next(p for p in crew if p.function == "director")
    stream = log.stream_of(site.code)

    def fact(kind: str, when: datetime, body: dict[str, object], subject: str, actor: str) -> Event:
        return when, Fact(kind, stream, site.country, body, subject=subject, actor=actor, at=clock.written(when))

    events = [
        fact("establishment.described", opened, dict(description(site)), site.code, ""),
        fact("series.assigned", opened, {"series": site.code, "owner": staff.SERVER.code}, site.code, ""),
    ]
    chance = random.Random(f"{seed}/{site.code}/assignments")  # noqa: S311
    for lesson in lessons:
        for target in staff.targets(lesson.course):
            body: dict[str, object] = {
                "establishment": site.code, "course": lesson.course.id,
                "to": "function" if target else "everyone", "target": target, "due": lesson.due.isoformat(),
            }  # fmt: skip
            when = at_noon(lesson.since) + timedelta(minutes=5)
            events.append(fact("course.assigned", when, body, f"{chance.getrandbits(128):032x}", director.id))
    return events


def _record(
    events: Sequence[Event], courses: Sequence[tuple[Course, Mapping[str, bytes]]], today: date, seed: int
) -> None:
    """Append everything in one unit of work, then make the views once."""
    from ..record import views

    current_app.config["FIXED_SALT"] = f"demo/{seed}"
    opened = clock.written(at_noon(today - timedelta(days=YEAR)) - timedelta(hours=5))
    try:
        with server_being_founded(staff.SERVER, staff.signing_key(), opened) as record:
            facts = _numbered(_with_publications(events, courses, today), {c.id: c for c, _ in courses})
            for start in range(0, len(facts), BATCH):
                record.append(*facts[start : start + BATCH])
                record.forget_views()
            views.rebuild()
            for course, files in courses:
                library.keep(course.version, files)
    finally:
        current_app.config.pop("FIXED_SALT", None)


def _with_publications(events: Sequence[Event], courses: Sequence[tuple[Course, Mapping[str, bytes]]],
                       today: date) -> list[Event]:  # fmt: skip
    published = []
    for lesson in _lessons([course for course, _ in courses], today):
        when = at_noon(lesson.since)
        fact = library.published(lesson.course, staff.SERVER, "")
        published.append((when, replace(fact, at=clock.written(when))))
    return sorted([*events, *published], key=lambda e: e[0])


def _numbered(events: Sequence[Event], courses: Mapping[str, Course]) -> list[Fact]:
    """The facts in their order, with each certificate given the next number of its series."""
    counts: dict[tuple[str, int], int] = {}
    facts = []
    for when, fact in events:
        if fact.kind == "certificate.issued":
            key = (str(fact.body["series"]), when.year)
            counts[key] = counts.get(key, 0) + 1
            body = {**fact.body, "year": when.year, "count": counts[key], "incarnation": 1}
            if months := courses[str(fact.body["course"])].valid_months:
                body["expires"] = add_months(when.date(), months).isoformat()
            fact = replace(fact, body=body)
        facts.append(fact)
    return facts


def _credentials(accounts: Sequence[staff.Holder]) -> None:
    """PINs and passphrases are no entries: they stand in this server's own tables."""
    from ..db import unit_of_work

    secret = current_app.config["SECRETS"].pins
    hashed = []
    for holder in accounts:
        hashed.append((holder.person.id, "pin", credentials.hash_credential(secret, holder.person.id, staff.PIN)))
        if holder.secret != staff.PIN:
            text = credentials.clean(staff.PASSPHRASE)[1]
            hashed.append((holder.person.id, "passphrase", credentials.hash_credential(secret, holder.person.id, text)))
    with unit_of_work():
        for person, kind, value in hashed:
            access.set_credential(person, kind, value, "set")
