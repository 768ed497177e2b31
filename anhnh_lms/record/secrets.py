"""What must never stand in the database: the keys of this server, in one file of the data folder.

Lost: every PIN must be reset and no check code on paper can be verified any more. Copied: whoever
has the database too can try out PINs. So: readable by the server's own user only, and in the backup.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

FILE = "secrets.json"


@dataclass(frozen=True, slots=True)
class Secrets:
    """Each is 32 random bytes. `signing` is the seed of the server's Ed25519 key."""

    sessions: bytes
    pins: bytes
    certificates: bytes
    signing: bytes


def load_secrets(folder: Path) -> Secrets:
    """The secrets of that data folder, made at the first start. Two workers starting together agree."""
    path = folder / FILE
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _create(path, {name: secrets.token_hex(32) for name in Secrets.__slots__})
    kept = json.loads(path.read_text(encoding="ascii"))
    return Secrets(**{name: bytes.fromhex(kept[name]) for name in Secrets.__slots__})


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
