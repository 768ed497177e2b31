"""The log's own tables. `tables_of_views` beside this file holds what is computed from it."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base


class EntryRow(Base):
    """An entry, kept byte for byte. `country` leads the key so that PostgreSQL can partition by it."""

    __tablename__ = "entry"

    country: Mapped[str] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(primary_key=True)
    stream: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    lamport: Mapped[int]
    happened_at: Mapped[str]
    clock: Mapped[str]
    kind: Mapped[str]
    version: Mapped[int]
    actor: Mapped[str]
    person: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    sealed: Mapped[str]
    salt: Mapped[str]
    sealed_hash: Mapped[str]
    previous: Mapped[str]
    hash: Mapped[str]

    __table_args__ = (
        Index("entry_of_person", "person", "lamport"),
        Index("entry_of_subject", "subject", "lamport"),
        Index("entry_of_kind", "kind", "lamport"),
    )


class HeadRow(Base):
    """The end of each chain; the row that an appending worker locks."""

    __tablename__ = "head"

    country: Mapped[str] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(primary_key=True)
    stream: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str]


class CounterRow(Base):
    """Numbers of this server that only grow: `lamport`, and the running time in seconds."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]
    note: Mapped[str] = mapped_column(default="")


class AsideRow(Base):
    """An entry that claims an identity already taken by another: kept, reported, never applied."""

    __tablename__ = "entry_aside"

    hash: Mapped[str] = mapped_column(primary_key=True)
    country: Mapped[str]
    origin: Mapped[str]
    stream: Mapped[str]
    seq: Mapped[int]
    text: Mapped[str]


class SettingRow(Base):
    """What this server alone knows about itself, by name (`server`: its identity; `views`: their version)."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
