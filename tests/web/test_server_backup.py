"""Taking a backup from the server's page, and what the page says about copies and backups."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anhnh_lms.config import Settings
from anhnh_lms.record import backup, copies, log
from anhnh_lms.record.copying import look_at_all
from anhnh_lms.record.tables import EntryRow

from ..support import PASSPHRASE, Founded, People, post, sign_in

FORM = {"passphrase": "cinq mots pour la clé", "again": "cinq mots pour la clé"}


def test_backup_when_asked_then_the_file_is_whole_and_nothing_of_it_stays_on_the_pc(
    admin: FlaskClient, app: Flask, settings: Settings, founded: Founded, tmp_path: Path
) -> None:
    answer = post(admin, "/server/backup", FORM)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="anhnh-MA-1-20')
    assert answer.headers["Cache-Control"] == "no-store"
    file = io.BytesIO(answer.data)
    assert answer.content_length == len(answer.data)
    manifest = backup.read_manifest(file)
    (tmp_path / "into").mkdir()
    backup.unpack(file, tmp_path / "into", manifest)
    assert look_at_all(tmp_path / "into" / "anhnh.sqlite3").identity is not None
    kept = (settings.data / "secrets.json").read_bytes()
    assert backup.open_secrets(tmp_path / "into", manifest, FORM["passphrase"])["secrets.json"] == kept
    assert {p.name for p in (settings.data / copies.FOLDER).iterdir()} == {copies.LOCK, copies.NOTES}
    with app.app_context():
        (entry,) = log.read(EntryRow.kind == "audit.taken")
    assert (entry.facts(), entry.actor) == ({"what": "backup", "establishment": "MA-1"}, founded.administrator)
    assert "none yet" in admin.get("/server").text  # no copy yet, but a backup
    assert admin.get("/server").text.count("none yet") == 1


@pytest.mark.parametrize(
    ("form", "field"),
    [({}, "passphrase"), ({**FORM, "again": "x"}, "again"), ({"passphrase": "court", "again": "court"}, "passphrase")],
)
def test_backup_when_the_passphrase_is_weak_or_differs_then_it_is_asked_again(
    admin: FlaskClient, settings: Settings, form: dict[str, str], field: str
) -> None:
    answer = post(admin, "/server/backup", form)
    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
    assert "clé" not in answer.text
    assert copies.notes(settings.data) == {}


def test_backup_when_one_administers_only_a_part_of_the_server_then_there_is_nothing(
    client: FlaskClient, country: People
) -> None:
    sign_in(client, country.register(role="server-administrator").number, PASSPHRASE)
    assert client.get("/server/backup").status_code == 404
    assert post(client, "/server/backup", FORM, page="/server/address").status_code == 404
    assert "/server/backup" not in client.get("/server").text


def test_backup_when_the_disk_is_almost_full_then_it_says_so_and_leaves_the_room_to_answers(
    admin: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "LEFT", 2**62)
    answer = post(admin, "/server/backup", FORM)
    assert (answer.status_code, "disk of the server is full" in answer.text) == (503, True)
    assert {p.name for p in (settings.data / copies.FOLDER).iterdir()} == {copies.LOCK}


def test_backup_when_it_fails_in_the_middle_then_nothing_stays(
    admin: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(backup, "_write_file", refuse)
    assert post(admin, "/server/backup", FORM).status_code == 503
    assert {p.name for p in (settings.data / copies.FOLDER).iterdir()} == {copies.LOCK}


@pytest.mark.parametrize(
    ("trouble", "told"), [("full", "too full"), ("disk", "refused the daily copy"), ("damaged", "is damaged")]
)
def test_server_when_a_copy_could_not_be_made_then_it_says_so(
    admin: FlaskClient, settings: Settings, trouble: str, told: str
) -> None:
    copies.note(settings.data, trouble=trouble, made_at="2026-11-23T08:15:00Z")
    page = admin.get("/server").text
    assert told in page
    assert "23 November 2026, 09:15" in page
