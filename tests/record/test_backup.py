"""The backup file: whole or refused, consistent while the server writes, its keys for the passphrase alone."""

from __future__ import annotations

import io
import json
import sqlite3
import tarfile
import threading
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from anhnh_lms.config import Settings
from anhnh_lms.record import backup, seal
from anhnh_lms.record.copying import Damaged, content, copy_database, look_at_all
from anhnh_lms.record.log import Fact, recording

PASSPHRASE = "une phrase longue de ١٢٣ mots"
DATABASE = "anhnh.sqlite3"


def work(count: int = 1) -> None:
    with recording() as record:
        record.append(*(Fact("clock.confirmed", "country", "MA", {"date": "2026-01-01"}) for _ in range(count)))


def written(settings: Settings, tmp_path: Path) -> bytes:
    target = io.BytesIO()
    backup.write(settings, PASSPHRASE, target, tmp_path / "scratch")
    assert not (tmp_path / "scratch").exists()
    return target.getvalue()


@pytest.fixture
def made(settings: Settings, app_context: Flask, founded: object, tmp_path: Path) -> bytes:
    """A backup of a founded server with an added language."""
    pack = settings.data / "translations" / "bm" / "messages.po"
    pack.parent.mkdir(parents=True)
    pack.write_text("# Bamanankan\n", encoding="utf-8")
    work(3)
    return written(settings, tmp_path)


# -- what is in it ---------------------------------------------------------------------------------------------


def test_write_when_the_server_runs_then_the_file_holds_everything(
    made: bytes, settings: Settings, tmp_path: Path
) -> None:
    file = io.BytesIO(made)
    manifest = backup.read_manifest(file)
    into = tmp_path / "into"
    into.mkdir()
    backup.unpack(file, into, manifest)
    held = look_at_all(into / DATABASE)
    assert held.identity is not None
    assert (held.identity.origin, held.entries) == (manifest.origin, manifest.entries)
    assert held.entries >= 6
    assert (into / "translations/bm/messages.po").read_text(encoding="utf-8") == "# Bamanankan\n"
    assert f"ANHNH_DATA={settings.data}" in (into / "settings.txt").read_text(encoding="utf-8")
    keys = backup.open_secrets(into, manifest, PASSPHRASE)
    assert keys == {"secrets.json": (settings.data / "secrets.json").read_bytes()}
    assert all(path.stat().st_mode & 0o077 == 0 for path in into.rglob("*") if path.is_file())


def test_write_when_made_then_any_tar_lists_it_and_no_secret_can_be_read(made: bytes, settings: Settings) -> None:
    with tarfile.open(fileobj=io.BytesIO(made)) as archive:
        names = archive.getnames()
    assert names == ["manifest.json", DATABASE, "translations/bm/messages.po", "settings.txt", "secrets.sealed"]
    for value in json.loads((settings.data / "secrets.json").read_text(encoding="ascii")).values():
        assert value.encode() not in made
        assert bytes.fromhex(value) not in made


def test_write_when_others_write_meanwhile_then_the_copy_is_one_moment(
    settings: Settings, app: Flask, founded: object, tmp_path: Path
) -> None:
    stop = threading.Event()

    def busy() -> None:
        with app.app_context():
            while not stop.is_set():
                work(5)

    writers = [threading.Thread(target=busy) for _ in range(3)]
    for thread in writers:
        thread.start()
    try:
        for n in range(4):
            copy_database(settings.data / DATABASE, tmp_path / f"copy{n}")
    finally:
        stop.set()
        for thread in writers:
            thread.join()
    counts = [look_at_all(tmp_path / f"copy{n}").entries for n in range(4)]
    assert counts == sorted(counts)


def test_write_when_a_language_has_an_impossible_name_then_it_is_named_and_nothing_left_out(
    settings: Settings, app_context: Flask, founded: object, tmp_path: Path
) -> None:
    pack = settings.data / "translations" / "bm" / "a b.po"
    pack.parent.mkdir(parents=True)
    pack.touch()
    with pytest.raises(backup.BadBackup, match=r"a b\.po"):
        written(settings, tmp_path)


