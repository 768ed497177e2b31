"""The compiled catalogues are a cache: torn by a power cut, made by many at once or not writable, pages stand."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_babel import gettext

from anhnh_lms.web import i18n

from ..support import Founded

AT_ONCE = 8


@pytest.fixture(autouse=True)
def _forget() -> None:
    i18n.merged.cache_clear()


def kept(app: Flask) -> list[Path]:
    return sorted(Path(app.config["CACHE"]).glob("*.mo"))


def sign_in_page(client: FlaskClient) -> tuple[int, bool]:
    client.set_cookie("lang", "fr")
    page = client.get("/sign-in")
    return page.status_code, "Se connecter" in page.text


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.99])
def test_catalogue_when_its_file_is_torn_then_it_is_made_again(
    app: Flask, client: FlaskClient, founded: Founded, share: float
) -> None:
    assert sign_in_page(client) == (200, True)
    whole = {path: path.read_bytes() for path in kept(app)}
    assert whole
    for path, data in whole.items():
        path.write_bytes(data[: int(len(data) * share)])
    i18n.merged.cache_clear()
    assert sign_in_page(client) == (200, True)
    assert {path: path.read_bytes() for path in kept(app)} == whole


def test_catalogue_when_many_threads_make_it_at_the_same_moment_then_each_speaks(app: Flask) -> None:
    said: list[str] = []
    ready = threading.Barrier(AT_ONCE)

    def speak() -> None:
        ready.wait()
        with app.test_request_context("/"):
            g.user, g.forced_language = None, "fr"
            said.append(str(gettext("Sign in")))

    threads = [threading.Thread(target=speak) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == ["Se connecter"] * AT_ONCE
    assert not list(Path(app.config["CACHE"]).glob("*.new"))


def test_catalogue_when_nothing_can_be_kept_then_pages_speak_all_the_same(
    app: Flask, client: FlaskClient, founded: Founded
) -> None:
    Path(app.config["CACHE"]).write_bytes(b"a file where the folder should be")
    assert sign_in_page(client) == (200, True)
