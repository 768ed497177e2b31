"""Secrets or database missing, torn, or of another server: told loudly, and nothing is made up in their place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from anhnh_lms import create_app
from anhnh_lms.cli.new_secrets import new_secrets
from anhnh_lms.cli.server import CannotStart, prepared, reset_administrator
from anhnh_lms.cli.server import _in_plain_words as in_plain_words
from anhnh_lms.config import Settings
from anhnh_lms.db import db
from anhnh_lms.people import access
from anhnh_lms.record import log, server
from anhnh_lms.record.secrets import FILE, LostSecrets, load_secrets

from ..support import Founded, sign_in

DATABASE = "anhnh.sqlite3"


@pytest.fixture
def stopped(app: Flask, founded: Founded, settings: Settings) -> Settings:
    """A server that was set up, served and stopped."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    start(settings)
    return settings


def start(settings: Settings) -> Flask:
    with in_plain_words(settings):
        return prepared(settings)


def anew(settings: Settings, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.setenv("ANHNH_DATA", str(settings.data))
    return CliRunner().invoke(new_secrets, [*arguments])


def lose(data: Path) -> None:
    (data / FILE).unlink()


def tear(data: Path) -> None:
    (data / FILE).write_text((data / FILE).read_text(encoding="ascii")[:90], encoding="ascii")


def empty(data: Path) -> None:
    (data / FILE).write_bytes(b"")


def leave_one_out(data: Path) -> None:
    kept = json.loads((data / FILE).read_text(encoding="ascii"))
    del kept["pins"]
    (data / FILE).write_text(json.dumps(kept), encoding="ascii")


def exchange(data: Path) -> None:
    (data / FILE).unlink()
    load_secrets(data)


@pytest.mark.parametrize("harm", [lose, tear, empty, leave_one_out, exchange])
def test_serve_when_the_secrets_are_not_those_of_the_database_then_it_says_so_and_changes_nothing(
    stopped: Settings, harm: Callable[[Path], None]
) -> None:
    """With new secrets nobody's PIN would fit and no paper's code be found, and nobody would know why."""
    harm(stopped.data)
    before = {path.name: path.read_bytes() for path in stopped.data.iterdir() if path.name != "cache"}
    with pytest.raises(CannotStart, match=f"{FILE}(.|\n)*backup(.|\n)*new-secrets"):
        start(stopped)
    assert {name: (stopped.data / name).read_bytes() for name in before} == before
    assert (stopped.data / FILE).exists() == (FILE in before)


def test_create_app_when_only_the_database_is_there_then_no_command_makes_secrets(stopped: Settings) -> None:
    lose(stopped.data)
    with pytest.raises(LostSecrets):
        create_app(stopped)
    assert not (stopped.data / FILE).exists()


@pytest.mark.parametrize("harm", [lose, tear, exchange])
def test_new_secrets_when_they_are_lost_for_good_then_the_server_goes_on_with_its_record(
    stopped: Settings, founded: Founded, monkeypatch: pytest.MonkeyPatch, harm: Callable[[Path], None]
) -> None:
    harm(stopped.data)
    assert anew(stopped, monkeypatch, "--yes").exit_code == 0
    app = start(stopped)
    with app.app_context():
        secret = app.config["SECRETS"].pins
        with pytest.raises(access.WrongCredential):
            access.sign_in(secret, founded.number, founded.passphrase, "pc")
        assert server.own().origin == "MA-1.2"
        assert log.verify() == []
        db.session.remove()
        db.engine.dispose()
    told = CliRunner().invoke(reset_administrator).output
    found = re.search(r"One-time passphrase +(\S+)", told)
    assert found, told
    sign_in(app.test_client(), founded.number, found[1])


def test_new_secrets_when_they_are_there_then_it_refuses(stopped: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (stopped.data / FILE).read_bytes()
    result = anew(stopped, monkeypatch, "--yes")
    assert (result.exit_code, "Nothing is lost" in result.output) == (1, True)
    assert (stopped.data / FILE).read_bytes() == before


def test_new_secrets_when_nobody_agrees_then_nothing_is_made(
    stopped: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(stopped.data)
    assert anew(stopped, monkeypatch).exit_code == 1
    assert not (stopped.data / FILE).exists()


@pytest.mark.parametrize("left", [None, b""])
def test_serve_when_the_database_is_gone_then_nobody_is_asked_to_set_up_an_empty_server(
    stopped: Settings, left: bytes | None
) -> None:
    (stopped.data / DATABASE).unlink()
    if left is not None:
        (stopped.data / DATABASE).write_bytes(left)
    with pytest.raises(CannotStart, match="gone or empty"):
        start(stopped)
    assert (stopped.data / DATABASE).exists() == (left is not None)
