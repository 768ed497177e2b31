"""What does this server know about me? Everything, to its owner alone, and nobody else in it."""

from __future__ import annotations

import json
import re
from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import select

from anhnh_lms.db import Base, ViewBase, db, unit_of_work
from anhnh_lms.learning import attempts
from anhnh_lms.people import access, audit, granting, staff
from anhnh_lms.people.persons import with_number
from anhnh_lms.people.tables import CredentialRow, SessionRow
from anhnh_lms.record import log
from anhnh_lms.record.tables import EntryRow
from anhnh_lms.record.tables_of_views import AttemptRow, CertificateRow

from .. import support
from ..learning import school
from ..people.conftest import user as acting
from ..support import PASSPHRASE, Founded, Member, People, found_nation, sign_in
from .reading import main

RECORD, FILE = "/my-record", "/my-record.json"


@pytest.fixture
def lived(app: Flask, people: People, founded: Founded) -> Member:
    """Salma completed the course, was made focal point and is looked at by a director; one attempt is open."""
    member = people.register(name_latin="Salma Idrissi", name_arabic="سلمى الإدريسي")
    director = people.register(role="director", name_latin="Driss Nosy")
    with app.app_context():
        course = school.publish()
        school.finish_modules(school.user_of(member), course)
        school.sit(school.user_of(member), course, school.AFTER)
        attempt = attempts.start(school.user_of(member), course, school.VERIF, "en")
        school.fill(school.user_of(member), attempt)
        boss = acting(founded.administrator)
        granting.grant(boss, "MA-1", "MA", member.id, "focal-point", "establishment/MA-1")
        audit.viewed("person", "MA-1", acting(director.id), person=member.id)
        granting.withdraw(boss, "MA-1", "MA", director.id, "director", "establishment/MA-1")
        audit.viewed("staff-list", "MA-1", boss)
        audit.viewed("person", "MA-1", acting(member.id), person=member.id)  # her own look is none
    return member


def _file(client: FlaskClient) -> dict[str, Any]:
    answer = client.get(FILE)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert "attachment" in answer.headers["Content-Disposition"]
    found: dict[str, Any] = json.loads(answer.text)
    return found


@pytest.mark.both_databases
def test_record_when_opened_then_all_that_is_held_stands_there(app: Flask, client: FlaskClient, lived: Member) -> None:
    sign_in(client, lived.number)
    page = client.get(RECORD)
    html5lib.HTMLParser(strict=True).parse(page.text)
    text = main(page.text)
    with app.app_context():
        certificate = db.session.execute(select(CertificateRow)).scalars().one()
        count = certificate.count
    for wanted in (lived.number, "Salma Idrissi", "سلمى الإدريسي", "Focal point", f"MA-1/{certificate.year}/{count:06}",
                   "not handed in yet", "handed in", "Looked at a member of staff", "Director in MA-1",
                   "Looked at the staff list: 1 time", "7 years", "Self-checks", "chosen by me"):  # fmt: skip
        assert wanted in text, wanted
    assert text.count("Looked at a member of staff") == 1  # her own is not counted
    assert "Driss" not in page.text
    assert 'href="/my-record"' in client.get("/certificates").text


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_record_when_read_in_a_language_then_every_answer_that_was_given_stands_there(
    client: FlaskClient, lived: Member, app: Flask, language: str
) -> None:
    sign_in(client, lived.number)
    client.set_cookie("lang", language)
    told = _file(client)
    page = client.get(RECORD).text
    lines = [line for attempt in told["attempts"] for said in attempt["answers"] for line in said["answer"]]
    with app.app_context():
        handed = [e.facts() for e in school.entries("attempt.handed_in")]
        given = sum(len(facts["answers"]) for facts in handed)
    assert (
        sum(1 for a in told["attempts"] for said in a["answers"] if said["answer"] and a["state"] == "handed-in")
        == given
    )
    plain = re.sub(r"\s+", " ", page)
    for line in lines:
        assert _escaped(line) in plain, line


def _escaped(text: str) -> str:
    return re.sub(r"\s+", " ", str(escape(text)))


