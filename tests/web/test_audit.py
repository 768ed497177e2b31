"""The page of inspection."""

from __future__ import annotations

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from anhnh_lms.people import audit
from anhnh_lms.record.entry import KINDS
from anhnh_lms.reports.trail import GROUPS
from anhnh_lms.web.audit import group_words, kind_words

from ..reports.life import Life, gather, reader
from ..support import PASSPHRASE, PIN, People, sign_in
from .reading import main


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
    for query in ("page=99999", "page=x", "kind=%27", "establishment=%00"):
        assert inspector.get(f"/audit?{query}").status_code == 200


@pytest.mark.parametrize("role", ["national-administrator", "donor", "director", "server-administrator"])
def test_entries_when_the_role_is_another_then_the_page_does_not_exist(
    lived: Flask, client: FlaskClient, role: str
) -> None:
    member = People(lived, "", "MA").register("administration", role)
    sign_in(client, member.number, PASSPHRASE)
    assert client.get("/audit").status_code == 404


def test_entries_when_signed_in_with_a_pin_then_it_asks_for_the_passphrase(lived: Flask, client: FlaskClient) -> None:
    member = People(lived, "", "MA").register("administration", "inspection")
    sign_in(client, member.number, PIN)
    assert client.get("/audit").status_code == 403


def test_words_when_asked_then_every_group_and_kind_has_some(app: Flask) -> None:
    with app.test_request_context():
        assert set(group_words()) == set(GROUPS)
        assert set(kind_words()) == {k for kinds in GROUPS.values() for k in kinds} - {"audit.viewed"}
        assert set(kind_words()) <= set(KINDS)
