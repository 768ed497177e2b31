"""The data that is measured on: the demonstration (1,180 staff, a year), and one establishment of 500
staff who must take four courses, for the director's page."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from anhnh_lms import create_app
from anhnh_lms.config import Settings
from anhnh_lms.db import unit_of_work
from anhnh_lms.people import access, credentials
from anhnh_lms.people.founding import server_being_founded
from anhnh_lms.record import schema, server, views
from anhnh_lms.record.log import Fact, stream_of

HOME, COUNTRY = "MA-9", "MA"
STAFF, COURSES, MODULES, SECTIONS = 500, 4, 6, 5
PASSPHRASE = "four quiet words here"
DIRECTOR = f"{0:032x}"


def fill_demonstration(folder: Path) -> None:
    """What `anhnh demo` makes."""
    import os
    import subprocess

    subprocess.run(
        [sys.executable, "-m", "anhnh_lms.cli", "demo", "--today", "2026-11-23"],
        env={**os.environ, "ANHNH_DATA": str(folder)}, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def fill_large_establishment(folder: Path) -> None:
    """500 staff, four courses assigned to all, about 60 % of the way through."""
    app = create_app(Settings(data=folder))
    with app.app_context():
        schema.upgrade()
        chance = random.Random(1)
        with server_being_founded(server.Identity(HOME, COUNTRY, HOME), "00" * 32) as record:
            facts = list(_facts(chance))
            for start in range(0, len(facts), 4000):
                record.append(*facts[start : start + 4000])
                record.forget_views()
            views.rebuild()
        hashed = credentials.hash_credential(app.config["SECRETS"].pins, DIRECTOR, PASSPHRASE)
        with unit_of_work():
            access.set_credential(DIRECTOR, "passphrase", hashed, "set")


def _facts(chance: random.Random) -> Iterator[Fact]:
    stream = stream_of(HOME)
    now = datetime.now(UTC)
    yield Fact("establishment.described", stream, COUNTRY,
               {"code": HOME, "name": "Prison locale", "timezone": "Africa/Casablanca"}, subject=HOME)  # fmt: skip
    for number in range(COURSES):
        yield from _course(number, now)
    for number in range(STAFF):
        person = f"{number:032x}"
        function = chance.choice(("guard",) * 7 + ("support-staff", "health", "chief"))
        body = {"establishment": HOME, "function": function, "language": "fr"}
        yield Fact("person.registered", stream, COUNTRY, body,
                   {"name_latin": f"Membre {number}", "staff_number": f"B {number:05}"}, person=person)  # fmt: skip
        for course in range(COURSES):
            if chance.random() < 0.8:
                yield from _progress(person, course, chance.random(), now)
    yield Fact("role.granted", stream, COUNTRY, {"role": "director", "scope": f"establishment/{HOME}"}, person=DIRECTOR)


def _course(number: int, now: datetime) -> Iterator[Fact]:
    modules = [f"m{i}" for i in range(MODULES)]
    yield Fact("course.published", "library", COUNTRY, {
        "version": f"{number:064x}", "label": "1.0", "slug": f"course-{number}", "source": "fr",
        "titles": {"fr": f"Cours {number}"}, "hours": 250, "months": 24, "modules": modules,
        "quizzes": {m: [f"{m}-quiz"] for m in modules}, "tests": {}, "retake": [], "scope": HOME,
    }, subject=f"c{number}")  # fmt: skip
    due = (now + timedelta(days=30 * (number - 1))).date().isoformat()
    yield Fact("course.assigned", stream_of(HOME), COUNTRY, {
        "establishment": HOME, "course": f"c{number}", "to": "everyone", "target": "", "due": due,
    }, subject=f"a{number}")  # fmt: skip


def _progress(person: str, course: int, share: float, now: datetime) -> Iterator[Fact]:
    stream, name, version = stream_of(HOME), f"c{course}", f"{course:064x}"
    for step in range(int(share * 1.5 * MODULES * SECTIONS)):
        if step >= MODULES * SECTIONS:
            break
        yield Fact("section.finished", stream, COUNTRY, {
            "course": name, "version": version, "module": f"m{step // SECTIONS}", "section": f"s{step % SECTIONS}",
        }, person=person, actor=person)  # fmt: skip
    if share * 1.5 >= 1:
        yield Fact("course.completed", stream, COUNTRY, {
            "course": name, "version": version, "hours": 250, "date": now.date().isoformat(),
        }, person=person, actor=person)  # fmt: skip
