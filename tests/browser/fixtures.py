"""A real browser and a real server for it, on this machine alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from .. import support


@dataclass(frozen=True, slots=True)
class Live:
    """Where the application is served. `named` is the same server under a name of a local network: a
    browser gives plain HTTP there less than it gives 127.0.0.1 (no `Secure` cookies, no Web Crypto)."""

    url: str
    named: str


@pytest.fixture
def live(app: Flask) -> Iterator[Live]:
    """The application of this test, served on a free port of 127.0.0.1."""
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Live(f"http://127.0.0.1:{server.port}", f"http://{support.HOST_NAME}:{server.port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Any]:
    """Playwright, started once: a second one in the same process is refused."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        yield running


# Chromium stays on this machine, and does not rest on a shared memory or a graphics card that may be missing.
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-quic",
    f"--host-resolver-rules=MAP {support.HOST_NAME} 127.0.0.1",
)  # fmt: skip


@dataclass
class Chromium:
    """Chromium, started once and again should it have crashed. Its back-forward cache stays on, as it is for a
    person."""

    playwright: Any
    browser: Any = None

    def new_context(self, **options: Any) -> Any:
        """A fresh profile."""
        if self.browser is None or not self.browser.is_connected():
            self.browser = self.playwright.chromium.launch(
                executable_path=support.program(*support.GROUPS[0].programs), args=list(ARGUMENTS),
                ignore_default_args=["--disable-back-forward-cache"],
            )  # fmt: skip
        return self.browser.new_context(**options)


@pytest.fixture(scope="session")
def chromium(playwright: Any) -> Iterator[Chromium]:
    found = Chromium(playwright)
    yield found
    if found.browser is not None:
        found.browser.close()


@pytest.fixture
def browser_context(chromium: Chromium, live: Live) -> Iterator[Any]:
    """A fresh profile: no cookies, 1024 x 768, English. Relative addresses go to `live.url`."""
    context = chromium.new_context(
        base_url=live.url, viewport={"width": 1024, "height": 768}, locale="en-GB", service_workers="block"
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(browser_context: Any) -> Iterator[Any]:
    """A tab. The test fails if the page asks another host for anything, if a script fails, or if the
    page breaks its own content policy."""
    tab = browser_context.new_page()
    wrong: list[str] = []
    tab.on("request", lambda request: _note_outside(request.url, wrong))
    tab.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    tab.on("console", lambda line: _note_refused(line, wrong))
    yield tab
    assert not wrong, wrong


def _note_outside(url: str, wrong: list[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme in ("http", "https", "ws") and parts.hostname not in ("127.0.0.1", support.HOST_NAME):
        wrong.append(f"asked for {url}")


def _note_refused(line: Any, wrong: list[str]) -> None:
    if line.type == "error" and "Failed to load resource" not in line.text:
        wrong.append(f"console: {line.text}")
