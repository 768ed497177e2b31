"""Setting up an empty server: by whoever reads the console, once, and then the page is gone."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from anhnh_lms.config import Settings
from anhnh_lms.people import claiming, persons
from anhnh_lms.people.founding import CODE_FILE, setup_code
from anhnh_lms.people.places import establishment
from anhnh_lms.record import log, server
from anhnh_lms.record.tables import EntryRow

from ..support import Founded, csrf, sign_in
from .reading import hidden, main, values

PASSPHRASE = "four quiet words here"
FIRST = {"serves": "establishment", "country": "MA"}
SECOND = {
    "step": "2", "code": "ma-7", "name": "Prison locale", "name_ar": "السجن المحلي", "kind": "local-prison",
    "administration": "Délégation générale", "administration_ar": "", "place": "Casablanca", "place_ar": "",
    "region": "", "timezone": "Africa/Casablanca", "languages": ["ar", "fr"], "staff_number": "A-1",
    "name_latin": "Amina Benali", "name_arabic": "أمينة", "passphrase": PASSPHRASE, "again": PASSPHRASE,
}  # fmt: skip


@pytest.fixture
def code(settings: Settings) -> str:
    return setup_code(settings.data)


def send(client: FlaskClient, **form: Any) -> TestResponse:
    return client.post("/setup", data={"csrf_token": csrf(client, "/setup"), **form})


def identity(app: Flask) -> server.Identity | None:
    with app.app_context():
        return server.identity()


def test_start_when_the_server_is_empty_then_everything_leads_to_the_setup(client: FlaskClient) -> None:
    for path in ("/", "/sign-in", "/courses", "/establishments/MA-1/staff", "/server"):
        assert client.get(path).headers["Location"].startswith("/setup"), path
    assert client.get("/setup").status_code == 200


def test_first_step_when_the_code_is_right_then_the_second_asks_with_the_countrys_defaults(
    client: FlaskClient, code: str
) -> None:
    page = send(client, setup_code=code.upper(), **FIRST)
    assert page.status_code == 200
    assert values(page.text, "timezone") == ["Africa/Casablanca"]
    assert values(page.text, "code") == ["MA-"]
    assert hidden(page.text)["step"] == "2"
    niger = send(client, setup_code=code, serves="establishment", country="NE")
    assert values(niger.text, "timezone") == ["Africa/Niamey"]


def test_first_step_when_another_country_is_written_then_it_is_taken(client: FlaskClient, code: str) -> None:
    page = send(client, setup_code=code, serves="establishment", country="other", other_country="sn")
    assert hidden(page.text)["country"] == "SN"
    assert values(page.text, "timezone") == [""]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"serves": "establishment", "country": "other", "other_country": "QQ"}, "country"),
        ({"serves": "establishment", "country": ""}, "country"),
        ({"serves": "everything", "country": "MA"}, "serves"),
    ],
)
def test_first_step_when_something_is_missing_then_it_is_named(
    client: FlaskClient, code: str, form: dict[str, str], field: str
) -> None:
    page = send(client, setup_code=code, **form)
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert f'id="{field}-error"' in page.text


def test_setup_when_the_code_is_wrong_then_nothing_happens_and_tries_are_limited(
    app: Flask, client: FlaskClient, code: str
) -> None:
    for _ in range(claiming.FREE_TRIES):
        assert send(client, setup_code="aaaa-aaaa", **FIRST, **SECOND).status_code == 422
    waiting = send(client, setup_code=code, **FIRST, **SECOND)
    assert waiting.status_code == 429
    assert identity(app) is None


def test_setup_when_the_second_step_is_sent_without_the_first_then_the_code_is_asked(
    app: Flask, client: FlaskClient
) -> None:
    assert send(client, **FIRST, **SECOND).status_code == 422
    assert identity(app) is None


def test_setup_when_all_is_right_then_the_server_is_founded_and_the_administrator_signed_in(
    app: Flask, client: FlaskClient, code: str, settings: Settings
) -> None:
    done = send(client, setup_code=code, **FIRST, **SECOND)
    assert done.headers["Location"] == "/establishments/MA-7/staff"
    assert client.get(done.headers["Location"]).status_code == 200
    assert not (settings.data / CODE_FILE).exists()
    with app.app_context():
        assert server.own() == server.Identity("MA-7", "MA", "MA-7")
        row, head = establishment("MA-7"), persons.with_number("MA", "A-1")
        assert row is not None
        assert head is not None
        assert (row.name, row.timezone, row.languages, row.place) == (
            "Prison locale", "Africa/Casablanca", "ar fr", "Casablanca",
        )  # fmt: skip
        assert persons.roles_of(head.id) == [("server-administrator", "establishment/MA-7")]
        first = next(log.read(EntryRow.kind == "server.founded"))
        assert first.facts()["key"] == claiming.public_key(app.config["SECRETS"].signing)
        assert log.verify() == []


def test_setup_when_done_then_it_is_gone_for_everybody(client: FlaskClient, founded: Founded) -> None:
    assert client.get("/setup").status_code == 404
    token = csrf(client, "/sign-in")
    assert client.post("/setup", data={"csrf_token": token, **FIRST, **SECOND}).status_code == 404
    sign_in(client, founded.number, founded.passphrase)
    assert client.get("/setup").status_code == 404


def test_setup_when_the_server_is_national_then_only_the_administrator_is_asked(
    app: Flask, client: FlaskClient, code: str
) -> None:
    page = send(client, setup_code=code, serves="national", country="ML")
    assert values(page.text, "timezone") == []
    person = {k: SECOND[k] for k in ("step", "staff_number", "name_latin", "passphrase", "again")}
    done = send(client, setup_code=code, serves="national", country="ML", **person)
    assert done.headers["Location"] == "/server"
    assert client.get("/server").status_code == 200
    assert identity(app) == server.Identity("ML", "ML", "ML")
    with app.app_context():
        head = persons.with_number("ML", "A-1")
        assert head is not None
        assert (head.establishment, persons.roles_of(head.id)) == ("", [("server-administrator", "country/ML")])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "MA"), ("code", "ML-1"), ("code", "MA-1/2"), ("code", "MA-" + "X" * 20), ("code", ""),
        ("name", ""), ("timezone", "Mars/Olympus"), ("timezone", "../etc/passwd"), ("languages", []),
        ("kind", "palace"),
        ("name", "x" * 200), ("region", "a/b"), ("staff_number", "-"), ("name_latin", ""), ("staff_number", "9" * 50),
        ("passphrase", "short"), ("passphrase", "123456"), ("passphrase", "a" * 20), ("again", "another text here"),
    ],
)  # fmt: skip
def test_setup_when_a_field_is_wrong_then_it_is_named_and_nothing_is_founded(
    app: Flask, client: FlaskClient, code: str, field: str, value: Any
) -> None:
    form = {**FIRST, **SECOND, "setup_code": code, field: value}
    if field in ("name", "name_latin"):
        form |= {"name_ar": "", "name_arabic": ""} if not value else {}
    page = send(client, **form)
    assert page.status_code == 422
    assert f'id="{field}-error"' in page.text
    assert "<title>Error: " in page.text
    assert PASSPHRASE not in page.text
    assert identity(app) is None


def test_setup_when_a_name_holds_markup_then_it_is_shown_as_text(client: FlaskClient, code: str) -> None:
    page = send(client, setup_code=code, **FIRST, **{**SECOND, "name": "<script>x</script>", "code": ""})
    assert "<script>x" not in main(page.text)
    assert values(page.text, "name") == ["<script>x</script>"]


def test_setup_when_the_token_is_missing_then_nothing_happens(app: Flask, client: FlaskClient, code: str) -> None:
    assert client.post("/setup", data={"setup_code": code, **FIRST, **SECOND}).status_code == 400
    assert identity(app) is None
