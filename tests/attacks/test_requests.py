"""Requests that no page sends: HEAD as a form, an open session's PIN tried out, junk in cookies and addresses."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from anhnh_lms.certificates import register
from anhnh_lms.content.course import Scenario
from anhnh_lms.db import db
from anhnh_lms.learning import attempts
from anhnh_lms.people import access
from anhnh_lms.record.tables_of_views import CertificateRow, PersonRow
from anhnh_lms.web import certificates, kept, lan
from anhnh_lms.web.guard import AUTOSAVE

from ..learning import school
from ..support import PIN, Founded, People, csrf, post, sign_in
from ..web.taking import COURSE, Taking, page_of

SCRIPT = {AUTOSAVE: "1"}


@pytest.fixture
def admin(client: FlaskClient, founded: Founded) -> FlaskClient:
    sign_in(client, founded.number, founded.passphrase)
    return client


@pytest.fixture
def taking(app: Flask, client: FlaskClient, people: People) -> Taking:
    """A learner, signed in, before a published course."""
    member = people.register()
    with app.app_context():
        course = school.publish()
    sign_in(client, member.number)
    return Taking(app, client, member, course)


def _certified(taking: Taking) -> CertificateRow:
    """The certificate of the person, who took the whole course. Needs the application's context."""
    user = school.user_of(taking.member)
    school.sit(user, taking.course, school.BEFORE)
    school.finish_modules(user, taking.course)
    school.sit(user, taking.course, school.AFTER)
    row = register.live(taking.member.id, taking.course.id)
    assert row is not None
    return row


def _active(app: Flask, person: str) -> bool:
    with app.app_context():
        row = db.session.get(PersonRow, person)
        return row is not None and row.active == 1


def test_head_when_the_address_takes_forms_then_it_changes_nothing(
    app: Flask, admin: FlaskClient, people: People
) -> None:
    """HEAD needs no token, so it must be no form, with or without something that looks like one."""
    member = people.register()
    address = f"/establishments/MA-1/staff/{member.id}"
    for do in ("leave", "reset", "edit", "move", "roles", "forget"):
        for body in ({}, {"reason": "x", "confirm": "1", "agreed": "1"}):
            answer = admin.head(f"{address}/{do}", data=body)
            assert (answer.status_code, answer.data) == (200, b""), do
    assert _active(app, member.id)
    assert admin.head("/sign-in").status_code == 302
    post(admin, f"{address}/leave")
    assert not _active(app, member.id)


def test_saving_when_the_person_signed_out_in_another_process_then_nothing_is_saved(taking: Taking) -> None:
    """The quick way knows the person for five seconds; whoever it sends the whole way is asked for anew."""
    attempt = taking.start(school.VERIF)
    number, response = _plain(taking, attempt)
    page = page_of(attempt, number)
    token = csrf(taking.client, page)
    with taking.client.session_transaction() as cookie:
        session = cookie["t"]
    first = {**taking.form(attempt, number, response), "csrf_token": token, "turn": "1"}
    assert taking.client.post(page, data=first, headers=SCRIPT).status_code == 200
    kept_before = taking.attempt(attempt).turns
    with taking.app.app_context():
        access.sign_out(session)
    again = taking.client.post(page, data={**first, "turn": "2"}, headers=SCRIPT)
    assert again.status_code == 401
    assert taking.attempt(attempt).turns == kept_before


def _plain(taking: Taking, attempt: str) -> tuple[int, Any]:
    """The number of a question that is no conversation, and a response to it."""
    loaded = taking.attempt(attempt)
    numbers = range(1, len(loaded.paper.items) + 1)
    number = next(n for n in numbers if not isinstance(loaded.at(n)[0].answer, Scenario))
    return number, school.right(loaded.at(number)[0])


def test_change_pin_when_the_present_one_is_guessed_then_tries_are_counted_as_at_the_sign_in(
    client: FlaskClient, people: People
) -> None:
    member = people.register()
    sign_in(client, member.number)
    new = {"new": "739164", "again": "739164"}
    guesses = [post(client, "/change-pin", {"current": f"58{n}413", **new}).status_code for n in range(6)]
    assert guesses == [422] * access.FREE_TRIES + [429] * 2
    assert post(client, "/change-pin", {"current": PIN, **new}).status_code == 429
    client.delete_cookie("s")
    assert post(client, "/sign-in", {"number": member.number, "pin": PIN}).status_code == 429


def test_change_pin_when_wrong_pins_were_typed_before_then_the_right_one_still_does(
    client: FlaskClient, people: People
) -> None:
    member = people.register()
    sign_in(client, member.number)
    new = {"new": "739164", "again": "739164"}
    assert post(client, "/change-pin", {"current": "584413", **new}).status_code == 422
    assert post(client, "/change-pin", {"current": PIN, **new}).status_code == 302
    sign_in(client, member.number, "739164")


