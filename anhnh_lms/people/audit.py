"""Noting what changes no view but must be known: looks at names, papers and files taken, credentials given anew.

`viewed` and `taken` are the only way in which a GET writes; `acted` stands in the recording of what it notes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from .. import clock
from ..db import db
from ..record import server
from ..record.canonical import canonical
from ..record.entry import AUDIT, covers
from ..record.log import Fact, Recorder, recording
from ..record.tables import EntryRow
from .access import User
from .places import place_of

AGAIN_AFTER = timedelta(minutes=10)
LOOKED_BACK = 200  # entries; whoever is not among them is noted again


def viewed(
    what: str, establishment: str, user: User, *, person: str = "", subject: str = "", country: str = ""
) -> None:
    """Record that `user` opened a page of the kind `what` about an establishment ("": the staff of the
    national administration of `country`, by default the user's), or about one `person` (and the certificate
    `subject`). Committed, in a short unit of its own, before the page is made.

    Keeps the log small: one entry per user, kind of page, establishment and person in 10 minutes, so an entry
    means "in these ten minutes", not "once". Call it before reading what the page shows: it ends the
    reading transaction."""
    fact = _fact("audit.viewed", what, establishment, _country(establishment, country or user.country), user.id, person)
    if not _noted(fact, subject):
        _write(fact, subject)


def taken(what: str, establishment: str, user: User, *, person: str = "", subject: str = "") -> None:
    """Record that `user` took a paper or a file of the kind `what`: each time, for each is a copy that leaves the
    server. Otherwise as `viewed`."""
    _write(_fact("audit.taken", what, establishment, _country(establishment, user.country), user.id, person), subject)


def acted(record: Recorder, what: str, establishment: str, country: str, by: str, person: str = "") -> None:
    """Record something that was done and is no entry of another kind, such as a new PIN; `by` is "" for whoever
    stands at the console. In the recording of the deed: the note is there if, and only if, it was done."""
    record.append(_fact("audit.acted", what, establishment, country, by, person))


def _country(establishment: str, otherwise: str) -> str:
    place = place_of(establishment) if establishment else None
    return place.country if place else otherwise


def _fact(kind: str, what: str, establishment: str, country: str, by: str, person: str) -> Fact:
    body = {"what": what, "establishment": establishment}
    return Fact(kind, _stream(establishment, country), country, body, person=person, actor=by)


def _stream(establishment: str, country: str) -> str:
    """The establishment's audit, else the country's; of a server that may not write for the country, its own."""
    me = server.own()
    national = f"{AUDIT}{country}"
    return f"{AUDIT}{establishment or (country if covers(me.scope, country, national) else me.scope)}"


def _write(fact: Fact, subject: str) -> None:
    with recording() as record:
        record.append(replace(fact, subject=subject))


def _noted(fact: Fact, subject: str) -> bool:
    e = EntryRow
    latest = (
        select(e.stream, e.actor, e.body, e.person, e.subject, e.happened_at)
        .where(e.kind == fact.kind)
        .order_by(e.lamport.desc())
        .limit(LOOKED_BACK)
    )
    now, same = clock.now(), (fact.stream, fact.actor, canonical(dict(fact.body)), fact.person, subject)
    return any(
        tuple(row[:5]) == same and timedelta(0) <= now - clock.moment(row.happened_at) < AGAIN_AFTER
        for row in db.session.execute(latest)
    )
