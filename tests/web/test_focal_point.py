"""The focal point's own screen, and the self-test."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anhnh_lms import clock
from anhnh_lms.certificates import press
from anhnh_lms.config import Settings
from anhnh_lms.record import health
from anhnh_lms.web import checks
from tests.learning import school

from ..support import PASSPHRASE, PIN, Founded, People, post, sign_in
from .reading import hidden, main, values
from .staffing import STAFF
from .test_staff_slips import pin_on

HERE = "/establishments/MA-1"
DESK = f"{HERE}/desk"


@pytest.fixture
def focal(client: FlaskClient, people: People) -> FlaskClient:
    """The focal point of MA-1, signed in with the passphrase."""
    sign_in(client, people.register(role="focal-point").number, PASSPHRASE)
    return client


# -- the screen -------------------------------------------------------------------------------------------


def test_desk_when_the_focal_point_signs_in_then_it_is_the_first_page_and_the_first_in_the_menu(
    focal: FlaskClient,
) -> None:
    assert focal.get("/").headers["Location"] == DESK
    page = focal.get("/", follow_redirects=True).text
    menu = re.findall(r'<li><a href="([^"]+)"', page[page.index('class="pages"') :])
    assert menu[0] == DESK
    assert f'<a href="{DESK}" aria-current="page">' in page


def test_desk_when_shown_then_four_buttons_and_two_say_honestly_that_they_do_nothing(focal: FlaskClient) -> None:
    page = main(focal.get(DESK).text)
    buttons = re.findall(r'<(button|a)[^>]*class="button secondary panel"([^>]*)>.*?<span>(\w+)</span>', page)
    assert [word for _, _, word in buttons] == ["Receive", "Send", "Print", "Help"]
    assert ["disabled" in attributes for _, attributes, _ in buttons] == [True, True, False, False]
    assert "not available yet: this server does not exchange records with others" in page


def test_desk_when_signed_in_with_the_pin_or_as_somebody_else_then_there_is_nothing(
    app: Flask, people: People, founded: Founded
) -> None:
    member = people.register(role="focal-point")
    for number, secret, status in (
        (member.number, PIN, 403), (people.register().number, PIN, 404),
        (people.register(role="director").number, PASSPHRASE, 404),
        (people.register(role="trainer").number, PASSPHRASE, 404),
    ):  # fmt: skip
        client = app.test_client()
        sign_in(client, number, secret)
        for path in (DESK, f"{DESK}/print", f"{DESK}/help", "/self-test"):
            assert client.get(path).status_code == status, path


def test_desk_when_it_is_another_establishment_then_there_is_nothing(client: FlaskClient, country: People) -> None:
    sign_in(client, country.register(role="focal-point").number, PASSPHRASE)
    assert client.get("/").headers["Location"] == DESK
    for path in ("", "/print", "/help"):
        assert client.get(f"/establishments/MA-2/desk{path}").status_code == 404
        assert client.get(f"/establishments/MA-9/desk{path}").status_code == 404


def test_desk_when_one_administers_or_directs_then_their_own_screens_stay(
    admin: FlaskClient, app: Flask, people: People
) -> None:
    assert admin.get("/").headers["Location"] == HERE
    assert f'href="{DESK}"' not in admin.get(HERE).text
    assert admin.get(DESK).status_code == 200  # to help over the telephone
    director = app.test_client()
    sign_in(director, people.register(role="director").number, PASSPHRASE)
    assert director.get("/").headers["Location"] == HERE
    assert f'href="{DESK}"' not in director.get(HERE).text


def test_reset_when_a_focal_point_forgot_the_passphrase_then_the_administrators_may_still_print_one(
    nation: FlaskClient, admin_of_the_country: FlaskClient, country: People
) -> None:
    """The focal point's further power must not put them above those who reset them."""
    focal = country.register(role="focal-point")
    for client in (nation, admin_of_the_country):
        page = client.get(f"{STAFF}/{focal.id}/reset")
        assert f"{focal.id}.passphrase." in page.text


@pytest.fixture
def admin_of_the_country(app: Flask, country: People) -> FlaskClient:
    client = app.test_client()
    sign_in(client, country.register(role="national-administrator", home="", scope="country/MA").number, PASSPHRASE)
    return client


def test_print_when_opened_then_every_link_opens(focal: FlaskClient, people: People) -> None:
    people.register(slip=True)
    page = main(focal.get(f"{DESK}/print").text)
    links = re.findall(r'href="(/[^"]+)"', page)
    assert {f"{STAFF}/slips", "/server/address", f"{HERE}/certificates"} <= set(links)
    assert [link for link in links if focal.get(link).status_code != 200] == []


