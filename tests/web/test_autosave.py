"""Saving while answering: the page's script is told what was kept, and why something was not."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anhnh_lms.db import db
from anhnh_lms.learning.tables import AnswerRow
from tests import support
from tests.learning import school

from .taking import Taking, number_of, page_of, taking_the_course


@pytest.fixture
def taking(app: Flask, founded: support.Founded, people: support.People, client: FlaskClient) -> Taking:
    return taking_the_course(app, people, client)


@pytest.fixture
def attempt(taking: Taking) -> str:
    return taking.start(school.VERIF)


def autosave(taking: Taking, attempt: str, number: int, form: dict[str, object]) -> tuple[int, dict[str, object]]:
    token = support.csrf(taking.client, "/courses/fire-drill")
    answer = taking.client.post(
        page_of(attempt, number), data={"csrf_token": token, **form}, headers={"X-Autosave": "1"}
    )
    return answer.status_code, answer.get_json() or {}


def test_autosave_when_it_is_kept_then_json_says_when(taking: Taking, attempt: str) -> None:
    number = number_of(taking, attempt, "city")
    code, said = autosave(taking, attempt, number, {"text": "Bamako", "turn": "1"})
    assert code == 200
    assert re.fullmatch(r"Saved \d\d:\d\d", str(said["saved"]))
    assert taking.attempt(attempt).answers["city"] == {"text": "Bamako"}
    assert 'data-turn="1"' in taking.client.get(page_of(attempt, number)).text


def test_autosave_when_it_is_older_then_it_is_refused(taking: Taking, attempt: str) -> None:
    number = number_of(taking, attempt, "city")
    autosave(taking, attempt, number, {"text": "Bamako", "turn": "7"})
    code, said = autosave(taking, attempt, number, {"text": "Bam", "turn": "6"})
    assert code == 409
    assert "another page" in str(said["error"])
    assert taking.attempt(attempt).answers["city"] == {"text": "Bamako"}


def test_save_when_another_page_saved_since_then_the_page_shows_that_answer(taking: Taking, attempt: str) -> None:
    number = number_of(taking, attempt, "city")
    autosave(taking, attempt, number, {"text": "Bamako", "turn": "7"})
    answer = support.post(taking.client, page_of(attempt, number), {"text": "Gao", "turn": "2", "go": "next"})
    assert answer.status_code == 409
    assert 'value="Bamako"' in answer.text
    assert 'data-turn="7"' in answer.text


def test_autosave_when_it_cannot_be_an_answer_then_json_says_why(taking: Taking, attempt: str) -> None:
    code, said = autosave(taking, attempt, number_of(taking, attempt, "city"), {"text": "x" * 501})
    assert code == 422
    assert "too long" in str(said["error"])


def test_autosave_when_the_answer_is_emptied_then_it_is_taken_back(taking: Taking, attempt: str) -> None:
    number = number_of(taking, attempt, "city")
    autosave(taking, attempt, number, {"text": "Bamako", "turn": "1"})
    assert autosave(taking, attempt, number, {"text": "", "turn": "2"})[0] == 200
    assert "city" not in taking.attempt(attempt).answers


def test_autosave_when_handed_in_then_json_says_so(taking: Taking, attempt: str) -> None:
    number = number_of(taking, attempt, "city")
    taking.hand_in(attempt)
    assert autosave(taking, attempt, number, {"text": "Gao"})[0] == 409
    with taking.app.app_context():
        assert db.session.query(AnswerRow).count() == 0


def test_autosave_when_the_token_is_wrong_then_nothing_is_kept(taking: Taking, attempt: str) -> None:
    number = number_of(taking, attempt, "city")
    for headers in ({"X-Autosave": "1"}, {}):
        answer = taking.client.post(page_of(attempt, number), data={"text": "Gao", "csrf_token": "x"}, headers=headers)
        assert answer.status_code == 400
    token = support.csrf(taking.client, "/courses/fire-drill")
    other = taking.client.post(
        page_of(attempt, number),
        data={"text": "Gao", "csrf_token": token},
        headers={"Origin": "http://elsewhere.test"},
    )
    assert other.status_code == 403
    assert taking.attempt(attempt).answers == {}
