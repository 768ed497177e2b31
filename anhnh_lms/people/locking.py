"""The lock of a session: nothing of it is shown, and nothing done in it, before its owner's PIN.

A page locks by itself after a while without activity, or at once when somebody asks. A form that comes in
from a locked page (there is no script, and somebody pressed a button) may be its owner's or a stranger's: it
is held, and goes on only after the PIN.
"""

from __future__ import annotations

import json

from sqlalchemy import delete, update

from ..db import db, unit_of_work
from ..record.canonical import sha256
from .tables import HeldRow, SessionRow

LONGEST_FORM = 100_000  # characters of a form that is held

Fields = list[tuple[str, str]]


def lock(token: str) -> None:
    """Lock the session."""
    with unit_of_work():
        db.session.execute(update(SessionRow).where(SessionRow.token == sha256(token)).values(locked=1))


def unlock(token: str) -> None:
    """Open the session again. The caller has asked for the PIN."""
    with unit_of_work():
        db.session.execute(update(SessionRow).where(SessionRow.token == sha256(token)).values(locked=0))


def hold(token: str, path: str, fields: Fields) -> bool:
    """Keep a form for its owner, in the place of one that was held before. False if it is too long to be kept."""
    text = json.dumps(fields, ensure_ascii=False)
    if len(text) > LONGEST_FORM:
        return False
    with unit_of_work():
        db.session.merge(HeldRow(token=sha256(token), path=path, form=text))
    return True


def held(token: str) -> tuple[str, Fields] | None:
    """The form that is held, as (path, fields), or None."""
    row = db.session.get(HeldRow, sha256(token))
    return (row.path, [(name, value) for name, value in json.loads(row.form)]) if row else None


def let_go(token: str) -> None:
    """Drop the form that was held."""
    with unit_of_work():
        db.session.execute(delete(HeldRow).where(HeldRow.token == sha256(token)))
