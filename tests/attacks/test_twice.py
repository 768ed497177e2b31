"""The same form sent twice at the same moment, from two threads: it acts once, and both answers are right."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from anhnh_lms.db import db
from anhnh_lms.people import access, credentials, founding, slips, staff
from anhnh_lms.people.access import User
from anhnh_lms.people.details import Details
from anhnh_lms.record import log
from anhnh_lms.record.tables import EntryRow
from anhnh_lms.record.tables_of_views import PersonRow

from ..support import PASSPHRASE, SECRETS, Founded, People

TIMES = 4


def at_once(app: Flask, act: Callable[[int], Any], times: int = TIMES) -> list[Any]:
    """What each thread got, or the exception that it got instead."""
    found: list[Any] = [None] * times
    ready = threading.Barrier(times)

    def run(n: int) -> None:
        with app.app_context():
            ready.wait()
            try:
                found[n] = act(n)
            except Exception as error:
                found[n] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def user(app: Flask, number: str) -> User:
    with app.app_context():
        found = access.user_of(access.sign_in(SECRETS.pins, number, PASSPHRASE, "pc").token)
        assert found is not None
        db.session.remove()
        return found


@pytest.fixture
def boss(app: Flask, founded: Founded) -> User:
    return user(app, founded.number)


def test_slips_when_a_form_is_sent_twice_at_the_same_moment_then_every_answer_shows_the_same_slips(
    app: Flask, boss: User, people: People
) -> None:
    """The browser shows the last answer: were it "changed meanwhile", the new PIN would be seen by nobody."""
    wanted = [people.register().id for _ in range(2)]
    with app.app_context():
        asked = [slips.Request(p, "pin", slips.fingerprint(SECRETS.pins, p, "pin")) for p in wanted]
        db.session.remove()
    made = at_once(app, lambda _n: slips.make(SECRETS.pins, boss, "MA-1", "MA", asked, "f" * 32, "session"))
    assert all(isinstance(answer, slips.Made) for answer in made), made
    assert len({answer.slips for answer in made}) == 1
    assert [slip.person for slip in made[0].slips] == wanted
    assert all(answer.stale == () for answer in made)
    with app.app_context():
        for slip in made[0].slips:
            assert access.sign_in(SECRETS.pins, slip.staff_number, slip.text, "pc").must_change
        db.session.remove()


def test_slips_when_two_forms_are_sent_at_the_same_moment_then_one_is_told_that_it_is_stale(
    app: Flask, boss: User, people: People
) -> None:
    person = people.register().id
    with app.app_context():
        asked = [slips.Request(person, "pin", slips.fingerprint(SECRETS.pins, person, "pin"))]
        db.session.remove()
    made = at_once(app, lambda n: slips.make(SECRETS.pins, boss, "MA-1", "MA", asked, f"{n}" * 32, "session"))
    assert sorted(len(answer.slips) for answer in made) == [0] * (TIMES - 1) + [1]
    assert sum(answer.stale == (person,) for answer in made) == TIMES - 1


def test_founding_when_the_form_is_sent_twice_at_the_same_moment_then_the_server_is_founded_once(app: Flask) -> None:
    wish = founding.Founding("MA", "MA-1", {"name": "Prison"}, staff_number="A-1", name_latin="Amina Benali")
    found = at_once(app, lambda _n: founding.found(SECRETS.pins, "key", wish, PASSPHRASE))
    assert sorted(type(answer).__name__ for answer in found) == ["AlreadyFounded"] * (TIMES - 1) + ["str"]
    with app.app_context():
        assert db.session.query(EntryRow).filter_by(kind="server.founded").count() == 1
        assert db.session.query(PersonRow).count() == 1
        assert log.verify() == []
        db.session.remove()


def test_register_when_a_number_is_given_twice_at_the_same_moment_then_one_person_has_it(
    app: Flask, boss: User
) -> None:
    details = Details("Q 555", "Fatima Zahra", "", "guard", "f", "fr")
    found = at_once(app, lambda n: staff.register(boss, "MA-1", "MA", details, f"{n}" * 32))
    assert sorted(str(type(answer).__name__) for answer in found) == ["NumberTaken"] * (TIMES - 1) + ["bool"]
    with app.app_context():
        assert db.session.query(PersonRow).filter_by(staff_number="Q 555").count() == 1
        db.session.remove()


def test_sign_in_when_many_pins_are_tried_at_the_same_moment_then_the_wait_holds_for_all(
    app: Flask, people: People
) -> None:
    """Tries that began before the wait must not end with a session once it runs."""
    member = people.register()
    tried = ["583026", "583027", "583028", "583029", "583031", "583032", "583033", "583034"]
    with app.app_context():
        credentials.fits(SECRETS.pins, member.id, "warm", "")
    at_once(app, lambda n: access.sign_in(SECRETS.pins, member.number, tried[n], "pc"), len(tried))
    with app.app_context(), pytest.raises(access.TooManyTries):
        access.sign_in(SECRETS.pins, member.number, "483026", "pc")