def test_help_when_opened_then_it_names_who_looks_after_the_server_and_nobody_else(
    focal: FlaskClient, people: People
) -> None:
    people.register(role="director", name_latin="Driss Alami")
    people.register(name_latin="Somebody Else")
    page = main(focal.get(f"{DESK}/help").text)
    assert "Amina Benali" in page
    assert "Driss Alami" in page
    assert "Somebody Else" not in page
    assert 'href="/self-test"' in page


def test_register_when_asked_since_a_date_then_the_earlier_ones_are_left_out(
    focal: FlaskClient, app: Flask, people: People
) -> None:
    with app.app_context():
        course = school.publish()
        user = school.user_of(people.register(name_latin="Salma Idrissi"))
        school.finish_modules(user, course)
        school.sit(user, course, school.AFTER)
        today = clock.today("Africa/Casablanca")
    path = f"{HERE}/certificates?since="
    assert "Salma Idrissi" in focal.get(f"{path}{today}").text
    assert "Salma Idrissi" not in focal.get(f"{path}{today.replace(year=today.year + 1)}").text
    for nonsense in ("x", "2026-13-01", "%00", "9" * 50):
        assert "Salma Idrissi" in focal.get(path + nonsense).text


# -- slips ------------------------------------------------------------------------------------------------


