"""Slips by screens: shown once, the same when sent twice, never above one's own powers."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anhnh_lms.people import slips
from anhnh_lms.record import log

from ..support import PASSPHRASE, Founded, Member, People, post, sign_in
from .reading import hidden, main, values
from .staffing import STAFF, act, import_list, page_of


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
