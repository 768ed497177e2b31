"""Every route is walked with every role, in the own establishment, another of the country, and a foreign one.

What each role reaches stands in policy.txt beside this file, written out and read by people: a line for each
route and method, a column for each role. `o` the own establishment, `c` another of the country, `f` a foreign
country's; `*` where the address names no establishment; `.` nowhere. A route without a line fails, and so does a
role that reaches more or less. After a wanted change: ANHNH_WRITE_POLICY=1, then read the difference.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from anhnh_lms.people.roles import ROLES

from ..learning import school
from ..reports.life import Life, gather
from ..support import PASSPHRASE, PIN, Member, People, csrf, sign_in

TABLE = Path(__file__).with_name("policy.txt")
HOME, PLACES = "MA-1", {"o": "MA-1", "c": "MA-2", "f": "ML-1"}
COUNTRY_ROLES = ("national-administrator", "regional-secretariat", "donor", "inspection", "trainer")
WHOLE = "administrator-of-all"  # a server-administrator whose scope is the whole server
WHO = ("nobody", "learner", *ROLES, WHOLE)
# Not walked: they act on the walker's own session or on nothing that belongs to anybody.
PASSED_OVER = ("static", "setup.setup", "access.sign_out", "access.change_user", "access.unlock", "access.lock_page")


class House:
    """Three establishments with somebody, something assigned, and a certificate in each."""

    def __init__(self, app: Flask) -> None:
        self.app, self.people = app, People(app, HOME, "MA")  # one for all: it counts whom it registers
        with app.app_context():
            gather()
            self.course = school.publish()
            self.of: dict[str, dict[str, str]] = {}
            for code in PLACES.values():
                here = Life(code, code[:2])
                person = here.person("Somebody")
                assignment = here.assigned(self.course.id, "2031-01-31")
                here.completed(person, self.course.id)
                paper = here.certified(person, self.course.id, version=self.course.version)
                here.tested(person, self.course.id, "post", 80)
                attempt = here.facts[-1].subject
                here.fact("attempt.disputed", {}, person=person, subject=attempt)
                here.record()
                self.of[code] = {"code": code, "person": person, "assignment": assignment,
                                 "certificate_id": paper, "attempt": attempt, "attempt_id": attempt}  # fmt: skip

    def member(self, role: str) -> Member:
        people = self.people
        if role == "learner":
            return people.register()
        if role == WHOLE:
            return people.register("administration", "server-administrator", scope="all")
        if role in COUNTRY_ROLES:
            return people.register("administration", role, scope="country/MA")
        scope = "region/MA/Rabat" if role == "regional-administration" else f"establishment/{HOME}"
        return people.register("administration", role, scope=scope)

    def address(self, rule: Rule, code: str) -> str:
        mine = self.of[code]
        values = {name: mine.get(name, {"number": 1, "index": 0}.get(name, "none")) for name in rule.arguments}
        values.update({k: v for k, v in {"slug": "fire-drill", "module_id": "alarm", "section_id": "doors",
                                         "quiz_id": school.VERIF, "version": self.course.version,
                                         "path": "fig/plan.svg"}.items() if k in rule.arguments})  # fmt: skip
        with self.app.test_request_context():
            return str(self.app.url_map.bind("localhost").build(rule.endpoint, values))


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def _walked(app: Flask) -> Iterator[tuple[str, Rule, str]]:
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))
    for rule in rules:
        if rule.endpoint not in PASSED_OVER:
            for method in ("GET", "POST"):
                if method in (rule.methods or ()):
                    yield f"{method} {rule.rule}", rule, method


def _lets_in(client: FlaskClient, method: str, address: str, token: str) -> bool:
    """Whether the answer is more than "sign in", "no" or "there is nothing here"."""
    answer = client.open(address, method=method, data={"csrf_token": token} if method == "POST" else None)
    assert answer.status_code < 500, f"{method} {address}: {answer.status}"
    if answer.status_code == 302:
        return not answer.headers["Location"].startswith("/sign-in")
    return answer.status_code not in (401, 403, 404, 405)


def _reached(house: House, client: FlaskClient, token: str) -> dict[str, str]:
    found = {}
    for name, rule, method in _walked(house.app):
        if {"code", "certificate_id", "attempt_id"} & rule.arguments and "country" not in rule.arguments:
            letters = [
                letter for letter, code in PLACES.items()
                if _lets_in(client, method, house.address(rule, code), token)
            ]  # fmt: skip
            found[name] = "".join(letters) or "."
        else:
            found[name] = "*" if _lets_in(client, method, house.address(rule, HOME), token) else "."
    return found


def _enter(house: House, client: FlaskClient, who: str) -> str:
    if who != "nobody":
        sign_in(client, house.member(who).number, PIN if who == "learner" else PASSPHRASE)
    return csrf(client, "/verify")


def _told(rows: dict[str, dict[str, str]]) -> str:
    width = max(len(name) for name in rows[WHO[0]])
    head = " " * width + "  " + "  ".join(WHO)
    lines = [
        f"{name:{width}}  " + "  ".join(f"{rows[who][name]:{len(who)}}" for who in WHO).rstrip()
        for name in rows[WHO[0]]
    ]
    return "\n".join([head, *lines]) + "\n"


def _parsed(text: str) -> dict[tuple[str, str], str]:
    head, *lines = text.splitlines()
    return {
        (re.split(r"\s{2,}", line)[0], who): cell
        for line in lines
        for who, cell in zip(head.split(), re.split(r"\s{2,}", line)[1:], strict=True)
    }


def test_policy_when_every_route_is_walked_with_every_role_then_it_is_what_the_table_says(
    app: Flask, house: House
) -> None:
    rows: dict[str, dict[str, str]] = {}
    for who in WHO:
        client: Any = app.test_client()
        rows[who] = _reached(house, client, _enter(house, client, who))
    told = _told(rows)
    if os.environ.get("ANHNH_WRITE_POLICY"):
        TABLE.write_text(told, encoding="ascii")
    wanted, found = _parsed(TABLE.read_text(encoding="ascii")), _parsed(told)
    assert set(found) == set(wanted), sorted({name for name, _ in set(found) ^ set(wanted)})
    assert {key: (found[key], wanted[key]) for key in wanted if found[key] != wanted[key]} == {}
