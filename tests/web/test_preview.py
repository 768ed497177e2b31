"""The preview's pages: the learner's view of a draft, harmless, for this machine alone."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anhnh_lms.studio.preview import Preview
from anhnh_lms.web.guard import POLICY_HEADER
from anhnh_lms.web.preview import preview_app
from tests.learning import school

from .taking import secrets_of, squeezed, text_of

HERE = "127.0.0.1:8001"
KINDS = ["act", "blocks", "rows", "pairs", "steps", "number", "city", "report", "workshop"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return school.written(tmp_path / "fire-drill")


@pytest.fixture
def app(folder: Path, tmp_path: Path) -> Flask:
    made = preview_app(Preview(folder, lambda: date(2026, 11, 23)), "01-alarm.ar.md", "fr", tmp_path / "scratch", 8001)
    made.config.update(TESTING=True, SERVER_NAME=HERE)  # the name under which the client asks
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def get(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status}"
    return answer.text


def test_start_when_a_file_was_named_then_its_page_opens(client: FlaskClient) -> None:
    assert client.get("/").headers["Location"] == "/ar/alarm"


@pytest.mark.parametrize(("lang", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_page_when_shown_then_it_reads_as_the_learner_reads_it(client: FlaskClient, lang: str, direction: str) -> None:
    page = get(client, f"/{lang}/alarm")
    assert f'<html lang="{lang}" dir="{direction}"' in page
    assert '<aside class="panel no-print"' in page
    assert 'lang="fr" dir="ltr"' in page  # what only the author sees, in the author's language


@pytest.mark.parametrize("question", KINDS)
def test_page_when_shown_then_every_kind_of_question_has_its_control_and_its_key(
    client: FlaskClient, question: str
) -> None:
    page = get(client, "/en/alarm")
    begin = page.index(f'id="q-{question}"')
    part = page[begin : page.index("</details>", page.index("data-key", begin))]
    assert re.search(rf'name="q-{question}-|href="#q-{question}-', part)
    read = next(q for _, z in school.quizzes(school_course()) for q in z.questions if q.id == question)
    said = text_of(part)
    for where, words in secrets_of(read).items():
        assert words in said, where


def school_course() -> school.Course:
    from anhnh_lms.content.reader import read_course

    course = read_course(school.files()).course
    assert course is not None
    return course


def test_key_when_not_asked_for_then_it_is_folded_away(client: FlaskClient) -> None:
    assert '<details class="explain" open' not in get(client, "/en/alarm")
    client.get("/en/alarm?look=1&answers=1&country=MA")
    assert '<details class="explain" open' in get(client, "/en/alarm")


def test_boxes_when_a_country_is_chosen_then_they_are_its_own(client: FlaskClient) -> None:
    for country, shown, hidden in (("MA", "call 15", "call 18"), ("ML", "call 18", "call 15")):
        answer = client.get(f"/en/alarm?look=1&country={country}")
        assert answer.headers["Location"] == "/en/alarm"
        page = get(client, "/en/alarm")
        assert shown in page
        assert hidden not in page
        assert "Ask who has heard" not in page
    client.get("/en/alarm?look=1&country=&trainer=1")
    page = get(client, "/en/alarm")
    assert "call 15" not in page
    assert "Ask who has heard" in page


def test_private_check_when_shown_then_it_has_no_names(client: FlaskClient) -> None:
    page = get(client, "/en/alarm")
    check = page[page.index("data-self-check") :]
    check = check[: check.index("</details>")]
    assert " name=" not in check
    assert "I checked the exits." in check


def test_ids_when_the_page_is_whole_then_each_stands_once(client: FlaskClient) -> None:
    for path in ("/en/alarm", "/en/assessment", "/ar/alarm", "/en/"):
        ids = re.findall(r'\bid="([^"]+)"', get(client, path))
        assert len(ids) == len(set(ids)), path


def test_links_when_followed_then_each_leads_somewhere(client: FlaskClient) -> None:
    for path in ("/en/", "/en/alarm", "/en/count", "/ar/alarm", "/en/assessment"):
        page = get(client, path)
        for link in re.findall(r'(?:href|src)="([^"]+)"', page):
            if link.startswith("#"):
                assert f'id="{link[1:]}"' in page, f"{path}: {link}"
            elif not link.startswith("/static/"):
                base = path.rsplit("/", 1)[0]
                target = link if link.startswith("/") else f"{base}/{link}"
                assert client.get(target.split("#")[0]).status_code in (200, 302), f"{path}: {link}"


def test_shared_pool_when_two_tests_draw_from_it_then_each_question_stands_once(client: FlaskClient) -> None:
    page = get(client, "/en/assessment")
    assert page.count('id="q-p1"') == 1
    assert "4 questions of this quiz stand above." in page


def test_problems_when_there_are_any_then_those_of_the_page_come_first(client: FlaskClient, folder: Path) -> None:
    (folder / "02-count.en.md").write_text(
        (folder / "02-count.en.md").read_text().replace("- (x) Everybody", "- ( ) Everybody")
    )
    page = get(client, "/en/count")
    below = page[page.index('id="problems"') :]
    places = re.findall(r'<bdi class="code" dir="ltr">([^<]+:\d+)</bdi>', below)
    assert places[0].startswith("02-count.en.md:")
    assert "E204" in below
    elsewhere = get(client, "/ar/alarm")
    assert re.findall(r'dir="ltr">([^<]+:\d+)</bdi>', elsewhere)[0].startswith("01-alarm.ar.md:")


def test_file_when_it_is_broken_then_the_page_is_as_before_and_says_so(client: FlaskClient, folder: Path) -> None:
    before = text_of(get(client, "/en/count"))
    (folder / "02-count.en.md").write_bytes(b"---\nid: [")
    page = get(client, "/en/count")
    assert squeezed("Everybody who slept here.") in text_of(page)
    assert squeezed("Everybody who slept here.") in before
    assert 'class="flash bad"' in page
    assert "Traceback" not in page


def test_version_when_a_file_is_saved_then_it_changes(client: FlaskClient, folder: Path) -> None:
    before = client.get("/version").get_json()
    assert before == client.get("/version").get_json()
    assert f'data-preview="{before["version"]}"' in get(client, "/en/alarm")
    (folder / "course.en.md").write_bytes((folder / "course.en.md").read_bytes() + b"\nMore.\n")
    assert client.get("/version").get_json() != before


# -- harmless ---------------------------------------------------------------------------------------------


HOSTILE = """---
id: count
title: <script>alert(1)</script>
lang: en
---

