"""The register: every certificate of an establishment, its paper checked, taken back, issued again."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anhnh_lms.certificates import register as book
from anhnh_lms.people import staff
from anhnh_lms.people.details import details_of
from anhnh_lms.people.persons import person_of
from tests import support
from tests.learning import school
from tests.people.conftest import user as acting

from .staffing import page_of
from .taking import text_of

REGISTER = "/establishments/MA-1/certificates"
FORMULA = '=HYPERLINK("x")'


@dataclass(frozen=True)
class Issued:
    """A certificate, by the four things that people know it by."""

    id: str
    number: str
    code: str
    holder: support.Member


@pytest.fixture
def issued(app: Flask, founded: support.Founded, people: support.People, client: FlaskClient) -> Issued:
    """A learner whose name would be a formula completed the course; the administrator is signed in."""
    member = people.register(name_latin=FORMULA, name_arabic="سلمى")
    with app.app_context():
        course = school.publish()
        learner = school.user_of(member)
        school.finish_modules(learner, course)
        school.sit(learner, course, school.AFTER)
        (row,) = book.of_person(member.id)
        found = Issued(row.id, book.number_of(row), book.code_of(row), member)
    support.sign_in(client, founded.number, founded.passphrase)
    return found


def answer_of(client: FlaskClient, number: str, code: str) -> str:
    """What the public page says of a number and a code."""
    return text_of(support.post(client, "/verify", {"number": number, "code": code}).text)


def test_register_when_searched_by_number_or_name_then_it_finds_the_certificate(
    client: FlaskClient, issued: Issued
) -> None:
    for search in ("", issued.number, issued.number.lower().replace("/", " / "), "hyperlink", "سلمى"):
        assert issued.number in client.get(REGISTER, query_string={"q": search}).text, search
    assert issued.number not in client.get(REGISTER, query_string={"q": "nobody"}).text


def test_register_file_when_a_name_would_be_a_formula_then_no_cell_is_one(client: FlaskClient, issued: Issued) -> None:
    response = client.get(f"{REGISTER}/register.csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="certificates-MA-1.csv"' in response.headers["Content-Disposition"]
    assert response.data.startswith(b"\xef\xbb\xbf")
    heading, line = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert dict(zip(heading, line, strict=True)) == {
        "Number": issued.number, "Name": f"'{FORMULA}", "Name in Arabic letters": "سلمى", "Course": "Fire drill",
        "Version": "1.0", "Completed on": line[5], "Date uncertain": "no", "Issued on": line[5],
        "Valid until": line[8], "State": "valid", "Reason": "",
    }  # fmt: skip
    assert line[7] < line[8]


def test_revoke_when_a_reason_is_given_then_whoever_checks_the_paper_sees_it(
    client: FlaskClient, issued: Issued
) -> None:
    address = f"{REGISTER}/{issued.id}"
    assert "yes it is valid" in answer_of(client, issued.number, issued.code)
    assert support.post(client, f"{address}/revoke", {"reason": " "}).status_code == 422
    assert "yes it is valid" in answer_of(client, issued.number, issued.code)
    support.post(client, f"{address}/revoke", {"reason": "Issued to the wrong person"})
    assert "no it was revoked" in answer_of(client, issued.number, issued.code)
    assert "Issued to the wrong person" in client.get(address).text
    again = support.post(client, f"{address}/revoke", {"reason": "twice"}, page=REGISTER, follow=True)
    assert "revoked or replaced already" in again.text


def test_reissue_when_the_name_was_corrected_then_the_new_paper_has_it_and_the_old_number_is_revoked(
    app: Flask, client: FlaskClient, issued: Issued, founded: support.Founded
) -> None:
    with app.app_context():
        now = details_of(person_of("MA-1", "MA", issued.holder.id))
        changed = {**{name: getattr(now, name) for name in now.__slots__}, "name_latin": "Salma Benali"}
        staff.change(acting(founded.administrator), "MA-1", "MA", issued.holder.id, type(now)(**changed),
                     now.fingerprint())  # fmt: skip
    address = f"{REGISTER}/{issued.id}"
    page = support.post(client, f"{address}/reissue", page=address, follow=True).text
    assert "Salma Benali" in page
    with app.app_context():
        new, old = sorted(book.of_person(issued.holder.id), key=lambda row: row.count, reverse=True)
        assert (old.state, old.replaced_by, new.state, new.name_latin) == ("replaced", new.id, "issued", "Salma Benali")
        assert (new.date, new.expires, new.version) == (old.date, old.expires, old.version)
        fresh = (book.number_of(new), book.code_of(new))
    assert "no it was revoked" in answer_of(client, issued.number, issued.code)
    assert "yes it is valid" in answer_of(client, *fresh)
    assert client.get(f"/certificates/{issued.id}.pdf").status_code == 404


@pytest.mark.parametrize("wrong", ["number", "code"])
def test_verify_when_the_number_or_the_code_is_wrong_then_both_get_the_same_answer(
    client: FlaskClient, issued: Issued, wrong: str
) -> None:
    number = re.sub(r"\d$", "9", issued.number) if wrong == "number" else issued.number
    code = issued.code if wrong == "number" else "0" * 8
    said = answer_of(client, number, code)
    assert "this server does not know it" in said
    assert "fire drill" not in said


def test_register_when_another_establishments_address_is_used_then_the_certificate_is_not_there(
    client: FlaskClient, issued: Issued
) -> None:
    elsewhere = f"/establishments/MA-2/certificates/{issued.id}"
    assert client.get(elsewhere).status_code == 404
    assert client.get(f"{REGISTER}/{'0' * 32}").status_code == 404


def test_certificate_when_looked_at_in_the_register_then_the_staff_page_lists_it_too(
    client: FlaskClient, issued: Issued
) -> None:
    assert issued.number in client.get(f"{REGISTER}/{issued.id}").text
    assert issued.number in client.get(page_of(issued.holder)).text


def test_paper_when_its_holder_was_forgotten_then_there_is_none_and_none_is_issued_again(
    app: Flask, client: FlaskClient, founded: support.Founded, issued: Issued
) -> None:
    with app.app_context():
        administrator = acting(founded.administrator)
        staff.forget(administrator, "MA-1", "MA", issued.holder.id)
    page = client.get(f"{REGISTER}/{issued.id}")
    assert page.status_code == 200
    assert "/reissue" not in page.text
    assert client.get(f"/certificates/{issued.id}.pdf").status_code == 404
    with app.app_context(), pytest.raises(book.NotLive):
        book.reissue(issued.id, founded.administrator)