@pytest.mark.parametrize("number", ["99999999999999999999999", "0", "-1", "x", "", "١"])
def test_register_when_the_page_number_is_absurd_then_a_page_is_shown(admin: FlaskClient, number: str) -> None:
    assert admin.get("/establishments/MA-1/certificates", query_string={"page": number}).status_code == 200


def test_kept_pages_when_the_cookie_of_the_text_size_is_junk_then_no_page_is_kept_for_it(taking: Taking) -> None:
    with taking.app.app_context():
        module = taking.course.text("en").modules[0]
    address = f"{COURSE}/{module.id}/{module.sections[0].id}"
    taking.client.get(address)
    before = len(kept._pages)
    for junk in ("huge", "normal\n", "' onload=", "x" * 500):
        taking.client.set_cookie("size", junk)
        page = taking.client.get(address)
        assert (page.status_code, "text-normal" in page.text) == (200, True)
    assert len(kept._pages) == before


def test_sign_out_when_the_disk_is_full_then_the_browser_forgets_the_person(
    taking: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_token: str) -> None:
        raise OperationalError("DELETE", {}, Exception("database or disk is full"))

    monkeypatch.setattr(access, "sign_out", full)
    assert post(taking.client, "/sign-out", page="/courses").headers["Location"] == "/sign-in"
    assert taking.client.get("/courses").headers["Location"].startswith("/sign-in")


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses on the papers that were printed."""
    found: list[str] = []

    def press(facts: Any) -> bytes:
        found.append(facts.verify_address)
        return b"%PDF"

    monkeypatch.setattr(certificates, "print_apart", press)
    return found


def test_paper_when_the_request_names_another_host_then_the_own_address_is_printed(
    taking: Taking, printed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A paper of this prison must not send whoever checks it to somebody else's page."""
    monkeypatch.setattr(lan, "addresses", lambda settings: ["http://192.168.1.10:8000"])
    with taking.app.app_context():
        row = _certified(taking)
        address = f"/certificates/{row.id}.pdf"
    cookie = taking.client.get_cookie("s")
    assert cookie is not None
    sent = {"Host": "evil.example", "Cookie": f"s={cookie.value}"}
    assert taking.app.test_client(use_cookies=False).get(address, headers=sent).status_code == 200
    assert printed == ["http://192.168.1.10:8000/verify"]


def test_verify_when_the_code_is_wrong_then_a_number_that_exists_answers_as_one_that_does_not(taking: Taking) -> None:
    with taking.app.app_context():
        row = _certified(taking)
        number, right = register.number_of(row), register.code_of(row)
    nobody, said = number[:-1] + str((int(number[-1]) + 5) % 10), []
    for tried in (number, nobody):
        page = post(taking.client, "/verify", {"number": tried, "code": "0000-0000"})
        said.append((page.status_code, re.sub(r'value="[^"]*"', "", page.text).replace(tried, "")))
    assert said[0] == said[1]
    found = post(taking.client, "/verify", {"number": number, "code": right}).text
    assert re.sub(r'value="[^"]*"', "", found).replace(number, "") != said[0][1]
    assert taking.member.number not in found


def test_attempt_when_it_is_another_persons_then_it_is_not_there(taking: Taking, people: People) -> None:
    attempt = taking.start(school.VERIF)
    other = people.register()
    sign_in(taking.client, other.number)
    for page in (page_of(attempt, 1), f"/attempts/{attempt}/check", f"/attempts/{attempt}/result"):
        assert taking.client.get(page).status_code == 404
    token = csrf(taking.client, "/courses")
    for headers in ({}, SCRIPT):
        answer = taking.client.post(page_of(attempt, 1), data={"csrf_token": token, "turn": "9"}, headers=headers)
        assert answer.status_code == 404
    assert taking.client.post(f"/attempts/{attempt}/hand-in", data={"csrf_token": token}).status_code == 404
    with taking.app.app_context(), pytest.raises(attempts.NoSuchAttempt):
        attempts.load(school.user_of(other), attempt, "en")


def test_files_of_a_course_when_the_path_climbs_then_nothing_is_there(taking: Taking, settings: Any) -> None:
    version = taking.course.version
    assert (Path(settings.data) / "secrets.json").exists()
    for path in ("../../secrets.json", "..%2f..%2fsecrets.json", "%2e%2e/%2e%2e/secrets.json", "/etc/passwd"):
        assert taking.client.get(f"/courses/files/{version}/{path}").status_code in (404, 308)
