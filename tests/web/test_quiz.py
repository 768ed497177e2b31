"""A quiz by screens: nothing to fish for, nothing lost, nothing twice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anhnh_lms.content.course import Scenario
from anhnh_lms.content.files import Files, load_folder
from anhnh_lms.content.reader import read_course
from anhnh_lms.learning import library
from tests import support
from tests.learning import school

from .taking import Taking, number_of, page_of, secrets_of, squeezed, taking_the_course, text_of

ROOT = Path(__file__).parents[2]
KINDS = ["act", "blocks", "rows", "pairs", "steps", "number", "city", "report"]


@pytest.fixture
def taking(app: Flask, founded: support.Founded, people: support.People, client: FlaskClient) -> Taking:
    return taking_the_course(app, people, client)


@pytest.fixture
def attempt(taking: Taking) -> str:
    return taking.start(school.VERIF)


# -- secrecy ---------------------------------------------------------------------------------------


def whole(folder: Path) -> Files:
    """A course whose quizzes draw every question of their pools."""
    found = dict(load_folder(folder))
    for path in found:
        if path.endswith(".md"):
            text = found[path].decode()
            found[path] = re.sub(
                r"draw: (\w+) \d+", lambda m, text=text: f"draw: {m[1]} {text.count(f'pool: {m[1]}')}", text
            ).encode()
    return Files(found)


def assert_silent(page: str, secrets: dict[str, str], where: str) -> None:
    said = text_of(page)
    for name, words in secrets.items():
        assert words not in said, f"{where}: {name}"


def assert_options_look_alike(page: str, where: str) -> None:
    """Nothing but its words and its place tells one choice from another."""
    choices = re.findall(r'<(label|button)([^>]*class="option"[^>]*)>(.*?)</\1>', page, re.DOTALL)
    shapes = {
        re.sub(r'value="\d+"', "", f"{tag}{attributes}{inner.split('<span')[0]}") for tag, attributes, inner in choices
    }
    assert len(shapes) <= 1, f"{where}: {shapes}"


@pytest.mark.parametrize("name", sorted(path.parent.name for path in ROOT.glob("courses/*/course.yml")))
def test_pages_when_not_handed_in_then_no_right_answer_and_no_feedback_is_in_them(
    app: Flask, founded: support.Founded, people: support.People, client: FlaskClient, name: str
) -> None:
    files = whole(ROOT / "courses" / name)
    read = read_course(files).course
    assert read is not None
    with app.app_context():
        library.publish(files, read)
    member = people.register()
    support.sign_in(client, member.number)
    taking = Taking(app, client, member, read)
    seen: set[str] = set()
    for _, quiz in school.quizzes(read):
        if quiz.private or quiz.role in ("post", "followup"):
            continue  # the last tests draw from the pool of the first
        attempt = taking.start(quiz.id, read.slug)
        loaded = taking.attempt(attempt)
        secrets = {f"{q.id} {k}": v for q in loaded.questions.values() for k, v in secrets_of(q).items()}
        for number, question_id in enumerate(loaded.paper.ids, start=1):
            where = f"{quiz.id}/{question_id}"
            page = client.get(page_of(attempt, number)).text
            assert squeezed(loaded.questions[question_id].title) in text_of(page), where
            assert_silent(page, secrets, where)
            assert_options_look_alike(page, where)
            assert not re.search(r"<(?:input|option)[^>]* (?:checked|selected)", page), where
            assert not re.search(r'<input class="input[^>]*value="[^"]', page), where
            seen.add(question_id)
        assert_silent(client.get(f"/attempts/{attempt}/check").text, secrets, quiz.id)
    every = {q.id for _, quiz in school.quizzes(read) if not quiz.private for q in quiz.questions}
    assert seen == every


def test_scenario_when_it_is_led_then_only_what_was_reached_is_told(taking: Taking, attempt: str) -> None:
    number = number_of(taking, attempt, "workshop")
    question = taking.attempt(attempt).questions["workshop"]
    assert isinstance(question.answer, Scenario)
    words = {step.id: squeezed(step.text.plain) for step in question.answer.steps}
    secrets = dict(secrets_of(question))
    path = school.right(question)["path"]
    reached = [""]
    for made in range(len(path) + 1):
        page = taking.client.get(page_of(attempt, number)).text
        said = text_of(page)
        assert {step for step, text in words.items() if text in said} == set(reached)
        assert_silent(page, secrets, str(made))
        if made < len(path):
            taking.talk(attempt, number, path[: made + 1])
            here = question.answer.step(reached[-1])
            reached.append(here.choices[path[made]].to)


def test_result_when_asked_before_the_hand_in_then_it_leads_to_the_question(taking: Taking, attempt: str) -> None:
    answer = taking.client.get(f"/attempts/{attempt}/result")
    assert answer.status_code == 302
    assert answer.headers["Location"] == page_of(attempt, 1)


# -- answering -------------------------------------------------------------------------------------


def test_quiz_when_every_kind_is_answered_right_then_it_is_passed(taking: Taking, attempt: str) -> None:
    taking.answer_all(attempt)
    page = taking.hand_in(attempt)
    assert page.status_code == 200
    assert "14 of 14 points" in page.text
    said = text_of(page.text)
    assert squeezed("Telling goes before acting.") in said
    assert squeezed("Yes. Help leaves at once.") in said


@pytest.mark.parametrize("question", KINDS)
def test_question_when_answered_and_opened_again_then_the_answer_stands_there(
    taking: Taking, attempt: str, question: str
) -> None:
    number = number_of(taking, attempt, question)
    response = school.right(taking.attempt(attempt).questions[question])
    form = taking.form(attempt, number, response)
    taking.save(attempt, number, response)
    page = taking.client.get(page_of(attempt, number)).text
    assert "Saved" in text_of(page).title()
    for name, values in form.items():
        for value in values:
            assert standing(page, name, value), f"{name}={value}"


def standing(page: str, name: str, value: str) -> bool:
    """Whether the form on the page holds the value: ticked, chosen or written."""
    ticked = rf'<input type="(?:radio|checkbox)" name="{name}" value="{value}"[^>]*checked'
    if re.search(ticked, page):
        return True
    select = re.search(rf'<select[^>]*name="{name}"[^>]*>(.*?)</select>', page, re.DOTALL)
    if select:
        return bool(re.search(rf'<option(?: value="{value}" selected| selected)>(?:{value}<)?', select[1]))
    return bool(re.search(rf'<input[^>]*name="{name}" value="{re.escape(value)}"', page))


def test_question_when_next_and_back_are_pressed_then_one_moves(taking: Taking, attempt: str) -> None:
    right = school.right(taking.attempt(attempt).questions["act"])
    assert taking.save(attempt, 1, right, go="next").headers["Location"] == page_of(attempt, 2)
    assert taking.save(attempt, 2, None, go="back").headers["Location"] == page_of(attempt, 1)
    last = len(taking.attempt(attempt).paper.items)
    moved = taking.save(attempt, number_of(taking, attempt, "report"), None, go="next")
    assert moved.headers["Location"] == page_of(attempt, last)


def test_start_when_some_are_answered_then_one_goes_on_at_the_first_that_is_not(taking: Taking, attempt: str) -> None:
    loaded = taking.attempt(attempt)
    taking.save(attempt, 1, school.right(loaded.questions[loaded.paper.ids[0]]))
    answer = support.post(taking.client, f"/courses/fire-drill/quiz/{school.VERIF}", page="/courses/fire-drill")
    assert answer.headers["Location"] == page_of(attempt, 2)


def test_overview_when_opened_then_it_tells_what_has_no_answer_yet(taking: Taking, attempt: str) -> None:
    total = len(taking.attempt(attempt).paper.items)
    assert f"{total} questions have no answer yet" in taking.client.get(f"/attempts/{attempt}/check").text
    taking.answer_all(attempt)
    assert "Every question has an answer" in taking.client.get(f"/attempts/{attempt}/check").text


def test_question_when_the_language_changes_then_the_paper_and_the_answers_stay(taking: Taking, attempt: str) -> None:
    number = number_of(taking, attempt, "act")
    taking.save(attempt, number, {"choice": 2})
    before = taking.client.get(page_of(attempt, number)).text
    taking.client.set_cookie("lang", "ar")
    after = taking.client.get(page_of(attempt, number)).text
    assert 'dir="rtl"' in after
    ticked = re.compile(r'name="choice" value="(\d)" checked')
    assert ticked.findall(before) == ticked.findall(after)


# -- what cannot be an answer ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "form", "words"),
    [
        ("act", {"choice": "9"}, "could not be read"),
        ("act", {"choice": "-1"}, "could not be read"),
        ("blocks", {"choices": ["0", "7"]}, "could not be read"),
        ("rows", {"row-0": "5"}, "could not be read"),
        ("pairs", {"pair-0": "a"}, "could not be read"),
        ("steps", {"place-0": "1", "place-1": "1"}, "the same place"),
        ("city", {"text": "x" * 501}, "too long"),
        ("city", {"text": "a\x00b"}, "could not be read"),
        ("report", {"gap-0": "y" * 501}, "too long"),
        ("workshop", {"step": "4", "choice": "0"}, "cannot be taken back"),
    ],
)
def test_save_when_it_cannot_be_an_answer_then_the_page_says_so_and_the_earlier_one_stays(
    taking: Taking, attempt: str, question: str, form: dict[str, object], words: str
) -> None:
    number = number_of(taking, attempt, question)
    if question == "workshop":
        taking.talk(attempt, number, [0])
    else:
        taking.save(attempt, number, school.right(taking.attempt(attempt).questions[question]))
    before = taking.attempt(attempt).answers
    answer = support.post(taking.client, page_of(attempt, number), form)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'class="errors"' in answer.text
    assert taking.attempt(attempt).answers == before


def test_scenario_when_a_choice_is_sent_again_otherwise_then_it_cannot_be_taken_back(
    taking: Taking, attempt: str
) -> None:
    number = number_of(taking, attempt, "workshop")
    question, item = taking.attempt(attempt).at(number)
    taking.talk(attempt, number, [0])
    other = item.step("").index(1)
    answer = support.post(taking.client, page_of(attempt, number), {"step": "0", "choice": str(other)})
    assert answer.status_code == 422
    same = support.post(taking.client, page_of(attempt, number), {"step": "0", "choice": str(item.step("").index(0))})
    assert same.status_code == 302
    assert taking.attempt(attempt).answers["workshop"] == {"path": [0]}
    empty = support.post(taking.client, page_of(attempt, number), {"go": "next"})
    assert empty.status_code == 302
    assert taking.attempt(attempt).answers["workshop"] == {"path": [0]}
    assert question.kind == "scenario"


# -- stale, twice, somebody else's -----------------------------------------------------------------


def test_hand_in_when_sent_twice_then_both_show_the_result(taking: Taking, attempt: str) -> None:
    token = support.csrf(taking.client, f"/attempts/{attempt}/check")
    for _ in range(2):
        answer = taking.client.post(f"/attempts/{attempt}/hand-in", data={"csrf_token": token})
        assert answer.headers["Location"] == f"/attempts/{attempt}/result"
    with taking.app.app_context():
        assert len(school.entries("attempt.handed_in")) == 1


def test_form_when_it_is_stale_then_it_leads_to_the_result(taking: Taking, attempt: str) -> None:
    number = number_of(taking, attempt, "city")
    token = support.csrf(taking.client, page_of(attempt, number))
    taking.hand_in(attempt)
    answer = taking.client.post(page_of(attempt, number), data={"csrf_token": token, "text": "Gao"})
    assert answer.headers["Location"] == f"/attempts/{attempt}/result"
    for path in (page_of(attempt, 1), f"/attempts/{attempt}/check"):
        assert taking.client.get(path).headers["Location"] == f"/attempts/{attempt}/result"


def test_form_when_its_session_ended_then_one_signs_in_and_nothing_is_kept(taking: Taking, attempt: str) -> None:
    number = number_of(taking, attempt, "city")
    token = support.csrf(taking.client, page_of(attempt, number))
    support.post(taking.client, "/sign-out", page="/courses")
    answer = taking.client.post(page_of(attempt, number), data={"csrf_token": token, "text": "Gao"})
    assert answer.status_code == 302
    assert "/sign-in" in answer.headers["Location"]
    assert taking.attempt(attempt).answers == {}


@pytest.mark.parametrize("path", ["1", "check", "result"])
def test_attempt_when_it_is_anothers_then_there_is_nothing_at_its_address(
    taking: Taking, people: support.People, attempt: str, path: str
) -> None:
    other = people.register()
    support.sign_in(taking.client, other.number)
    assert taking.client.get(f"/attempts/{attempt}/{path}").status_code == 404
    for address in (page_of(attempt, 1), f"/attempts/{attempt}/hand-in"):
        answer = support.post(taking.client, address, {"choice": "0"}, page="/courses/fire-drill")
        assert answer.status_code == 404
    assert taking.attempt(attempt).is_open


def test_question_when_its_number_is_not_there_then_404(taking: Taking, attempt: str) -> None:
    for number in (0, 99):
        assert taking.client.get(page_of(attempt, number)).status_code == 404
        answer = support.post(taking.client, page_of(attempt, number), {"choice": "0"}, page="/courses/fire-drill")
        assert answer.status_code == 404
    assert taking.client.get(f"/attempts/{'0' * 32}/1").status_code == 404


# -- after the hand-in -----------------------------------------------------------------------------


def test_result_when_not_passed_then_it_says_what_to_read_and_when_to_try_again(taking: Taking, attempt: str) -> None:
    page = taking.hand_in(attempt).text
    assert "Not yet passed" in page
    assert not re.search(r"\bfail", text_of(page))
    assert "/courses/fire-drill/alarm/first" in page
    assert "You can try again in 10 minutes" in page
    again = support.post(taking.client, f"/courses/fire-drill/quiz/{school.VERIF}", page="/courses/fire-drill",
                         follow=True)  # fmt: skip
    assert "You can try again in 10 minutes" in again.text


def test_result_when_it_was_the_first_test_then_nobody_is_judged(taking: Taking) -> None:
    page = taking.hand_in(taking.start(school.BEFORE)).text
    assert "This is where you stand" in page
    assert "Not yet passed" not in page
    assert "Try again" not in page


def test_last_test_when_a_module_is_open_then_the_page_says_when_it_opens(taking: Taking) -> None:
    answer = support.post(taking.client, f"/courses/fire-drill/quiz/{school.AFTER}", page="/courses/fire-drill",
                          follow=True)  # fmt: skip
    assert "opens when every module is done" in answer.text


def test_survey_when_handed_in_then_the_page_thanks(taking: Taking) -> None:
    attempt = taking.start(school.OPINION)
    taking.answer_all(attempt)
    assert "Thank you" in taking.hand_in(attempt).text


def test_private_check_when_started_as_a_quiz_then_there_is_nothing(taking: Taking) -> None:
    answer = support.post(taking.client, "/courses/fire-drill/quiz/feel", page="/courses/fire-drill")
    assert answer.status_code == 404
