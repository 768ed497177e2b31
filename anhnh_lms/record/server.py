"""Who this server is: its code, its country, the scope it may write for, and its incarnation.

A restored backup or a copied disk would write entries that another history already wrote. A marker
outside the database remembers how far the chains were; when the database is behind it or tells
otherwise, the server takes a new incarnation (`MA-1.2`) before it writes, and so never forks.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from ..db import db
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
        return replace(self, incarnation=self.incarnation + 1)


class NotFounded(RuntimeError):
    """This server has no identity yet: it must be set up first."""


def identity() -> Identity | None:
    """This server's identity, or None before it was set up."""
    cached = current_app.extensions.get("identity")
    if cached is None:
        text = db.session.execute(select(SettingRow.value).where(SettingRow.name == "server")).scalar()
        cached = Identity(**json.loads(text)) if text else None
        if cached:
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


def remember_heads(folder: Path, heads: dict[str, tuple[int, str]], turn: int) -> None:
    """Note how far this server's own chains are ("country/stream" -> (seq, hash))."""
    text = json.dumps(heads, sort_keys=True)
    path = folder / MARKERS[turn % 2]
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"turn": turn, "sum": sha256(text), "heads": text}), encoding="ascii")
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


def heads_of(origin: str) -> dict[str, tuple[int, str]]:
    """How far the chains of `origin` are in the database."""
    rows = db.session.execute(
        select(HeadRow.country, HeadRow.stream, HeadRow.seq, HeadRow.hash).where(HeadRow.origin == origin)
    )
    return {f"{country}/{stream}": (seq, digest) for country, stream, seq, digest in rows}


def was_restored(folder: Path, me: Identity) -> bool:
    """Whether the database is behind the marker, or tells another history than the marker saw."""
    marker = remembered_heads(folder)
    if marker is None:
        return bool(heads_of(me.origin))
    for name, (seq, digest) in marker[1].items():
        country, stream = name.split("/", 1)
        kept = db.session.execute(
            select(EntryRow.hash).where(
                EntryRow.country == country, EntryRow.origin == me.origin,
                EntryRow.stream == stream, EntryRow.seq == seq,
            )
        ).scalar()  # fmt: skip
        if kept != digest:
            return True
    return False
