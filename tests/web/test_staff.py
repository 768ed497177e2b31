"""The staff pages on the test client: what each says and does, and what it refuses."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from anhnh_lms.db import db
from anhnh_lms.people import persons, slips
from anhnh_lms.people.csv_import import plan
from anhnh_lms.people.csv_read import read_list
from anhnh_lms.people.founding import Founding, found
from anhnh_lms.people.places import describe
from anhnh_lms.record import log
from anhnh_lms.record.log import new_id
from anhnh_lms.record.tables import EntryRow
from anhnh_lms.record.tables_of_views import PersonRow

from ..support import PASSPHRASE, PIN, SECRETS, Founded, Member, People, csrf, post, sign_in
from .reading import hidden, main, values

STAFF = "/establishments/MA-1/staff"
SALMA = {"staff_number": "B-12", "name_latin": "Salma Benali", "name_arabic": "سلمى", "function": "guard", "sex": "f",
         "language": "ar"}  # fmt: skip


@pytest.fixture
def admin(client: FlaskClient, founded: Founded) -> FlaskClient:
    """The administrator of MA-1, signed in."""
    sign_in(client, founded.number, founded.passphrase)
    return client


def entries(app: Flask, kind: str = "") -> int:
    with app.app_context():
        query = select(func.count()).select_from(EntryRow).where(EntryRow.kind != "audit.viewed")
        return db.session.execute(query.where(EntryRow.kind == kind) if kind else query).scalar_one()


def row_of(app: Flask, person: str) -> PersonRow:
    with app.app_context():
        row = db.session.get(PersonRow, person)
        assert row is not None
        return row


def page_of(member: Member, do: str = "") -> str:
    return f"{STAFF}/{member.id}" + (f"/{do}" if do else "")


def act(client: FlaskClient, member: Member, do: str, form: dict[str, Any] | None = None) -> TestResponse:
    return post(client, page_of(member, do), form, page=STAFF)


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


@pytest.fixture
def country(app: Flask, client: FlaskClient) -> People:
    """A national server with MA-1 and MA-2, nobody signed in."""
    wish = Founding("MA", "", national=True, staff_number="N-0001", name_latin="Nadia Tazi", language="en")
    with app.app_context():
        head = found(SECRETS.pins, "key", wish, PASSPHRASE)
        for code in ("MA-1", "MA-2"):
            describe(code, "MA", {"name": f"Prison {code}", "timezone": "Africa/Casablanca"}, head)
    return People(app, "MA-1", "MA")


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


# -- slips --------------------------------------------------------------------------------------------------------


def pin_on(page: str) -> list[str]:
    return [text.replace(" ", "") for text in re.findall(r'dir="ltr">(\d{3} \d{3})</bdi>', page)]


def test_reset_when_asked_then_the_slip_is_shown_in_the_answer_only(
    admin: FlaskClient, app: Flask, people: People
) -> None:
    member = people.register()
    form = hidden(admin.get(page_of(member, "reset")).text)
    sheet = act(admin, member, "reset", form)
    (pin,) = pin_on(sheet.text)
    assert sheet.headers["Cache-Control"] == "no-store"
    assert pin_on(act(admin, member, "reset", form).text) == [pin]  # sent twice: the same slip
    assert not pin_on(admin.get(page_of(member, "reset")).text)
    with app.app_context():
        assert not [e for e in log.read() if pin in e.body + e.sealed]
    other = app.test_client()
    assert sign_in(other, member.number, pin).headers["Location"] == "/change-pin"


def test_reset_when_the_person_chose_a_pin_since_then_the_old_form_does_nothing(
    admin: FlaskClient, app: Flask, people: People
) -> None:
    member = people.register()
    form = hidden(admin.get(page_of(member, "reset")).text)
    (pin,) = pin_on(act(admin, member, "reset", form).text)
    other = app.test_client()
    sign_in(other, member.number, pin)
    chosen = post(other, "/change-pin", {"new": "730518", "again": "730518"})
    assert chosen.status_code == 302
    stale = act(admin, member, "reset", form)
    assert (stale.status_code, pin_on(stale.text)) == (409, [])
    sign_in(app.test_client(), member.number, "730518")


def test_reset_when_a_focal_point_asks_for_an_administrator_then_refused(
    client: FlaskClient, app: Flask, people: People, founded: Founded
) -> None:
    head = Member(founded.administrator, founded.number, "MA-1")
    sign_in(client, people.register(role="focal-point").number, PASSPHRASE)
    for value in (f"{head.id}.passphrase.", f"{head.id}.pin."):
        page = act(client, head, "reset", {"slip": value})
        assert page.status_code == 403
        assert "powers that you do not hold" in page.text
    sign_in(app.test_client(), founded.number, founded.passphrase)


def test_reset_when_the_form_names_somebody_else_then_it_is_judged_by_that_person(
    client: FlaskClient, app: Flask, people: People, founded: Founded
) -> None:
    """The address names a learner, the field an administrator: no credential may change."""
    member = people.register()
    sign_in(client, people.register(role="focal-point").number, PASSPHRASE)
    with app.app_context():
        seen = slips.fingerprint(app.config["SECRETS"].pins, founded.administrator, "passphrase")
    page = act(client, member, "reset", {"slip": f"{founded.administrator}.passphrase.{seen}"})
    assert page.status_code in (400, 403)
    sign_in(app.test_client(), founded.number, founded.passphrase)


def test_reset_when_it_is_ones_own_then_the_page_leads_to_changing_it(admin: FlaskClient, founded: Founded) -> None:
    member = Member(founded.administrator, founded.number, "MA-1")
    assert "/change-pin" in main(admin.get(page_of(member, "reset")).text)
    assert act(admin, member, "reset", {"slip": f"{member.id}.passphrase."}).status_code == 403


@pytest.mark.parametrize("value", ["", "x", "a.b.c", f"{'0' * 32}.pin.", f"{'0' * 32}.root."])
def test_reset_when_the_form_makes_no_sense_then_nothing_happens(
    admin: FlaskClient, people: People, value: str
) -> None:
    assert act(admin, people.register(), "reset", {"slip": value}).status_code in (400, 404)


def test_slips_when_many_have_none_then_forty_a_page_and_each_opens_the_door(
    admin: FlaskClient, app: Flask, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slips, "BATCH", 3)
    csv = "matricule;nom;fonction;langue\n" + "".join(
        f"L-{n};Person {n};guard;{'ar' if n else 'fr'}\n" for n in range(4)
    )
    import_list(admin, csv)
    page = admin.get(f"{STAFF}/slips")
    form = {**hidden(page.text), "slip": values(page.text, "slip")}
    assert len(form["slip"]) == 3
    sheet = post(admin, f"{STAFF}/slips", form)
    pins = pin_on(sheet.text)
    assert len(pins) == 3
    assert sheet.text.count('lang="ar" dir="rtl"') == 2
    assert "1 person has no slip yet" in sheet.text
    assert pin_on(post(admin, f"{STAFF}/slips", form).text) == pins
    sign_in(app.test_client(), "L-0", pins[0])
    assert len(values(admin.get(f"{STAFF}/slips").text, "slip")) == 1


def test_slips_when_nobody_is_chosen_then_it_is_said(admin: FlaskClient, people: People) -> None:
    import_list(admin, "matricule;nom;fonction\nL-1;A;guard\n")
    page = post(admin, f"{STAFF}/slips", {})
    assert page.status_code == 422
    assert "Choose at least one person" in page.text


def test_slips_when_too_many_or_twice_the_same_are_sent_then_refused(admin: FlaskClient, people: People) -> None:
    one = f"{people.register().id}.pin."
    for sent in ([f"{n:032x}.pin." for n in range(slips.BATCH + 1)], [one, one]):
        assert post(admin, f"{STAFF}/slips", {"slip": sent}).status_code == 400


def test_slips_when_a_focal_point_prints_then_those_above_are_left_out(
    client: FlaskClient, app: Flask, people: People
) -> None:
    above = people.register(role="director", slip=True)
    member = people.register(slip=True)
    sign_in(client, people.register(role="focal-point").number, PASSPHRASE)
    page = client.get(f"{STAFF}/slips?state=slip")
    assert [value.split(".")[0] for value in values(page.text, "slip")] == [member.id]
    with app.app_context():
        seen = slips.fingerprint(app.config["SECRETS"].pins, above.id, "passphrase")
    sheet = post(client, f"{STAFF}/slips", {"slip": [f"{above.id}.passphrase.{seen}"]})
    assert "No slip was made for these" in sheet.text
    sign_in(app.test_client(), above.number, PASSPHRASE)


# -- lists from spreadsheets ------------------------------------------------------------------------------------


def preview(client: FlaskClient, data: bytes | str, name: str = "list.csv") -> TestResponse:
    """Choose a file. The body is written here, for the test client would leave large ones in open files."""
    raw = data.encode() if isinstance(data, str) else data
    said = {"csrf_token": csrf(client, f"{STAFF}/import"), "language": "fr"}
    parts = [f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in said.items()]
    file = f'--x\r\nContent-Disposition: form-data; name="list"; filename="{name}"\r\n\r\n'.encode()
    body = b"".join([*parts, file, raw, b"\r\n--x--\r\n"])
    return client.post(f"{STAFF}/import", data=body, content_type="multipart/form-data; boundary=x")


def import_list(client: FlaskClient, data: bytes | str) -> TestResponse:
    return post(client, f"{STAFF}/import", hidden(preview(client, data).text))


LIST = "matricule;nom;fonction\nB-1;=cmd|calc;surveillante\nB-2;Œuvré;greffier\n"


def test_import_when_confirmed_then_everybody_is_there_and_twice_is_once(admin: FlaskClient, app: Flask) -> None:
    page = preview(admin, LIST.encode("cp1252"))
    before = entries(app)
    form = hidden(page.text)
    assert post(admin, f"{STAFF}/import", form).headers["Location"] == f"{STAFF}/slips"
    assert entries(app) == before + 2
    with app.app_context():
        names = {p.staff_number: p.name_latin for p in persons.staff_list("MA-1", "MA")}
    assert (names["B-1"], names["B-2"]) == ("=cmd|calc", "Œuvré")
    again = post(admin, f"{STAFF}/import", form, follow=True)
    assert "imported already" in again.text
    assert entries(app) == before + 2


def test_import_when_a_line_is_wrong_then_no_button_and_no_trick_imports_half(admin: FlaskClient, app: Flask) -> None:
    before = entries(app)
    text = LIST + "B-1;Twice;guard\n;No number;guard\n"
    page = preview(admin, text)
    assert hidden(page.text) == {}
    assert "This staff number stands in the file twice." in page.text
    with app.app_context():
        digest = plan("MA-1", "MA", read_list(text), "fr").digest()
    sent = post(admin, f"{STAFF}/import", {"text": text, "language": "fr", "confirmed": digest})
    assert sent.status_code == 409
    assert entries(app) == before


def test_import_when_the_text_was_changed_after_the_preview_then_it_is_shown_again(
    admin: FlaskClient, app: Flask
) -> None:
    form = hidden(preview(admin, LIST).text)
    before = entries(app)
    changed = post(admin, f"{STAFF}/import", {**form, "text": LIST.replace("greffier", "directeur")})
    assert changed.status_code == 409
    assert entries(app) == before


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x00" * 50, b"PK\x03\x04\x00\x00", b"\xff\xfe\xff", b"a" * (600 * 1024),
        b"matricule;nom\n" + b"1;A\n" * 5001,
        b'matricule;nom\n1;"' + b"a\n" * 9000, b"nom\nA\n", b";" * 5000, b"matricule;nom\n" + b"1" * 5000 + b";A\n",
        "matricule;nom\n\u202e1;<script>alert(1)</script>\n".encode(), b"\r\r\r\n\n\n", "ـ".encode("cp1256"),
    ],
)  # fmt: skip
def test_import_when_a_file_is_a_bomb_or_nonsense_then_a_clear_page_and_nothing_recorded(
    admin: FlaskClient, app: Flask, data: bytes
) -> None:
    before = entries(app)
    page = preview(admin, data)
    assert page.status_code in (200, 422)
    assert "<script>alert" not in page.text
    assert entries(app) == before


def test_import_when_no_file_is_chosen_then_it_is_said(admin: FlaskClient) -> None:
    page = preview(admin, b"", name="")
    assert page.status_code == 422
    assert 'id="list-error"' in page.text


def test_import_when_the_file_is_larger_than_a_request_may_be_then_a_clear_page(admin: FlaskClient) -> None:
    assert preview(admin, b"a" * (9 * 1024 * 1024)).status_code == 413


def test_example_when_downloaded_then_it_opens_as_a_list(admin: FlaskClient) -> None:
    sent = admin.get(f"{STAFF}/import?example=1")
    assert sent.mimetype == "text/csv"
    assert "attachment" in sent.headers["Content-Disposition"]
    assert sent.data.startswith(b"\xef\xbb\xbfstaff number;")


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
