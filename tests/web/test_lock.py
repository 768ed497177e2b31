"""The lock of a shared PC: after a while only the PIN is asked for, nothing is shown, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from anhnh_lms import clock
from anhnh_lms.db import db
from anhnh_lms.people import locking, places
from anhnh_lms.people.tables import HeldRow, SessionRow
from tests import support
from tests.learning import school

from .taking import COURSE, Taking, number_of, page_of, taking_the_course

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
SCRIPT = {"X-Lock": "1"}


@contextmanager
def after(minutes: float) -> Iterator[None]:
    with clock.fixed_at(NOON + timedelta(minutes=minutes)):
        yield


@pytest.fixture
def taking(app: Flask, founded: support.Founded, people: support.People, client: FlaskClient) -> Taking:
    with after(0):
        return taking_the_course(app, people, client)


def unlock(client: FlaskClient, pin: str = support.PIN, there: str = "/courses", page: str = "/courses") -> object:
    return support.post(client, "/unlock", {"lock-pin": pin, "there": there}, page=page)


def test_page_when_nobody_did_anything_for_five_minutes_then_it_asks_for_the_pin_alone(taking: Taking) -> None:
    with after(4.9):
        assert taking.client.get(COURSE).status_code == 200
    with after(4.9 + 5.1):
        locked = taking.client.get(COURSE)
    assert locked.status_code == 423
    assert "This page is locked" in locked.text
    assert taking.course.text("en").title not in locked.text
    assert taking.member.number not in locked.text
    assert 'name="number"' not in locked.text


def test_lock_when_the_pin_is_right_then_one_goes_on_where_one_was(taking: Taking) -> None:
    with after(10):
        answer = unlock(taking.client, there=COURSE)
        assert answer.headers["Location"] == COURSE
        assert taking.client.get(COURSE).status_code == 200


def test_lock_when_the_pin_is_wrong_then_nothing_opens_and_the_tries_are_counted(taking: Taking) -> None:
    with after(10):
        for _ in range(5):
            assert unlock(taking.client, "111222").status_code in (422, 429)
        assert unlock(taking.client).status_code == 429
        assert taking.client.get(COURSE).status_code == 423


def test_lock_when_another_person_is_there_then_the_session_ends_and_shows_nothing(
    taking: Taking, people: support.People
) -> None:
    other = people.register()
    with after(10):
        ended = support.post(taking.client, "/change-user", page=COURSE)
        assert ended.headers["Location"] == "/sign-in"
        assert taking.client.get(COURSE).headers["Location"].startswith("/sign-in")
        support.sign_in(taking.client, other.number)
        assert taking.client.get("/courses").status_code == 200


def test_lock_when_the_server_was_started_anew_then_the_pin_opens_the_session(
    taking: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    with after(0):
        monkeypatch.setattr(clock, "boot", lambda: "another start")
        assert taking.client.get("/courses").status_code == 423
        assert unlock(taking.client).status_code == 302
        assert taking.client.get("/courses").status_code == 200


def test_lock_when_left_for_hours_then_the_session_has_ended(taking: Taking) -> None:
    with after(121):
        answer = taking.client.get(COURSE)
        assert answer.headers["Location"].startswith("/sign-in")
        assert "You were away for a while" in taking.client.get(answer.headers["Location"]).text


def test_lock_when_a_script_asks_then_it_is_told_in_a_word(taking: Taking) -> None:
    with after(0):
        token = support.csrf(taking.client, COURSE)
        assert taking.client.post("/here", data={"csrf_token": token}, headers=SCRIPT).status_code == 204
        assert taking.client.post("/lock", data={"csrf_token": token}, headers=SCRIPT).status_code == 204
        assert taking.client.post("/here", data={"csrf_token": token}, headers=SCRIPT).status_code == 423
        wrong = taking.client.post("/unlock", data={"csrf_token": token, "lock-pin": "111222"}, headers=SCRIPT)
        assert (wrong.status_code, wrong.get_json()["error"]) == (422, "This PIN is not right. Try again.")
        right = {"csrf_token": token, "lock-pin": support.PIN}
        assert taking.client.post("/unlock", data=right, headers=SCRIPT).status_code == 204
        assert taking.client.post("/unlock", data=right, headers=SCRIPT).status_code == 204
        assert taking.client.get(COURSE).status_code == 200


def test_lock_when_asked_for_by_a_button_then_every_page_of_the_session_is_locked(taking: Taking) -> None:
    """An old cookie does not help: the lock stands in the database."""
    with after(0):
        before = taking.client.get_cookie("s")
        assert before is not None
        assert support.post(taking.client, "/lock", {"there": COURSE}, page=COURSE).status_code == 423
        taking.client.set_cookie("s", before.value)
        assert taking.client.get(COURSE).status_code == 423


def test_activity_when_the_script_tells_of_it_then_reading_long_does_not_lock(taking: Taking) -> None:
    with after(0):
        token = support.csrf(taking.client, COURSE)
    for minute in range(1, 12):
        with after(minute):
            assert taking.client.post("/here", data={"csrf_token": token}, headers=SCRIPT).status_code == 204


# -- what was typed --------------------------------------------------------------------------------------------------


def test_answer_when_sent_from_a_locked_page_then_it_waits_for_the_pin_and_is_the_same(taking: Taking) -> None:
    """Without a script the page does not cover itself, and its owner goes on after ten minutes."""
    with after(0):
        attempt = taking.start(school.VERIF)
        number = number_of(taking, attempt, "city")
        page = page_of(attempt, number)
        token = support.csrf(taking.client, page)
    with after(10):
        form = {"csrf_token": token, "text": "Bamako & <Kati>", "go": "next"}
        locked = taking.client.post(page, data=form)
        assert locked.status_code == 423
        assert "What you sent is kept" in locked.text
        assert "Kati" not in locked.text
        assert taking.attempt(attempt).answers == {}
        opened = unlock(taking.client, there=page)
        kept = taking.client.get(opened.headers["Location"])
        assert "Bamako &amp; &lt;Kati&gt;" in kept.text
        sent = {"text": "Bamako & <Kati>", "go": "next"}
        support.post(taking.client, page, sent, page=opened.headers["Location"])
        assert taking.attempt(attempt).answers["city"] == {"text": "Bamako & <Kati>"}
        assert support.csrf(taking.client, COURSE)
        with taking.app.app_context():
            assert db.session.execute(select(HeldRow)).first() is None


def test_answer_when_a_stranger_sent_it_from_a_locked_page_then_it_is_gone_with_the_session(taking: Taking) -> None:
    with after(0):
        attempt = taking.start(school.VERIF)
        page = page_of(attempt, number_of(taking, attempt, "city"))
        token = support.csrf(taking.client, page)
    with after(10):
        taking.client.post(page, data={"csrf_token": token, "text": "nonsense", "go": "next"})
        support.post(taking.client, "/change-user", page=COURSE)
        support.sign_in(taking.client, taking.member.number)
        assert taking.attempt(attempt).answers == {}
        with taking.app.app_context():
            assert db.session.execute(select(HeldRow)).first() is None


def test_answer_when_a_script_saves_in_a_locked_session_then_nothing_is_written(taking: Taking) -> None:
    with after(0):
        attempt = taking.start(school.VERIF)
        page = page_of(attempt, number_of(taking, attempt, "city"))
        form = {"csrf_token": support.csrf(taking.client, page), "text": "Gao", "turn": "1"}
        assert taking.client.post(page, data=form, headers={"X-Autosave": "1"}).status_code == 200
        with taking.client.session_transaction() as cookie, taking.app.app_context():
            locking.lock(cookie["t"])
        late = taking.client.post(page, data={**form, "text": "Kidal", "turn": "2"}, headers={"X-Autosave": "1"})
        assert late.status_code == 423
        assert taking.attempt(attempt).answers["city"] == {"text": "Gao"}


@pytest.mark.parametrize("path", ["/change-pin", "/sign-in"])
def test_secret_when_sent_from_a_locked_page_then_it_is_not_kept(taking: Taking, path: str) -> None:
    with after(0):
        token = support.csrf(taking.client, "/change-pin")
    with after(10):
        taking.client.post(path, data={"csrf_token": token, "current": support.PIN, "new": "918273", "pin": "1"})
        with taking.app.app_context():
            assert db.session.execute(select(HeldRow)).first() is None


def test_form_when_another_site_sent_it_then_it_is_not_kept(taking: Taking) -> None:
    with after(10):
        answer = taking.client.post(f"{COURSE}/quiz/{school.VERIF}", data={"csrf_token": "forged"})
        assert answer.status_code == 423
        assert "could not be kept" in answer.text
        with taking.app.app_context():
            assert db.session.execute(select(HeldRow)).first() is None


def test_hold_when_the_form_is_enormous_then_it_says_that_it_is_not_kept(taking: Taking) -> None:
    with taking.app.app_context():
        assert locking.hold("t", "/", [("text", "x" * locking.LONGEST_FORM)]) is False
        assert locking.held("t") is None


# -- how long --------------------------------------------------------------------------------------------------------


def test_lock_when_the_establishment_says_how_long_then_so_long(taking: Taking, founded: support.Founded) -> None:
    with taking.app.app_context():
        places.describe("MA-1", "MA", {"lock_minutes": "2"}, founded.administrator)
    with after(2.1):
        assert taking.client.get(COURSE).status_code == 423


def test_lock_when_a_test_of_the_course_is_on_the_screen_then_it_waits_longer(taking: Taking) -> None:
    with after(0):
        attempt = taking.start(school.BEFORE)
        assert 'data-after="900"' in taking.client.get(page_of(attempt, 1)).text
    with after(14):
        assert taking.client.get(page_of(attempt, 1)).status_code == 200
        assert 'data-after="300"' in taking.client.get(COURSE).text
    with after(14 + 6):
        assert taking.client.get(page_of(attempt, 1)).status_code == 423


# -- one session a person --------------------------------------------------------------------------------------------


def test_sign_in_when_signed_in_elsewhere_then_both_screens_say_so(taking: Taking) -> None:
    elsewhere = taking.app.test_client()
    with after(1):
        support.sign_in(elsewhere, taking.member.number)
        assert "You were still signed in on another PC" in elsewhere.get("/courses").text
        old = taking.client.get(COURSE)
        assert old.headers["Location"].startswith("/sign-in")
        assert "You signed in on another PC" in taking.client.get(old.headers["Location"]).text
        assert elsewhere.get("/courses").status_code == 200


def test_sign_in_when_the_establishment_allows_several_then_both_stay(taking: Taking, founded: support.Founded) -> None:
    with taking.app.app_context():
        places.describe("MA-1", "MA", {"sessions": "several"}, founded.administrator)
    elsewhere = taking.app.test_client()
    with after(1):
        support.sign_in(elsewhere, taking.member.number)
        assert taking.client.get(COURSE).status_code == 200
        assert elsewhere.get(COURSE).status_code == 200


def test_sign_in_when_another_person_was_left_signed_in_on_this_pc_then_that_session_ends(
    taking: Taking, people: support.People
) -> None:
    other = people.register()
    with after(10):
        token = support.csrf(taking.client, "/verify")
        form = {"csrf_token": token, "number": other.number, "pin": support.PIN}
        assert taking.client.post("/sign-in", data=form).status_code == 302
        with taking.app.app_context():
            left = select(SessionRow).where(SessionRow.person == taking.member.id)
            assert db.session.execute(left).first() is None


def test_establishment_when_the_minutes_make_no_sense_then_it_says_so(admin: FlaskClient) -> None:
    page = "/server/establishments/MA-1"
    for wrong in ("0", "121", "five", "-1", "2.5"):
        answer = support.post(admin, page, {**form_of(admin, page), "lock_minutes": wrong})
        assert answer.status_code == 422, wrong
        assert "Write a number of minutes from 1 to 120" in answer.text
    assert support.post(admin, page, {**form_of(admin, page), "lock_minutes": "٣"}).status_code == 302
    assert 'name="lock_minutes" value="3"' in admin.get(page).text


def form_of(client: FlaskClient, page: str) -> dict[str, object]:
    """What the form of that page holds, as a browser sends it."""
    from .reading import hidden, inputs

    text = client.get(page).text
    fields: dict[str, object] = {i["name"]: i.get("value", "") for i in inputs(text) if i.get("type") == "text"}
    return {**fields, **hidden(text), "languages": ["ar", "fr"], "kind": "", "sessions": ""}