def test_slips_when_more_wait_than_a_batch_then_everybody_is_reached_and_the_rest_is_counted(
    focal: FlaskClient, people: People, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anhnh_lms.people.slips.BATCH", 3)
    members = {people.register(slip=True).id for _ in range(7)}
    path = f"{STAFF}/slips?state=slip"
    seen: list[str] = []
    for page, left in ((1, 4), (2, 4), (3, 6)):
        text = focal.get(f"{path}&page={page}").text
        seen += [value.split(".")[0] for value in values(text, "slip")]
        assert f"{left} more people wait besides" in text
    assert len(seen) == 7
    assert set(seen) == members
    assert len(values(focal.get(f"{path}&page=99").text, "slip")) == 1


def test_slips_when_a_batch_is_printed_again_then_every_pin_is_another_and_the_old_one_is_dead(
    focal: FlaskClient, app: Flask, people: People
) -> None:
    members = [people.register(slip=True) for _ in range(4)]
    path = f"{STAFF}/slips"

    def sheet() -> list[str]:
        text = focal.get(f"{path}?state=slip").text
        return pin_on(post(focal, path, {**hidden(text), "slip": values(text, "slip")}).text)

    first, second = sheet(), sheet()
    assert (len(first), len(second)) == (4, 4)
    assert not set(first) & set(second)
    client = app.test_client()
    old = post(client, "/sign-in", {"number": members[0].number, "pin": first[0]})
    assert old.status_code == 422
    sign_in(client, members[0].number, second[0])


def test_slips_when_printed_then_a_strip_is_in_its_person_s_language_and_names_nobody_else(
    focal: FlaskClient, people: People
) -> None:
    wanted = {
        "fr": people.register(slip=True, language="fr", name_latin="Anne Sow", name_arabic="آن سو"),
        "ar": people.register(slip=True, language="ar", name_latin="Omar Tazi", name_arabic="عمر التازي"),
        "en": people.register(slip=True, language="en", name_latin="Jane Doe", name_arabic="جين"),
    }
    text = focal.get(f"{STAFF}/slips?state=slip").text
    sheet = post(focal, f"{STAFF}/slips", {**hidden(text), "slip": values(text, "slip")}).text
    strips = dict(re.findall(r'<section class="slip" lang="(\w+)"(.*?)</section>', sheet, re.DOTALL))
    assert set(strips) == set(wanted)
    names = {"fr": "Anne Sow", "ar": "عمر التازي", "en": "Jane Doe"}
    places = {"fr": "Prison locale de Salé", "ar": "السجن المحلي بسلا", "en": "Prison locale de Salé"}
    for lang, strip in strips.items():
        assert [name for name in names.values() if name in strip] == [names[lang]]
        assert [m.number for m in wanted.values() if m.number in strip] == [wanted[lang].number]
        assert places[lang] in strip
        assert len(pin_on(strip)) == 1


# -- the self-test ------------------------------------------------------------------------------------------


def states(page: str) -> dict[str, str]:
    """Title -> the word of the sign."""
    lines = re.findall(r'<p class="title">([^<]+) <span class="tag[^>]*>.*?</svg>([^<]+)</span></p>', page, re.DOTALL)
    return dict(lines)


@pytest.fixture
def well(app: Flask, founded: Founded, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A server with which nothing is wrong, whose every disk has room."""
    settings: Settings = app.config["SETTINGS"]
    with app.app_context():
        school.publish()
        health.note_start(cut=False, searched=True, restored=False)
    (settings.data / "copies").mkdir()
    (settings.data / "copies" / "notes.json").write_text("{}")  # no copy
    (settings.data / "copies" / "0001-2026-11-26.sqlite3").write_bytes(b"x")
    monkeypatch.setattr(checks.lan, "addresses", lambda _settings: ["http://192.168.1.10:8000"])
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda _path: type("U", (), {"free": 10 * 1024**3}))
    return settings


def test_self_test_when_all_is_well_then_it_says_yes_in_every_line(well: Settings, focal: FlaskClient) -> None:
    page = focal.get("/self-test").text
    assert set(states(page).values()) == {"Fine"}
    assert len(states(page)) == 11
    assert '<p class="lead">Yes.</p>' in page
    assert "Test again" in page


def test_self_test_when_it_has_looked_then_nothing_is_changed(well: Settings, focal: FlaskClient) -> None:
    def everything() -> tuple[list[str], list[str]]:
        with sqlite3.connect(well.data / "anhnh.sqlite3") as found:
            rows = list(found.iterdump())
        found.close()
        return rows, sorted(str(p) for p in well.data.rglob("*") if "cache" not in p.parts)

    before = everything()
    assert focal.get("/self-test").status_code == 200
    assert everything() == before
    assert focal.post("/self-test").status_code in (400, 405)


def _no_secrets_kept(settings: Settings) -> None:
    (settings.data / "secrets.json").chmod(0o640)


def _old_copy(settings: Settings) -> None:
    old = clock.now().timestamp() - 5 * 24 * 3600
    os.utime(settings.data / "copies" / "0001-2026-11-26.sqlite3", (old, old))


def _no_copy(settings: Settings) -> None:
    (settings.data / "copies" / "0001-2026-11-26.sqlite3").unlink()


BROKEN: list[tuple[str, str, Callable[[Settings], None]]] = [
    ("The secrets", "Something is wrong", _no_secrets_kept),
    ("The last copy", "Look at this", _old_copy),
    ("The last copy", "Look at this", _no_copy),
]


@pytest.mark.parametrize(("title", "word", "break_it"), BROKEN)
def test_self_test_when_something_is_wrong_then_that_line_says_it_and_what_to_do(
    well: Settings, focal: FlaskClient, title: str, word: str, break_it: Callable[[Settings], None]
) -> None:
    break_it(well)
    page = focal.get("/self-test").text
    assert {line: said for line, said in states(page).items() if said != "Fine"} == {title: word}
    assert "What to do:" in page


def _raise(error: BaseException) -> Callable[..., Any]:
    def fail(*_args: Any, **_values: Any) -> Any:
        raise error

    return fail


@pytest.mark.parametrize(
    ("what", "error", "title"),
    [
        ("anhnh_lms.record.health.unit_of_work", OSError("read-only"), "The database"),
        ("anhnh_lms.web.checks.print_apart", press.NotDrawn("no font"), "Certificates"),
        ("anhnh_lms.learning.library.course", LookupError("gone"), "Courses"),
        ("anhnh_lms.web.checks.shutil.disk_usage", OSError("no such disk"), "Room on the disk"),
        ("anhnh_lms.record.health.revision", RuntimeError("anything"), "The program"),
    ],
)
def test_self_test_when_a_part_fails_then_the_page_stands_and_that_line_is_not_right(
    well: Settings, focal: FlaskClient, monkeypatch: pytest.MonkeyPatch, what: str, error: Exception, title: str
) -> None:
    monkeypatch.setattr(what, _raise(error))
    assert {line: said for line, said in states(focal.get("/self-test").text).items() if said != "Fine"} == {
        title: "Something is wrong"
    }


@pytest.mark.parametrize(
    ("free", "word"), [(3 * 1024**3, "Fine"), (1024**3, "Look at this"), (100 * 1024**2, "Something is wrong")]
)
def test_self_test_when_the_disk_fills_then_it_is_said_before_it_is_full(
    well: Settings, focal: FlaskClient, monkeypatch: pytest.MonkeyPatch, free: int, word: str
) -> None:
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda _path: type("U", (), {"free": free}))
    assert states(focal.get("/self-test").text)["Room on the disk"] == word


@pytest.mark.parametrize(
    ("note", "word", "said"),
    [
        ({"cut": True, "searched": True, "restored": False}, "Look at this", "looked through and is whole"),
        ({"cut": False, "searched": True, "restored": True}, "Look at this", "put back from a copy"),
    ],
)
def test_self_test_when_the_last_start_was_not_clean_then_it_is_told(
    well: Settings, focal: FlaskClient, app: Flask, note: dict[str, bool], word: str, said: str
) -> None:
    with app.app_context():
        health.note_start(**note)
    page = focal.get("/self-test").text
    assert states(page)["The last start"] == word
    assert said in page


def test_was_cut_when_the_write_ahead_log_was_left_behind_then_yes(tmp_path: Path) -> None:
    file = tmp_path / "x.sqlite3"
    assert not health.was_cut(file)
    Path(f"{file}-wal").touch()
    assert not health.was_cut(file)
    Path(f"{file}-wal").write_bytes(b"x")
    assert health.was_cut(file)
