"""The preview in a browser: shown again on saving, at the same place, harmless."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from anhnh_lms.studio.preview import Preview
from anhnh_lms.web.preview import preview_app
from tests.learning import school

pytestmark = pytest.mark.browser


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    here = tmp_path / "fire-drill"
    for path, data in school.files().items():
        (here / path).parent.mkdir(parents=True, exist_ok=True)
        (here / path).write_bytes(data)
    return here


@pytest.fixture
def address(folder: Path, tmp_path: Path) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    server.app = preview_app(
        Preview(folder, lambda: date(2026, 11, 23)), None, "en", tmp_path / "scratch", server.server_port
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(chromium: Any, address: str) -> Iterator[Any]:
    """A tab that notes what its content policy refused and what failed in it."""
    context = chromium.new_context(base_url=address, viewport={"width": 1024, "height": 600}, locale="en-GB")
    context.set_default_timeout(10_000)
    tab = context.new_page()
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    tab.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    yield tab
    context.close()
    assert not wrong, wrong


def top_of(page: Any, element: str) -> float:
    return float(page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", element))


def test_page_when_a_file_is_saved_then_it_is_shown_again_at_the_same_place(page: Any, folder: Path) -> None:
    page.goto("/en/alarm")
    page.evaluate("document.getElementById('q-rows').scrollIntoView()")
    page.locator("#q-rows ~ details summary").first.click()
    before = top_of(page, "q-rows")
    file = folder / "01-alarm.en.md"
    with page.expect_navigation():
        file.write_text(file.read_text().replace("Tell the control room.", "Much more text.\n\n" * 30))
    page.wait_for_function("!sessionStorage.getItem('preview-place')")
    assert page.locator("text=Much more text.").count() == 30
    assert abs(top_of(page, "q-rows") - before) < 3
    assert page.locator("#q-rows ~ details[open]").count() == 1


def test_page_when_there_is_no_script_then_a_link_shows_it_again(chromium: Any, address: str, folder: Path) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/en/count")
    file = folder / "02-count.en.md"
    file.write_text(file.read_text().replace("Everybody who slept here.", "All who slept here."))
    page.click("text=Reload")
    assert "All who slept here." in page.inner_text("main")
    context.close()


def test_page_when_the_file_is_hostile_then_nothing_runs(page: Any, folder: Path) -> None:
    (folder / "02-count.en.md").write_text(
        "---\nid: count\ntitle: x\nlang: en\n---\n\n## One\n<!-- id: whom -->\n\n"
        "<script>alert(1)</script><img src=x onerror=alert(2)> <svg onload=alert(3)></svg>\n\n"
        "[a](javascript:alert(4)) ![p](fig/plan.svg)\n"
    )
    (folder / "fig" / "plan.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(5)</script></svg>'
    )
    page.goto("/en/count")
    page.wait_for_load_state("networkidle")
    assert page.locator("main script").count() == 0
    assert page.locator('main [href^="javascript"]').count() == 0


def test_page_when_it_is_arabic_then_it_reads_from_the_right(page: Any) -> None:
    page.goto("/ar/alarm")
    assert page.evaluate("getComputedStyle(document.querySelector('article')).direction") == "rtl"
    assert page.evaluate("getComputedStyle(document.querySelector('aside.panel')).direction") == "ltr"
