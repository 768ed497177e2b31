"""`anhnh backup` and `anhnh restore`: one file of everything, and back again without harm."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from anhnh_lms import create_app, tls
from anhnh_lms.cli import backup as commands
from anhnh_lms.cli.server import prepared
from anhnh_lms.config import Settings
from anhnh_lms.db import db
from anhnh_lms.record import copies, log, restore, running, server, views
from anhnh_lms.record.entry import Entry
from anhnh_lms.record.secrets import belong

from ..record.test_backup import PASSPHRASE, work
from ..support import Browser, Founded, sign_in
from .served import ROOT, served

DATABASE = "anhnh.sqlite3"


@pytest.fixture
def stopped(app: Flask, settings: Settings, founded: Founded, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A founded server that worked and stopped; commands find it, and the passphrase."""
    with app.app_context():
        assert belong(app.config["SECRETS"])  # as every start asks
        work(2)
        db.session.remove()
        db.engine.dispose()
    monkeypatch.setenv("ANHNH_DATA", str(settings.data))
    monkeypatch.setenv(commands.PASSPHRASE, PASSPHRASE)
    return settings


def run(command: Any, *arguments: object, typed: str = "") -> Result:
    return CliRunner().invoke(command, [str(a) for a in arguments], input=typed)


def work_on(settings: Settings, count: int) -> list[Entry]:
    app = create_app(settings)
    with app.app_context():
        work(count)
        found = list(log.read())
        db.session.remove()
        db.engine.dispose()
    return found


def files(folder: Path) -> dict[str, bytes]:
    """Everything that lies in a folder but locks."""
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.suffix not in (".lock", ".queue") and "copies" not in p.parts
    }


@pytest.fixture
def made(stopped: Settings, tmp_path: Path) -> Path:
    result = run(commands.backup, tmp_path / "backup.tar")
    assert result.exit_code == 0, result.output
    return tmp_path / "backup.tar"


# -- backup -----------------------------------------------------------------------------------------------------


