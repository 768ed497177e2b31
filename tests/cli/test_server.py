"""`anhnh serve`, `settings` and `reset-administrator`."""

from __future__ import annotations

import errno
import re
import shutil
import socket
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from gunicorn.workers.gthread import ThreadWorker
from sqlalchemy import text

from anhnh_lms.cli import server as commands
from anhnh_lms.cli.backup import restore
from anhnh_lms.cli.patience import Worker
from anhnh_lms.cli.serving import note_running_time, options
from anhnh_lms.config import Settings
from anhnh_lms.db import db, unit_of_work
from anhnh_lms.people.elapsed import NAME
from anhnh_lms.record import copies, running
from anhnh_lms.record.log import Fact, recording
from anhnh_lms.record.tables import CounterRow

from ..support import Founded, People, post, sign_in
from .served import ROOT, free_port, served

DATABASE = "anhnh.sqlite3"


def _invoke(monkeypatch: pytest.MonkeyPatch, settings: Settings, **more: str) -> tuple[int, str]:
    """`anhnh serve` up to the moment where gunicorn would take over."""
    values = {"ANHNH_DATA": str(settings.data), "PORT": str(free_port()), "ANHNH_DATABASE_URL": settings.database_url}
    for name, value in {**values, **more}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("anhnh_lms.cli.serving.run", lambda app, settings: None)
    monkeypatch.setattr("os.umask", lambda mask: 0)
    result = CliRunner().invoke(commands.serve)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


# -- a real server -------------------------------------------------------------------------------------


