"""The look, in a real browser: axe, both directions, small screens, keyboard, saving, and no script at all."""

from __future__ import annotations

import logging
import runpy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, Route, expect
from werkzeug.serving import make_server

from .fixtures import Chromium

pytestmark = pytest.mark.browser

GUIDE = runpy.run_path(str(Path(__file__).parent / "styleguide" / "app.py"))
PAGES: list[str] = ["", *GUIDE["PAGES"], *GUIDE["ERRORS"]]
DESK = {"width": 1024, "height": 768}
TELEPHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def guide() -> Flask:
    return GUIDE["create_app"]()  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def address(guide: Flask) -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, guide, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()


@contextmanager
def opened(chromium: Chromium, address: str, **options: bool) -> Iterator[Page]:
    """A page on a desk's screen. Whatever the content policy or the script complains of fails the test."""
    context = chromium.new_context(viewport=DESK, base_url=address, **options)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if "Content Security" in m.text else None)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def page(chromium: Chromium, address: str, guide: Flask) -> Iterator[Page]:
    guide.extensions.update(saved=[], broken=False)
    guide.extensions["arrived"].clear()
    with opened(chromium, address) as page:
        yield page


# -- for everybody -------------------------------------------------------------------------------


@pytest.mark.parametrize("viewport", [DESK, TELEPHONE], ids=["desk", "telephone"])
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_page_when_axe_looks_then_it_finds_no_violation(page: Page, lang: str, viewport: dict[str, int]) -> None:
    page.set_viewport_size(viewport)  # type: ignore[arg-type]
    found: list[str] = []
    for name in PAGES:
        page.goto(f"/{lang}/{name}")
        result = Axe().run(page)
        found += [f"{name}: {v['id']}: {v['nodes'][0]['html'][:200]}" for v in result.response["violations"]]
    assert found == []


