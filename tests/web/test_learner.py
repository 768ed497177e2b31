"""The learner's pages: courses, modules, sections, papers, pictures, certificates."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import support
from tests.learning import school

from .taking import COURSE, Taking, taking_the_course


@pytest.fixture
def taking(app: Flask, founded: support.Founded, people: support.People, client: FlaskClient) -> Taking:
    return taking_the_course(app, people, client)


def complete(taking: Taking) -> str:
    """Take the course to its end. Returns the address of the certificate."""
    with taking.app.app_context():
        user = school.user_of(taking.member)
        school.finish_modules(user, taking.course)
        school.sit(user, taking.course, school.AFTER)
    found = re.search(r"/certificates/[0-9a-f]{32}\.pdf", taking.client.get(COURSE).text)
    assert found
    return found[0]


# -- reading ------------------------------------------------------------------------------------------


def test_courses_when_one_is_published_then_it_is_offered(taking: Taking) -> None:
    page = taking.client.get("/courses").text
    assert "Fire drill" in page
    assert COURSE in page


def test_section_when_it_is_finished_then_the_place_is_kept_on_another_pc(taking: Taking) -> None:
    answer = support.post(taking.client, f"{COURSE}/alarm/first")
    assert answer.headers["Location"] == f"{COURSE}/alarm/doors"
    other = taking.app.test_client()
    support.sign_in(other, taking.member.number)
    assert other.get(f"{COURSE}/go-on").headers["Location"] == f"{COURSE}/alarm/doors"
    last = support.post(other, f"{COURSE}/alarm/doors")
    assert last.headers["Location"] == f"{COURSE}/alarm"
    assert "Start the quiz" in other.get(f"{COURSE}/alarm").text


def test_section_when_read_then_boxes_are_those_of_the_own_country(taking: Taking) -> None:
    page = taking.client.get(f"{COURSE}/alarm/first").text
    assert "In Morocco you call 15." in page
    assert "In Mali you call 18." not in page
    assert "Ask who has heard a real alarm." not in page


def test_links_when_followed_then_every_one_leads_to_a_page(taking: Taking) -> None:
    """A link to another section, another module or a section there once led nowhere."""
    pages = [COURSE, f"{COURSE}/alarm", f"{COURSE}/alarm/first", f"{COURSE}/alarm/doors", f"{COURSE}/count/whom"]
    seen = set()
    for page in pages:
        text = taking.client.get(page).text
        for link in re.findall(r'<a [^>]*href="([^"]+)"', text):
            assert link.startswith(("/", "#")), f"{page}: {link}"
            if link.startswith("#"):
                assert f'id="{link[1:]}"' in text, f"{page}: {link}"
            elif link not in seen:
                seen.add(link)
                assert taking.client.get(link).status_code in (200, 302), f"{page}: {link}"
    assert {f"{COURSE}/alarm/doors", f"{COURSE}/alarm", f"{COURSE}/alarm/first"} <= seen


def test_picture_when_asked_for_then_it_comes_and_can_do_nothing(taking: Taking) -> None:
    page = taking.client.get(f"{COURSE}/alarm/first").text
    found = re.search(r'<img[^>]*src="([^"]+)"', page)
    assert found
    answer = taking.client.get(found[1])
    assert answer.mimetype == "image/svg+xml"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "immutable" in answer.headers["Cache-Control"]
    for path in ("course.yml", "01-alarm.en.md", "fig/none.svg", "../course.yml"):
        address = found[1].replace("fig/plan.svg", path)
        assert taking.client.get(address).status_code == 404


def test_paper_when_opened_then_it_can_be_printed(taking: Taking) -> None:
    page = taking.client.get(f"{COURSE}/alarm/doors/paper/0")
    assert "Who has the key" in page.text
    assert taking.client.get(f"{COURSE}/alarm/doors/paper/1").status_code == 404


def test_self_check_when_shown_then_there_is_no_form_and_no_name(taking: Taking) -> None:
    page = taking.client.get(f"{COURSE}/alarm/doors").text
    check = page[page.index("data-self-check") : page.index("</details>", page.index("data-self-check"))]
    assert "I thought of the last alarm." in check
    assert "<form" not in check
    assert " name=" not in check


def test_pages_when_read_in_arabic_then_what_is_missing_says_its_language(taking: Taking) -> None:
    taking.client.set_cookie("lang", "ar")
    section = taking.client.get(f"{COURSE}/alarm/first").text
    assert '<html lang="ar" dir="rtl"' in section
    assert "أخبر غرفة المراقبة" in section
    missing = taking.client.get(f"{COURSE}/count/whom").text
    assert '<article class="prose" lang="en" dir="ltr">' in missing


@pytest.mark.parametrize(
    "path",
    ["/courses/none", f"{COURSE}/none", f"{COURSE}/alarm/none", f"{COURSE}/none/first", f"{COURSE}/assessment",
     f"{COURSE}/alarm/feel", f"{COURSE}/none/go-on"],
)  # fmt: skip
def test_address_when_nothing_is_there_then_404(taking: Taking, path: str) -> None:
    assert taking.client.get(path).status_code == 404


def test_finish_when_the_token_is_wrong_then_nothing_is_recorded(taking: Taking) -> None:
    answer = taking.client.post(f"{COURSE}/alarm/first", data={"csrf_token": "wrong"})
    assert answer.status_code == 400
    with taking.app.app_context():
        assert not school.entries("section.finished")


def test_pages_when_nobody_is_signed_in_then_one_signs_in_and_comes_back(taking: Taking, app: Flask) -> None:
    fresh = app.test_client()
    answer = fresh.get(f"{COURSE}/alarm/first")
    assert answer.status_code == 302
    assert "next=" in answer.headers["Location"]
    assert "alarm" in answer.headers["Location"]


def test_page_when_kept_for_one_then_the_next_reader_has_an_own_name_and_token(
    taking: Taking, people: support.People, app: Flask
) -> None:
    """Pages are drawn once: nothing of one reader may stay on them."""
    first = taking.client.get(f"{COURSE}/alarm/first").text
    other = people.register(name_latin="Bouchra <b>")
    second = app.test_client()
    support.sign_in(second, other.number)
    page = second.get(f"{COURSE}/alarm/first").text
    assert "Bouchra &lt;b&gt;" in page
    assert "Person 1" not in page
    token = re.compile(r'name="csrf_token" value="([^"]+)"')
    assert not set(token.findall(first)) & set(token.findall(page))
    assert support.post(second, f"{COURSE}/alarm/first").status_code == 302


# -- certificates ------------------------------------------------------------------------------------


def test_course_when_completed_then_it_offers_the_certificate(taking: Taking) -> None:
    address = complete(taking)
    answer = taking.client.get(address)
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert address in taking.client.get("/courses").text
    assert address in taking.client.get("/certificates").text


def test_certificate_when_it_is_anothers_then_404(taking: Taking, people: support.People) -> None:
    address = complete(taking)
    support.sign_in(taking.client, people.register().number)
    assert taking.client.get(address).status_code == 404
    assert "MA-1/" not in taking.client.get("/certificates").text
    assert taking.client.get(f"/certificates/{'0' * 32}.pdf").status_code == 404
