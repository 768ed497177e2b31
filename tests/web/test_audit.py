"""The page of inspection."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from anhnh_lms import clock
from anhnh_lms.db import db
from anhnh_lms.people import audit
from anhnh_lms.record import log
from anhnh_lms.record.entry import KINDS
from anhnh_lms.record.log import Fact, recording
from anhnh_lms.record.tables import EntryRow
from anhnh_lms.record.tables_of_views import CertificateRow
from anhnh_lms.reports.trail import GROUPS
from anhnh_lms.web.audit_told import group_words, kind_words, note_words

from ..learning import school
from ..reports.life import Life, gather, id_of, reader
from ..support import PASSPHRASE, PIN, Founded, People, post, sign_in
from .reading import hidden, main, values

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def lived(app: Flask) -> Flask:
    """A registration, a role, a certificate and a look in each establishment."""
    with app.app_context():
        gather()
        for code, country in (("MA-1", "MA"), ("ML-1", "ML")):
            life = Life(code, country)
            person = life.person(f"Salma of {code}")
            life.fact("role.granted", {"role": "director", "scope": f"establishment/{code}"}, person=person)
            life.fact("person.moved", {"to": "MA-9", "from": code}, {"reason": "typed in confidence"}, person=person)
            life.certified(person, life.course("stress", scope="*"), 12)
            life.record()
            audit.viewed("names", code, reader(code, country))
    return app


@pytest.fixture
def inspector(lived: Flask, client: FlaskClient) -> FlaskClient:
    """The inspection of Morocco, signed in."""
    member = People(lived, "", "MA").register("administration", "inspection", name_latin="Hanane")
    sign_in(client, member.number, PASSPHRASE)
    return client


def test_entries_when_opened_then_who_did_what_is_told(inspector: FlaskClient) -> None:
    page = inspector.get("/audit").text
    html5lib.HTMLParser(strict=True).parse(page)
    for text in ("Salma of MA-1", "Looked at the names behind the figures", "MA-1/2026/000012", "Role given: Director",
                 "Transferred: MA-1", "Course stress", "anhnh rebuild --check"):  # fmt: skip
        assert text in page
    assert "typed in confidence" not in page


def test_entries_when_of_another_country_then_they_are_not_there(inspector: FlaskClient) -> None:
    assert "ML-1" not in main(inspector.get("/audit").text)
    assert "ML-1" not in main(inspector.get("/audit?establishment=ML-1").text)


def test_entries_when_opened_then_that_is_noted_too(inspector: FlaskClient) -> None:
    page = inspector.get("/audit?kind=looked").text
    assert "Hanane" in page
    assert "Looked at the audit" in page
    assert "Registered" not in page


def test_entries_when_the_address_asks_nonsense_then_the_page_stands(inspector: FlaskClient) -> None:
    for query in (
        "page=99999",
        "page=x",
        "kind=%27",
        "establishment=%00",
        "person=%00",
        "actor=%27--",
        "person=nobody",
    ):
        assert inspector.get(f"/audit?{query}").status_code == 200


@pytest.mark.parametrize("query", ["from=x", "to=2026-02-30", "from=2026-03-02&to=2026-03-01", "from=0001-01-01"])
def test_entries_when_the_days_make_no_sense_then_it_says_so(inspector: FlaskClient, query: str) -> None:
    answer = inspector.get(f"/audit?{query}")
    assert answer.status_code == 422
    assert "Choose a first day" in answer.text


def test_entries_when_filtered_by_number_then_only_that_person_or_author(inspector: FlaskClient, lived: Flask) -> None:
    about = main(inspector.get("/audit?person=ma-1/SALMA of MA-1").text)
    assert "Role given: Director" in about
    assert "Looked at" not in about.split("<table")[1]
    by = main(inspector.get("/audit?actor=T-0001").text).split("<tbody")[1]
    assert by.count("<tr") == 1
    assert "Looked at the audit" in by
    nobody = main(inspector.get("/audit?person=nobody").text)
    assert "<table" not in nobody
    assert "Check the staff number" in nobody


def test_entries_when_a_day_is_asked_then_the_clocks_of_the_place_count(inspector: FlaskClient) -> None:
    today = clock.today("Africa/Casablanca")
    assert "Role given" in inspector.get(f"/audit?from={today}&to={today}").text
    assert "Role given" not in inspector.get(f"/audit?to={today - timedelta(days=1)}").text


def test_entries_when_the_clock_was_in_doubt_then_the_line_says_so(inspector: FlaskClient, lived: Flask) -> None:
    with lived.app_context(), clock.fixed_at(datetime(2009, 1, 1, tzinfo=UTC)):
        audit.viewed("names", "MA-1", reader("MA-1", "MA"))
    assert main(inspector.get("/audit?kind=looked").text).count("clock in doubt") == 1
    table = _table(inspector, "kind=looked")
    assert [row[1] for row in table[1:]].count("yes") == 1


def test_entries_when_the_person_is_forgotten_then_the_trail_stays_without_the_name(
    inspector: FlaskClient, lived: Flask
) -> None:
    with lived.app_context(), recording() as record:
        record.append(
            Fact("person.erased", "establishment/MA-1", "MA", {}, person=id_of("person", "MA-1", "Salma of MA-1"))
        )
    page = main(inspector.get("/audit").text)
    assert "Salma" not in page
    assert "Forgotten" in page
    assert "MA-1/2026/000012" in page
    assert "Salma" not in inspector.get("/audit.csv").text


# -- the file -----------------------------------------------------------------------------------------------------


def _table(client: FlaskClient, query: str = "") -> list[list[str]]:
    answer = client.get(f"/audit.csv?{query}")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "query", ["", "kind=role", "establishment=MA-1", "person=MA-1/Salma of MA-1", "from=2100-01-01"]
)
def test_file_when_taken_then_it_holds_exactly_what_is_filtered(
    inspector: FlaskClient, lived: Flask, query: str
) -> None:
    head, *rows = _table(inspector, query)
    with lived.app_context():
        upto = [int(row[9].split()[-1]) for row in rows]
        asked = inspector.get(f"/audit?{query}").text
    assert len(head) == len(set(head)) + 1  # two staff numbers
    assert all(len(row) == len(head) for row in rows)
    shown = main(asked)
    own = shown.count("Took the audit as a file") + shown.count("Looked at the audit")
    assert shown.count('<th scope="row">') - own == len(upto)


def test_file_when_taken_then_that_is_noted_and_stands_in_the_next(inspector: FlaskClient) -> None:
    first, second = _table(inspector), _table(inspector)
    assert [row[4] for row in first].count("Took the audit as a file") == 0
    assert [row[4] for row in second].count("Took the audit as a file") == 1
    assert len(second) == len(first) + 1


def test_file_when_it_names_somebody_like_a_formula_then_it_is_text(inspector: FlaskClient, lived: Flask) -> None:
    with lived.app_context():
        life = Life("MA-1", "MA")
        life.person("=cmd()")
        life.record()
    assert any("'=cmd()" in row[5] for row in _table(inspector))


# -- what is noted -------------------------------------------------------------------------------------------------


def test_screens_when_they_show_take_or_reset_then_the_audit_says_whose(
    client: FlaskClient, founded: Founded, people: People, app: Flask
) -> None:
    """A member's page, a certificate, its paper, the register, the files, a slip: each with the person concerned."""
    member = people.register(name_latin="Hajar")
    with app.app_context():
        course = school.publish()
        school.finish_modules(school.user_of(member), course)
        school.sit(school.user_of(member), course, school.AFTER)
        certificate = db.session.scalars(select(CertificateRow.id)).one()
    sign_in(client, founded.number, founded.passphrase)
    place = "/establishments/MA-1"
    for address in (f"{place}/staff/{member.id}", f"{place}/staff/{'0' * 32}", f"{place}/certificates/{certificate}",
                    f"/certificates/{certificate}.pdf", f"{place}/certificates/register.csv", f"{place}/figures.csv",
                    f"{place}/names.csv", f"{place}/names?all=1", f"{place}/assignments",
                    f"{place}/staff/retention"):  # fmt: skip
        client.get(address)
    page = client.get(f"{place}/staff/{member.id}/reset").text
    post(client, f"{place}/staff/{member.id}/reset", {**hidden(page), "slip": values(page, "slip")[0]})
    with app.app_context():
        found = [(e.kind[6:], json.loads(e.body)["what"], e.person) for e in log.read(EntryRow.kind.like("audit.%"))]
    assert found == [
        ("viewed", "person", member.id), ("viewed", "certificate", member.id),
        ("taken", "certificate-paper", member.id),
        ("taken", "certificates-file", ""), ("taken", "figures-file", ""), ("taken", "names-file", ""),
        ("taken", "names-sheet", ""), ("viewed", "assignments", ""), ("viewed", "retention", ""),
        ("acted", "new-pin", member.id),
    ]  # fmt: skip


