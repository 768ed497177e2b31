"""The country side by side, and the figures for partners: scopes, files, bad dates, nothing that names."""

from __future__ import annotations

import re
from collections.abc import Callable

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from ..reports.life import Life, gather
from ..support import PASSPHRASE, PIN, People, sign_in

SignedIn = Callable[[str, str], FlaskClient]


@pytest.fixture
def lived(app: Flask) -> Flask:
    """Three establishments in two countries; in each, guards who must take a course."""
    with app.app_context():
        gather()
        life = Life("MA-1")
        course = life.course("stress", scope="*")
        for code, country, number in (("MA-1", "MA", 9), ("MA-2", "MA", 7), ("ML-1", "ML", 8)):
            here = Life(code, country)
            people = [here.person(f"{code} guard {n}", sex="fm"[n % 2]) for n in range(number)]
            here.assigned(course, "2026-03-01", "function", "guard")
            for person in people[:6]:
                here.completed(person, course, "2026-02-01")
            life.facts += here.facts
        life.record()
    return app


@pytest.fixture
def as_(lived: Flask, client: FlaskClient) -> SignedIn:
    """A browser with somebody of MA's administration signed in, in that role and scope."""

    def signed_in(role: str, scope: str) -> FlaskClient:
        member = People(lived, "", "MA").register("administration", role, scope=scope)
        sign_in(client, member.number, PASSPHRASE)
        return client

    return signed_in


@pytest.mark.parametrize(("role", "scope", "seen", "unseen"), [
    ("national-administrator", "country/MA", ["MA-1", "MA-2"], ["ML-1"]),
    ("national-administrator", "country/ML", ["ML-1"], ["MA-1", "MA-2"]),
    ("regional-administration", "region/MA/Fès", ["MA-2"], ["MA-1", "ML-1"]),
])  # fmt: skip
def test_overview_when_opened_then_it_shows_the_own_establishments_and_leads_to_them(
    as_: SignedIn, role: str, scope: str, seen: list[str], unseen: list[str]
) -> None:
    client = as_(role, scope)
    page, file = client.get("/countries"), client.get("/countries/figures.csv")
    html5lib.HTMLParser(strict=True).parse(page.text)
    for code in seen:
        assert f'href="/establishments/{code}"' in page.text
        assert client.get(f"/establishments/{code}").status_code == 200
        assert f",{code}," in file.text
    for code in unseen:
        assert code not in page.text
        assert code not in file.text
        assert client.get(f"/establishments/{code}").status_code == 404


@pytest.mark.parametrize("path", ["/countries", "/countries/figures.csv", "/figures", "/figures/figures.csv"])
def test_pages_when_the_power_is_not_held_then_they_do_not_exist(as_: SignedIn, path: str) -> None:
    assert as_("trainer", "country/MA").get(path).status_code == 404


@pytest.mark.parametrize(("role", "path"), [("national-administrator", "/countries"), ("donor", "/figures")])
def test_pages_when_signed_in_with_a_pin_then_they_ask_for_the_passphrase(
    lived: Flask, client: FlaskClient, role: str, path: str
) -> None:
    member = People(lived, "", "MA").register("administration", role)
    sign_in(client, member.number, PIN)
    assert client.get(path).status_code == 403


def test_pages_when_one_power_is_held_then_the_other_page_does_not_exist(as_: SignedIn) -> None:
    client = as_("donor", "all")
    assert client.get("/figures").status_code == 200
    assert client.get("/countries").status_code == 404
    assert client.get("/establishments/MA-1/names").status_code == 404


def test_aggregates_when_opened_then_no_person_and_no_establishment_is_in_them(as_: SignedIn) -> None:
    client = as_("donor", "all")
    query = "?from=2026-01-01&to=2026-12-31"
    page, file = client.get(f"/figures{query}"), client.get(f"/figures/figures.csv{query}")
    html5lib.HTMLParser(strict=True).parse(page.text)
    for text in (page.text, file.text):
        assert not re.search(r"guard|Oued|Jbel|Badalaba|M[AL]-\d", text)
    assert "Morocco" in page.text
    assert "Mali" in page.text
    assert "fewer than 5 persons is hidden" in page.text


def test_aggregates_when_women_are_few_then_the_page_hides_them(as_: SignedIn) -> None:
    page = as_("donor", "country/ML").get("/figures?from=2026-01-01&to=2026-12-31").text
    assert "Morocco" not in page
    row = re.search(r"Persons trained</th>(.*?)</tr>", page)
    assert row
    assert re.findall(r">(\w+)<", row[1]) == ["hidden", "hidden", "6"]


@pytest.mark.parametrize("query", ["from=x", "from=2026-02-30", "from=2026-05-01&to=2026-04-01", "to=9999-12-31"])
def test_aggregates_when_the_dates_make_no_sense_then_it_says_so(as_: SignedIn, query: str) -> None:
    client = as_("donor", "all")
    response = client.get(f"/figures?{query}")
    assert response.status_code == 422
    assert 'href="#from"' in response.text
    assert client.get(f"/figures/figures.csv?{query}").status_code == 200


def test_aggregates_when_scoped_to_an_establishment_then_there_is_no_country(as_: SignedIn) -> None:
    assert "There is no country here" in as_("donor", "establishment/MA-1").get("/figures").text
