"""The server page, its clock, establishments and national staff."""

from __future__ import annotations

import socket
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from anhnh_lms import clock
from anhnh_lms.config import Settings
from anhnh_lms.people import persons
from anhnh_lms.people.places import establishment
from anhnh_lms.record import log
from anhnh_lms.record.log import new_id
from anhnh_lms.record.tables import EntryRow
from anhnh_lms.web import lan

from ..support import PASSPHRASE, Founded, People, post, sign_in
from .reading import hidden, main, values

PRISON = {
    "name": "Prison locale", "name_ar": "السجن المحلي", "kind": "local-prison", "administration": "DGAPR",
    "administration_ar": "", "place": "Fès", "place_ar": "", "region": "", "timezone": "Africa/Casablanca",
    "languages": ["ar", "fr"],
}  # fmt: skip


# -- the page ---------------------------------------------------------------------------------------------------


def test_server_when_opened_then_it_tells_identity_version_and_clock(admin: FlaskClient) -> None:
    page = main(admin.get("/server").text)
    for text in ("MA-1.1", "0.1.0", "The clock agrees with the record.", "Prison locale de Salé", "Africa/Casablanca"):
        assert text in page
    assert "Add an establishment" not in page


@pytest.mark.parametrize("role", ["director", "focal-point", "national-administrator"])
def test_server_when_one_does_not_administer_it_then_there_is_nothing(
    client: FlaskClient, people: People, role: str
) -> None:
    sign_in(client, people.register(role=role).number, PASSPHRASE)
    for path in ("/server", "/server/establishments/MA-1", "/server/add-establishment", "/server/national-staff"):
        assert client.get(path).status_code == 404, path
    assert client.get("/server/address").status_code == 200


def test_address_when_printed_then_only_learners_cannot(client: FlaskClient, people: People) -> None:
    sign_in(client, people.register().number)
    assert client.get("/server/address").status_code == 404


# -- the clock ----------------------------------------------------------------------------------------------------


def confirm(client: FlaskClient, date: str) -> TestResponse:
    return post(client, "/server/confirm-clock", {"date": date}, page="/server/address", follow=True)


def test_confirm_clock_when_the_date_was_wrong_then_it_is_recorded_once(
    client: FlaskClient, app: Flask, founded: Founded
) -> None:
    with app.app_context():
        before = clock.now()
    with clock.fixed_at(datetime(before.year + 3, 2, 1, 12, tzinfo=UTC)):
        sign_in(client, founded.number, founded.passphrase)
        page = client.get("/server")
        assert "The date of this server may be wrong" in page.text
        date = hidden(page.text)["date"]
        assert "The date is confirmed." in confirm(client, date).text
        assert "needs no confirmation" in confirm(client, date).text
        with app.app_context():
            assert log.clock_state() == "set-by-hand"
            (entry,) = log.read(EntryRow.kind == "clock.confirmed")
            assert (entry.facts(), entry.actor) == ({"date": date}, founded.administrator)


def test_confirm_clock_when_another_day_was_shown_then_nothing_is_confirmed(
    client: FlaskClient, app: Flask, founded: Founded
) -> None:
    with clock.fixed_at(datetime(2031, 2, 1, 12, tzinfo=UTC)):
        sign_in(client, founded.number, founded.passphrase)
        assert "Look at it again" in confirm(client, "2031-01-31").text
        with app.app_context():
            assert log.clock_state() == "suspect"


def test_confirm_clock_when_one_administers_only_an_establishment_of_it_then_refused(
    client: FlaskClient, country: People
) -> None:
    sign_in(client, country.register(role="server-administrator").number, PASSPHRASE)
    assert client.get("/server").status_code == 200
    assert post(client, "/server/confirm-clock", {}, page="/server/address").status_code == 404
    assert client.get("/server/add-establishment").status_code == 404
    assert client.get("/server/national-staff").status_code == 404
    assert client.get("/server/establishments/MA-2").status_code == 404
    assert client.get("/server/establishments/MA-1").status_code == 200


# -- establishments -------------------------------------------------------------------------------------------------


def test_establishment_when_described_then_only_what_differs_is_recorded_and_once(
    admin: FlaskClient, app: Flask
) -> None:
    path = "/server/establishments/MA-1"
    form = {**PRISON, **hidden(admin.get(path).text)}
    for _ in range(2):
        assert post(admin, path, form).headers["Location"] == "/server"
    with app.app_context():
        row = establishment("MA-1")
        assert row is not None
        assert (row.name, row.place) == ("Prison locale", "Fès")
        told = [e.facts() for e in log.read(EntryRow.kind == "establishment.described")]
    assert len(told) == 2
    assert "timezone" not in told[1]  # it was the same


def test_establishment_when_the_form_is_stale_or_wrong_then_nothing_is_recorded(admin: FlaskClient, app: Flask) -> None:
    path = "/server/establishments/MA-1"
    seen = hidden(admin.get(path).text)
    assert post(admin, path, {**PRISON, "seen": "older"}).status_code == 409
    for change in ({"timezone": "x"}, {"name": "", "name_ar": ""}, {"languages": []}, {"kind": "palace"}):
        assert post(admin, path, {**PRISON, **seen, **change}).status_code == 422
    with app.app_context():
        row = establishment("MA-1")
        assert row is not None
        assert row.name == "Prison locale de Salé"


