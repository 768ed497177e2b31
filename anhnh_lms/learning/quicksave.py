"""Saving an answer in one statement: what a quiz does most, from every PC at once.

The statement itself asks whether the session still stands, whether the attempt is that person's and
open, and whether a newer answer is there already; it writes only then. Whoever gets False asks
`attempts.save`, which knows why.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite

from .. import clock
from ..db import db, rows
from ..people.tables import SessionRow
from ..record.canonical import sha256
from ..record.tables_of_views import AttemptRow, PersonRow
from ..together import Together
from .attempts import Asked, asked_in
from .tables import AnswerRow

KEPT = 2000  # attempts whose unchanging facts stay in memory


@dataclass(frozen=True, slots=True)
class Facts:
    """What of an attempt never changes after its start."""

    person: str
    version: str
    quiz: str
    seed: str
    questions: str


_FACTS = select(
    AttemptRow.person, AttemptRow.version, AttemptRow.quiz, AttemptRow.seed, AttemptRow.questions
).where(AttemptRow.id == bindparam("attempt"))  # fmt: skip
_saves = Together()
_facts: OrderedDict[str, Facts] = OrderedDict()


def asked(attempt: str, person: str, number: int, lang: str) -> Asked | None:
    """The question with that number on the person's paper; None if it is not there."""
    facts = _facts.get(attempt)
    if facts is None:
        row = rows(_FACTS, attempt=attempt).first()
        if row is None:
            return None
        facts = _facts[attempt] = Facts(*row)
        while len(_facts) > KEPT:
            _facts.popitem(last=False)
    if facts.person != person:
        return None
    return asked_in(facts.version, facts.quiz, facts.seed, facts.questions, number, lang)


def quick_save(token: str, attempt: str, question: str, answer: dict[str, Any], lang: str, turn: int) -> str:
    """Keep the answer if nothing speaks against it: the time when it was on disk, or "" if it was not kept."""
    now = clock.stamp()
    values = {
        "token": sha256(token), "attempt": attempt, "question": question, "language": lang, "at": now,
        "response": json.dumps(answer, ensure_ascii=False, separators=(",", ":")), "turn": turn,
    }  # fmt: skip
    return now if _saves.execute(_SAVE[db.engine.dialect.name], **values) == 1 else ""


def _statement(dialect: Any) -> Any:
    names = ("attempt", "question", "response", "language", "saved_at", "turn")
    source = select(
        AttemptRow.id, bindparam("question", type_=AnswerRow.question.type),
        bindparam("response", type_=AnswerRow.response.type), bindparam("language", type_=AnswerRow.language.type),
        bindparam("at", type_=AnswerRow.saved_at.type), bindparam("turn", type_=AnswerRow.turn.type),
    ).join_from(AttemptRow, SessionRow, SessionRow.person == AttemptRow.person).join(
        PersonRow, PersonRow.id == AttemptRow.person
    ).where(
        AttemptRow.id == bindparam("attempt"), AttemptRow.state == "open",
        SessionRow.token == bindparam("token"), SessionRow.locked == 0, SessionRow.ended == "", PersonRow.active == 1,
    )  # fmt: skip
    # on PostgreSQL the hand-in waits for this, or this for the hand-in; SQLite has one writer and no such words
    statement = dialect.insert(AnswerRow).from_select(names, source.with_for_update(read=True, of=AttemptRow))
    statement = statement.on_conflict_do_update(
        index_elements=["attempt", "question"],
        set_={name: statement.excluded[name] for name in names[2:]},
        where=(statement.excluded.turn >= AnswerRow.turn) | (statement.excluded.turn == literal_column("0")),
    )
    return statement.execution_options(preserve_rowcount=True)  # psycopg forgets it with its cursor


_SAVE = {"sqlite": _statement(sqlite), "postgresql": _statement(postgresql)}
