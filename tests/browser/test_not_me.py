"""Two people in turn on one PC: the second finds what the first did under her name, and it comes out right."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import support
from tests.learning import school
from tests.web.taking import COURSE, Taking, taking_the_course

from .fixtures import Live
from .test_pages import judge
from .test_stories import answer_page, attempt_in

pytestmark = pytest.mark.browser
REASON = "Mohamed était là"
PICTURES = os.environ.get("ANHNH_TEST_PICTURES", "")  # a folder, for whoever wants to look


@pytest.fixture
def taking(app: Flask, people: support.People, client: FlaskClient) -> Taking:
    return taking_the_course(app, people, client)


@dataclass
class Pc:
    """The PC that they share, in their language."""

    page: Any
    taking: Taking
    lang: str
    script: bool

    def sign_in(self, member: support.Member, secret: str = support.PIN) -> None:
        page = self.page
        if page.locator('form[action$="/change-user"] button').count():
            page.click('form[action$="/change-user"] button')
            page.wait_for_url("**/sign-in**")
        else:
            page.goto("/sign-in")
        page.fill("[name=number]", member.number)
        page.fill("[name=pin]", secret)
        page.click("main form button[type=submit]")
        page.wait_for_url(lambda url: "sign-in" not in url)

    def look(self, name: str) -> None:
        """Nothing is wrong with the page, also on a narrow screen."""
        page = self.page
        if not self.script:
            return  # axe is one
        assert judge(page, self.lang) == []
        if PICTURES:
            for width in (320, 1024):
                page.set_viewport_size({"width": width, "height": 768})
                page.screenshot(path=str(Path(PICTURES) / f"{name}-{self.lang}-{width}.png"), full_page=True)

    def begin(self, module: str, quiz: str) -> str:
        self.page.goto(f"{COURSE}/{module}")
        self.page.click(f'form[action$="/quiz/{quiz}"] button')
        self.page.wait_for_url("**/attempts/**")
        return attempt_in(self.page)[0]

    def finish(self) -> None:
        while "/check" not in (before := self.page.url):
            answer_page(self.page, self.taking)
            self.page.wait_for_url(lambda url, before=before: url != before)
        self.page.click('form[action$="/hand-in"] button')
        self.page.wait_for_url("**/result")

    def say_not_me(self, attempt: str, name: str) -> None:
        """From the list of what stands under one's name."""
        self.page.goto("/attempts")
        self.look(f"mine-{name}")
        self.page.click(f'a[href="/attempts/{attempt}/not-me"]')
        self.look(f"not-me-{name}")
        self.page.fill("[name=reason]", "J’étais en congé")
        self.page.click("main form button[type=submit]")
        self.page.wait_for_url("**/result")
        self.look(f"said-{name}")

    def decide(self, attempt: str, number: str) -> None:
        """From the staff page: not theirs, but of the person with that number."""
        page = self.page
        page.goto("/establishments/MA-1/staff")
        self.look("staff")
        page.click('a[href$="/staff/disputes"]')
        page.wait_for_url("**/staff/disputes")
        self.look("claims")
        page.click(f'a.button[href$="/disputes/{attempt}"]')
        page.wait_for_url(f"**/disputes/{attempt}")
        self.look("claim")
        page.check('[name=outcome][value="not-theirs"]', force=True)
        page.fill("[name=number]", number)
        page.fill("[name=reason]", REASON)
        page.click("main form button[type=submit]")
        page.wait_for_selector("[name=seen]", state="attached")
        self.look("confirm")
        page.click("main form button[type=submit]")
        page.wait_for_url("**/staff/disputes")

    def result(self, attempt: str, name: str) -> str:
        self.page.goto(f"/attempts/{attempt}/result")
        self.look(name)
        return str(self.page.inner_text("main"))


@pytest.mark.parametrize(("lang", "script"), [("fr", True), ("ar", True), ("fr", False)])
def test_story_when_a_colleague_went_on_in_her_account_then_each_has_what_is_theirs(
    chromium: Any, live: Live, taking: Taking, people: support.People, lang: str, script: bool
) -> None:
    salma = taking.member = people.register(name_latin="Salma Idrissi", name_arabic="سلمى الإدريسي", language=lang)
    karim = people.register(name_latin="Karim Alami", name_arabic="كريم العلمي", language=lang)
    focal = people.register(role="focal-point", language=lang)
    context = chromium.new_context(base_url=live.url, locale=lang, java_script_enabled=script)
    context.set_default_timeout(15_000)
    pc = Pc(context.new_page(), taking, lang, script)

    pc.sign_in(salma)  # she goes away without signing out, and Karim sits down
    handed_in = pc.begin("count", school.COUNTED)
    pc.finish()
    begun = pc.begin("alarm", school.VERIF)

    pc.sign_in(salma)
    pc.say_not_me(begun, "open")
    pc.say_not_me(handed_in, "handed-in")
    pc.sign_in(focal, support.PASSPHRASE)
    pc.decide(handed_in, karim.number)
    assert pc.page.locator(f'a.button[href*="/disputes/{handed_in}"]').count() == 0
    assert pc.page.locator(f'a.button[href*="/disputes/{begun}"]').count() == 1

    pc.sign_in(salma)
    assert REASON in pc.result(handed_in, "outcome-hers")
    pc.sign_in(karim)
    assert pc.result(handed_in, "outcome-his")
    context.close()
    with taking.app.app_context():
        assert not any(m.started for m in school.state(school.user_of(salma), taking.course).modules.values())
        assert school.state(school.user_of(karim), taking.course).modules["count"].complete
