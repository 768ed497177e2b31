"""Assigning courses by screens: who is meant, by when, confirmed once, withdrawn with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anhnh_lms import clock
from anhnh_lms.people import assignments as rules
from anhnh_lms.record import log
from anhnh_lms.record.log import Fact, new_id, recording
from anhnh_lms.record.tables import EntryRow

from ..support import PASSPHRASE, PIN, Founded, People, post, sign_in
from .reading import hidden, main, values

PLACE = "/establishments/MA-1/assignments"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WISH = {"course": "stress", "to": "everyone", "function": "", "number": "", "due": "2026-12-31"}


@pytest.fixture(autouse=True)
def right_clock() -> Iterator[None]:
    """From before the founding on, so that the record knows no later date than the test's."""
    with clock.fixed_at(NOON - timedelta(hours=1)):
        yield


@pytest.fixture
def client(client: FlaskClient, app: Flask, founded: Founded) -> FlaskClient:
    """The administrator of MA-1 signed in, a course published."""
    body = {
        "version": "v1", "label": "1.0", "slug": "stress", "source": "en",
        "titles": {"en": "Stress & <b>work</b>", "fr": "Le stress"}, "hours": 250, "months": 0, "modules": ["m1"],
        "quizzes": {}, "tests": {}, "retake": [], "scope": "MA-1",
    }  # fmt: skip
    with app.app_context(), recording() as record:
        record.append(Fact("course.published", "library", "MA", body, subject="stress"))
    sign_in(client, founded.number, founded.passphrase)
    return client


def open_(app: Flask) -> list[tuple[str, str, str]]:
    with app.app_context():
        return [(r.to, r.target, r.due) for r in rules.assignments("MA-1") if not r.withdrawn]


def test_assign_when_confirmed_then_assigned_once_with_the_number_seen_before(
    client: FlaskClient, app: Flask, people: People
) -> None:
    people.register("guard")
    people.register("guard")
    with clock.fixed_at(NOON):
        sign_in(client, "A-0001", PASSPHRASE)
        wish = {**WISH, "to": "function", "function": "guard"}
        asked = post(client, f"{PLACE}/assign", wish)
        assert "Assign this course to 2 people?" in asked.text
        assert "31 December 2026" in asked.text
        assert open_(app) == []
        form = hidden(asked.text)
        for _ in range(2):
            assert post(client, f"{PLACE}/assign", form).headers["Location"] == PLACE
        page = client.get(PLACE).text
    assert open_(app) == [("function", "guard", "2026-12-31")]
    assert "Prison officer" in page
    assert "<b>work" not in main(page)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"course": ""}, "course"),
        ({"course": "unknown"}, "course"),
        ({"to": ""}, "to"),
        ({"to": "function"}, "function"),
        ({"to": "function", "function": "pilot"}, "function"),
        ({"to": "person", "number": "nobody"}, "number"),
        ({"due": "2026-11-22"}, "due"),
        ({"due": "soon"}, "due"),
        ({"due": "9999-12-31"}, "due"),
    ],
)
def test_assign_when_a_field_is_wrong_then_it_is_named(
    client: FlaskClient, app: Flask, change: dict[str, str], field: str
) -> None:
    with clock.fixed_at(NOON):
        sign_in(client, "A-0001", PASSPHRASE)
        for do in ({}, {"do": "confirm", "id": new_id()}):
            page = post(client, f"{PLACE}/assign", {**WISH, **change, **do})
            assert page.status_code == 422
            assert f'id="{field}-error"' in page.text
    assert open_(app) == []


def test_assign_when_nothing_was_chosen_then_everything_missing_is_named_at_once(client: FlaskClient) -> None:
    answer = post(client, f"{PLACE}/assign", {**WISH, "course": "", "to": ""})
    assert answer.status_code == 422
    assert "2 things to put right" in answer.text
    assert "Choose a course." in answer.text
    assert "Choose for whom." in answer.text


def test_assign_when_from_a_persons_page_then_the_number_is_there(client: FlaskClient, people: People) -> None:
    member = people.register()
    page = client.get(f"{PLACE}/assign?number={member.number}")
    assert values(page.text, "number") == [member.number]


def test_assign_when_the_person_is_of_another_home_then_nobody_is_found(client: FlaskClient, people: People) -> None:
    central = people.register(home="")
    page = post(client, f"{PLACE}/assign", {**WISH, "to": "person", "number": central.number, "due": ""})
    assert page.status_code == 422


def test_assign_when_it_is_assigned_already_then_the_second_form_is_told(client: FlaskClient, app: Flask) -> None:
    for status in (302, 409):
        sent = post(client, f"{PLACE}/assign", {**WISH, "due": "", "do": "confirm", "id": new_id()})
        assert sent.status_code == status
    assert len(open_(app)) == 1


def test_withdraw_when_a_reason_is_given_then_once_and_kept_sealed(client: FlaskClient, app: Flask) -> None:
    form = new_id()
    post(client, f"{PLACE}/assign", {**WISH, "due": "", "do": "confirm", "id": form})
    path = f"{PLACE}/{form}/withdraw"
    assert post(client, path, {"reason": "  "}).status_code == 422
    for _ in range(2):
        assert post(client, path, {"reason": "a mistake"}, page=PLACE + "/assign").status_code == 302
    assert open_(app) == []
    with app.app_context():
        (entry,) = log.read(EntryRow.kind == "assignment.withdrawn")
    assert "a mistake" in entry.sealed
    assert "a mistake" not in entry.body
    assert "1 assignment was withdrawn" in client.get(PLACE).text


def test_withdraw_when_there_is_no_such_assignment_then_nothing_is_there(client: FlaskClient) -> None:
    for path in (f"{PLACE}/{new_id()}/withdraw", f"{PLACE}/x/withdraw", "/establishments/MA-2/assignments"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(("role", "status"), [("director", 200), ("focal-point", 404), ("trainer", 404)])
def test_assignments_when_opened_by_a_role_then_only_those_who_assign_see_them(
    client: FlaskClient, people: People, role: str, status: int
) -> None:
    sign_in(client, people.register(role=role).number, PASSPHRASE)
    for path in (PLACE, f"{PLACE}/assign"):
        assert client.get(path).status_code == status


def test_assignments_when_opened_with_a_pin_then_the_passphrase_is_asked(client: FlaskClient, people: People) -> None:
    sign_in(client, people.register(role="director").number, PIN)
    assert client.get(PLACE).status_code == 403


def test_assign_when_the_token_is_missing_then_nothing_happens(client: FlaskClient, app: Flask) -> None:
    assert client.post(f"{PLACE}/assign", data={**WISH, "do": "confirm", "id": new_id()}).status_code == 400
    assert open_(app) == []