def test_add_establishment_when_the_server_serves_one_then_there_is_nothing(admin: FlaskClient) -> None:
    assert admin.get("/server/add-establishment").status_code == 404
    assert post(admin, "/server/add-establishment", {**PRISON, "code": "MA-2"}, page="/server").status_code == 404


def test_add_establishment_when_sent_twice_then_there_is_one(nation: FlaskClient, app: Flask) -> None:
    path, form = "/server/add-establishment", {**PRISON, "code": "ma-3"}
    for _ in range(2):
        assert post(nation, path, form).headers["Location"] == "/establishments/MA-3/staff"
    with app.app_context():
        told = [e for e in log.read(EntryRow.kind == "establishment.described") if e.subject == "MA-3"]
        series = [e for e in log.read(EntryRow.kind == "series.assigned") if e.subject == "MA-3"]
    assert (len(told), len(series)) == (1, 1)


@pytest.mark.parametrize("code", ["MA-1", "ML-1", "MA", "MA-", "MA-a/b", "../x", ""])
def test_add_establishment_when_the_code_is_taken_or_wrong_then_it_is_named(nation: FlaskClient, code: str) -> None:
    page = post(nation, "/server/add-establishment", {**PRISON, "code": code})
    assert page.status_code == 422
    assert 'id="code-error"' in page.text


# -- national staff ---------------------------------------------------------------------------------------------------

NATIONAL = "/server/national-staff"


def test_national_staff_when_the_server_serves_one_establishment_then_there_is_nothing(admin: FlaskClient) -> None:
    for path in ("", "/add", "/slips", "/import-csv", f"/{new_id()}", f"/{new_id()}/edit"):
        assert admin.get(NATIONAL + path).status_code == 404


def test_national_staff_when_someone_is_added_then_they_can_be_given_the_country_and_a_slip(
    nation: FlaskClient, app: Flask
) -> None:
    form = {"staff_number": "N-2", "name_latin": "Omar Haddad", "function": "administration"}
    added = post(nation, f"{NATIONAL}/add", {**form, **hidden(nation.get(f"{NATIONAL}/add").text)})
    path = added.headers["Location"]
    person = path.rpartition("/")[2]
    assert path == f"{NATIONAL}/{person}"
    for page in ("", "/edit", "/move", "/leave", "/forget", "/roles", "/reset"):
        assert nation.get(path + page).status_code == 200, page
    role = "national-administrator|country/MA"
    assert post(nation, f"{path}/roles", {"do": "grant", "role": role}).status_code == 302
    sheet = post(nation, f"{path}/reset", {**hidden(nation.get(f"{path}/reset").text),
                                           "slip": values(nation.get(f"{path}/reset").text, "slip")[0]})  # fmt: skip
    assert "Passphrase" in sheet.text
    assert "Omar Haddad" in nation.get(NATIONAL).text
    with app.app_context():
        assert persons.roles_of(person) == [("national-administrator", "country/MA")]
        assert persons.credentials_of(person) == {"passphrase": "slip"}
        audited = {e.stream for e in log.read(EntryRow.kind == "audit.viewed")}
    assert audited == {"audit/MA"}


def test_national_staff_when_a_person_of_an_establishment_is_named_then_there_is_nobody(
    nation: FlaskClient, country: People
) -> None:
    member = country.register()
    for do in ("", "/edit", "/roles", "/reset", "/forget"):
        assert nation.get(f"{NATIONAL}/{member.id}{do}").status_code == 404


@pytest.mark.parametrize("path", ["/x", "/x/y/z", f"/{'0' * 32}/destroy", "/add/now", "/slips/edit"])
def test_national_staff_when_the_address_makes_no_sense_then_there_is_nothing(nation: FlaskClient, path: str) -> None:
    assert nation.get(NATIONAL + path).status_code == 404
    assert post(nation, NATIONAL + path, {}, page="/server/address").status_code == 404


def test_national_staff_when_posted_to_a_page_that_only_shows_then_there_is_nothing(nation: FlaskClient) -> None:
    assert post(nation, NATIONAL, {}, page="/server/address").status_code == 404


# -- the address ------------------------------------------------------------------------------------------------------


def test_addresses_when_the_server_listens_to_all_then_the_lans_come_and_not_the_loopback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_traffic(*_args: object) -> None:
        raise AssertionError("something was sent")

    for name in ("connect", "sendto", "send"):
        monkeypatch.setattr(lan.socket.socket, name, no_traffic)
    monkeypatch.setattr(lan.socket, "getaddrinfo", no_traffic)
    found = lan.addresses(Settings(host="0.0.0.0", port=8000))
    assert all(address.startswith("http://") and address.endswith(":8000") for address in found)
    assert not [address for address in found if "127.0.0.1" in address]


@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        ("127.0.0.1", 8000, []),
        ("localhost", 8000, []),
        ("::1", 8000, []),
        ("192.168.1.10", 8000, ["http://192.168.1.10:8000"]),
        ("192.168.1.10", 80, ["http://192.168.1.10"]),
    ],
)
def test_addresses_when_the_server_listens_to_one_then_that_one(host: str, port: int, expected: list[str]) -> None:
    assert lan.addresses(Settings(host=host, port=port)) == expected


def test_address_of_when_the_interface_is_the_loopback_then_the_kernel_says_so() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        assert str(lan._address_of(asked, "lo")) == "127.0.0.1"
        assert lan._address_of(asked, "no-such-thing") is None
