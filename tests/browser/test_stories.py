"""The main job in a real browser: sign in, read, answer, be interrupted, pass, hold the certificate."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from anhnh_lms.assessment.response import walk
from anhnh_lms.config import Settings
from anhnh_lms.content.course import Scenario
from anhnh_lms.db import db
from tests import support
from tests.browser.fixtures import Live
from tests.cli.served import SERVE, free_port
from tests.learning import school
from tests.web.taking import COURSE, Taking

pytestmark = pytest.mark.browser
NEXT = ".button[name=go][value=next]"


def sign_in(page: Any, taking: Taking, base: str = "") -> None:
    page.goto(f"{base}/sign-in")
    page.fill("[name=number]", taking.member.number)
    page.fill("[name=pin]", support.PIN)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/courses")


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until the focus is there, as somebody without a mouse does."""
    wanted = page.locator(selector).first.element_handle()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement === wanted", wanted):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def attempt_in(page: Any) -> tuple[str, int]:
    """The attempt and the number of the question in the page's address."""
    found = re.search(r"/attempts/([0-9a-f]{32})/(\d+)", page.url)
    assert found, page.url
    return found[1], int(found[2])


def give(page: Any, fields: dict[str, Any]) -> None:
    """Fill the form of a question as a hand does."""
    for name, values in fields.items():
        for value in values:
            field = page.locator(f'[name="{name}"]').first
            kind = field.evaluate("e => e.type")
            if kind in ("radio", "checkbox"):
                page.check(f'[name="{name}"][value="{value}"]', force=True)
            elif kind == "select-one":
                field.select_option(value)
            else:
                field.fill(value)


def answer_page(page: Any, taking: Taking) -> None:
    """Answer the question on the page right and go on."""
    attempt, number = attempt_in(page)
    question, item = taking.attempt(attempt).at(number)
    if not isinstance(question.answer, Scenario):
        give(page, taking.form(attempt, number, school.right(question)))
        page.click(NEXT)
        return
    path = school.right(question)["path"]
    for made, choice in enumerate(path):
        step = walk(question.answer, path[:made])[-1]
        page.click(f'button[name=choice][value="{item.step(step.id).index(choice)}"]')
        page.wait_for_selector(f'[name=step][value="{made + 1}"]', state="attached")
    page.click("main .actions a.button >> nth=-1")


def take_quiz(page: Any, taking: Taking, quiz: str) -> None:
    """From the button that starts the quiz to its result."""
    page.click(f'form[action$="/quiz/{quiz}"] button')
    page.wait_for_url("**/attempts/**")
    for _ in taking.attempt(attempt_in(page)[0]).paper.ids:
        before = page.url
        answer_page(page, taking)
        page.wait_for_url(lambda url, before=before: url.split("#")[0] != before.split("#")[0])
    assert "Every question has an answer" in page.inner_text("main")
    page.click('form[action$="/hand-in"] button')
    page.wait_for_url("**/result")


# -- the whole course --------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_story_when_a_guard_takes_the_course_then_the_certificate_is_there(
    chromium: Any, live: Live, taking: Taking, script: bool
) -> None:
    context = chromium.new_context(base_url=live.url, java_script_enabled=script, locale="en-GB")
    context.set_default_timeout(15_000)
    page = context.new_page()
    sign_in(page, taking)
    page.click(f'a[href="{COURSE}"].button')
    for module, quiz, sections in (("alarm", school.VERIF, 2), ("count", school.COUNTED, 1)):
        page.goto(f"{COURSE}/{module}")
        page.click("main section.go-on a.button")
        for _ in range(sections):
            page.click("main .actions.between form button")
        page.wait_for_url(f"**{COURSE}/{module}")
        take_quiz(page, taking, quiz)
        assert page.inner_text("h1") == "Passed"
    page.goto(COURSE)
    take_quiz(page, taking, school.AFTER)
    assert "Your certificate is ready." in page.inner_text("main")
    address = page.get_attribute('main a[href$=".pdf"]', "href")
    paper = page.request.get(address)
    assert paper.status == 200
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.body().startswith(b"%PDF")
    context.close()
    with taking.app.app_context():
        assert len(school.entries("course.completed")) == len(school.entries("certificate.issued")) == 1


# -- the keyboard alone -------------------------------------------------------------------------------------


