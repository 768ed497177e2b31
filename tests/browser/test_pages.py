"""Every kind of page as the reader's browser has it, in French and in Arabic: valid, open to everybody, never
wider than a telephone, and with nothing too small to hit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from sqlalchemy import select

from anhnh_lms.db import db
from anhnh_lms.learning import attempts
from anhnh_lms.people import assignments as rules
from anhnh_lms.record.log import new_id
from anhnh_lms.record.tables_of_views import CertificateRow
from tests import support
from tests.browser.fixtures import Live
from tests.learning import school
from tests.web.taking import COURSE

pytestmark = pytest.mark.browser
DESK, TELEPHONE = {"width": 1024, "height": 768}, {"width": 320, "height": 640}
LANGUAGES = pytest.mark.parametrize("lang", ["fr", "ar"])
MA1 = "/establishments/MA-1"

# What a parser forgives and a reader does not: lost ids, headings that jump, controls without a name.
LOST = """() => {
  const wrong = [], seen = new Set(), all = (css) => document.querySelectorAll(css);
  for (const e of all("[id]")) { if (seen.has(e.id)) wrong.push(`twice: #${e.id}`); seen.add(e.id); }
  if (all("h1").length !== 1) wrong.push(`${all("h1").length} h1`);
  for (const name of ["for", "aria-labelledby", "aria-describedby"])
    for (const e of all(`[${name}]`))
      for (const id of e.getAttribute(name).split(/\\s+/)) if (!seen.has(id)) wrong.push(`${name}=${id}`);
  for (const e of all('a[href^="#"]'))
    if (!seen.has(decodeURIComponent(e.getAttribute("href").slice(1)))) wrong.push(`leads nowhere: ${e.outerHTML}`);
  for (const e of all("a, button, summary, h1, h2, h3, h4"))
    if (!(e.textContent.trim() || e.getAttribute("aria-label"))) wrong.push(`empty: ${e.outerHTML}`);
  return wrong;
}"""
# WCAG asks for 24 pixels; ours are 44, but for links inside a sentence and the width of a short word. A control
# inside its label is hit there.
SMALL = """() => {
  const hit = (e) => e.getBoundingClientRect();
  const narrow = (e) => hit(e).width < (e.matches("a:not(.button)") ? 24 : 43.5);
  const alone = (e) => e.tagName !== "A" || e.parentElement.textContent.trim() === e.textContent.trim();
  return [...document.querySelectorAll("a, button, select, textarea, summary, input:not([type=hidden])")]
    .map((e) => e.closest("label") || e)
    .filter((e) => alone(e) && hit(e).width > 1 && (hit(e).height < 43.5 || narrow(e)))
    .map((e) => e.outerHTML.slice(0, 160));
}"""
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True, slots=True)
class House:
    """A server on which something happened, and where to look."""

    people: support.People
    learner: support.Member  # completed the course
    beginner: support.Member  # is in the middle of a quiz
    attempt: str  # that quiz
    questions: int
    result: str  # a quiz that was handed in
    certificate: str
    assignment: str


@pytest.fixture
def house(app: Flask, founded: support.Founded, people: support.People) -> House:
    learner = people.register(name_latin="Salma Idrissi", name_arabic="سلمى الإدريسي")
    beginner = people.register(name_latin="Omar Tazi", name_arabic="عمر التازي")
    assignment = new_id()
    with app.app_context():
        course = school.publish()
        administrator = school.user_of(support.Member(founded.administrator, founded.number, founded.code))
        rules.assign(administrator, founded.code, rules.Wish(course.id, "everyone", "", ""), assignment)
        user, slow = school.user_of(learner), school.user_of(beginner)
        school.finish_modules(user, course)
        result = school.sit(user, course, school.AFTER)
        attempt = attempts.start(slow, course, school.VERIF, "ar")
        loaded = attempts.load(slow, attempt, "ar")
        school.fill(slow, attempt)
        questions = len(loaded.paper.ids)
        certificate = db.session.scalars(select(CertificateRow.id)).one()
    return House(people, learner, beginner, attempt, questions, result, certificate, assignment)


@pytest.fixture
def tab(page: Any, live: Live, lang: str) -> Any:
    page.context.add_cookies([{"name": "lang", "value": lang, "url": live.url}])
    return page


def sign_in(page: Any, number: str, secret: str = support.PIN) -> None:
    page.goto("/sign-in")
    page.fill("[name=number]", number)
    page.fill("[name=pin]", secret)
    page.click("main form .primary")
    page.wait_for_url(lambda url: "sign-in" not in url)


def look(page: Any, lang: str, address: str, expected: int = 200) -> list[str]:
    """Everything that is wrong with the page at that address."""
    answer = page.goto(address)
    assert answer.status == expected, f"{address}: {answer.status}"
    html5lib.HTMLParser(strict=True).parse(answer.text())
    return judge(page, lang)


def judge(page: Any, lang: str) -> list[str]:
    """Everything that is wrong with the page as it is shown."""
    root = page.locator("html")
    assert (root.get_attribute("lang"), root.get_attribute("dir")) == (lang, "rtl" if lang == "ar" else "ltr")
    wrong = page.evaluate(LOST) + [f"small: {tag}" for tag in page.evaluate(SMALL)]
    for violation in Axe().run(page).response["violations"]:
        wrong += [f"{violation['id']}: {node['html'][:160]}" for node in violation["nodes"]]
    page.set_viewport_size(TELEPHONE)
    if over := page.evaluate(WIDE):
        wrong.append(f"{over} pixels too wide")
    page.set_viewport_size(DESK)
    return [f"{page.url}: {what}" for what in wrong]


@LANGUAGES
def test_pages_when_nobody_is_signed_in_then_nothing_is_wrong(tab: Any, house: House, lang: str) -> None:
    wrong = look(tab, lang, "/sign-in") + look(tab, lang, "/verify") + look(tab, lang, "/nowhere", 404)
    tab.goto("/sign-in")
    tab.fill("[name=number]", house.learner.number)
    tab.fill("[name=pin]", "000000")
    tab.click("main form .primary")
    tab.wait_for_selector(".errors")
    assert wrong + judge(tab, lang) == []


@LANGUAGES
def test_pages_when_the_server_is_empty_then_nothing_is_wrong_with_the_setup(tab: Any, lang: str) -> None:
    assert look(tab, lang, "/setup") == []


@LANGUAGES
def test_pages_when_a_learner_walks_through_them_then_nothing_is_wrong(tab: Any, house: House, lang: str) -> None:
    sign_in(tab, house.learner.number)
    addresses = ["/courses", COURSE, f"{COURSE}/alarm", f"{COURSE}/alarm/doors", f"{COURSE}/alarm/doors/paper/0",
                 "/attempts", f"/attempts/{house.result}/result", "/certificates", "/change-pin",
                 "/my-record"]  # fmt: skip
    assert [what for address in addresses for what in look(tab, lang, address)] == []


@LANGUAGES
def test_pages_when_a_quiz_is_taken_then_nothing_is_wrong_with_any_question(tab: Any, house: House, lang: str) -> None:
    sign_in(tab, house.beginner.number)
    addresses = [f"/attempts/{house.attempt}/{n}" for n in (*range(1, house.questions + 1), "check")]
    assert [what for address in addresses for what in look(tab, lang, address)] == []


@LANGUAGES
def test_pages_when_an_administrator_walks_through_them_then_nothing_is_wrong(
    tab: Any, house: House, founded: support.Founded, lang: str
) -> None:
    sign_in(tab, founded.number, founded.passphrase)
    person = f"{MA1}/staff/{house.learner.id}"
    addresses = [
        MA1, f"{MA1}/names", f"{MA1}/staff", f"{MA1}/staff/add", f"{MA1}/staff/import", f"{MA1}/staff/slips",
        f"{MA1}/staff/retention", f"{MA1}/staff/disputes", person, "/my-record",
        *(f"{person}/{what}" for what in ("edit", "roles", "move", "leave", "reset", "forget")),
        f"{MA1}/assignments", f"{MA1}/assignments/assign", f"{MA1}/assignments/{house.assignment}/withdraw",
        f"{MA1}/certificates", f"{MA1}/certificates/{house.certificate}",
        f"{MA1}/certificates/{house.certificate}/revoke", "/server", "/server/backup", "/server/courses",
        "/server/address", "/server/establishments/MA-1", "/library", "/library/fire-drill",
        "/library/fire-drill/alarm",
    ]  # fmt: skip
    assert [what for address in addresses for what in look(tab, lang, address)] == []


@LANGUAGES
@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("national-administrator", "/countries"),
        ("donor", "/figures"),
        ("inspection", "/audit"),
        ("inspection", "/audit?person=T-0001&from=2026-13-01"),
    ],
)
def test_pages_when_seen_from_above_then_nothing_is_wrong(
    tab: Any, house: House, lang: str, role: str, address: str
) -> None:
    above = house.people.register(role=role, scope="country/MA")
    sign_in(tab, above.number, support.PASSPHRASE)
    assert look(tab, lang, address, 422 if "13-01" in address else 200) == []
