"""Who this server is: its code, its country, the scope it may write for, and its incarnation.

A restored backup or a copied disk would write entries that another history already wrote. A marker
outside the database remembers how far the chains were; when the database is behind it or tells
otherwise, the server takes a new incarnation (`MA-1.2`) before it writes, and so never forks.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from ..db import after_commit, db, in_unit_of_work
from .canonical import sha256
from .tables import EntryRow, HeadRow, SettingRow


@dataclass(frozen=True, slots=True)
class Identity:
    """`scope` is an establishment's code, a country's code, or "*" (a server that gathers several)."""

    code: str
    country: str
    scope: str
    incarnation: int = 1

    @property
    def origin(self) -> str:
        return f"{self.code}.{self.incarnation}"

    def reborn(self) -> Identity:
        """The next incarnation: one that neither this database nor the marker beside it has seen, for a
        restored database does not know which incarnations came after it was saved."""
        return replace(self, incarnation=1 + max([self.incarnation, *_incarnations(self.code)]))


class NotFounded(RuntimeError):
    """This server has no identity yet: it must be set up first."""


def identity() -> Identity | None:
    """This server's identity, or None before it was set up."""
    cached = current_app.extensions.get("identity")
    if cached is None:
        text = db.session.execute(select(SettingRow.value).where(SettingRow.name == "server")).scalar()
        cached = Identity(**json.loads(text)) if text else None
        if cached and not in_unit_of_work():  # what is not on disk yet may never be
            current_app.extensions["identity"] = cached
    return cached


def own() -> Identity:
    """This server's identity. Raises NotFounded before it was set up."""
    found = identity()
    if found is None:
        raise NotFounded("this server has not been set up")
    return found


def keep_identity(value: Identity) -> None:
    """Store the identity; stands in the unit of work that writes `server.founded`."""
    db.session.merge(SettingRow(name="server", value=json.dumps(asdict(value))))
    current_app.extensions.pop("identity", None)


# -- the marker outside the database ---------------------------------------------------------------

MARKERS = ("heads.a.json", "heads.b.json")  # written in turn, so that a torn one leaves the other


def remember_heads(folder: Path, heads: dict[str, tuple[int, str]]) -> None:
    """Note how far this server's own chains are ("origin/country/stream" -> (seq, hash)), besides those
    that were noted before. Workers take turns."""
    with (folder / "heads.lock").open("w") as turns:
        fcntl.flock(turns, fcntl.LOCK_EX)
        turn, newer = remembered_heads(folder) or (0, {})
        for name, head in heads.items():
            newer[name] = max(head, newer.get(name, (0, "")))
        text = json.dumps(newer, sort_keys=True)
        path = folder / MARKERS[(turn + 1) % 2]
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps({"turn": turn + 1, "sum": sha256(text), "heads": text}), encoding="ascii")
        fresh.replace(path)


def remembered_heads(folder: Path) -> tuple[int, dict[str, tuple[int, str]]] | None:
    """The newest whole marker, as (turn, heads), or None if there is none."""
    found: list[tuple[int, str]] = []
    for name in MARKERS:
        try:
            kept = json.loads((folder / name).read_text(encoding="ascii"))
            if kept["sum"] == sha256(kept["heads"]):
                found.append((kept["turn"], kept["heads"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    if not found:
        return None
    turn, text = max(found)
    return turn, {name: (seq, digest) for name, (seq, digest) in json.loads(text).items()}


def restore_noticed() -> bool:
    """Whether this process, about to append for the first time, finds that the database was restored.
    Then a new incarnation must begin. Stands in a unit of work."""
    known = current_app.extensions
    folder = current_app.config.get("MARKER_FOLDER")
    if known.get("marker_heeded") or folder is None:
        return False
    known.pop("identity", None)  # another process may have begun an incarnation
    after_commit(lambda: known.update(marker_heeded=True))
    return was_restored(folder, own())


def _has_written(origin: str) -> bool:
    return db.session.execute(select(HeadRow.seq).where(HeadRow.origin == origin).limit(1)).first() is not None


def _incarnations(code: str) -> list[int]:
    """Those that the log and the marker know of that server."""
    founded = select(EntryRow.origin).where(EntryRow.kind == "server.founded")
    origins = set(db.session.execute(founded).scalars())
    folder = current_app.config.get("MARKER_FOLDER")
    marker = remembered_heads(folder) if folder else None
    return _numbers(code, {*origins, *(marker[1] if marker else ())})


def _numbers(code: str, names: Iterable[str]) -> list[int]:
    """The incarnations among these origins, or names of chains that begin with one."""
    parts = (name.split("/")[0].rpartition(".") for name in names)
    return [int(number) for whose, _, number in parts if whose == code and number.isdecimal()]


def was_restored(folder: Path, me: Identity) -> bool:
    """Whether the database is behind the marker, or tells another history than the marker saw."""
    marker = remembered_heads(folder)
    seen = marker[1] if marker else {}
    if any(number > me.incarnation for number in _numbers(me.code, seen)):
        return True
    mine = {name: head for name, head in seen.items() if name.startswith(f"{me.origin}/")}
    if not mine:
        return _has_written(me.origin)
    for name, (seq, digest) in mine.items():
        origin, country, stream = name.split("/", 2)
        kept = db.session.execute(
            select(EntryRow.hash).where(
                EntryRow.country == country, EntryRow.origin == origin,
                EntryRow.stream == stream, EntryRow.seq == seq,
            )
        ).scalar()  # fmt: skip
        if kept != digest:
            return True
    return False
