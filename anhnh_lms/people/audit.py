"""Noting that somebody looked at other people's names: the only way in which a GET writes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from .. import clock
from ..db import db
from ..record.canonical import canonical
from ..record.entry import AUDIT
from ..record.log import Fact, recording
from ..record.tables import EntryRow
from .access import User
from .places import place_of

AGAIN_AFTER = timedelta(minutes=10)
LOOKED_BACK = 200  # entries; whoever is not among them is noted again


def viewed(what: str, establishment: str, user: User) -> None:
    """Record that `user` opened a page of the kind `what` about an establishment ("": the staff of the
    user's national administration). Committed, in a short unit of its own, before the page is made.

    Keeps the log small: one entry per user, kind of page and establishment in 10 minutes, so an entry
    means "in these ten minutes", not "once", and says which kind of page, not which person. Call it
    before reading what the page shows: it ends the reading transaction."""
    place = place_of(establishment) if establishment else None
    country = place.country if place else user.country
    stream = f"{AUDIT}{establishment or country}"
    body = {"what": what, "establishment": establishment}
    if not _noted(stream, user.id, canonical(body)):
        with recording() as record:
            record.append(Fact("audit.viewed", stream, country, body, actor=user.id))


def _noted(stream: str, actor: str, body: str) -> bool:
    e = EntryRow
    latest = (
        select(e.stream, e.actor, e.body, e.happened_at)
        .where(e.kind == "audit.viewed")
        .order_by(e.lamport.desc())
        .limit(LOOKED_BACK)
    )
    now = clock.now()
    return any(
        (row.stream, row.actor, row.body) == (stream, actor, body)
        and timedelta(0) <= now - clock.moment(row.happened_at) < AGAIN_AFTER
        for row in db.session.execute(latest)
    )
