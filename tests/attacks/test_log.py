"""What the log and the disk tell: no name, no PIN, no token; nothing to whoever else uses the machine."""

from __future__ import annotations

import logging
import stat
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anhnh_lms import create_app
from anhnh_lms.config import Settings
from anhnh_lms.logs import Reticent
from anhnh_lms.record.secrets import FILE, load_secrets
from anhnh_lms.web import access as access_screen

from ..support import PIN, Founded, People, csrf, post, sign_in

SAID = "Zineb Unmistakable"


def told(message: str, *args: object, error: BaseException | None = None) -> str:
    """The line that the log would hold."""
    exc = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, message, args, exc)
    return Reticent("%(levelname)s %(message)s").format(record)


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except type(error) as caught:
        return caught


@pytest.mark.parametrize("error", [ValueError(SAID), KeyError(SAID), OSError(28, "No space", SAID), Exception(SAID)])
def test_log_when_an_exception_repeats_what_was_sent_then_only_its_kind_and_way_are_written(error: Exception) -> None:
    text = told("It failed.", error=raised(error, raised(RuntimeError(SAID))))
    assert SAID not in text
    assert type(error).__name__ in text
    assert "RuntimeError" in text
    assert "test_log.py" in text
    assert ("No space left" in text) == isinstance(error, OSError)


@pytest.mark.parametrize(
    ("message", "args"),
    [
        ("Error handling request %s %s", ("GET", f"/staff?q={SAID.replace(' ', '+')}")),
        ("Invalid request from ip=10.0.0.9: Invalid HTTP request line: %r", (SAID,)),
        ("Invalid request from ip=fe80::1: Invalid HTTP Header: 'Cookie: %s'\nnext", (SAID,)),
    ],
)
def test_log_when_an_address_or_a_broken_request_holds_a_name_then_it_is_left_out(message: str, args: Any) -> None:
    text = told(message, *args)
    assert "Zineb" not in text
    assert "Unmistakable" not in text


def test_log_when_a_message_holds_line_ends_then_it_stays_one_line() -> None:
    text = told("Exception on %s", "/a\r\n2026 [INFO] all is well\x1b[2J\u2028x\x85y")
    assert len(text.splitlines()) == 1
    assert "\x1b" not in text


@pytest.fixture
def failing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A server on which signing in breaks with an exception that repeats what was typed."""

    def broken(_secret: bytes, number: str, typed: str, _pc: str) -> None:
        raise ValueError(f"{number} {typed}")

    monkeypatch.setattr(access_screen.access, "sign_in", broken)
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    return app.test_client()


def test_error_page_when_the_program_fails_then_page_and_log_tell_nothing_of_the_form(
    failing: FlaskClient, founded: Founded, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.setFormatter(Reticent("%(message)s"))
    form = {"csrf_token": csrf(failing), "number": "A-7731", "pin": "731946"}
    answer = failing.post("/sign-in", data=form)
    assert answer.status_code == 500
    for text in (answer.text, caplog.text):
        assert not any(secret in text for secret in ("7731", "731946"))
    assert form["csrf_token"] not in caplog.text
    assert "Traceback" not in answer.text
    assert "ValueError" not in answer.text
    assert "ValueError" in caplog.text


def test_log_when_people_get_in_or_not_then_it_names_nobody(
    app: Flask, client: FlaskClient, people: People, caplog: pytest.LogCaptureFixture
) -> None:
    member, head = people.register(name_latin=SAID), "A-0001"
    post(client, "/sign-in", {"number": member.number, "pin": "731946"})
    sign_in(client, member.number)
    assert client.get("/server").status_code == 404
    client.post("/sign-out", data={"csrf_token": "wrong"})
    client.post("/sign-out", headers={"Origin": "http://elsewhere.test"})
    lines = [r.getMessage() for r in caplog.records if r.getMessage().startswith("access: ")]
    kinds = [line.removeprefix("access: ").split(";")[0] for line in lines]
    assert kinds == ["sign-in refused", "not allowed: manage server", "form without its token", "form of another page"]
    assert all("127.0.0.1" in line for line in lines)
    text = "\n".join(lines)
    assert not any(word in text for word in (member.number, member.id, "Zineb", PIN, "731946", head))


def test_log_when_somebody_only_learns_then_when_and_where_they_signed_in_is_not_kept(
    client: FlaskClient, people: People, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in(client, people.register().number)
    assert not [r for r in caplog.records if "signed in" in r.getMessage()]


def test_log_when_somebody_signs_in_with_powers_then_it_is_told(
    client: FlaskClient, founded: Founded, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in(client, founded.number, founded.passphrase)
    (line,) = [r.getMessage() for r in caplog.records if "signed in with a passphrase" in r.getMessage()]
    assert founded.number not in line


# -- the disk ---------------------------------------------------------------------------------------------


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_data_folder_when_it_is_new_then_it_is_the_servers_own(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    create_app(Settings(data=folder))
    assert _mode(folder) == 0o700
    assert _mode(folder / FILE) == 0o600


def test_data_folder_when_a_copy_left_it_open_then_it_is_closed(tmp_path: Path) -> None:
    load_secrets(tmp_path)
    tmp_path.chmod(0o755)
    (tmp_path / FILE).chmod(0o644)
    load_secrets(tmp_path)
    assert (_mode(tmp_path), _mode(tmp_path / FILE)) == (0o700, 0o600)
