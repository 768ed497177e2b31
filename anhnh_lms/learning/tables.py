"""What a learner has not handed in yet, and the courses' files. Neither is part of the log."""

from __future__ import annotations

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base


class AnswerRow(Base):
    """An answer of an open attempt, on disk before the page says "saved". Deleted at the hand-in."""

    __tablename__ = "answer"
    attempt: Mapped[str] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    response: Mapped[str]  # JSON, as `assessment.response` defines it
    language: Mapped[str]
    saved_at: Mapped[str]
    turn: Mapped[int]  # rises with each save, so that an older request never overwrites a newer one


class CooldownRow(Base):
    """From when, in running time of the server, a person may try a quiz again."""

    __tablename__ = "cooldown"
    person: Mapped[str] = mapped_column(primary_key=True)
    quiz: Mapped[str] = mapped_column(primary_key=True)  # course id/quiz id
    until: Mapped[int]


class BlobRow(Base):
    """The content of a file of a published course, by its SHA-256."""

    __tablename__ = "blob"
    hash: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class FileRow(Base):
    """A file of a published version of a course."""

    __tablename__ = "course_file"
    version: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    hash: Mapped[str]
