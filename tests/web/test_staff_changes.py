"""Coming, going and roles by screens."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ..support import PASSPHRASE, Founded, Member, People, sign_in
from .reading import hidden, values
from .staffing import STAFF, act, entries, page_of, row_of

# -- going and coming -----------------------------------------------------------------------------------------


def test_leave_and_come_back_when_recorded_then_the_page_says_so(
    admin: FlaskClient, app: Flask, people: People
) -> None:
    member = people.register(role="director")
    assert "Their roles end" in admin.get(page_of(member, "leave")).text
    act(admin, member, "leave", {"reason": "retired"})
    page = admin.get(page_of(member)).text
    assert "This person left." in page
    assert "retired" in page
    before = entries(app)
    act(admin, member, "leave", {"reason": "again"})
    assert entries(app) == before
    act(admin, member, "come-back")
    assert row_of(app, member.id).active
    act(admin, member, "come-back")
    assert entries(app) == before + 1


def test_forget_when_not_confirmed_then_it_asks_and_when_confirmed_the_person_is_gone(
    admin: FlaskClient, app: Flask, people: People
) -> None:
    member = people.register(name_latin="Youssef Unforgettable")
    assert act(admin, member, "forget").headers["Location"] == page_of(member, "forget")
    assert not row_of(app, member.id).erased
    page = admin.get(page_of(member, "forget"))
    assert "cannot be undone" in page.text
    done = act(admin, member, "forget", hidden(page.text))
    assert done.headers["Location"] == STAFF
    assert row_of(app, member.id).erased
    assert admin.get(page_of(member)).status_code == 404
    assert act(admin, member, "forget", {"sure": member.id}).status_code == 404
    assert "Unforgettable" not in admin.get(f"{STAFF}?state=all").text


@pytest.mark.parametrize("do", ["leave", "forget"])
def test_going_when_it_is_the_last_administrator_then_it_is_refused(
    admin: FlaskClient, app: Flask, founded: Founded, do: str
) -> None:
    member = Member(founded.administrator, founded.number, "MA-1")
    act(admin, member, do, {"sure": member.id})
    assert "last administrator" in admin.get(STAFF).text
    assert row_of(app, member.id).active


def test_move_when_recorded_then_the_person_is_there_and_twice_is_once(
    client: FlaskClient, app: Flask, country: People
) -> None:
    sign_in(client, "N-0001", PASSPHRASE)
    member = country.register()
    assert "MA-2" in client.get(page_of(member, "move")).text
    assert act(client, member, "move", {"to": "MA-1"}).status_code == 422
    assert act(client, member, "move", {"to": "MA-2"}).headers["Location"] == STAFF
    assert row_of(app, member.id).establishment == "MA-2"
    before = entries(app)
    assert act(client, member, "move", {"to": "MA-2"}).headers["Location"] == STAFF
    assert entries(app) == before
    assert client.get(page_of(member)).status_code == 404
    there = client.get(page_of(member).replace("MA-1", "MA-2")).text
    assert "Transferred from MA-1 to MA-2" in there
    assert "No slip yet" in there


def test_move_when_the_server_has_no_other_establishment_then_the_page_says_what_to_do(
    admin: FlaskClient, people: People
) -> None:
    assert "no other establishment" in admin.get(page_of(people.register(), "move")).text


# -- roles ------------------------------------------------------------------------------------------------------


def test_roles_when_given_and_taken_then_recorded_once(admin: FlaskClient, app: Flask, people: People) -> None:
    member = people.register()
    role = "focal-point|establishment/MA-1"
    assert role in values(admin.get(page_of(member, "roles")).text, "role")
    for _ in range(2):
        assert act(admin, member, "roles", {"do": "grant", "role": role}).status_code == 302
    assert entries(app, "role.granted") == 2  # one is the administrator's own
    for _ in range(2):
        assert act(admin, member, "roles", {"do": "withdraw", "role": role}).status_code == 302
    assert entries(app, "role.withdrawn") == 1


@pytest.mark.parametrize(
    "role",
    ["national-administrator|country/MA", "server-administrator|all", "focal-point|establishment/MA-2", "god|all",
     "", "|", "focal-point", "server-administrator|establishment/MA-1|x"],
)  # fmt: skip
def test_roles_when_above_ones_own_then_refused(admin: FlaskClient, app: Flask, people: People, role: str) -> None:
    member = people.register()
    before = entries(app)
    assert act(admin, member, "roles", {"do": "grant", "role": role}).status_code == 422
    assert entries(app) == before


def test_roles_when_a_focal_point_asks_then_there_is_nothing(client: FlaskClient, app: Flask, people: People) -> None:
    focal = people.register(role="focal-point")
    sign_in(client, focal.number, PASSPHRASE)
    before = entries(app)
    form = {"do": "grant", "role": "server-administrator|establishment/MA-1"}
    for target in (focal, people.register()):
        assert act(client, target, "roles", form).status_code == 404
    assert entries(app) == before + 1  # the second person was registered


def test_roles_when_it_is_the_last_administrator_then_refused(admin: FlaskClient, app: Flask, founded: Founded) -> None:
    member = Member(founded.administrator, founded.number, "MA-1")
    form = {"do": "withdraw", "role": "server-administrator|establishment/MA-1"}
    assert act(admin, member, "roles", form).status_code == 422
    assert admin.get(STAFF).status_code == 200
