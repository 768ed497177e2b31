"""What belongs to this server alone and never travels: credentials, sessions, wrong tries."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base


class CredentialRow(Base):
    """A PIN or a passphrase. `state`: "set" by its owner, or "slip": printed, to be changed at first use."""

    __tablename__ = "credential"
    person: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)  # "pin" or "passphrase"
    hash: Mapped[str]
    state: Mapped[str]
    set_at: Mapped[str]


class SessionRow(Base):
    """Somebody who is signed in. The cookie holds a random token; only its hash stands here."""

    __tablename__ = "session"
    token: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str]
    level: Mapped[str]  # "pin" (a learner's powers) or "passphrase" (all that the person holds)
    started_at: Mapped[str]
    locked: Mapped[int] = mapped_column(default=0)  # 1: nothing is shown before the PIN was written again
    ended: Mapped[str] = mapped_column(default="")  # when the person signed in on another PC, which ended this
    __table_args__ = (Index("session_person", "person"),)


class HeldRow(Base):
    """A form that came in while the page was locked: it waits for its owner's PIN."""

    __tablename__ = "held"
    token: Mapped[str] = mapped_column(primary_key=True)  # of the session, as there
    path: Mapped[str]
    form: Mapped[str]  # JSON list of [name, value]


class TriesRow(Base):
    """Wrong tries of a person on a PC (or anywhere: pc ""), and until when the next one must wait, or when the
    last one was. `person` is a keyed hash of the staff number, so that numbers that do not exist are counted
    alike, or the name of a kind of tries (`waits.Allowance`)."""

    __tablename__ = "tries"
    person: Mapped[str] = mapped_column(primary_key=True)
    pc: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    until: Mapped[int]  # running time of the server, seconds