@pytest.mark.both_databases
def test_file_when_taken_then_every_entry_about_the_person_is_in_it(
    app: Flask, client: FlaskClient, lived: Member
) -> None:
    sign_in(client, lived.number)
    told = _file(client)
    with app.app_context():
        wanted = [e.hash for e in log.read(EntryRow.person == lived.id)]
    assert [entry["hash"] for entry in told["entries"]] == wanted
    assert told["person"]["staff_number"] == lived.number
    assert [one["kind"] for one in told["access"]["credentials"]] == ["pin"]
    assert told["looked_at_by"][0]["roles"] == [["director", "establishment/MA-1"]]


def test_file_when_an_attempt_is_open_then_nothing_tells_the_right_order(
    app: Flask, client: FlaskClient, lived: Member
) -> None:
    """Whoever had the seed, or an answer as the course numbers it, could tell the right order from the program."""
    sign_in(client, lived.number)
    text = client.get(FILE).text + client.get(RECORD).text
    with app.app_context():
        rows = db.session.execute(select(AttemptRow)).scalars().all()
        assert "open" in {row.state for row in rows}
        assert not [row.seed for row in rows if row.seed in text]
    (open_,) = (a for a in json.loads(client.get(FILE).text)["attempts"] if a["state"] == "open")
    assert all(set(said) == {"question", "title", "answer"} for said in open_["answers"])
    assert not {"seed", "questions", "reused"} & set(open_)


def test_record_when_it_is_read_then_no_secret_and_nobody_else_is_in_it(
    app: Flask, client: FlaskClient, lived: Member, founded: Founded
) -> None:
    sign_in(client, lived.number)
    text = client.get(FILE).text + main(client.get(RECORD).text)
    with app.app_context():
        others = [e.actor for e in log.read(EntryRow.actor != "") if e.actor != lived.id]
        hidden = [row.hash for row in db.session.execute(select(CredentialRow)).scalars()]
        tokens = [row.token for row in db.session.execute(select(SessionRow)).scalars()]
    for secret in (*others, *hidden, *tokens, founded.number, "Amina"):
        assert secret not in text


def test_record_when_somebody_else_is_signed_in_then_it_is_theirs(
    client: FlaskClient, lived: Member, people: People
) -> None:
    other = people.register(name_latin="Bouchra")
    sign_in(client, other.number)
    for address in (RECORD, FILE, f"{RECORD}?person={lived.id}"):
        text = client.get(address).text
        assert "Bouchra" in text
        assert "Salma" not in text


def test_record_when_an_administrator_reads_then_what_they_did_in_office_is_counted(
    client: FlaskClient, lived: Member, founded: Founded
) -> None:
    sign_in(client, founded.number, PASSPHRASE)
    page = main(client.get(RECORD).text)
    assert "What I did in office" in page
    assert "Role given: 1 time" in page
    assert lived.id not in client.get(FILE).text


def test_record_when_the_person_was_transferred_then_it_stands_there_all_the_same(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        people = found_nation(app)
    member = people.register(home="MA-1", name_latin="Hiba")
    with app.app_context():
        course = school.publish()
        school.sit(school.user_of(member), course, school.VERIF)
        head = with_number("MA", "N-0001")
        assert head is not None
        staff.move(acting(head.id), "MA-1", "MA", member.id, "MA-2", "asked for it")
        with unit_of_work():
            access.set_credential(member.id, "pin", support.hashed(member.id, support.PIN), "set")
    sign_in(client, member.number)
    page = main(client.get(RECORD).text)
    assert "Transferred from MA-1 to MA-2" in page
    assert "asked for it" in page
    assert page.count("points.") == 1


def test_record_when_nobody_is_signed_in_then_there_is_none(client: FlaskClient, founded: Founded) -> None:
    for address in (RECORD, FILE):
        assert client.get(address).status_code == 302


def test_tables_when_they_hold_a_person_then_the_page_of_the_person_reads_them() -> None:
    """Whoever adds a table that knows persons adds it to what a person is shown, and here."""
    personal = {
        name for metadata in (Base.metadata, ViewBase.metadata) for name, table in metadata.tables.items()
        if {"person", "actor", "token"} & {c.name for c in table.columns}
    }  # fmt: skip
    assert personal == {
        "entry", "credential", "session", "held", "tries", "cooldown",
        "v_role", "v_duty", "v_progress", "v_module", "v_attempt", "v_certificate",
    }  # fmt: skip
