"""The trainer's library: what is published, how it is translated, what its questions tell, and nobody's name."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anhnh_lms import clock
from anhnh_lms.learning import attempts
from tests import support
from tests.learning import school

from .taking import secrets_of, text_of


@pytest.fixture
def trainer(app: Flask, founded: support.Founded, people: support.People, client: FlaskClient) -> FlaskClient:
    """The course published, six hand-ins of one of its quizzes, a trainer signed in."""
    with app.app_context():
        course = school.publish()
        for n in range(6):
            user = school.user_of(people.register(name_latin="Learner Hidden"))
            attempt = attempts.start(user, course, school.COUNTED, "en")
            school.fill(user, attempt, school.right if n else school.wrong)
            school.hand_in(user, attempt)
    member = people.register("trainer", "trainer")
    support.sign_in(client, member.number, support.PASSPHRASE)
    return client


def test_courses_when_listed_then_with_version_hash_languages_and_review_date(trainer: FlaskClient) -> None:
    page = trainer.get("/library").text
    said = text_of(page)
    assert "Fire drill" in page
    assert re.search(r">[0-9a-f]{12}<", page)
    assert "english reviewed" in said
    assert "العربية not reviewed yet" in said
    assert "31 january 2031" in said
    assert "passed" not in said


def test_courses_when_the_review_date_has_passed_then_it_says_so(
    trainer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = clock.today
    monkeypatch.setattr(clock, "today", lambda zone="UTC": real(zone).replace(year=2032, day=1))
    assert "passed" in text_of(trainer.get("/library").text)


def test_course_when_opened_then_blocks_and_questions_are_counted(trainer: FlaskClient) -> None:
    page = trainer.get("/library/fire-drill").text
    said = text_of(page)
    assert "the original" in said
    row = re.search(r'<span lang="ar">العربية</span></th>(.*?)</tr>', page, re.DOTALL)
    assert row
    done, stale, missing = (int(n) for n in re.findall(r'class="number">(\d+)<', row[1]))
    assert done == 0
    assert stale >= 3  # never marked as done
    assert missing > 10
    assert "fire 4" in said  # the pool and its questions
    assert "always asked o1 give the alarm in the right order 9" in said


def test_module_when_opened_then_with_trainers_boxes_keys_and_feedback(trainer: FlaskClient) -> None:
    page = trainer.get("/library/fire-drill/alarm").text
    said = text_of(page)
    assert "Ask who has heard a real alarm." in page
    assert "In Morocco you call 15." in page
    assert "In Mali you call 18." not in page
    for _, quiz in school.quizzes(read()):
        for question in quiz.questions if quiz.id == school.VERIF else ():
            for where, words in secrets_of(question).items():
                assert words in said, f"{question.id}: {where}"


def read() -> school.Course:
    from anhnh_lms.content.reader import read_course

    course = read_course(school.files()).course
    assert course is not None
    return course


def test_module_when_it_was_answered_then_the_figures_stand_there_and_no_name(trainer: FlaskClient) -> None:
    page = trainer.get("/library/fire-drill/count").text
    assert re.search(r'<td class="number">6</td><td class="number">83\s%</td>', page)
    assert "Learner Hidden" not in page
    assert "T-0001" not in page
    assert "figures" not in trainer.get("/library/fire-drill/alarm").text.split("<main")[1].split("Sections")[0][:200]


def test_module_when_few_answered_then_the_figures_are_hidden(app: Flask, trainer: FlaskClient,
                                                             people: support.People) -> None:  # fmt: skip
    with app.app_context():
        course = school.publish()
        user = school.user_of(people.register())
        school.sit(user, course, school.VERIF)
    page = trainer.get("/library/fire-drill/alarm").text
    assert "hidden" in text_of(page)
    assert not re.search(r'<td class="number">1</td>', page)


def test_ids_when_the_module_is_whole_then_each_stands_once(trainer: FlaskClient) -> None:
    for path in ("", "/fire-drill", "/fire-drill/alarm", "/fire-drill/count", "/fire-drill/assessment"):
        ids = re.findall(r'\bid="([^"]+)"', trainer.get(f"/library{path}").text)
        assert len(ids) == len(set(ids)), path


@pytest.mark.parametrize("path", ["/library/none", "/library/fire-drill/none", "/library/fire-drill/first"])
def test_address_when_nothing_is_there_then_404(trainer: FlaskClient, path: str) -> None:
    assert trainer.get(path).status_code == 404


@pytest.mark.parametrize("role", ["", "director", "focal-point", "donor", "inspection"])
def test_library_when_it_is_not_ones_business_then_it_is_not_there(
    trainer: FlaskClient, people: support.People, role: str
) -> None:
    member = people.register("guard", role)
    support.sign_in(trainer, member.number, support.PASSPHRASE if role else support.PIN)
    for path in ("/library", "/library/fire-drill", "/library/fire-drill/alarm"):
        assert trainer.get(path).status_code == 404


def test_library_when_the_trainer_signed_in_with_the_pin_then_it_asks_for_the_passphrase(
    trainer: FlaskClient, people: support.People
) -> None:
    member = people.register("trainer", "trainer")
    support.sign_in(trainer, member.number)
    assert trainer.get("/library").status_code == 403