def test_serve_when_the_folder_is_empty_then_it_answers_with_the_first_page_and_its_code(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with served(data) as server:
        status, page = server.get()
        assert status == 200
        assert server.get("/health") == (200, "ok\n")
        code = (data / "setup-code").read_text(encoding="ascii")
        assert code not in page
        assert server.stop() == 0
        assert f"with this code: {code}" in server.said
    assert "Traceback" not in server.said
    assert (data / DATABASE).stat().st_mode & 0o077 == 0
    assert not (data / f"{DATABASE}-wal").exists()


@pytest.mark.parametrize(
    "command",
    [
        (sys.executable, "-m", "gunicorn", "app:app"),
        (sys.executable, "-m", "flask", "--app", "app", "run", "--port"),
    ],
)
def test_other_ways_to_serve_when_the_database_is_upgraded_then_they_work(
    settings: Settings, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setattr("tests.cli.served.free_port", lambda: port)
    whole = (*command, str(port)) if command[-1] == "--port" else command
    with served(settings.data, whole) as server:
        assert server.get("/health") == (200, "ok\n")
        assert server.get("/")[0] == 200
    assert "Traceback" not in server.said


def test_options_when_gunicorn_reads_them_then_it_has_threads_and_no_control_socket() -> None:
    found = options(Settings(host="::1", port=81, workers=3, threads=5))
    assert (found["bind"], found["workers"], found["threads"]) == ("[::1]:81", 3, 5)
    assert issubclass(Worker, ThreadWorker)
    assert found["worker_class"] == f"{Worker.__module__}.{Worker.__name__}"
    assert found["control_socket_disable"] is True
    assert found["accesslog"] is None


# -- what can be wrong -----------------------------------------------------------------------------------


def test_serve_when_the_port_is_taken_then_it_says_so(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, said = _invoke(monkeypatch, settings, PORT=str(port))
    assert code == 1
    assert f"Port {port} is taken" in said
    assert f"PORT={port + 1}" in said


@pytest.mark.parametrize(("host", "told"), [("192.0.2.7", "does not have the address"), ("no.such.test", "knows no")])
def test_serve_when_the_address_is_not_of_this_machine_then_it_says_so(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, host: str, told: str
) -> None:
    code, said = _invoke(monkeypatch, settings, HOST=host)
    assert code == 1
    assert told in said


def test_serve_when_the_database_is_damaged_then_it_says_so_and_changes_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = settings.data / DATABASE
    whole = bytearray(database.read_bytes())
    for page in range(2, 40):
        whole[page * 4096 : page * 4096 + 512] = b"\xa5" * 512
    database.write_bytes(whole)
    code, said = _invoke(monkeypatch, settings)
    assert code == 1
    assert "is damaged" in said
    assert "backup" in said
    assert database.read_bytes() == bytes(whole)


@pytest.mark.usefixtures("founded")
@pytest.mark.parametrize("harm", ["damaged", "cut short", "gone"])
def test_serve_when_the_database_is_lost_then_it_names_the_newest_good_copy_and_its_command_puts_it_back(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    database = settings.data / DATABASE
    with app.app_context():
        db.engine.dispose()
    good, bad = (copies.make(settings.data, database) for _ in range(2))
    bad.path.write_bytes(b"not a database" * 99)
    whole = database.read_bytes()
    if harm == "gone":
        database.unlink()
    else:
        database.write_bytes(whole[:40960] if harm == "cut short" else whole[:8192] + b"\xa5" * (len(whole) - 8192))
    left = database.read_bytes() if database.exists() else None
    code, said = _invoke(monkeypatch, settings)
    command = re.search(r"anhnh restore --copy (\S+)", said)
    assert command is not None, said
    assert (code, command[1]) == (1, good.name)
    assert (database.read_bytes() if database.exists() else None) == left  # nothing was touched
    result = CliRunner().invoke(restore, ["--copy", command[1], "--yes"])
    assert result.exit_code == 0, result.output
    code, said = _invoke(monkeypatch, settings)
    assert (code, "writes as MA-1.2" in said) == (0, True), said


def test_serve_when_a_backup_is_being_put_back_then_it_waits_for_nobody_and_says_so(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running.alone(settings.data):
        code, said = _invoke(monkeypatch, settings)
    assert (code, "a backup is being put back" in said) == (1, True)


def test_serve_when_the_file_is_no_database_then_it_says_so(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings.data / DATABASE).write_bytes(b"not a database" * 600)
    code, said = _invoke(monkeypatch, settings)
    assert (code, "is damaged" in said) == (1, True)


def test_serve_when_the_data_folder_is_a_file_then_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    code, said = _invoke(monkeypatch, Settings(data=tmp_path / "file"))
    assert (code, "cannot be used" in said, "ANHNH_DATA" in said) == (1, True, True)


@pytest.mark.parametrize(
    ("number", "told"),
    [(errno.ENOSPC, "The disk is full"), (errno.EACCES, "cannot be written"), (errno.EROFS, "cannot be written")],
)
def test_serve_when_the_folder_refuses_a_file_then_it_says_why(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, number: int, told: str
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(number, "refused")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    code, said = _invoke(monkeypatch, settings)
    assert (code, told in said) == (1, True)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("database or disk is full", "The disk is full"),
        ("attempt to write a readonly database", "cannot be written"),
        ("unable to open database file", "cannot be written"),
        ("database is locked", "Another program holds"),
        ("database disk image is malformed", "is damaged"),
    ],
)
def test_serve_when_sqlite_refuses_then_it_says_why(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, message: str, told: str
) -> None:
    def refuse() -> None:
        raise sqlite3.OperationalError(message)

    monkeypatch.setattr("anhnh_lms.record.schema.upgrade", refuse)
    code, said = _invoke(monkeypatch, settings)
    assert (code, told in said) == (1, True)


def test_serve_when_a_newer_program_wrote_the_data_then_it_says_so(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), unit_of_work():
        db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    code, said = _invoke(monkeypatch, settings)
    assert (code, "newer version" in said) == (1, True)


@pytest.mark.postgres
def test_serve_when_postgresql_does_not_answer_then_it_says_so_and_shows_no_password(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"postgresql+psycopg://u:hidden@127.0.0.1:{free_port()}/x"
    code, said = _invoke(monkeypatch, settings, ANHNH_DATABASE_URL=url)
    assert (code, "ANHNH_DATABASE_URL" in said, "hidden" in said) == (1, True, False)


def test_serve_when_the_disk_is_almost_full_then_it_warns_and_serves(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "LOW", 2**62)
    code, said = _invoke(monkeypatch, settings)
    assert (code, "almost full" in said) == (0, True)


@pytest.mark.usefixtures("founded")
def test_serve_when_a_backup_was_put_back_then_it_goes_on_as_a_new_incarnation(
    app: Flask, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work() -> None:
        with app.app_context():
            with recording() as record:
                record.append(Fact("clock.confirmed", "country", "MA", {"date": "2026-01-01"}))
            db.session.remove()
            db.engine.dispose()

    work()
    shutil.copy(settings.data / DATABASE, tmp_path / "backup")
    work()
    shutil.copy(tmp_path / "backup", settings.data / DATABASE)
    code, said = _invoke(monkeypatch, settings)
    assert (code, "writes as MA-1.2" in said) == (0, True)
    code, said = _invoke(monkeypatch, settings)
    assert (code, "writes as" in said) == (0, False)


# -- what the console says ---------------------------------------------------------------------------------


def test_serve_when_it_is_for_this_machine_only_then_it_says_how_to_let_others_in(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = _invoke(monkeypatch, settings)
    assert code == 0
    assert "HOST=0.0.0.0" in said


def test_serve_when_it_is_for_the_network_then_it_says_the_addresses(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anhnh_lms.web.lan._interfaces", lambda: ["192.168.7.9"])
    code, said = _invoke(monkeypatch, settings, HOST="0.0.0.0")
    assert code == 0
    assert re.search(r"^  http://192\.168\.7\.9:\d+$", said, re.MULTILINE)


@pytest.mark.usefixtures("founded")
def test_serve_when_the_server_is_set_up_then_there_is_no_code(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = _invoke(monkeypatch, settings)
    assert (code, "code" in said) == (0, False)


def test_note_running_time_when_the_disk_refuses_then_the_server_goes_on(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    note_running_time(app)
    with app.app_context():
        assert db.session.get(CounterRow, NAME) is not None

    def refuse(_path: str) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("anhnh_lms.db._queue", refuse)
    note_running_time(app)


# -- settings ----------------------------------------------------------------------------------------------


def test_settings_when_listed_then_each_has_its_meaning_and_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8765")
    monkeypatch.setenv("ANHNH_DATABASE_URL", "postgresql+psycopg://u:hidden@host/db")
    said = CliRunner().invoke(commands.settings).output
    for variable, _default, meaning in Settings.documentation():
        assert f"{variable}\n    {meaning}\n" in said
    assert "now: 8765" in said
    assert "hidden" not in said


def test_settings_when_documented_then_the_administrators_page_lists_each() -> None:
    page = (ROOT / "docs" / "administrators.md").read_text(encoding="utf-8")
    for variable, default, _meaning in Settings.documentation():
        assert f"| `{variable}` | {f'`{default}`' if default else 'empty'} |" in page, variable


# -- help for administrators -------------------------------------------------------------------------------


def _reset(runner: Any, *arguments: str) -> tuple[int, str, str]:
    result = runner.invoke(commands.reset_administrator, arguments)
    found = re.search(r"One-time passphrase +(\S+)", result.output)
    return result.exit_code, result.output, found[1] if found else ""


def test_reset_administrator_when_there_is_one_then_a_new_passphrase_works_once_and_the_old_does_not(
    runner: Any, founded: Founded, client: FlaskClient
) -> None:
    sign_in(client, founded.number, founded.passphrase)
    code, said, passphrase = _reset(runner)
    assert code == 0
    assert founded.number in said
    assert client.get("/change-pin").status_code == 302  # signed out
    refused = post(client, "/sign-in", {"number": founded.number, "pin": founded.passphrase})
    assert refused.status_code == 422
    assert sign_in(client, founded.number, passphrase).location.endswith("/change-pin")


def test_reset_administrator_when_wrong_tries_made_them_wait_then_they_need_not(
    runner: Any, founded: Founded, client: FlaskClient
) -> None:
    for _ in range(6):
        last = post(client, "/sign-in", {"number": founded.number, "pin": "a wrong passphrase"})
    assert last.status_code == 429
    _code, _said, passphrase = _reset(runner)
    assert sign_in(client, founded.number, passphrase).status_code == 302


def test_reset_administrator_when_there_are_several_then_it_asks_which(
    runner: Any, founded: Founded, people: People
) -> None:
    other = people.register(role="server-administrator")
    people.register(role="director")
    code, said, _passphrase = _reset(runner)
    assert code == 1
    assert [number in said for number in (founded.number, other.number, "T-0002")] == [True, True, False]
    code, said, passphrase = _reset(runner, f" {other.number.lower()} ")
    assert (code, other.number in said, bool(passphrase)) == (0, True, True)
    assert _reset(runner, "T-0002")[0] == 1


def test_reset_administrator_when_the_server_is_empty_then_it_says_so(runner: Any) -> None:
    code, said, _passphrase = _reset(runner)
    assert (code, "not set up" in said) == (1, True)