def test_backup_when_given_a_folder_then_it_chooses_a_name_and_overwrites_nothing(
    stopped: Settings, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    assert run(commands.backup, stick).exit_code == 0
    (name,) = [path.name for path in stick.iterdir()]
    assert name.startswith("anhnh-MA-1-20")
    before = (stick / name).read_bytes()
    again = run(commands.backup, stick)
    assert (again.exit_code, "there already" in again.output) == (1, True)
    assert (stick / name).read_bytes() == before
    assert (stick / name).stat().st_mode & 0o077 == 0
    assert copies.notes(stopped.data)["backup_at"]


def test_backup_when_the_passphrase_is_weak_or_typed_differently_then_nothing_is_written(
    stopped: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(commands.PASSPHRASE, "court")
    assert run(commands.backup, tmp_path / "x").exit_code == 1
    monkeypatch.delenv(commands.PASSPHRASE)
    assert run(commands.backup, tmp_path / "x", typed=f"{PASSPHRASE}\nanother\n").exit_code == 1
    assert not (tmp_path / "x").exists()
    assert run(commands.backup, tmp_path / "x", typed=f"{PASSPHRASE}\n{PASSPHRASE}\n").exit_code == 0


def test_backup_when_the_disk_is_full_then_it_says_so_and_nothing_stays(stopped: Settings, tmp_path: Path) -> None:
    """A limit on the size of files, in a process of its own: the kernel itself refuses."""
    target = tmp_path / "out" / "backup.tar"
    target.parent.mkdir()
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000));"
        "from anhnh_lms.cli import main; sys.argv[1:] = ['backup', sys.argv[1]]; main()"
    )
    done = subprocess.run([sys.executable, "-c", script, str(target)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert list(target.parent.iterdir()) == []


def test_backup_when_there_is_no_database_then_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANHNH_DATA", str(tmp_path))
    result = run(commands.backup, tmp_path / "x")
    assert (result.exit_code, "ANHNH_DATA" in result.output) == (1, True)


def test_backup_when_the_database_is_postgresql_then_it_names_its_tools(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANHNH_DATABASE_URL", "postgresql+psycopg://u:hidden@host/db")
    for command in (commands.backup, commands.restore):
        result = run(command, tmp_path / "x")
        assert (result.exit_code, "pg_dump" in result.output, "hidden" in result.output) == (1, True, False)


# -- restore ----------------------------------------------------------------------------------------------------


def test_restore_when_entries_came_after_then_it_tells_how_many_and_keeps_what_was_there(
    made: Path, stopped: Settings
) -> None:
    work_on(stopped, 5)
    before = files(stopped.data)
    result = run(commands.restore, made, "--yes")
    assert result.exit_code == 0, result.output
    assert "Would be lost: 5 entries" in result.output
    (aside,) = stopped.data.glob("before-restore-*")
    assert f"What was there before lies in {aside}." in result.output
    assert (aside / DATABASE).read_bytes() == before[DATABASE]
    assert not (stopped.data / restore.STAGE).exists()
    assert not (stopped.data / "settings.txt").exists()


def test_restore_when_put_back_then_the_server_starts_as_a_new_incarnation_and_its_record_is_whole(
    made: Path, stopped: Settings, founded: Founded
) -> None:
    lost = work_on(stopped, 5)
    assert run(commands.restore, made, "--yes").exit_code == 0
    app = prepared(stopped)
    app.test_client_class = Browser
    sign_in(app.test_client(), founded.number, founded.passphrase)
    with app.app_context():
        assert server.own().origin == "MA-1.2"
        work()
        log.take_in(lost)  # another server still had them
        assert log.verify() == []
        assert views.differences() == []
        db.session.remove()
        db.engine.dispose()


def test_restore_when_nothing_was_lost_then_it_is_a_new_incarnation_too(made: Path, stopped: Settings) -> None:
    """The marker may be one entry behind the database, after a power cut: nobody can know."""
    result = run(commands.restore, made, "--yes")
    assert "Not one entry" in result.output
    app = create_app(stopped)
    with app.app_context():
        assert server.was_restored(stopped.data, server.own())
        work()
        assert server.own().origin == "MA-1.2"
        assert not server.was_restored(stopped.data, server.own())
        db.session.remove()
        db.engine.dispose()


def test_restore_when_nobody_confirms_then_nothing_changed(made: Path, stopped: Settings) -> None:
    before = files(stopped.data)
    assert run(commands.restore, made, typed="n\n").exit_code == 1
    assert files(stopped.data) == before
    assert not (stopped.data / restore.STAGE).exists()


def test_restore_when_the_file_is_damaged_then_it_is_refused_and_nothing_changed(made: Path, stopped: Settings) -> None:
    before = files(stopped.data)
    whole = made.read_bytes()
    for text in (whole[: len(whole) // 2], whole[:9000] + b"\xa5" * 512 + whole[9512:], b"not a backup" * 999, b""):
        made.write_bytes(text)
        result = run(commands.restore, made, "--yes")
        assert (result.exit_code, "cannot be used" in result.output) == (1, True), result.output
        assert files(stopped.data) == before


def test_restore_when_the_server_runs_then_it_is_refused(made: Path, stopped: Settings) -> None:
    with served(stopped.data) as real:
        result = run(commands.restore, made, "--yes")
        assert (result.exit_code, "Stop the server first" in result.output) == (1, True), result.output
        assert real.get("/health") == (200, "ok\n")
    assert run(commands.restore, made, "--yes").exit_code == 0


def test_restore_when_another_program_has_the_database_open_then_it_is_refused(made: Path, stopped: Settings) -> None:
    app = create_app(stopped)
    with app.app_context():
        server.own()
        result = run(commands.restore, made, "--yes")
        assert (result.exit_code, "Stop the server first" in result.output) == (1, True)
        db.session.remove()
        db.engine.dispose()


def test_restore_when_it_goes_into_an_empty_folder_then_a_server_of_its_own_begins_there(
    made: Path, stopped: Settings, tmp_path: Path, founded: Founded
) -> None:
    before = files(stopped.data)
    result = run(commands.restore, made, "--yes", "--to", tmp_path / "other pc")
    assert "What was there before" not in result.output  # nothing was
    assert not list((tmp_path / "other pc").glob("before-restore-*"))
    assert result.exit_code == 0, result.output
    assert files(stopped.data) == before
    app = prepared(Settings(data=tmp_path / "other pc"))
    app.test_client_class = Browser
    client: FlaskClient = app.test_client()
    sign_in(client, founded.number, founded.passphrase)  # the PINs fit: the keys came along
    with app.app_context():
        assert server.own().origin == "MA-1.2"
        db.session.remove()
        db.engine.dispose()
    again = run(commands.restore, made, "--yes", "--to", tmp_path / "other pc")
    assert (again.exit_code, "not empty" in again.output) == (1, True)


def test_restore_when_it_is_of_another_server_then_it_is_refused(made: Path, stopped: Settings, tmp_path: Path) -> None:
    connection = sqlite3.connect(stopped.data / DATABASE)
    connection.execute("UPDATE setting SET value = replace(value, 'MA-1', 'MA-7') WHERE name = 'server'")
    connection.commit()
    connection.close()
    result = run(commands.restore, made, "--yes")
    assert (result.exit_code, "of the server MA-1" in result.output) == (1, True), result.output


def test_restore_when_the_passphrase_is_wrong_then_it_is_refused_and_without_one_the_keys_here_stay(
    made: Path, stopped: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(commands.PASSPHRASE, "not this one at all")
    assert "not the passphrase" in run(commands.restore, made, "--yes").output
    monkeypatch.delenv(commands.PASSPHRASE)
    keys = (stopped.data / "secrets.json").read_bytes()
    result = run(commands.restore, made, "--yes", typed="\n")
    assert result.exit_code == 0, result.output
    assert "The keys on this PC stay" in result.output
    assert (stopped.data / "secrets.json").read_bytes() == keys


def test_restore_when_a_newer_program_wrote_the_file_then_it_is_refused(stopped: Settings, tmp_path: Path) -> None:
    connection = sqlite3.connect(stopped.data / DATABASE)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    assert run(commands.backup, tmp_path / "new.tar").exit_code == 0
    result = run(commands.restore, tmp_path / "new.tar", "--yes")
    assert (result.exit_code, "newer version" in result.output) == (1, True)


@pytest.mark.parametrize("step", range(7))
def test_restore_when_the_power_goes_at_any_step_then_the_next_start_finishes_it(
    made: Path, stopped: Settings, step: int
) -> None:
    """Killed by SIGKILL after so many renames; before the note there is the old server, after it the new one."""
    work_on(stopped, 5)
    script = f"""
import os, signal, sys
from pathlib import Path
from anhnh_lms.cli import main
count, replace = [0], Path.replace
def counted(self, target):
    if count[0] == {step}:
        os.kill(os.getpid(), signal.SIGKILL)
    count[0] += 1
    return replace(self, target)
Path.replace = counted
sys.argv[1:] = ["restore", sys.argv[1], "--yes"]
main()
"""
    done = subprocess.run([sys.executable, "-c", script, str(made)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    old = not restore.is_unfinished(stopped.data) and done.returncode != 0 and step == 0
    app = prepared(stopped)
    with app.app_context():
        assert server.own().origin == ("MA-1.1" if old else "MA-1.2")
        assert log.verify() == []
        work()
        db.session.remove()
        db.engine.dispose()
    assert not restore.is_unfinished(stopped.data)


def test_create_app_when_a_restore_is_under_way_then_it_is_refused(stopped: Settings) -> None:
    (stopped.data / restore.NOTE).write_text(json.dumps({}), encoding="utf-8")
    with running.alone(stopped.data), pytest.raises(running.StillRunning):
        create_app(stopped)


# -- copies --------------------------------------------------------------------------------------------------------


def test_restore_when_the_database_is_damaged_then_a_copy_comes_back_and_the_damaged_one_stays(
    stopped: Settings, founded: Founded
) -> None:
    with copies.turn(stopped.data):
        name = copies.make(stopped.data, stopped.data / DATABASE).name
    database = stopped.data / DATABASE
    damaged = bytearray(database.read_bytes())
    damaged[4096 * 2 : 4096 * 40] = os.urandom(4096 * 38)
    database.write_bytes(damaged)
    assert name in run(commands.restore, "--copy", "").output
    result = run(commands.restore, "--copy", name, "--yes")
    assert result.exit_code == 0, result.output
    assert "cannot be read" in result.output
    (aside,) = stopped.data.glob("before-restore-*")
    assert (aside / DATABASE).read_bytes() == bytes(damaged)
    app = prepared(stopped)
    app.test_client_class = Browser
    sign_in(app.test_client(), founded.number, founded.passphrase)
    with app.app_context():
        assert server.own().origin == "MA-1.2"
        db.session.remove()
        db.engine.dispose()


def test_restore_when_a_copy_goes_elsewhere_then_its_keys_go_along(stopped: Settings, tmp_path: Path) -> None:
    with copies.turn(stopped.data):
        name = copies.make(stopped.data, stopped.data / DATABASE).name
    assert run(commands.restore, "--copy", name, "--to", tmp_path / "there", "--yes").exit_code == 0
    assert (tmp_path / "there" / "secrets.json").read_bytes() == (stopped.data / "secrets.json").read_bytes()


def test_restore_when_the_server_has_a_certificate_then_its_keys_are_sealed_and_come_back(
    stopped: Settings, tmp_path: Path
) -> None:
    """Else every PC would have to trust another authority."""
    tls.ready(stopped.data, ["192.168.1.10"])
    kept = (stopped.data / "tls" / "authority.pem").read_bytes()
    assert run(commands.backup, tmp_path / "backup.tar").exit_code == 0
    assert b"PRIVATE KEY" not in (tmp_path / "backup.tar").read_bytes()
    other = tmp_path / "other"
    assert run(commands.restore, tmp_path / "backup.tar", "--to", other, "--yes").exit_code == 0
    found = other / "tls" / "authority.pem"
    assert found.read_bytes() == kept
    assert found.stat().st_mode & 0o077 == 0
    result = run(commands.restore, tmp_path / "backup.tar", "--yes")
    assert result.exit_code == 0, result.output
    assert (stopped.data / "tls" / "authority.pem").read_bytes() == kept


def test_restore_when_neither_file_nor_copy_is_named_then_it_asks(stopped: Settings) -> None:
    assert run(commands.restore).exit_code == 2
    assert shutil.disk_usage(stopped.data).free