def test_story_when_there_is_no_mouse_then_everything_is_reached(page: Any, taking: Taking) -> None:
    page.goto("/sign-in")
    tab_to(page, "[name=number]")
    page.keyboard.type(taking.member.number)
    page.keyboard.press("Tab")
    page.keyboard.type(support.PIN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/courses")
    tab_to(page, f'a[href="{COURSE}"].button')
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{COURSE}")
    page.goto(f"{COURSE}/count")
    tab_to(page, "main section.go-on a.button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/whom")
    page.keyboard.press("Enter")  # Enter goes on
    page.wait_for_url(f"**{COURSE}/count")
    tab_to(page, f'form[action$="/quiz/{school.COUNTED}"] button')
    page.keyboard.press("Enter")
    page.wait_for_url("**/attempts/**")
    attempt, number = attempt_in(page)
    _, item = taking.attempt(attempt).at(number)
    with page.expect_response(lambda r: r.request.headers.get("x-autosave") == "1") as saved:
        page.keyboard.press(str(item.order.index(1) + 1))  # the keys 1 to 9 choose
    assert saved.value.status == 200
    page.wait_for_function("/Saved/.test(document.querySelector('[data-saved]').textContent)")
    assert taking.attempt(attempt).answers == {"who": {"choice": 1}}
    page.keyboard.press("Enter")
    page.wait_for_url("**/check")
    tab_to(page, 'form[action$="/hand-in"] button')
    page.keyboard.press("Enter")
    page.wait_for_url("**/result")
    assert page.inner_text("h1") == "Passed"


# -- saving while answering -----------------------------------------------------------------------------------


def test_story_when_typing_then_it_is_saved_and_a_second_visit_goes_on_counting(page: Any, taking: Taking) -> None:
    """The page's count of saves once began anew on every visit, and a newer answer looked older."""
    sign_in(page, taking)
    page.goto(COURSE + "/alarm")
    page.click(f'form[action$="/quiz/{school.VERIF}"] button')
    page.wait_for_url("**/attempts/**")
    attempt, _ = attempt_in(page)
    number = taking.attempt(attempt).paper.ids.index("city") + 1
    for word in ("Gao", "Bamako", "Kayes"):
        page.goto(f"/attempts/{attempt}/{number}")
        with page.expect_response(lambda r: r.request.headers.get("x-autosave") == "1") as saved:
            page.fill("[name=text]", "")
            page.type("[name=text]", word)
        assert saved.value.status == 200
        page.wait_for_function("/Saved/.test(document.querySelector('[data-saved]').textContent)")
        assert taking.attempt(attempt).answers["city"] == {"text": word}


# -- the power goes --------------------------------------------------------------------------------------------


class Power:
    """The server as `anhnh serve` runs it, whose power can be cut and come back."""

    def __init__(self, settings: Settings) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "ANHNH_DATA": str(settings.data), "HOST": "127.0.0.1", "PORT": str(self.port), "ANHNH_LANGUAGE": "en",
            "ANHNH_WORKERS": "1",
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def on(self) -> None:
        root = Path(__file__).parents[2]
        self.process = subprocess.Popen(
            SERVE, cwd=root, env={**os.environ, **self.environment}, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.url}/health", timeout=5).close()
            except OSError:
                assert self.process.poll() is None
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the server did not start")

    def cut(self) -> None:
        """SIGKILL to the server and all its workers at once."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(30)
            self.process = None


@pytest.fixture
def power(settings: Settings, taking: Taking) -> Iterator[Power]:
    with taking.app.app_context():
        db.session.remove()
        db.engine.dispose()
    found = Power(settings)
    found.on()
    yield found
    found.cut()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_story_when_the_power_is_cut_in_mid_quiz_then_one_goes_on_at_the_same_words(
    chromium: Any, power: Power, taking: Taking, script: bool
) -> None:
    context = chromium.new_context(base_url=power.url, java_script_enabled=script, locale="en-GB")
    context.set_default_timeout(15_000)
    page = context.new_page()
    sign_in(page, taking)
    page.goto(f"{COURSE}/alarm")
    page.click(f'form[action$="/quiz/{school.VERIF}"] button')
    page.wait_for_url("**/attempts/**")
    attempt, _ = attempt_in(page)
    for _ in range(3):
        before = page.url
        answer_page(page, taking)
        page.wait_for_url(lambda url, before=before: url != before)
    words, given = page.inner_text("main"), taking.attempt(attempt).answers
    at = attempt_in(page)
    assert len(given) == 3

    power.cut()
    power.on()

    other = chromium.new_context(base_url=power.url, java_script_enabled=script, locale="en-GB")
    for fresh, again in ((False, page), (True, other.new_page())):
        if fresh:
            sign_in(again, taking)  # another PC
        again.goto(f"{COURSE}/alarm")
        again.click(f'form[action$="/quiz/{school.VERIF}"] button')
        again.wait_for_url("**/attempts/**")
        assert attempt_in(again) == at
        assert again.inner_text("main") == words
        assert taking.attempt(attempt).answers == given
    context.close()
    other.close()


# -- a shared PC ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_story_when_signed_out_then_back_shows_nothing_of_the_last_person(
    chromium: Any, live: Live, taking: Taking, script: bool
) -> None:
    """Under the name of a local network, where plain HTTP is all there is, and with the browser's own cache
    of pages for Back and Forward switched on."""
    context = chromium.new_context(base_url=live.named, java_script_enabled=script, locale="en-GB")
    page = context.new_page()
    sign_in(page, taking)
    page.goto(f"{COURSE}/alarm/first")
    page.goto("/certificates")
    assert "Salma Idrissi" in page.inner_text("body")
    page.click('form[action$="/sign-out"] button')
    page.wait_for_url(re.compile("/sign-in"))
    for _ in range(3):
        page.go_back(wait_until="load")
        page.wait_for_url(re.compile("/sign-in"))
        body = page.inner_text("body")
        assert "Salma Idrissi" not in body
        assert "Tell the control room" not in body
    context.close()
