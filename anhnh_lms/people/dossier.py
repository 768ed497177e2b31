"""What a person takes along to another establishment: the entry `person.dossier` of the new home's stream."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from ..db import Base, db
from ..record.log import Fact, stream_of
from ..record.tables_of_views import AttemptRow, CertificateRow, ModuleRow, PersonRow, ProgressRow
from .details import OPEN, SEALED

ATTEMPT = ("id", "course", "version", "module", "quiz", "role", "language", "questions", "started_at",
           "handed_in_at", "clock", "earned", "maximum", "passed")  # fmt: skip
BLANKED = ("name_latin", "name_arabic", "reason")  # of certificates
COMPLETION = {"course": "course", "version": "completed_version", "date": "completed_on", "clock": "completed_clock"}


def dossier(row: PersonRow, to: str, actor: str) -> Fact:
    """Passes, completions, certificates and attempts handed in, as `record.fold_person` reads them.
    An attempt that is open stays behind."""
    body = {
        "establishment": to,
        "from": row.establishment,
        "passes": _passes(row.id),
        "completions": _completions(row.id),
        "certificates": _certificates(row.id),
        "attempts": _attempts(row.id),
        **{name: getattr(row, name) for name in OPEN if getattr(row, name)},
    }
    sealed = {name: getattr(row, name) for name in SEALED if getattr(row, name)}
    return Fact("person.dossier", stream_of(to), row.country, body, sealed, person=row.id, actor=actor)


def _passes(person: str) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(ModuleRow).where(ModuleRow.person == person).order_by(ModuleRow.course, ModuleRow.module)
    ).scalars()
    return [
        {"course": r.course, "module": r.module, "sections": json.loads(r.sections), "quizzes": json.loads(r.quizzes)}
        for r in rows
    ]


def _completions(person: str) -> list[dict[str, Any]]:
    p = ProgressRow
    rows = db.session.execute(select(p).where(p.person == person, p.state == "completed").order_by(p.course)).scalars()
    return [{key: getattr(r, column) for key, column in COMPLETION.items()} for r in rows]


def _certificates(person: str) -> list[dict[str, Any]]:
    """Without the names printed on them: a dossier's body must not name anybody."""
    kept = [c.name for c in CertificateRow.__table__.columns if c.name not in ("person", *BLANKED)]
    rows = db.session.execute(
        select(CertificateRow).where(CertificateRow.person == person).order_by(CertificateRow.id)
    ).scalars()
    return [{**{name: getattr(r, name) for name in kept}, **dict.fromkeys(BLANKED, "")} for r in rows]


def _attempts(person: str) -> list[dict[str, Any]]:
    a = AttemptRow
    rows = db.session.execute(
        select(a).where(a.person == person, a.state == "handed-in").order_by(a.lamport, a.id)
    ).scalars()
    return [_told(r) for r in rows]


def _told(row: AttemptRow) -> dict[str, Any]:
    """With a claim that nobody has decided yet, so that the new home decides."""
    claimed = {"disputed_at": row.disputed_at} if row.disputed == "open" else {}
    return {**{name: getattr(row, name) for name in ATTEMPT}, **claimed}


def open_attempts(person: str) -> list[str]:
    """The ids of the attempts that a person has in hand."""
    a = AttemptRow
    return list(db.session.execute(select(a.id).where(a.person == person, a.state == "open").order_by(a.id)).scalars())


def drop_answers(person: str) -> None:
    """Delete the answers that were saved but not handed in. Stands in a unit of work.

    The table is `learning`'s, a floor above: it is named here and not imported."""
    answers = Base.metadata.tables["answer"]
    attempts = select(AttemptRow.id).where(AttemptRow.person == person)
    db.session.execute(answers.delete().where(answers.c.attempt.in_(attempts)))
