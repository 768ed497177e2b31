"""Languages of the interface: which is spoken, packs that an administrator adds, countries' words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_babel import gettext, ngettext

from anhnh_lms.record.server import Identity
from anhnh_lms.web import i18n
from anhnh_lms.web.speaking import speaking
from tests import support

HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)


@pytest.fixture(autouse=True)
def _forget() -> None:
    i18n.merged.cache_clear()
    i18n._available.cache_clear()


def add_pack(app: Flask, locale: str, text: str) -> None:
    folder = Path(app.config["PACKS"]) / locale
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(HEAD + text, encoding="utf-8")


def said(app: Flask, language: str, text: str, **values: object) -> str:
    with app.test_request_context("/"):
        g.user, g.forced_language = None, language
        return str(gettext(text, **values))


def test_pack_when_added_then_its_language_is_offered_and_spoken(app: Flask) -> None:
    add_pack(app, "bm", 'msgid "Sign in"\nmsgstr "Don"\n')
    with app.app_context():
        assert [item.code for item in i18n.available()] == ["fr", "ar", "en", "bm"]
    assert said(app, "bm", "Sign in") == "Don"
    assert said(app, "bm", "Sign out") == "Sign out"


def test_pack_when_a_placeholder_is_wrong_then_that_text_stays_as_it_was(app: Flask) -> None:
    text = 'msgid "Saved %(time)s"\nmsgstr "Marala %(tuma)s"\n\nmsgid "Question %(number)s"\nmsgstr "%(number)s %"\n'
    add_pack(app, "bm", text)
    assert said(app, "bm", "Saved %(time)s", time="10:42") == "Saved 10:42"
    assert said(app, "bm", "Question %(number)s", number=2) == "Question 2"


@pytest.mark.parametrize("broken", ["msgid no quotes", 'msgid "x"\nmsgstr "', "\x00\x01", 'msgstr "alone"\n'])
def test_pack_when_it_cannot_be_read_then_pages_are_in_english_and_stand(
    app: Flask, client: FlaskClient, founded: object, broken: str
) -> None:
    add_pack(app, "bm", broken)
    client.set_cookie("lang", "bm")
    page = client.get("/sign-in")
    assert page.status_code == 200
    assert 'lang="bm"' in page.text


def test_pack_when_it_is_for_a_known_language_then_its_words_go_on_top(app: Flask) -> None:
    add_pack(app, "fr", 'msgid "Sign in"\nmsgstr "Entrer"\n')
    assert said(app, "fr", "Sign in") == "Entrer"
    assert said(app, "fr", "Next") == "Suivant"


@pytest.mark.parametrize(("country", "word"), [("MA", "Directeur"), ("ML", "Régisseur"), ("NE", "Régisseur")])
def test_words_when_the_country_has_its_own_then_these_are_used(app: Flask, country: str, word: str) -> None:
    app.extensions["identity"] = Identity(f"{country}-1", country, f"{country}-1")
    assert word in said(app, "fr", "Director")


@pytest.mark.parametrize("number", [0, 1, 2, 3, 10, 11, 99, 100, 101, 102, 103])
def test_plural_when_arabic_then_each_number_has_its_form(app: Flask, number: int) -> None:
    with app.test_request_context("/"):
        g.user, g.forced_language = None, "ar"
        text = str(ngettext("%(num)d minute", "%(num)d minutes", number))
    forms = {0: "دقيقة", 1: "دقيقة", 2: "دقيقت", 3: "دقائق", 10: "دقائق", 11: "دقيقة", 99: "دقيقة", 100: "دقيقة",
             101: "دقيقة", 102: "دقيقة", 103: "دقائق"}  # fmt: skip
    assert forms[number] in text


@pytest.mark.parametrize(("cookie", "here", "gone"), [
    ("", "كنت ما تزال متصلا", "Votre session est fermée."), ("en", "You were still signed in", "You are signed out"),
])  # fmt: skip
def test_message_when_the_session_begins_or_ends_then_it_speaks_as_the_page_that_shows_it(
    app: Flask, founded: support.Founded, people: support.People, cookie: str, here: str, gone: str
) -> None:
    number = people.register(language="ar").number
    support.sign_in(app.test_client(), number)
    client = app.test_client()
    if cookie:
        client.set_cookie("lang", cookie)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
    support.sign_in(client, number)
    page = client.get("/courses").text
    assert f'lang="{cookie or "ar"}"' in page
    assert here in page
    signed_out = support.post(client, "/sign-out", follow=True, page="/courses").text
    assert f'lang="{cookie or "fr"}"' in signed_out
    assert gone in signed_out


def test_words_when_a_page_speaks_two_languages_then_each_part_speaks_its_own(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert gettext("You are signed out.") == "Votre session est fermée."
        with speaking("ar"):
            arabic = gettext("You are signed out.")
        with speaking("en"):
            assert gettext("You are signed out.") == "You are signed out."
        assert gettext("You are signed out.") == "Votre session est fermée."
    assert re.search("[ء-ي]", arabic)