## <img src=x onerror=alert(2)>
<!-- id: whom -->

<script>alert(3)</script>

[a](javascript:alert(4)) <a href="http://evil.test/" onclick="alert(5)">b</a> <iframe src="//evil.test"></iframe>

![x](http://evil.test/x.png) <svg onload="alert(6)"></svg>

## Quiz
<!-- quiz id: counted -->

### <b onmouseover=alert(7)>Who</b>?
<!-- id: who -->

- (x) <script>alert(8)</script>
  > <img src=x onerror=alert(9)>
- ( ) no
"""


def test_page_when_the_file_is_hostile_then_nothing_in_it_can_run(client: FlaskClient, folder: Path) -> None:
    (folder / "02-count.en.md").write_text(HOSTILE, encoding="utf-8")
    (folder / "fig" / "<script>.svg").write_bytes(b"<svg/>")
    answer = client.get("/en/count")
    assert answer.headers["Content-Security-Policy"] == POLICY_HEADER
    page = answer.text
    assert re.findall(r"<script[^>]*>", page) == re.findall(r'<script src="/static/[a-z]+\.js\?v=\w+" defer>', page)
    tags = re.findall(r"<[a-zA-Z][^>]*>", page)
    assert not [tag for tag in tags if re.search(r"""\son\w+\s*=|javascript:|evil\.test|<iframe""", tag)]


def test_picture_when_it_holds_a_script_then_it_is_locked_in(client: FlaskClient, folder: Path) -> None:
    (folder / "fig" / "plan.svg").write_bytes(
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    )
    answer = client.get("/files/fig/plan.svg")
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert policy[:3] == ["default-src 'none'", "style-src 'unsafe-inline'", "sandbox"]
    assert not any("script" in part for part in policy)
    for path in ("course.yml", "01-alarm.en.md", "../../etc/passwd", "fig/none.svg"):
        assert client.get(f"/files/{path}").status_code == 404


@pytest.mark.parametrize("host", ["evil.test", "evil.test:8001", "127.0.0.1:9999", "127.0.0.1.evil.test:8001", "x", ""])
def test_request_when_it_comes_under_another_name_then_it_is_refused(client: FlaskClient, host: str) -> None:
    for path in ("/", "/en/alarm", "/version", "/files/fig/plan.svg", "/static/app.js"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code in (400, 403)
        assert "alarm" not in answer.text.casefold()


def test_request_when_it_comes_under_its_own_names_then_it_is_answered(client: FlaskClient) -> None:
    for host in (HERE, "localhost:8001", "[::1]:8001"):
        assert client.get("/en/alarm", headers={"Host": host}).status_code == 200


def test_form_when_it_comes_from_elsewhere_then_it_is_refused(client: FlaskClient) -> None:
    refused = client.post("/text-size", data={"size": "large"}, headers={"Origin": "http://evil.test"})
    assert refused.status_code == 403
    taken = client.post("/text-size", data={"size": "large", "next": "/en/alarm"}, headers={"Origin": f"http://{HERE}"})
    assert taken.headers["Location"] == "/en/alarm"
    assert 'class="text-large"' in get(client, "/en/alarm")
    outside = client.post("/text-size", data={"next": "//evil.test"})
    assert outside.headers["Location"] == "/"


@pytest.mark.parametrize(
    "path", ["/xx/", "/xx/alarm", "/en/nowhere", "/en/alarm/none/paper/0", "/en/alarm/doors/paper/9"]
)
def test_address_when_nothing_is_there_then_404(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_page_when_the_program_stumbles_then_a_sentence_and_no_trace(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from anhnh_lms.web import preview as screens

    def stumble(_module: object) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(screens, "parts_of", stumble)
    answer = client.get("/en/alarm")
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
    assert "a secret" not in answer.text
    assert "data-preview=" in answer.text  # it looks again when the next file is saved


def test_paper_when_opened_then_it_is_the_sheet(client: FlaskClient) -> None:
    assert "Who has the key" in get(client, "/en/alarm/doors/paper/0")
