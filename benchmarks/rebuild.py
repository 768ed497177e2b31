"""Rebuilding all views from a log of a million entries."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

from anhnh_lms import create_app
from anhnh_lms.config import Settings
from anhnh_lms.db import unit_of_work
from anhnh_lms.people.founding import server_being_founded
from anhnh_lms.record import schema, server, views
from anhnh_lms.record.log import Fact, stream_of

PERSON, HOME, COUNTRY = 500, "MA-9", "MA"  # entries a person, as in a busy year


def measure(folder: Path, wanted: int) -> tuple[int, float]:
    """(entries, seconds) of `anhnh rebuild` on a log of that size: registrations, sections, attempts."""
    app = create_app(Settings(data=folder))
    with app.app_context():
        schema.upgrade()
        chance = random.Random(1)
        with server_being_founded(server.Identity(HOME, COUNTRY, HOME), "00" * 32) as record:
            batch: list[Fact] = []
            for fact in _facts(chance, wanted):
                batch.append(fact)
                if len(batch) == 5000:
                    record.append(*batch)
                    record.forget_views()
                    batch = []
            record.append(*batch)
            record.forget_views()
        started = time.perf_counter()
        with unit_of_work():
            views.rebuild()
        return wanted, time.perf_counter() - started


def _facts(chance: random.Random, wanted: int) -> Iterator[Fact]:
    told = 0
    number = 0
    while told < wanted:
        person = f"{number:032x}"
        for fact in _life(person, chance):
            yield fact
            told += 1
            if told == wanted:
                return
        number += 1


def _life(person: str, chance: random.Random) -> Iterator[Fact]:
    stream = stream_of(HOME)
    yield Fact("person.registered", stream, COUNTRY, {"establishment": HOME, "function": "guard"},
               {"name_latin": "Membre", "staff_number": person[:8]}, person=person)  # fmt: skip
    for step in range((PERSON - 1) // 3):
        course, module = f"c{step % 4}", f"m{step % 26}"
        common = {"course": course, "version": "v", "module": module}
        yield Fact("section.finished", stream, COUNTRY, {**common, "section": f"s{step % 5}"}, person=person)
        quiz = {**common, "quiz": f"{module}-quiz", "role": ""}
        attempt = f"{person}{step}"
        yield Fact("attempt.started", stream, COUNTRY, {
            **quiz, "seed": "00" * 16, "language": "fr", "questions": [[f"q{i}", "0" * 64] for i in range(6)],
        }, person=person, subject=attempt)  # fmt: skip
        yield Fact("attempt.handed_in", stream, COUNTRY, {
            **quiz, "marking": 1, "answers": {f"q{i}": {"choice": chance.randrange(3)} for i in range(6)},
            "languages": {f"q{i}": "fr" for i in range(6)}, "points": {f"q{i}": 100 for i in range(6)},
            "earned": 500, "maximum": 600, "passed": 1,
        }, person=person, subject=attempt)  # fmt: skip
