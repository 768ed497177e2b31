"""One file with everything of a server: the database, its secrets under a passphrase, added languages, settings.

The file is a tar archive, so that it can be looked into without this program: `manifest.json` first, which
names each part with its size and SHA-256, then the parts in that order. The secrets are sealed (`seal`) together
with the list of the other parts, so whoever opens them knows that nobody changed the file. It is read part by
part, strictly: nothing in it is a path, and nothing is kept that the manifest does not name.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import IO, Any

from .. import clock
from ..config import Settings
from . import seal
from .canonical import canonical
from .copying import content, copy_database
from .secrets import FILE as SECRETS

FORMAT, VERSION = "anhnh-backup", 1
MANIFEST, DATABASE, SEALED, SETTINGS, PACKS = (
    "manifest.json", "anhnh.sqlite3", "secrets.sealed", "settings.txt", "translations"
)  # fmt: skip
NAME = re.compile(rf"{re.escape(DATABASE)}|{SEALED}|{SETTINGS}|{PACKS}/\w{{2,20}}/\w[\w.-]*\.po")
KEYS = (SECRETS, "tls/authority.pem", "tls/server.pem")  # sealed; the latter two only with TLS
LONGEST = 100  # bytes of a name in a tar archive
SMALL = 4 * 1024 * 1024  # bytes of a manifest, or of sealed secrets, at most
BLOCK, CHUNK = 512, 1024 * 1024
Progress = Callable[[int, int], None]  # bytes done, of how many


class BadBackup(ValueError):
    """A file that is not a whole backup of this program; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file within the backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `origin` is "" if the server was not set up."""

    made_at: str
    program: str
    origin: str
    entries: int
    parts: tuple[Part, ...]

    def text(self) -> str:
        parts = [{"name": p.name, "size": p.size, "sha256": p.sha256} for p in self.parts]
        return canonical({"format": FORMAT, "version": VERSION, **self._about(), "parts": parts})

    def bound(self) -> str:
        """All that the sealed secrets vouch for: everything but themselves."""
        parts = [[p.name, p.size, p.sha256] for p in self.parts if p.name != SEALED]
        return canonical({**self._about(), "parts": parts})

    def _about(self) -> dict[str, Any]:
        return {"made_at": self.made_at, "program": self.program, "origin": self.origin, "entries": self.entries}


# -- writing --------------------------------------------------------------------------------------------------


def write(settings: Settings, passphrase: str, target: IO[bytes], scratch: Path) -> Manifest:
    """Write the backup of the data folder to `target`, while the server runs. `scratch` is the name of a file,
    not there yet, for the copy of the database that is made first."""
    database = settings.database_file
    assert database is not None
    copy_database(database, scratch)
    try:
        held = content(scratch)
        files = {DATABASE: scratch, **_packs(settings.data / PACKS)}
        texts = {SETTINGS: _settings_text(settings).encode()}
        parts = [_measured(name, path) for name, path in files.items()]
        parts += [_part(name, text) for name, text in texts.items()]
        origin = held.identity.origin if held.identity else ""
        manifest = Manifest(clock.stamp(), metadata.version("anhnh-lms"), origin, held.entries, tuple(parts))
        sealed = seal.seal(passphrase, _keys(settings.data), manifest.bound())
        texts[SEALED] = json.dumps(sealed).encode("ascii")
        manifest = replace(manifest, parts=(*parts, _part(SEALED, texts[SEALED])))
        _write_text(target, MANIFEST, manifest.text().encode())
        for part in manifest.parts:
            if part.name in texts:
                _write_text(target, part.name, texts[part.name])
            else:
                _write_file(target, part, files[part.name])
        target.write(bytes(2 * BLOCK))
    finally:
        scratch.unlink(missing_ok=True)
    return manifest


def _keys(data: Path) -> bytes:
    """What nobody who found the file may read: the server's keys, and those of its certificate if it has one."""
    found = {name: data / name for name in KEYS if name == SECRETS or (data / name).exists()}
    return json.dumps({name: path.read_text(encoding="utf-8") for name, path in found.items()}).encode()


def _settings_text(settings: Settings) -> str:
    """As the environment would say them, but for the address of the database, which may hold a password."""
    names = zip(Settings.__dataclass_fields__, Settings.documentation(), strict=True)
    lines = [f"{told[0]}={getattr(settings, name)}" for name, told in names if name != "database_url"]
    return "\n".join(lines) + "\n"


def _packs(folder: Path) -> dict[str, Path]:
    """The languages that were added. Raises BadBackup for a file whose name cannot be kept: none is left out."""
    found = {f"{PACKS}/{p.parent.name}/{p.name}": p for p in sorted(folder.glob("*/*.po")) if p.is_file()}
    for name in found:
        if not NAME.fullmatch(name) or len(name.encode()) > LONGEST:
            raise BadBackup(f"{name}: give this file a shorter name, of letters, digits, - and _ alone")
    return found


def _part(name: str, text: bytes) -> Part:
    return Part(name, len(text), hashlib.sha256(text).hexdigest())


