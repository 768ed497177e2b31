"""What every template owes: no inline style or script, valid HTML, labels, and a header that explains."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import html5lib
import pytest
from flask.testing import FlaskClient

ROOT = Path(__file__).parents[2]
MACROS = sorted((ROOT / "templates" / "macros").glob("*.html"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
GUIDE = runpy.run_path(str(ROOT / "tests" / "browser" / "styleguide" / "app.py"))
PAGES: list[str] = ["", *GUIDE["PAGES"], *GUIDE["ERRORS"]]


@pytest.fixture(scope="module")
def guide() -> FlaskClient:
    return GUIDE["create_app"]().test_client()  # type: ignore[no-any-return]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_template_when_read_then_style_and_script_are_in_files(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"<style|\sstyle\s*=|javascript:", text)
    assert not re.search(r"<[a-z][^>]*\son[a-z]+\s*=", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", text)


@pytest.mark.parametrize("path", MACROS, ids=lambda p: p.stem)
def test_macro_file_when_opened_then_its_header_explains_each_macro(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("{#-")
    header = text.split("-#}", 1)[0]
    for name in re.findall(r"\{%-? *macro (\w+)\(", text):
        assert name.startswith("_") or f"{name}(" in header, f"{name} is not explained"


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("page", PAGES)
def test_page_when_rendered_then_html_parses_without_an_error(guide: FlaskClient, page: str, lang: str) -> None:
    html = guide.get(f"/{lang}/{page}").get_data(as_text=True)
    html5lib.HTMLParser(strict=True).parse(html)
    assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}"' in html
    assert len(re.findall(r"<h1[ >]", html)) == 1
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("page", PAGES)
def test_page_when_rendered_then_every_reference_has_its_target(guide: FlaskClient, page: str) -> None:
    html = guide.get(f"/en/{page}").get_data(as_text=True)
    ids = set(re.findall(r'\sid="([^"]+)"', html))
    for attribute in ("for", "aria-labelledby", "aria-describedby"):
        for value in re.findall(rf'\s{attribute}="([^"]+)"', html):
            assert set(value.split()) <= ids, f"{attribute}={value}"
    for target in re.findall(r'href="#([^"]+)"', html):
        assert target in ids


@pytest.mark.parametrize("page", PAGES)
def test_page_when_rendered_then_every_post_form_carries_one_token(guide: FlaskClient, page: str) -> None:
    html = guide.get(f"/en/{page}").get_data(as_text=True)
    for form in re.findall(r"<form.*?</form>", html, flags=re.DOTALL):
        assert form.count('name="csrf_token"') == 1


def test_wtforms_page_when_sent_empty_then_the_summary_leads_to_the_fields(guide: FlaskClient) -> None:
    page = guide.get("/en/wtforms").get_data(as_text=True)
    found = re.search(r'name="csrf_token" [^>]*value="([^"]+)"', page[page.index("<main") :])
    assert found
    html = guide.post("/en/wtforms", data={"csrf_token": found[1], "function": "guard"}).get_data(as_text=True)
    assert "<title>Error: " in html
    links = re.findall(r'<li><a href="#([^"]+)">', html[html.index('class="errors"') : html.index("<h1")])
    assert {"name", "number", "pin", "sex", "since", "hours", "reason"} <= set(links)
    for target in links:
        assert f'id="{target}"' in html
    assert 'aria-describedby="name-hint name-error" aria-invalid="true"' in html


def test_question_when_answered_before_then_the_answer_is_shown_again(guide: FlaskClient) -> None:
    html = guide.get("/en/question-multiple").get_data(as_text=True)
    assert re.findall(r'name="choices" value="(\d)" checked', html) == ["1", "3"]
    html = guide.get("/en/question-blanks").get_data(as_text=True)
    assert 'name="gap-0" value="4"' in html
    assert '<option value="0" selected>mouth</option>' in html


def test_text_when_hostile_then_macros_escape_it(guide: FlaskClient) -> None:
    app = GUIDE["create_app"]()
    source = (
        '{% import "macros/ui.html" as ui %}{% import "macros/forms.html" as forms %}'
        '{% import "macros/table.html" as tables %}{% import "macros/chart.html" as charts %}'
        "{{ ui.button(x) }}{{ ui.row(x, x, note=x, meta=[x], action=x) }}{{ ui.status('valid', x) }}{{ ui.code(x) }}"
        "{{ ui.flashes([('error', x)]) }}{{ ui.error_summary([(x, x)]) }}{{ forms.text('n', x, x, x, x) }}"
        "{{ forms.select('s', x, [(x, x)]) }}{{ forms.textarea('t', x, x) }}{{ tables.table(x, [(x, 'text')], [[x]]) }}"
        "{{ charts.stacked('c', x, [(x, 1, 'solid')], 1) }}{{ ui.slip(x, [(x, x)], x) }}"
    )
    with app.test_request_context("/en/"):
        app.preprocess_request()
        html = app.jinja_env.from_string(source).render(x="\"><img src=x onerror=alert(1)>'")
    assert "<img" not in html