@pytest.mark.parametrize("size", ["normal", "larger"])
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_page_when_320_pixels_wide_then_nothing_scrolls_sideways(page: Page, lang: str, size: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    wide = []
    for name in PAGES:
        page.goto(f"/{lang}/{name}?size={size}")
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wide.append(name)
    assert wide == []


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_targets_when_measured_then_44_pixels_high(page: Page, lang: str) -> None:
    small = []
    for name in PAGES:
        page.goto(f"/{lang}/{name}")
        small += page.evaluate(
            """name => [...document.querySelectorAll('.button, .input, .option, .grid label, .overview a, .pages a,'
               + '.foot .link, .brand, summary')].filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5)
               .map(e => name + ': ' + e.outerHTML.slice(0, 120))""",
            name,
        )
    assert small == []


@pytest.mark.parametrize("name", ["sign-in", "courses", "question-single", "question-rows", "establishment", "fields"])
def test_focus_when_moved_by_tab_then_it_shows_on_each_stop(page: Page, name: str) -> None:
    page.goto(f"/en/{name}")
    page.evaluate("document.activeElement.blur()")
    stops = 0
    for _ in range(60):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => { const e = document.activeElement; if (e === document.body) return null;
               const next = e.nextElementSibling;
               const ring = x => x && parseFloat(x.outlineWidth) >= 3 && x.outlineStyle === 'solid';
               return ring(getComputedStyle(e)) || (next && ring(getComputedStyle(next, '::before')))
                 ? 'ring' : e.outerHTML.slice(0, 100); }"""
        )
        if seen is None:
            break
        assert seen == "ring"
        stops += 1
    assert stops >= 5


def test_skip_link_when_pressed_then_the_focus_is_in_the_page(page: Page) -> None:
    page.goto("/en/courses")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_bar_when_read_in_arabic_then_it_runs_from_the_right(page: Page) -> None:
    page.goto("/en/pieces")
    assert _fill_starts_at_start(page)
    page.goto("/ar/pieces")
    assert not _fill_starts_at_start(page)


def _fill_starts_at_start(page: Page) -> bool:
    frame = page.locator(".bar .ground").first.bounding_box()
    fill = page.locator(".bar .solid").first.bounding_box()
    assert frame
    assert fill
    return abs(frame["x"] - fill["x"]) < 2


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_page_when_printed_then_only_what_matters_is_on_paper(page: Page, lang: str) -> None:
    page.goto(f"/{lang}/establishment")
    page.emulate_media(media="print")
    for selector in (".top", ".pages", ".foot", "[data-print]"):
        expect(page.locator(selector).first).to_be_hidden()
    for selector in ("h1", "#by-role", ".chart svg"):
        expect(page.locator(selector).first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.solid')).fill") == "rgb(0, 0, 0)"


# -- saving --------------------------------------------------------------------------------------


def test_answer_when_chosen_then_it_is_saved_and_the_page_says_so(page: Page, guide: Flask) -> None:
    page.goto("/en/question-single")
    page.get_by_text("Report him to the chief").click()
    expect(page.locator("[data-saved]")).to_have_text("Saved 10:42")
    mark, fields = guide.extensions["saved"][-1]
    assert (mark, fields) == ("1", {"choice": "1", "turn": "1"})


def test_answer_when_typed_then_the_last_word_is_what_is_saved(page: Page, guide: Flask) -> None:
    page.goto("/en/question-short")
    page.locator("[name=text]").press_sequentially("Bamako", delay=30)
    expect(page.locator("[data-saved]")).to_have_text("Saved 10:42")
    assert guide.extensions["saved"][-1][1] == {"text": "Bamako", "turn": "6"}


def test_answer_when_the_server_is_away_then_the_page_says_so_and_saves_later(page: Page, guide: Flask) -> None:
    page.goto("/en/question-single")
    guide.extensions["broken"] = True
    page.get_by_text("Say nothing").click()
    expect(page.locator("[data-saved]")).to_have_text("Not saved yet. Trying again.")
    guide.extensions["broken"] = False
    expect(page.locator("[data-saved]")).to_have_text("Saved 10:42", timeout=10_000)
    assert guide.extensions["saved"][-1][1]["choice"] == "2"


def test_answer_when_the_server_refuses_it_then_the_page_says_why_and_asks_no_more(page: Page) -> None:
    page.goto("/en/question-single")
    asked = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=422, json={"error": "This answer is too long."})

    page.route("**/autosave", refuse)
    page.get_by_text("Say nothing").click()
    expect(page.locator("[data-saved]")).to_have_text("This answer is too long.")
    page.goto("/en/courses")
    assert page.url.endswith("courses")
    assert len(asked) == 1


def test_answer_when_an_older_save_comes_back_late_then_the_newer_one_is_still_sent(page: Page, guide: Flask) -> None:
    """The first request hangs while a second choice is made: "saved" appears only for the second."""
    page.goto("/en/question-single")
    held = []
    page.route("**/autosave", lambda route: held.append(route) if not held else route.continue_())
    page.get_by_text("Say nothing").click()
    page.get_by_text("Report him").click()
    expect(page.locator("[data-saved]")).to_have_text("")
    held[0].fulfill(json={"saved": "Saved too early"})
    expect(page.locator("[data-saved]")).to_have_text("Saved 10:42")
    assert [fields["choice"] for _, fields in guide.extensions["saved"]] == ["1"]


def test_answer_when_the_page_is_left_before_the_save_then_it_is_sent_on_its_way(page: Page, guide: Flask) -> None:
    page.goto("/en/question-short")
    page.locator("[name=text]").fill("Niamey")
    page.goto("/en/courses")
    assert guide.extensions["arrived"].wait(10)
    assert guide.extensions["saved"][-1][1]["text"] == "Niamey"


def test_form_when_sent_twice_then_it_arrives_once(page: Page) -> None:
    page.goto("/en/question-single")
    posts: list[str] = []
    page.on("request", lambda r: posts.append(r.url) if r.method == "POST" and "autosave" not in r.url else None)
    page.evaluate(
        """() => { const form = document.querySelector('[data-autosave]');
           const next = form.querySelector('[data-enter]'); next.click(); next.click(); }"""
    )
    page.wait_for_load_state()
    expect(page.locator("[data-enter]")).to_be_enabled()
    assert len(posts) == 1


# -- keys ----------------------------------------------------------------------------------------


def test_keys_when_a_number_is_pressed_then_that_answer_is_chosen_and_enter_goes_on(page: Page) -> None:
    page.goto("/en/question-single")
    page.keyboard.press("3")
    expect(page.locator("[name=choice]").nth(2)).to_be_checked()
    with page.expect_request(lambda r: r.method == "POST" and "question-single" in r.url) as sent:
        page.keyboard.press("Enter")
    assert "choice=1" in (sent.value.post_data or "")
    assert "go=next" in (sent.value.post_data or "")


def test_keys_when_switched_off_then_numbers_do_nothing_on_the_next_page_too(page: Page) -> None:
    page.goto("/en/question-single")
    page.get_by_role("button", name="Turn off").click()
    page.goto("/en/question-multiple")
    page.keyboard.press("1")
    expect(page.locator("[name=choices]").first).not_to_be_checked()
    page.get_by_role("button", name="Turn on").click()
    page.keyboard.press("1")
    expect(page.locator("[name=choices]").first).to_be_checked()


def test_keys_when_typing_then_numbers_are_text(page: Page) -> None:
    page.goto("/en/question-number")
    page.locator("[name=text]").fill("")
    page.locator("[name=text]").press_sequentially("12")
    expect(page.locator("[name=text]")).to_have_value("12")


def test_scenario_when_a_number_is_pressed_then_nothing_is_chosen_yet(page: Page) -> None:
    page.goto("/en/question-scenario")
    page.keyboard.press("2")
    expect(page.locator(".option").nth(1)).to_be_focused()
    assert page.url.endswith("question-scenario")


# -- order, self-check, the Back button ----------------------------------------------------------


def test_order_when_moved_by_buttons_then_the_places_follow(page: Page, guide: Flask) -> None:
    page.goto("/en/question-order")
    page.get_by_role("button", name="Move up: Cut the power").click()
    expect(page.locator("[data-saved]")).to_have_text("Saved 10:42")
    places = {k: v for k, v in guide.extensions["saved"][-1][1].items() if k.startswith("place")}
    assert places == {"place-2": "1", "place-1": "2", "place-0": "3"}
    expect(page.get_by_role("button", name="Move up: Cut the power")).to_be_focused()


def test_self_check_when_ticked_then_nothing_leaves_the_page_and_coming_back_finds_it_empty(
    page: Page,
) -> None:
    page = page
    page.goto("/en/self-check", wait_until="networkidle")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    for often in page.get_by_label("Often").all():
        often.check()
    expect(page.locator("[data-sum]")).to_have_text("6")
    expect(page.locator(".bands .now")).to_contain_text("See the doctor")
    assert requests == []
    assert page.locator("main form, main [name]").count() == 0
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")[:2] == [0, 0]
    page.goto("/en/courses")
    page.go_back()
    expect(page.locator("[data-sum]")).to_have_text("0")
    assert page.locator(":checked").count() == 0


def test_self_check_when_another_answer_of_the_row_is_ticked_then_the_first_goes(page: Page) -> None:
    page.goto("/en/self-check")
    page.get_by_label("Never").first.check()
    page.get_by_label("Often").first.check()
    expect(page.locator(":checked")).to_have_count(1)
    expect(page.locator(".bands .now")).to_have_count(0)


def test_back_when_the_browser_kept_the_page_then_it_is_asked_for_again(page: Page) -> None:
    page = page
    page.goto("/en/courses")
    page.evaluate("window.mark = 'old'")
    page.goto("/en/sign-in")
    with page.expect_request(lambda r: r.url.endswith("/en/courses")):
        page.go_back()
    page.wait_for_load_state()
    assert page.evaluate("window.mark") is None


def test_errors_when_the_page_opens_then_the_summary_has_the_focus_and_leads_to_the_field(page: Page) -> None:
    page.goto("/en/fields")
    expect(page.locator(".errors")).to_be_focused()
    page.get_by_role("link", name="Write the name.").click()
    expect(page.locator("#name")).to_be_focused()


# -- without a script ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "fill", "sent"),
    [
        ("question-single", ["text=Say nothing"], ["choice=2"]),
        ("question-multiple", ["text=A tight jaw"], ["choices=0", "choices=1", "choices=3"]),
        ("question-rows", ["[name=row-1][value='0']"], ["row-0=1", "row-1=0"]),
        ("question-likert", ["[name=row-1][value='4']"], ["row-0=3", "row-1=4"]),
        ("question-scenario", [], []),
        ("question-order", [], ["place-0=", "place-1=", "place-2="]),
        ("question-match", [], ["pair-0=0", "pair-1=", "pair-2="]),
        ("question-blanks", [], ["gap-0=4", "gap-1=0", "gap-2="]),
    ],
)
def test_question_when_there_is_no_script_then_it_is_answered_all_the_same(
    chromium: Chromium, address: str, name: str, fill: list[str], sent: list[str]
) -> None:
    with opened(chromium, address, java_script_enabled=False) as page:
        page.goto(f"/en/{name}")
        assert not page.locator(".js-only:visible").count()
        for selector in fill:
            page.locator(selector).click()
        with page.expect_request(lambda r: r.method == "POST") as request:
            page.get_by_role("button", name="Next").click()
        body = request.value.post_data or ""
    for field in [*sent, "go=next"]:
        assert field in body.split("&")
