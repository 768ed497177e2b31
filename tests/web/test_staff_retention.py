"""The list of those who may be forgotten: chosen, asked, and only then forgotten."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anhnh_lms.db import db
from anhnh_lms.people import staff
from anhnh_lms.record.log import Fact, recording
from anhnh_lms.record.tables_of_views import PersonRow

from ..people.conftest import user
from ..support import PASSPHRASE, Founded, Member, People, csrf, post, sign_in
from .reading import hidden, main, values

PAGE = "/establishments/MA-1/staff/retention"
LONG_AGO = datetime(2015, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def gone(app: Flask, people: People, admin: FlaskClient) -> list[Member]:
    """Three who left in 2015, as another server told it under a sure clock."""
    members = [people.register(name_latin=f"Ghita {n}") for n in range(3)]
    with app.app_context(), recording() as record:
        for member in members:
            record.append(
                Fact("person.left", "establishment/MA-1", "MA", {}, person=member.id, at="2015-03-01T12:00:00Z")
            )
    return members


def _erased(app: Flask, members: list[Member]) -> list[bool]:
    with app.app_context():
        return [bool(db.session.get(PersonRow, m.id).erased) for m in members]  # type: ignore[union-attr]


def test_list_when_opened_then_those_who_left_long_ago_are_there_and_none_is_chosen(
    admin: FlaskClient, gone: list[Member], people: People
) -> None:
    people.register(name_latin="Here Still")
    page = main(admin.get(PAGE).text)
    assert "7 years" in page
    assert sorted(values(page, "person")) == sorted(m.id for m in gone)
    assert " checked" not in page
    assert "left on 1 March 2015" in page
    assert "Here Still" not in page
    assert main(admin.get(f"{PAGE}?all=1").text).count(" checked") == 3
    assert PAGE in admin.get("/establishments/MA-1/staff?state=left").text


def test_forget_when_chosen_and_confirmed_then_only_they_are_forgotten(
    admin: FlaskClient, gone: list[Member], app: Flask
) -> None:
    asked = post(admin, PAGE, {"person": gone[0].id})
    assert asked.status_code == 200
    assert "Forget 1 person?" in asked.text
    assert "Ghita 0" in asked.text
    assert _erased(app, gone) == [False, False, False]
    done = admin.post(PAGE, data={"csrf_token": csrf(admin, PAGE), **hidden(asked.text)}, follow_redirects=True)
    assert "1 person was forgotten" in done.text
    assert _erased(app, gone) == [True, False, False]


@pytest.mark.parametrize("form", [{}, {"persons": ","}, {"persons": "x" * 9000}, {"person": "\0", "sure": "1"}])
def test_forget_when_the_form_makes_no_sense_then_nobody_is_forgotten(
    admin: FlaskClient, gone: list[Member], app: Flask, form: dict[str, str]
) -> None:
    assert post(admin, PAGE, form).status_code in (302, 400, 422)
    assert _erased(app, gone) == [False, False, False]


def test_forget_when_confirmed_for_others_than_asked_then_it_asks_again(
    admin: FlaskClient, gone: list[Member], app: Flask
) -> None:
    asked = hidden(post(admin, PAGE, {"person": gone[0].id}).text)
    again = post(admin, PAGE, {**asked, "persons": f"{gone[0].id},{gone[1].id}"})
    assert "Forget 2 people?" in again.text
    assert _erased(app, gone) == [False, False, False]


def test_forget_when_one_came_back_meanwhile_then_they_stay_and_it_is_said(
    admin: FlaskClient, gone: list[Member], app: Flask, founded: Founded
) -> None:
    asked = admin.post(PAGE, data={"csrf_token": csrf(admin, PAGE), "person": [m.id for m in gone]})
    with app.app_context():
        staff.come_back(user(founded.administrator), "MA-1", "MA", gone[1].id)
    done = admin.post(PAGE, data={"csrf_token": csrf(admin, PAGE), **hidden(asked.text)}, follow_redirects=True)
    assert "1 person stays" in done.text
    assert "2 people were forgotten" in done.text
    assert _erased(app, gone) == [True, False, True]


@pytest.mark.parametrize("role", ["director", "focal-point", "inspection"])
def test_list_when_the_role_is_another_then_there_is_none(client: FlaskClient, people: People, role: str) -> None:
    sign_in(client, people.register(role=role).number, PASSPHRASE)
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, data={"csrf_token": csrf(client, "/change-pin")}).status_code == 404


def test_list_when_of_national_staff_then_it_stands_there_too(nation: FlaskClient) -> None:
    assert "Nobody left so long ago" in nation.get("/server/national-staff/retention").text


def test_years_when_described_then_the_list_and_the_record_of_each_say_them(
    admin: FlaskClient, people: People, client: FlaskClient
) -> None:
    address = "/server/establishments/MA-1"
    page = admin.get(address).text
    assert "They may be forgotten after" in page
    form = {"name": "Salé", "timezone": "Africa/Casablanca", "languages": "fr", **hidden(page)}
    for wrong in ("0", "61", "x", "-1", "7.5"):
        assert post(admin, address, {**form, "keep_years": wrong}).status_code == 422
    assert post(admin, address, {**form, "keep_years": "١٠"}).status_code == 302
    assert "10 years" in admin.get(PAGE).text
    sign_in(client, people.register().number)
    assert "10 years afterwards" in client.get("/my-record").text
