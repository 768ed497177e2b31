"""A PC that meets a server with TLS: it is led to https, its cookie stays there, and it reads how to trust."""

from __future__ import annotations

import ssl
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from anhnh_lms import tls
from anhnh_lms.config import Settings
from tests import support
from tests.browser.fixtures import Chromium
from tests.browser.test_pages import DESK, LANGUAGES, look, sign_in
from tests.cli.served import SERVE, served

pytestmark = pytest.mark.browser


@pytest.fixture
def port(settings: Settings, founded: support.Founded) -> Iterator[int]:
    """Of the set-up server, started with TLS."""
    tls.ready(settings.data, [support.HOST_NAME])
    with served(settings.data, (*SERVE, "--tls"), ANHNH_WORKERS="1") as running:
        yield int(running.url.rsplit(":", 1)[1])


@pytest.fixture
def pc(chromium: Chromium, port: int) -> Iterator[Any]:
    """A PC on which somebody has answered the browser's warning."""
    context = chromium.new_context(
        base_url=f"https://{support.HOST_NAME}:{port}", viewport=DESK, service_workers="block", ignore_https_errors=True
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


def test_pc_when_it_comes_without_tls_then_it_signs_in_with_tls_and_no_cookie_leaves_it(
    pc: Any, port: int, founded: support.Founded
) -> None:
    page = pc.new_page()
    page.goto(f"http://{support.HOST_NAME}:{port}/")
    assert page.url == f"https://{support.HOST_NAME}:{port}/sign-in"
    sign_in(page, founded.number, founded.passphrase)
    (session,) = (cookie for cookie in pc.cookies() if cookie["name"].endswith("s"))
    assert (session["name"], session["secure"], session["httpOnly"]) == ("__Host-s", True, True)
    assert pc.cookies(f"http://{support.HOST_NAME}:{port}/") == []
    page.goto("/server")
    assert page.locator("a[href='/trust']").count() == 1


@LANGUAGES
def test_pages_when_the_server_has_tls_then_nothing_is_wrong_with_them(
    pc: Any, port: int, founded: support.Founded, lang: str
) -> None:
    pc.add_cookies([{"name": "lang", "value": lang, "domain": support.HOST_NAME, "path": "/"}])
    page = pc.new_page()
    wrong = look(page, lang, f"http://{support.HOST_NAME}:{port}/trust")
    sign_in(page, founded.number, founded.passphrase)
    assert wrong + look(page, lang, "/server/address") + look(page, lang, "/server") == []


def test_pc_when_it_takes_the_certificate_from_the_page_then_it_trusts_the_server(
    pc: Any, port: int, tmp_path: Path
) -> None:
    page = pc.new_page()
    page.goto(f"http://{support.HOST_NAME}:{port}/trust")
    with page.expect_download() as coming:
        page.locator("a[href='/trust/authority.crt']").first.click()
    assert coming.value.suggested_filename == "authority.crt"
    coming.value.save_as(tmp_path / "authority.crt")
    trusting = ssl.create_default_context(cadata=(tmp_path / "authority.crt").read_bytes())
    with urllib.request.urlopen(f"https://127.0.0.1:{port}/health", timeout=20, context=trusting) as answer:
        assert answer.status == 200