def test_entries_when_the_server_is_an_establishments_then_its_own_all_count(
    client: FlaskClient, founded: Founded, people: People, app: Flask
) -> None:
    """Its founding, and looks that concern no establishment, were told as not applied."""
    member = people.register(role="inspection", scope="country/MA")
    reader_of_figures = people.register(role="national-administrator", scope="country/MA")
    sign_in(client, reader_of_figures.number, PASSPHRASE)
    client.get("/countries/figures.csv")
    sign_in(client, member.number, PASSPHRASE)
    page = main(client.get("/audit").text)
    for text in ("Server set up", "Took the figures as a file", "Looked at the audit"):
        assert text in page
    assert "not applied" not in page


def test_paper_when_it_is_ones_own_then_nothing_is_noted(client: FlaskClient, app: Flask, people: People) -> None:
    member = people.register()
    with app.app_context():
        course = school.publish()
        school.finish_modules(school.user_of(member), course)
        school.sit(school.user_of(member), course, school.AFTER)
        certificate = db.session.scalars(select(CertificateRow.id)).one()
    sign_in(client, member.number)
    assert client.get(f"/certificates/{certificate}.pdf").status_code == 200
    with app.app_context():
        assert list(log.read(EntryRow.kind.like("audit.%"))) == []


@pytest.mark.parametrize("role", ["national-administrator", "donor", "director", "server-administrator"])
def test_entries_when_the_role_is_another_then_the_page_does_not_exist(
    lived: Flask, client: FlaskClient, role: str
) -> None:
    member = People(lived, "", "MA").register("administration", role)
    sign_in(client, member.number, PASSPHRASE)
    assert client.get("/audit").status_code == 404
    assert client.get("/audit.csv").status_code == 404


