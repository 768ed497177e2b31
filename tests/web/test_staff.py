"""The staff pages on the test client: lists, people, adding, changing, and what holds for all of them."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anhnh_lms.record import log
from anhnh_lms.record.log import new_id
from anhnh_lms.record.tables import EntryRow

from ..support import PASSPHRASE, PIN, Founded, People, post, sign_in
from .reading import hidden, main, values
from .staffing import SALMA, STAFF, act, entries, page_of, row_of

# -- the list and a person's page -------------------------------------------------------------------------


def test_list_when_opened_then_people_are_there_and_looking_is_noted(
    admin: FlaskClient, app: Flask, people: People, founded: Founded
) -> None:
    people.register(name_latin="Zohra Aït", name_arabic="زهرة")
    page = admin.get(STAFF)
    assert "Zohra Aït" in page.text
    admin.get(STAFF)
    with app.app_context():
        noted = [(e.actor, json.loads(e.body)) for e in log.read(EntryRow.kind == "audit.viewed")]
    assert noted == [(founded.administrator, {"what": "staff-list", "establishment": "MA-1"})]


def test_list_when_searched_and_filtered_then_only_those_are_shown(admin: FlaskClient, people: People) -> None:
    people.register("guard", name_latin="Hélène Aaa")
    people.register("educator", name_latin="Youssef Bbb")
    assert "Hélène" in admin.get(f"{STAFF}?q=helene").text
    assert "Youssef" not in admin.get(f"{STAFF}?q=helene").text
    assert "Hélène" not in admin.get(f"{STAFF}?function=educator").text
    assert "Nobody was found" in admin.get(f"{STAFF}?q=%3Cscript%3E&state=left").text


def test_list_when_there_are_many_then_fifty_a_page(admin: FlaskClient, people: People) -> None:
    for _ in range(60):
        people.register()
    first, second = admin.get(STAFF), admin.get(f"{STAFF}?page=2")
    assert first.text.count('<th scope="row">') == 50
    assert second.text.count('<th scope="row">') == 11
    for odd in ("0", "-1", "x", "99", "9" * 40, "²"):
        assert admin.get(f"{STAFF}?page={odd}").status_code == 200


def test_list_when_a_name_is_markup_then_it_is_text(admin: FlaskClient, people: People) -> None:
    member = people.register(name_latin="<img src=x onerror=alert(1)>")
    for path in (STAFF, page_of(member), page_of(member, "edit"), page_of(member, "forget")):
        assert "<img" not in admin.get(path).text


@pytest.mark.parametrize("who", ["learner", "trainer", "elsewhere", "pin"])
def test_staff_when_one_may_not_see_it_then_there_is_nothing_at_the_address(
    client: FlaskClient, people: People, founded: Founded, who: str
) -> None:
    member = people.register()
    if who == "pin":
        sign_in(client, people.register(role="focal-point").number, PIN)
    elif who == "learner":
        sign_in(client, people.register().number, PIN)
    else:
        scope = "establishment/MA-9" if who == "elsewhere" else ""
        role = "focal-point" if who == "elsewhere" else "trainer"
        sign_in(client, people.register(role=role, scope=scope).number, PASSPHRASE)
    wanted = 403 if who == "pin" else 404  # a PIN is told that it needs the passphrase
    for path in (STAFF, page_of(member), f"{STAFF}/slips"):
        assert client.get(path).status_code == wanted, path
    assert client.get(f"{STAFF}/add").status_code == 404


def test_staff_when_the_code_is_of_no_establishment_then_there_is_nothing(admin: FlaskClient) -> None:
    for path in ("", "/add", "/import", "/slips", f"/{new_id()}"):
        assert admin.get(f"/establishments/MA-2/staff{path}").status_code == 404


def test_person_when_of_another_establishment_then_there_is_nobody(
    client: FlaskClient, app: Flask, country: People
) -> None:
    here, there = country.register(), country.register(home="MA-2")
    sign_in(client, country.register(role="server-administrator").number, PASSPHRASE)
    for do in ("", "edit", "move", "leave", "come-back", "forget", "roles", "reset"):
        assert client.get(page_of(there, do)).status_code == 404, do
        assert client.get(page_of(there, do).replace("MA-1", "MA-2")).status_code == 404, do
        if do:
            before = entries(app)
            for path in (page_of(there, do), page_of(there, do).replace("MA-1", "MA-2")):
                sent = post(client, path, {"to": "MA-1", "sure": there.id, "role": "focal-point|all"}, page=STAFF)
                assert sent.status_code == 404, do
            assert entries(app) == before
    assert client.get(page_of(here)).status_code == 200


# -- adding and changing ------------------------------------------------------------------------------------


def test_add_when_sent_then_there_and_sent_twice_is_once(admin: FlaskClient, app: Flask) -> None:
    form = {**SALMA, **hidden(admin.get(f"{STAFF}/add").text)}
    first = post(admin, f"{STAFF}/add", form)
    assert first.headers["Location"] == f"{STAFF}/{form['id']}"
    assert "Salma Benali" in admin.get(first.headers["Location"]).text
    before = entries(app)
    assert post(admin, f"{STAFF}/add", form).status_code == 302
    assert entries(app) == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"staff_number": ""}, "staff_number"),
        ({"name_latin": "", "name_arabic": " "}, "name_latin"),
        ({"function": "pilot"}, "function"),
        ({"sex": "x"}, "sex"),
        ({"staff_number": "a 0001"}, "staff_number"),  # the administrator's
    ],
)
def test_add_when_a_field_is_wrong_then_it_is_named_and_the_rest_is_kept(
    admin: FlaskClient, app: Flask, change: dict[str, str], field: str
) -> None:
    before = entries(app)
    page = post(admin, f"{STAFF}/add", {**SALMA, **change})
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert f'href="#{field}"' in page.text
    assert values(page.text, "name_arabic") == [change.get("name_arabic", "سلمى").strip()]
    assert entries(app) == before


def test_add_when_the_id_is_made_up_then_another_is_used(admin: FlaskClient, app: Flask, founded: Founded) -> None:
    sent = post(admin, f"{STAFF}/add", {**SALMA, "id": "../../x"})
    assert re.fullmatch(STAFF + r"/[0-9a-f]{32}", sent.headers["Location"])
    before = row_of(app, founded.administrator).name_latin
    post(admin, f"{STAFF}/add", {**SALMA, "staff_number": "C-1", "id": founded.administrator})
    assert row_of(app, founded.administrator).name_latin == before


def test_edit_when_two_have_the_form_open_then_the_second_is_told(
    admin: FlaskClient, app: Flask, people: People
) -> None:
    member = people.register(name_latin="Old Name")
    form = {**SALMA, "staff_number": member.number, **hidden(admin.get(page_of(member, "edit")).text)}
    assert act(admin, member, "edit", {**form, "name_latin": "First"}).status_code == 302
    stale = act(admin, member, "edit", {**form, "name_latin": "Second"})
    assert stale.status_code == 409
    assert values(stale.text, "name_latin") == ["First"]
    assert row_of(app, member.id).name_latin == "First"
    before = entries(app)
    assert act(admin, member, "edit", {**form, "name_latin": "First"}).status_code == 302  # sent again
    assert entries(app) == before


def test_edit_when_the_number_of_somebody_above_is_changed_then_it_is_refused(
    admin: FlaskClient, app: Flask, people: People
) -> None:
    above = people.register(role="national-administrator", scope="country/MA")
    form = {**SALMA, **hidden(admin.get(page_of(above, "edit")).text), "staff_number": "Z-9"}
    assert act(admin, above, "edit", form).status_code == 422
    assert row_of(app, above.id).staff_number == above.number


# -- what holds for all of them -----------------------------------------------------------------------------------

CHANGES = ("add", "import", "slips", "{p}/edit", "{p}/move", "{p}/leave", "{p}/come-back", "{p}/forget", "{p}/roles",
           "{p}/reset")  # fmt: skip


@pytest.mark.parametrize("path", CHANGES)
def test_changes_when_the_token_is_missing_then_nothing_happens(
    admin: FlaskClient, app: Flask, people: People, path: str
) -> None:
    member = people.register()
    before = entries(app)
    form = {**SALMA, "sure": member.id, "role": "focal-point|establishment/MA-1", "slip": f"{member.id}.pin."}
    assert admin.post(f"{STAFF}/{path.format(p=member.id)}", data=form).status_code == 400
    assert entries(app) == before


@pytest.mark.parametrize("path", ["", "{p}", *CHANGES])
def test_pages_when_only_looked_at_then_nothing_but_the_audit_is_written(
    admin: FlaskClient, app: Flask, people: People, path: str
) -> None:
    member = people.register()
    before = entries(app)
    address = f"{STAFF}/{path.format(p=member.id)}".rstrip("/")
    assert admin.get(address).status_code == 200
    assert entries(app) == before


def test_a_person_s_page_when_seen_by_a_focal_point_then_without_history_or_changes(
    client: FlaskClient, people: People
) -> None:
    member = people.register()
    sign_in(client, people.register(role="focal-point").number, PASSPHRASE)
    page = main(client.get(page_of(member)).text)
    assert "Registered:" not in page
    assert "/edit" not in page
    assert "/reset" in page
