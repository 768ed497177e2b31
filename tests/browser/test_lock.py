"""A shared PC with two people in turn: the lock covers the page, keeps the work, and shows nothing of it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from anhnh_lms.db import db
from anhnh_lms.people.tables import SessionRow
from tests import support
from tests.browser.fixtures import Live
from tests.learning import school
from tests.web.taking import Taking, number_of, page_of

from .test_stories import sign_in

pytestmark = pytest.mark.browser
COVER = "form[data-unlock]"


@pytest.fixture
def asked(page: Any, taking: Taking) -> tuple[str, int]:
    """A question that is answered by typing, on the screen; the page's clock is the test's."""
    page.clock.install()
    sign_in(page, taking)
    page.goto("/courses/fire-drill/alarm")
    page.click(f'form[action$="/quiz/{school.VERIF}"] button')
    page.wait_for_url("**/attempts/**")
    attempt = page.url.split("/attempts/")[1][:32]
    number = number_of(taking, attempt, "city")
    page.goto(page_of(attempt, number))
    return attempt, number


def five_minutes_pass(page: Any) -> None:
    page.clock.fast_forward(5 * 60 * 1000 + 6000)
    page.wait_for_selector(COVER)


def locked(taking: Taking) -> bool:
    with taking.app.app_context():
        found = db.session.query(SessionRow).filter_by(person=taking.member.id, locked=1).count()
        db.session.remove()
        return bool(found)


def test_lock_when_nobody_does_anything_then_the_page_is_covered_and_the_words_are_saved(
    page: Any, taking: Taking, asked: tuple[str, int]
) -> None:
    page.fill("[name=text]", "Bamako")
    with page.expect_response("**/lock"):  # until the server knows it, a reload would overtake it
        five_minutes_pass(page)
    expect(page).to_have_title("This page is locked")
    assert "Bamako" not in page.content()
    assert taking.course.text("en").title not in page.content().split("<body")[1]
    assert page.locator("[name=text]").count() == 0
    assert page.evaluate("document.activeElement.id") == "lock-pin"
    assert taking.attempt(asked[0]).answers["city"] == {"text": "Bamako"}
    page.reload()
    assert "This page is locked" in page.inner_text("h1")


def test_lock_when_the_pin_is_written_then_the_same_page_is_back_with_the_same_words(
    page: Any, taking: Taking, asked: tuple[str, int]
) -> None:
    page.fill("[name=text]", "Bamako, not yet finished")
    page.evaluate("window.mark = 'the same page'")
    with page.expect_response("**/lock"):
        five_minutes_pass(page)
    page.fill("#lock-pin", "111222")
    page.click(f"{COVER} button")
    expect(page.locator("[data-lock-says]")).to_have_text("This PIN is not right. Try again.")
    page.fill("#lock-pin", support.PIN)
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=text]")
    assert page.input_value("[name=text]") == "Bamako, not yet finished"
    assert page.evaluate("window.mark") == "the same page"
    assert not locked(taking)
    page.click(".button[name=go][value=next]")
    page.wait_for_url(lambda url: not url.endswith(page_of(*asked)))


def test_lock_when_another_person_comes_then_nothing_of_the_session_can_be_reached(
    page: Any, taking: Taking, people: support.People, asked: tuple[str, int]
) -> None:
    other = people.register()
    page.fill("[name=text]", "Bamako")
    with page.expect_response("**/lock"):
        five_minutes_pass(page)
    page.click("text=Not you? Change user")
    page.wait_for_url("**/sign-in")
    for _ in range(4):
        page.go_back()
        assert "Bamako" not in page.content()
        assert "Salma" not in page.content()
    page.goto("/sign-in")
    page.fill("[name=number]", other.number)
    page.fill("[name=pin]", support.PIN)
    page.click("main form .primary")
    page.wait_for_url("**/courses")
    assert taking.attempt(asked[0]).answers["city"] == {"text": "Bamako"}


def test_lock_when_somebody_is_called_away_then_one_press_locks_and_escape_leads_to_change_user(
    page: Any, taking: Taking, asked: tuple[str, int]
) -> None:
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Not you? Change user"
    page.keyboard.press("Shift+Tab")
    with page.expect_response("**/lock"):
        page.keyboard.press("Enter")
    page.wait_for_selector(COVER)
    assert locked(taking)


def test_lock_when_the_reader_moves_then_it_does_not_come(page: Any, taking: Taking, asked: tuple[str, int]) -> None:
    for _ in range(8):
        page.mouse.move(100, 100)
        page.mouse.move(200, 200)
        with page.expect_response("**/here") as told:
            page.clock.fast_forward(66_000)
        assert told.value.status == 204
    assert page.locator(COVER).count() == 0


def test_answer_when_the_server_does_not_answer_then_next_stays_and_the_words_stay(
    page: Any, taking: Taking, asked: tuple[str, int]
) -> None:
    page.context.set_offline(True)
    page.fill("[name=text]", "Bamako")
    page.click(".button[name=go][value=next]")
    expect(page.locator("[data-saved]")).to_have_text("Not saved yet. We keep trying.")
    assert page.url.endswith(page_of(*asked))
    assert page.input_value("[name=text]") == "Bamako"
    page.context.set_offline(False)
    page.click(".button[name=go][value=next]")
    page.wait_for_url(lambda url: not url.endswith(page_of(*asked)))
    assert taking.attempt(asked[0]).answers["city"] == {"text": "Bamako"}


def test_sign_out_when_something_was_just_typed_then_it_is_saved(
    page: Any, taking: Taking, asked: tuple[str, int]
) -> None:
    page.fill("[name=text]", "Kayes")
    page.click("text=Sign out")
    page.wait_for_url("**/sign-in")
    assert taking.attempt(asked[0]).answers["city"] == {"text": "Kayes"}


def test_lock_when_there_is_no_script_then_the_button_locks_and_the_next_request_asks(
    chromium: Any, live: Live, taking: Taking
) -> None:
    context = chromium.new_context(base_url=live.named, java_script_enabled=False, locale="en-GB")
    context.set_default_timeout(10_000)
    page = context.new_page()
    sign_in(page, taking)
    page.click("text=Lock")
    assert "This page is locked" in page.inner_text("h1")
    page.goto("/courses/fire-drill")
    assert "This page is locked" in page.inner_text("h1")
    assert "Fire" not in page.inner_text("main")
    page.fill("#lock-pin", support.PIN)
    page.click("main form .primary")
    page.wait_for_url("**/courses/fire-drill")
    context.close()