def test_entries_when_signed_in_with_a_pin_then_it_asks_for_the_passphrase(lived: Flask, client: FlaskClient) -> None:
    member = People(lived, "", "MA").register("administration", "inspection")
    sign_in(client, member.number, PIN)
    assert client.get("/audit").status_code == 403


def test_words_when_asked_then_every_group_and_kind_has_some(app: Flask) -> None:
    with app.test_request_context():
        assert set(group_words()) == set(GROUPS)
        assert set(kind_words()) == {k for kinds in GROUPS.values() for k in kinds} - set(note_words())
        assert set(kind_words()) <= set(KINDS)


def test_words_when_the_program_notes_something_then_it_has_words_and_none_is_idle(app: Flask) -> None:
    with app.test_request_context():
        known = {kind.removeprefix("audit."): set(words) for kind, words in note_words().items()}
    sources = [p.read_text(encoding="utf-8") for p in (ROOT / "anhnh_lms").rglob("*.py") if p.name != "audit_told.py"]
    noted = {
        "viewed": set(),
        "taken": set(),
        "acted": {f"{when}-{kind}" for when in ("first", "new") for kind in ("pin", "passphrase")},
    }
    for source in sources:
        for how, what in re.findall(r'audit\.(viewed|taken|acted)\((?:record, )?"([a-z-]+)"', source):
            noted[how].add(what)
    assert noted == known
