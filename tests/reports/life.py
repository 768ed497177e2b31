"""An establishment whose staff are registered, asked and taught by the log, for the tests of reports."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from anhnh_lms.people.access import User
from anhnh_lms.people.founding import server_being_founded
from anhnh_lms.record.log import Fact, recording, stream_of
from anhnh_lms.record.server import Identity


def id_of(*parts: object) -> str:
    """A person's, course's or certificate's id that follows from these parts."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:32]


def reader(home: str = "MA-1", country: str = "MA", *roles: tuple[str, str]) -> User:
    """Somebody who reads reports."""
    return User(
        id=id_of("reader", home, country), name_latin="Reader", name_arabic="", staff_number="R-1", function="director",
        language="en", country=country, home=home, home_name="", home_name_ar="", timezone="UTC", region="",
        level="passphrase", must_change=False, roles=roles,
    )  # fmt: skip


def gather() -> None:
    """Found a server for several countries, with MA-1 and MA-2 in two regions of Morocco and ML-1 in Mali."""
    with server_being_founded(Identity("ALL", "MA", "*"), "key"):
        pass
    places = [Life("MA-1").described(name="Oued Nour", name_ar="واد النور", region="Rabat"),
              Life("MA-2").described(name="Jbel Sebt", region="Fès"),
              Life("ML-1", "ML").described(name="Badalaba", region="Bamako", timezone="Africa/Bamako")]  # fmt: skip
    with recording() as record:
        record.append(*(fact for place in places for fact in place.facts))


@dataclass
class Life:
    """Facts about one establishment, recorded together by `record`."""

    code: str
    country: str = "MA"
    facts: list[Fact] = field(default_factory=list)

    def fact(self, kind: str, body: Mapping[str, Any], sealed: Mapping[str, Any] | None = None, **more: str) -> None:
        self.facts.append(Fact(kind, stream_of(self.code), self.country, body, sealed, **more))

    def described(self, **fields: str) -> Life:
        self.fact("establishment.described", {"code": self.code, "timezone": "Africa/Casablanca", **fields},
                  subject=self.code)  # fmt: skip
        return self

    def course(self, name: str, *, hours: int = 250, scope: str = "", quizzes: Mapping[str, list[str]] | None = None,
               titles: Mapping[str, str] | None = None) -> str:  # fmt: skip
        """A published course; returns its id."""
        course, quizzes = id_of("course", name), quizzes or {"one": ["q1"], "two": ["q2"]}
        body = {
            "version": id_of("version", name), "label": "1.0", "slug": name, "source": "en",
            "titles": titles or {"en": f"Course {name}"}, "hours": hours, "months": 24, "modules": list(quizzes),
            "quizzes": quizzes, "tests": {}, "retake": [], "scope": scope or self.code,
        }  # fmt: skip
        self.facts.append(Fact("course.published", "library", self.country, body, subject=course))
        return course

    def person(self, name: str, function: str = "guard", sex: str = "f", **sealed: str) -> str:
        """A registered member of staff; returns the id."""
        person = id_of("person", self.code, name)
        names = {"name_latin": name, "staff_number": f"{self.code}/{name}", **sealed}
        body = {"establishment": self.code, "function": function, "sex": sex, "language": "en"}
        self.fact("person.registered", body, names, person=person)
        return person

    def left(self, person: str) -> None:
        self.fact("person.left", {}, person=person)

    def assigned(self, course: str, due: str = "", to: str = "everyone", target: str = "") -> str:
        assignment = id_of("assignment", self.code, len(self.facts))
        body = {"establishment": self.code, "course": course, "to": to, "target": target}
        self.fact("course.assigned", {**body, **({"due": due} if due else {})}, subject=assignment)
        return assignment

    def withdrawn(self, assignment: str) -> None:
        self.fact("assignment.withdrawn", {"establishment": self.code}, subject=assignment)

    def begun(self, person: str, course: str) -> None:
        body = {"course": course, "version": "v", "module": "one", "section": "first"}
        self.fact("section.finished", body, person=person)

    def completed(self, person: str, course: str, on: str = "2026-06-01") -> None:
        self.fact("course.completed", {"course": course, "version": "v", "hours": 250, "date": on}, person=person)

    def tested(self, person: str, course: str, role: str, earned: int, number: int = 1, module: str = "") -> None:
        """A test handed in: `earned` of 100 points; role "pre", "post" or "" (a module's quiz q1)."""
        attempt = id_of("attempt", person, course, role, module, number)
        same = {"course": course, "version": "v", "module": module or "assessment", "quiz": role or "q1", "role": role}
        self.fact("attempt.started", {**same, "seed": "0", "language": "en", "questions": []},
                  person=person, subject=attempt)  # fmt: skip
        marks = {"answers": {}, "languages": {}, "points": {}, "earned": earned * 100, "maximum": 10000}
        self.fact("attempt.handed_in", {**same, "marking": 1, "passed": int(earned >= 50), **marks},
                  person=person, subject=attempt)  # fmt: skip

    def certified(self, person: str, course: str, count: int = 1, version: str = "v") -> str:
        certificate = id_of("certificate", person, course)
        body = {
            "course": course, "version": version, "label": "1.0", "series": self.code, "year": 2026, "count": count,
            "incarnation": 1, "establishment": self.code, "date": "2026-06-01", "hours": 250, "language": "en",
        }  # fmt: skip
        self.fact("certificate.issued", body, person=person, subject=certificate)
        return certificate

    def record(self) -> None:
        """Write what was told so far. Needs the application's context and a founded server."""
        facts, self.facts = self.facts, []
        with recording() as record:
            record.append(*facts)
