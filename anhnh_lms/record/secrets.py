"""What must never stand in the database: the keys of this server, in one file of the data folder.

Lost: every PIN must be reset and no check code on paper can be verified any more. Copied: whoever
has the database too can try out PINs. So: readable by the server's own user only, and in the backup.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from ..db import db, unit_of_work
from .tables import SettingRow

FILE = "secrets.json"


class LostSecrets(RuntimeError):
    """The database was written with secrets that are not there any more; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Each is 32 random bytes. `signing` is the seed of the server's Ed25519 key."""

    sessions: bytes
    pins: bytes
    certificates: bytes
    signing: bytes


def load_secrets(folder: Path, database: Path | None = None) -> Secrets:
    """The secrets of that data folder, made at the first start. Two workers starting together agree.

    Raises LostSecrets if the file is not there but SQLite's `database` is, or if it cannot be read: with
    new secrets no PIN and no check code on paper would fit any more, and nobody would know why."""
    path = folder / FILE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        used = database is not None and database.exists() and database.stat().st_size > 0
        if used and not path.exists():  # nor has another process just made both
            raise LostSecrets(_advice(f"{path} is missing, but the database is there."))
        make_secrets(folder)
    _for_us_alone(folder, 0o700)
    _for_us_alone(path, 0o600)
    try:
        return _read(path)
    except (ValueError, KeyError, TypeError):
        raise LostSecrets(_advice(f"{path} cannot be read.")) from None


def _for_us_alone(path: Path, mode: int) -> None:
    """Close to other users of this machine what a copy or a stick has left open. Somebody else's is left as it
    is, and so is what stands on a disk that knows no rights."""
    with suppress(OSError):
        now = path.stat()
        if now.st_uid == os.geteuid() and now.st_mode & 0o077:
            path.chmod(mode)


def _advice(what: str) -> str:
    return (
        f"{what} Every PIN and every check code on paper rests on that file.\n"
        "Nothing was changed. Put the file back from the backup, then start again. If it is lost for good,\n"
        "`anhnh new-secrets` makes new ones and says what that means."
    )


def make_secrets(folder: Path) -> None:
    """New secrets for that folder, if it has none."""
    path = folder / FILE
    _create(path, {name: secrets.token_hex(32) for name in Secrets.__slots__})


def belong(values: Secrets) -> bool:
    """Whether the database was written with these secrets. The database keeps a mark of them, made the
    first time that this is asked; it tells nothing about them."""
    mark = _mark(values)
    kept = db.session.execute(select(SettingRow.value).where(SettingRow.name == "secrets")).scalar()
    if kept is None:
        with unit_of_work():
            note_belonging(values)
    return kept in (None, mark)


def note_belonging(values: Secrets) -> None:
    """From here on the database belongs to these secrets. Stands in a unit of work."""
    db.session.merge(SettingRow(name="secrets", value=_mark(values)))


def not_these(folder: Path) -> LostSecrets:
    """What to raise when they do not belong together."""
    return LostSecrets(_advice(f"{folder / FILE} belongs to another database."))


def mark_of(folder: Path) -> str:
    """The mark of the secrets in that folder, or "" if there are none that can be read."""
    try:
        return _mark(_read(folder / FILE))
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _read(path: Path) -> Secrets:
    kept = json.loads(path.read_text(encoding="ascii"))
    return Secrets(**{name: bytes.fromhex(kept[name]) for name in Secrets.__slots__})


def _mark(values: Secrets) -> str:
    return hmac.digest(values.pins, b"the secrets of this database", "sha256").hex()[:32]


def fixed_secrets(seed: str) -> Secrets:
    """Secrets that follow from `seed`: for tests and the demonstration, never for real use."""
    import hashlib

    return Secrets(**{n: hashlib.sha256(f"{seed}/{n}".encode()).digest() for n in Secrets.__slots__})


def save_secrets(folder: Path, values: Secrets) -> None:
    """Write `values` unless the folder already has secrets."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / FILE).exists():
        _create(folder / FILE, {name: getattr(values, name).hex() for name in Secrets.__slots__})


def _create(path: Path, values: dict[str, str]) -> None:
    """Appears whole or not at all, even in a power cut; the first of several writers wins."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(values, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(fresh)
