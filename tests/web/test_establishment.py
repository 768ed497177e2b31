"""The director's page: who may open it, what it says, what the files hold, what is noted."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from anhnh_lms import clock
from anhnh_lms.db import db
from anhnh_lms.people.places import describe
from anhnh_lms.record.tables import EntryRow

from ..reports.life import Life
from ..support import PASSPHRASE, PIN, Founded, Member, People, sign_in
from .reading import main

PAGE = "/establishments/MA-1"


@pytest.fixture
def course(app: Flask, founded: Founded, people: People) -> str:
    """A course that three guards must take: one completed it, one is overdue, and one takes another unasked."""
    with app.app_context():
        yesterday = (clock.today("Africa/Casablanca") - timedelta(days=1)).isoformat()
        life = Life("MA-1")
        found = life.course("stress", titles={"en": "Stress <b>&", "ar": "الضغط"})
        other = life.course("conflict", titles={"en": "Conflict"})
        done, late, alone = (life.person(name) for name in ("Done", "=cmd()", "Alone"))
        life.assigned(found, yesterday, "function", "guard")
        life.completed(done, found)
        life.certified(done, found, 3)
        life.begun(late, found)
        life.begun(alone, other)
        life.record()
    return found


@pytest.fixture
def director(client: FlaskClient, people: People, course: str) -> Member:
    """The director of MA-1, signed in with the passphrase."""
    member = people.register("director", "director", name_latin="The Director")
    sign_in(client, member.number, PASSPHRASE)
    return member


def lines(response_text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response_text.removeprefix("\ufeff"), newline="")))


def test_overview_when_opened_then_it_answers_without_a_click(client: FlaskClient, director: Member) -> None:
    page = client.get(PAGE)
    text = main(page.text)
    assert "Are we on track?" in text
    assert "Not yet: 2 people are overdue." in text
    assert "<strong>1</strong> of 3 completed" in text
    assert "33\u00a0%" in text
    assert "Stress &lt;b&gt;&amp;" in text
    assert re.search(r"MA-1:\d+", text)
    assert "Conflict" in text
    html5lib.HTMLParser(strict=True).parse(page.text)
    ids = re.findall(r'\sid="([^"]+)"', page.text)
    assert len(ids) == len(set(ids))


def test_overview_when_opened_then_every_link_behind_a_number_opens_as_many_names(
    client: FlaskClient, director: Member
) -> None:
    links = re.findall(r'<td class="number"><a href="([^"]+)">(\d+)</a>', client.get(PAGE).text)
    assert links
    for address, number in links:
        names = client.get(address.replace("&amp;", "&"))
        assert len(re.findall(r'<th scope="row"><bdi>', names.text)) == int(number)


def test_overview_when_a_number_changes_then_the_page_does(client: FlaskClient, director: Member, app: Flask,
                                                           course: str) -> None:  # fmt: skip
    assert "<strong>1</strong> of 3 completed" in client.get(PAGE).text
    with app.app_context():
        life = Life("MA-1")
        life.completed(life.person("New"), course)
        life.record()
    assert "<strong>2</strong> of 4 completed" in client.get(PAGE).text


def test_overview_when_opened_then_it_takes_three_reads_besides_the_sign_in_and_one_when_nothing_changed(
    client: FlaskClient, director: Member, app: Flask
) -> None:
    statements: list[str] = []
    client.get("/")
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda _c, _cursor, sql, *_rest: statements.append(sql))
    for expected in (3, 1):
        statements.clear()
        client.get(PAGE)
        reads = [sql for sql in statements if sql.startswith("SELECT")]
        mine = [sql for sql in reads if "v_duty" in sql or "head.seq" in sql or "v_course" in sql]
        assert len(mine) == expected
        assert len(reads) <= expected + 4  # who asks, and whether somebody waits for a decision


def test_overview_when_nobody_must_take_anything_then_it_says_so(client: FlaskClient, people: People) -> None:
    member = people.register("director", "director")
    sign_in(client, member.number, PASSPHRASE)
    assert "Nobody must take a course here yet." in client.get(PAGE).text


@pytest.mark.parametrize("path", ["", "/names", "/figures.csv", "/names.csv"])
def test_pages_when_of_another_establishment_then_they_do_not_exist(
    client: FlaskClient, people: People, app: Flask, course: str, path: str
) -> None:
    with app.app_context():
        describe("MA-2", "MA", {"name": "Elsewhere"}, "")
    member = people.register("director", "director", scope="establishment/MA-2")
    sign_in(client, member.number, PASSPHRASE)
    assert client.get(PAGE + path).status_code == 404
    assert client.get("/establishments/MA-99" + path).status_code == 404


@pytest.mark.parametrize("path", ["", "/names", "/figures.csv", "/names.csv"])
def test_pages_when_signed_in_with_a_pin_then_they_ask_for_the_passphrase(
    client: FlaskClient, people: People, course: str, path: str
) -> None:
    member = people.register("director", "director")
    sign_in(client, member.number, PIN)
    response = client.get(PAGE + path)
    assert response.status_code == 403
    assert "passphrase" in response.text
    assert "Done" not in response.text


@pytest.mark.parametrize("role", ["", "focal-point", "trainer", "donor", "inspection"])
def test_pages_when_the_role_gives_no_such_power_then_they_do_not_exist(
    client: FlaskClient, people: People, course: str, role: str
) -> None:
    member = people.register("guard", role)
    sign_in(client, member.number, PASSPHRASE if role else PIN)
    assert client.get(PAGE).status_code == 404
    assert client.get(PAGE + "/names").status_code == 404


def test_names_when_read_then_it_is_noted_and_no_score_is_shown(
    client: FlaskClient, director: Member, app: Flask
) -> None:
    page = client.get(PAGE + "/names?state=completed")
    assert "MA-1/2026/000003" in page.text
    assert "Scores and answers stay with each person" in page.text
    client.get(PAGE + "/names.csv")
    with app.app_context():
        noted = db.session.execute(
            select(EntryRow.actor, EntryRow.body).where(EntryRow.kind.like("audit.%")).order_by(EntryRow.lamport)
        ).all()
    assert [actor for actor, _ in noted] == [director.id, director.id]
    assert [re.search(r'"what":"([^"]+)"', body)[1] for _, body in noted] == ["names", "names-file"]  # type: ignore[index]


def test_names_when_the_address_asks_nonsense_then_the_page_stands(client: FlaskClient, director: Member) -> None:
    for query in ("state=x&page=999999", "course=%27%3B--", "page=-1", "function=%00", "all=1&page=7"):
        assert client.get(f"{PAGE}/names?{query}").status_code == 200


def test_names_when_there_are_many_then_a_hundred_a_page_or_all(
    client: FlaskClient, director: Member, app: Flask
) -> None:
    with app.app_context():
        life = Life("MA-1")
        for n in range(120):
            life.person(f"Guard {n:03}")
        life.record()
    count = re.compile(r'<th scope="row"><bdi>')
    assert len(count.findall(client.get(PAGE + "/names").text)) == 100
    assert len(count.findall(client.get(PAGE + "/names?page=2").text)) == 23
    assert len(count.findall(client.get(PAGE + "/names?all=1").text)) == 123


def test_files_when_taken_then_they_hold_the_same_numbers_and_no_formula(client: FlaskClient, director: Member) -> None:
    figures, names = client.get(PAGE + "/figures.csv"), client.get(PAGE + "/names.csv")
    for response in (figures, names):
        assert response.data.startswith(b"\xef\xbb\xbf")
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert "attachment" in response.headers["Content-Disposition"]
    total = next(row for row in lines(figures.text) if row[2] == "All functions")
    assert total[3:8] == ["3", "1", "1", "1", "2"]
    assert {row[1] for row in lines(names.text)[1:]} == {"Done", "'=cmd()", "Alone"}


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_files_when_taken_in_another_language_then_no_hidden_mark_is_in_them(
    client: FlaskClient, director: Member, lang: str
) -> None:
    client.set_cookie("lang", lang)
    for path in ("/figures.csv", "/names.csv"):
        assert not set(client.get(PAGE + path).text[1:]) & set("\u200e\u200f\u061c\ufeff")