def test_copy_database_when_the_disk_refuses_then_nothing_stays(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr("anhnh_lms.record.copying.sync", refuse)
    with pytest.raises(OSError, match="full"):
        copy_database(settings.data / DATABASE, tmp_path / "copy")
    assert list(tmp_path.glob("copy*")) == []


def test_copy_database_when_there_is_none_then_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        copy_database(tmp_path / "missing", tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


# -- what is refused ----------------------------------------------------------------------------------------------


def test_check_when_any_byte_is_changed_or_the_end_is_missing_then_it_is_refused(made: bytes) -> None:
    """One byte in every 10 000, and in the first kilobytes one in 29; the padding between parts says nothing."""
    backup.check(io.BytesIO(made))
    assert {p.name for p in backup.check(io.BytesIO(made)).parts} >= {DATABASE}
    content_ends = len(made) - 1024
    places = {*range(0, 3000, 29), *range(0, content_ends, 9973)}
    quiet = 0
    for place in sorted(places):
        changed = bytearray(made)
        changed[place] ^= 0x40
        try:
            backup.check(io.BytesIO(bytes(changed)))
        except backup.BadBackup:
            continue
        quiet += 1
        assert made[place] == 0, place  # padding, or an unused field of a tar header
    assert quiet < len(places) / 5
    for end in (0, 1, 511, 512, 3000, len(made) // 2, content_ends - 600):
        with pytest.raises(backup.BadBackup):
            backup.check(io.BytesIO(made[:end]))


@given(st.binary(max_size=3000))
def test_check_when_it_is_any_file_then_it_is_refused(text: bytes) -> None:
    with pytest.raises(backup.BadBackup):
        backup.check(io.BytesIO(text))


@given(st.recursive(st.none() | st.integers() | st.text(max_size=20), lambda x: st.lists(x) | st.dictionaries(
    st.sampled_from(["format", "version", "parts", "name", "size", "sha256", "made_at", "program", "origin",
                     "entries"]), x), max_leaves=12))  # fmt: skip
def test_read_manifest_when_it_says_anything_then_it_is_refused(value: Any) -> None:
    text = json.dumps(value).encode()
    file = io.BytesIO()
    backup._write_text(file, backup.MANIFEST, text)
    with pytest.raises(backup.BadBackup):
        backup.check(io.BytesIO(file.getvalue()))


@pytest.mark.parametrize(
    "name", ["../x", "/etc/passwd", "translations/../x.po", "translations/bm/../../x.po", "secrets.json", ""]
)
def test_read_manifest_when_a_part_leads_elsewhere_then_it_is_refused(made: bytes, name: str) -> None:
    manifest = backup.read_manifest(io.BytesIO(made))
    parts = (*manifest.parts, backup.Part(name, 1, "0" * 64))
    file = io.BytesIO()
    changed = backup.Manifest(manifest.made_at, manifest.program, manifest.origin, manifest.entries, parts)
    backup._write_text(file, backup.MANIFEST, changed.text().encode())
    with pytest.raises(backup.BadBackup):
        backup.read_manifest(io.BytesIO(file.getvalue()))


def test_look_at_all_when_an_entry_was_changed_then_the_chain_tells(
    settings: Settings, app_context: Flask, founded: object, tmp_path: Path
) -> None:
    copy_database(settings.data / DATABASE, tmp_path / "copy")
    connection = sqlite3.connect(tmp_path / "copy")
    connection.execute("UPDATE entry SET body = replace(body, 'MA-1', 'MA-9') WHERE kind = 'server.founded'")
    connection.commit()
    connection.close()
    with pytest.raises(Damaged, match="changed"):
        look_at_all(tmp_path / "copy")


def test_content_when_it_is_another_database_then_it_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "other")
    connection.execute("CREATE TABLE x (y)")
    connection.close()
    with pytest.raises(Damaged, match="not a database of this program"):
        content(tmp_path / "other")


# -- the passphrase ------------------------------------------------------------------------------------------------


def test_unseal_when_typed_on_another_keyboard_then_it_opens() -> None:
    found = seal.seal(PASSPHRASE, b"secret", "bound")
    assert seal.unseal(" une phrase longue de 123 mots ", found, "bound") == b"secret"


@pytest.mark.parametrize(
    ("passphrase", "bound"), [(PASSPHRASE + "x", "bound"), ("", "bound"), (PASSPHRASE, "another file")]
)
def test_unseal_when_the_passphrase_or_the_file_is_another_then_it_is_refused(passphrase: str, bound: str) -> None:
    found = seal.seal(PASSPHRASE, b"secret", "bound")
    with pytest.raises(seal.WrongPassphrase):
        seal.unseal(passphrase, found, bound)


@pytest.mark.parametrize(("name", "value"), [("memory", 2**31), ("time", 10**6), ("lanes", 0), ("key", "none")])
def test_unseal_when_the_file_asks_for_too_much_then_it_is_refused(name: str, value: object) -> None:
    found = seal.seal(PASSPHRASE, b"secret", "bound")
    with pytest.raises(ValueError, match="seal"):
        seal.unseal(PASSPHRASE, {**found, name: value}, "bound")


@pytest.mark.parametrize(("text", "short"), [("court", True), ("a" * 40, True), (PASSPHRASE, False)])
def test_too_short_when_a_passphrase_is_easily_guessed_then_it_is(text: str, short: bool) -> None:
    assert seal.too_short(text) is short


def test_open_secrets_when_another_part_was_exchanged_then_it_is_refused(made: bytes, tmp_path: Path) -> None:
    """Somebody put another database in, with its right hash in the manifest: the seal tells."""
    file = io.BytesIO(made)
    manifest = backup.read_manifest(file)
    into = tmp_path / "into"
    into.mkdir()
    backup.unpack(file, into, manifest)
    forged = [backup.Part(p.name, p.size, "0" * 64) if p.name == DATABASE else p for p in manifest.parts]
    other = backup.Manifest(manifest.made_at, manifest.program, manifest.origin, manifest.entries, tuple(forged))
    with pytest.raises(seal.WrongPassphrase):
        backup.open_secrets(into, other, PASSPHRASE)
