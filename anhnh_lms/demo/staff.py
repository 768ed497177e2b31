"""Who works there: the staff of each establishment, the officials above them, one account per role."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .. import clock
from ..content.course import Course
from ..record.log import Fact, stream_of
from ..record.server import Identity
from .life import Person, at_noon
from .names import name
from .places import SITES, Site

SERVER = Identity("DEMO", "MA", "*")
PIN, PASSPHRASE = "204817", "sable lampe jardin rivière"  # printed for everybody to see
# functions of a hundred members of staff, as the pilot's table of roles has them
FUNCTIONS = (
    ("guard", 73), ("support-staff", 6), ("registry-clerk", 4), ("health", 4), ("social-worker", 3),
    ("educator", 3), ("workshop-officer", 2), ("administration", 2), ("chief", 3),
)  # fmt: skip
GUARDS = ("guard", "chief")


def signing_key() -> str:
    """The demonstration's server has no secret worth keeping."""
    return hashlib.sha256(b"demonstration").hexdigest()


def crew(site: Site, today: date, seed: int) -> list[Person]:
    """The staff of an establishment over the year: the director, a focal point, and the others."""
    people = []
    for number in range(site.staff):
        chance = random.Random(f"{seed}/{site.code}/{number}")  # noqa: S311
        function = "director" if number == 0 else _function(chance)
        people.append(_person(site, number, function, chance))
    _careers(people, site, today, seed)
    return people


def _function(chance: random.Random) -> str:
    pick = chance.randrange(sum(share for _, share in FUNCTIONS))
    for function, share in FUNCTIONS:
        pick -= share
        if pick < 0:
            return function
    return FUNCTIONS[0][0]


def _person(site: Site, number: int, function: str, chance: random.Random) -> Person:
    women = 0.6 if site.code == "MA-4" else 0.2 if function in GUARDS else 0.35
    sex = "f" if chance.random() < women else "m"
    latin, arabic = name(chance, site.country, sex)
    language = "fr"
    if site.country == "MA":
        language = "ar" if chance.random() < 0.6 else "fr"
    digits = 10000 + (int(site.code[3:]) * 2000) + number * 3 + chance.randrange(3)
    staff_number = {"MA": f"A {digits}", "ML": f"M {digits}", "NE": f"N {digits}"}[site.country]
    return Person(
        f"{chance.getrandbits(128):032x}", site.code, site.country, function, sex, language, latin, arabic,
        staff_number, max(0.35, min(0.97, chance.gauss(0.74, 0.11))),
    )  # fmt: skip


def _careers(people: list[Person], site: Site, today: date, seed: int) -> None:
    """Most were there when the server was set up; 8 % came and 4 % left during the year."""
    opened = at_noon(today - timedelta(days=365)) - timedelta(hours=2)
    for number, person in enumerate(people):
        chance = random.Random(f"{seed}/{site.code}/{number}/career")  # noqa: S311
        when = opened + timedelta(seconds=number)
        if number > 2 and chance.random() < 0.08:
            when += timedelta(days=chance.randrange(20, 330))
        _register(person, when, people[0].id)
        if number > 2 and chance.random() < 0.04:
            left = when + (at_noon(today) - when) * chance.uniform(0.3, 0.95)
            person.note(left, "person.left", {}, actor=people[0].id)
    _grant(people[0], "director", f"establishment/{site.code}", opened)
    _grant(people[1], "focal-point", f"establishment/{site.code}", opened)


def _register(person: Person, when: datetime, actor: str) -> None:
    sealed = {"staff_number": person.staff_number, "name_latin": person.name_latin, "name_arabic": person.name_arabic}
    body = {"establishment": person.home, "function": person.function, "sex": person.sex, "language": person.language}
    person.note(when, "person.registered", body, {k: v for k, v in sealed.items() if v}, actor=actor)


def _grant(person: Person, role: str, scope: str, when: datetime) -> None:
    fact = Fact("role.granted", stream_of(person.home), person.country, {"role": role, "scope": scope},
                person=person.id, at=clock.written(when))  # fmt: skip
    person.events.append((when + timedelta(seconds=600), fact))


# role, country, scope, home, where it is held
OFFICIALS = (
    ("server-administrator", "MA", "all", "", "server"),
    ("national-administrator", "MA", "country/MA", "", "MA"),
    ("national-administrator", "ML", "country/ML", "", "ML"),
    ("national-administrator", "NE", "country/NE", "", "NE"),
    ("regional-administration", "MA", "region/MA/Rabat", "", "MA Rabat"),
    ("trainer", "MA", "country/MA", "", "MA"),
    ("trainer", "ML", "country/ML", "", "ML"),
    ("regional-secretariat", "MA", "all", "", "MA ML NE"),
    ("donor", "MA", "all", "", "MA ML NE"),
    ("inspection", "MA", "country/MA", "", "MA"),
)


def officials(today: date, seed: int) -> list[Person]:
    """Those who work for an administration and not in an establishment, in the order of OFFICIALS."""
    opened = at_noon(today - timedelta(days=365)) - timedelta(hours=3)
    people = []
    for number, (role, country, scope, home, _where) in enumerate(OFFICIALS):
        chance = random.Random(f"{seed}/official/{number}")  # noqa: S311
        sex = "f" if number % 2 else "m"
        latin, arabic = name(chance, country, sex)
        person = Person(
            f"{chance.getrandbits(128):032x}", home, country, "trainer" if role == "trainer" else "administration",
            sex, "ar" if country == "MA" and number % 3 == 0 else "fr", latin, arabic,
            f"{'X' if country == 'MA' else country[0] + 'X'} {9001 + number}", 0.8,
        )  # fmt: skip
        _register(person, opened + timedelta(seconds=number), person.id)
        _grant(person, role, scope, opened)
        people.append(person)
    return people


def asked(course: Course, person: Person) -> bool:
    """Whether the course is meant for that person's function."""
    wanted = targets(course)
    return "" in wanted or person.function in wanted


def targets(course: Course) -> tuple[str, ...]:
    """The functions to which the demonstration assigns a course; "" is everybody."""
    if "guards" in course.audience:
        return ("",)
    return ("support-staff", "social-worker", "educator", "workshop-officer", "chief", "director")


@dataclass(frozen=True, slots=True)
class Holder:
    role: str
    person: Person
    secret: str
    where: str


def accounts(people: Sequence[Person], above: Sequence[Person]) -> list[Holder]:
    """One account per role first, then a director and a focal point of each country."""
    at = {site.code: [p for p in people if p.home == site.code] for site in SITES}
    found = [Holder("learner", _learner(at[code]), PIN, code) for code in ("MA-1", "ML-1", "NE-1")]
    for code in ("MA-1", "ML-1", "NE-1"):
        found += [
            Holder("focal-point", at[code][1], PASSPHRASE, code),
            Holder("director", at[code][0], PASSPHRASE, code),
        ]
    for official, (role, _country, _scope, _home, where) in zip(above, OFFICIALS, strict=True):
        found.append(Holder(role, official, PASSPHRASE, where))
    return found


def _learner(crew_: Sequence[Person]) -> Person:
    """A guard who is in the middle of something: has begun, has not completed, has not left."""

    def told(person: Person) -> set[str]:
        return {fact.kind for _, fact in person.events}

    guards = [p for p in crew_[3:] if p.function == "guard" and "person.left" not in told(p)]
    begun = [p for p in guards if "section.finished" in told(p) and "course.completed" not in told(p)]
    return (begun or guards)[0]