def _measured(name: str, path: Path) -> Part:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Part(name, file.tell(), digest)


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "strict")


def _write_text(target: IO[bytes], name: str, text: bytes) -> None:
    target.write(_header(name, len(text)) + text + _padding(len(text)))


def _write_file(target: IO[bytes], part: Part, path: Path) -> None:
    target.write(_header(part.name, part.size))
    left = part.size
    with path.open("rb") as file:
        while left and (block := file.read(min(CHUNK, left))):
            target.write(block)
            left -= len(block)
    if left:
        raise BadBackup(f"{path} became shorter while it was copied")
    target.write(_padding(part.size))


def _padding(size: int) -> bytes:
    return bytes(-size % BLOCK)


# -- reading ---------------------------------------------------------------------------------------------------


def read_manifest(file: IO[bytes]) -> Manifest:
    """The manifest, from the beginning of the file. Raises BadBackup."""
    try:
        name, size = _next(file)
        if name != MANIFEST or size > SMALL:
            raise BadBackup("it does not begin with a manifest")
        found = json.loads(_exactly(file, size))
        _exactly(file, -size % BLOCK)
        if found["format"] != FORMAT:
            raise BadBackup("it is not a backup of this program")
        if found["version"] != VERSION:
            raise BadBackup("it was written by a newer version of this program")
        parts = tuple(Part(str(p["name"]), int(p["size"]), str(p["sha256"])) for p in found["parts"])
        manifest = Manifest(
            str(found["made_at"]), str(found["program"]), str(found["origin"]), int(found["entries"]), parts
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise error if isinstance(error, BadBackup) else BadBackup("its manifest cannot be read") from error
    _check_parts([part.name for part in parts], parts)
    return manifest


def _check_parts(names: list[str], parts: tuple[Part, ...]) -> None:
    if len(set(names)) != len(names) or not {DATABASE, SEALED, SETTINGS} <= set(names):
        raise BadBackup("parts are missing in its manifest, or stand there twice")
    for part in parts:
        if not NAME.fullmatch(part.name) or part.size < 0 or (part.name == SEALED and part.size > SMALL):
            raise BadBackup("its manifest names a part that no backup has")


def unpack(file: IO[bytes], into: Path | None, manifest: Manifest, progress: Progress | None = None) -> None:
    """Take the parts out into the folder `into`, which is there and empty, after `read_manifest`; with None
    they are only looked at. Raises BadBackup at the first part that is not what the manifest says."""
    total, done = sum(part.size for part in manifest.parts), 0
    for part in manifest.parts:
        if _next(file) != (part.name, part.size):
            raise BadBackup(f"{part.name} does not stand where it should")
        digest = hashlib.sha256()
        with _kept(into, part.name) as kept:
            for block in _blocks(file, part.size):
                digest.update(block)
                kept.write(block)
                done += len(block)
                if progress:
                    progress(done, total)
            if digest.hexdigest() != part.sha256:
                raise BadBackup(f"{part.name} was changed, or the file is damaged")
            kept.flush()
            if into is not None:
                os.fsync(kept.fileno())


def _kept(into: Path | None, name: str) -> IO[bytes]:
    if into is None:
        return open(os.devnull, "wb")
    target = into / name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def check(file: IO[bytes]) -> Manifest:
    """Read the whole file and compare each part with the manifest, keeping nothing. Raises BadBackup."""
    manifest = read_manifest(file)
    unpack(file, None, manifest)
    return manifest


def open_secrets(folder: Path, manifest: Manifest, passphrase: str) -> dict[str, bytes]:
    """The files with keys of a backup that was unpacked there: name in the data folder -> content. Raises
    seal.WrongPassphrase, which also says that somebody changed the file, and BadBackup."""
    try:
        text = seal.unseal(passphrase, json.loads((folder / SEALED).read_bytes()), manifest.bound())
        found = {name: content.encode() for name, content in json.loads(text).items()}
        if not {SECRETS} <= set(found) <= set(KEYS):
            raise ValueError("other keys than a server has")
        return found
    except seal.WrongPassphrase:
        raise
    except (ValueError, KeyError, TypeError) as error:
        raise BadBackup(f"its secrets cannot be read: {error}") from error


def _next(file: IO[bytes]) -> tuple[str, int]:
    header = _exactly(file, BLOCK)
    try:
        info = tarfile.TarInfo.frombuf(header, "utf-8", "strict")
    except (tarfile.TarError, ValueError) as error:
        raise BadBackup("it is not a backup of this program, or it is damaged") from error
    if info.type != tarfile.REGTYPE or info.size < 0:
        raise BadBackup("it holds something else than files")
    return info.name, info.size


def _blocks(file: IO[bytes], size: int) -> Iterator[bytes]:
    left = size
    while left:
        block = file.read(min(CHUNK, left))
        if not block:
            raise BadBackup("its end is missing")
        left -= len(block)
        yield block
    _exactly(file, -size % BLOCK)


def _exactly(file: IO[bytes], size: int) -> bytes:
    text = file.read(size)
    if len(text) != size:
        raise BadBackup("its end is missing")
    return text
