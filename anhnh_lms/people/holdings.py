"""What this server alone holds of a person, besides the record: credentials, sessions, wrong tries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ..db import db
from ..record.tables_of_views import PersonRow
from .access import tries_of
from .tables import CredentialRow, HeldRow, SessionRow, TriesRow


@dataclass(frozen=True, slots=True)
class Credential:
    """A PIN or a passphrase: that there is one, never which. `state` as in `tables.CredentialRow`."""

    kind: str
    state: str
    set_at: str


@dataclass(frozen=True, slots=True)
class Session:
    """A session that is open, or that a later sign-in ended. `held`: the address of a form that waits for the PIN."""

    started_at: str
    level: str
    locked: bool
    ended: str
    held: str


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong tries at the person's number since they last signed in there: on a PC (its network address; "" for all
    PCs together)."""

    pc: str
    count: int


@dataclass(frozen=True, slots=True)
class Holdings:
    """All of it."""

    credentials: tuple[Credential, ...]
    sessions: tuple[Session, ...]
    tries: tuple[Tries, ...]


def holdings(secret: bytes, person: PersonRow, ids: Sequence[str]) -> Holdings:
    """What is held of a person, who is known under `ids`. Queries only."""
    c, s, h, t = CredentialRow, SessionRow, HeldRow, TriesRow
    credentials = select(c.kind, c.state, c.set_at).where(c.person.in_(ids)).order_by(c.kind)
    sessions = (
        select(s.started_at, s.level, s.locked, s.ended, h.path)
        .outerjoin(h, h.token == s.token)
        .where(s.person.in_(ids))
        .order_by(s.started_at.desc())
    )
    tries = select(t.pc, t.count).where(t.person == tries_of(secret, person.staff_key)).order_by(t.pc)
    return Holdings(
        tuple(Credential(*row) for row in db.session.execute(credentials)),
        tuple(Session(at, level, bool(locked), ended, path or "")
              for at, level, locked, ended, path in db.session.execute(sessions)),
        tuple(Tries(*row) for row in db.session.execute(tries)),
    )  # fmt: skip
