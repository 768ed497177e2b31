"""Lists of staff by screens: looked at, confirmed, imported whole and once."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anhnh_lms.people import persons
from anhnh_lms.people.csv_import import plan
from anhnh_lms.people.csv_read import read_list

from ..support import post
from .reading import hidden
from .staffing import STAFF, entries, preview

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
