"""Help at the console for administrators who cannot sign in any more: nobody above them can reset them."""

from __future__ import annotations

from sqlalchemy import delete, select

from ..db import db, unit_of_work
from ..record import server
from ..record.log import recording
from ..record.secrets import Secrets, note_belonging
from ..record.tables_of_views import PersonRow, RoleRow
from . import audit, credentials
from .access import end_sessions, set_credential, tries_of
from .claiming import public_key
from .founding import begin_incarnation
from .granting import ADMINISTRATOR
from .tables import CredentialRow, SessionRow, TriesRow


def administrators() -> list[PersonRow]:
    """Everybody who works here and administers this server, by staff number."""
    holds = select(RoleRow.person).where(RoleRow.role == ADMINISTRATOR)
    query = select(PersonRow).where(PersonRow.active == 1, PersonRow.id.in_(holds)).order_by(PersonRow.staff_key)
    return list(db.session.execute(query).scalars())


def reset(secret: bytes, person: PersonRow) -> str:
    """A new one-time passphrase for that person, to be changed when it is first used. Ends their sessions
    and their waits. It is told here only: the server keeps its hash."""
    who, key, home, country = person.id, person.staff_key, person.establishment, person.country
    passphrase = credentials.new_passphrase()
    hashed = credentials.hash_credential(secret, who, passphrase)
    with recording() as record:
        audit.acted(record, "console-passphrase", home, country, "", who)
        set_credential(who, "passphrase", hashed, "slip")
        end_sessions(who)
        db.session.execute(delete(TriesRow).where(TriesRow.person == tries_of(secret, key)))
    return passphrase


def start_over(values: Secrets) -> None:
    """Let the database belong to new secrets: no PIN or passphrase fits any more, nobody stays signed in,
    and the server goes on as a new incarnation with its new key. What was recorded stays as it is."""
    with unit_of_work():
        for table in (CredentialRow, SessionRow, TriesRow):
            db.session.execute(delete(table))
        note_belonging(values)
    if server.identity() is not None:
        me = begin_incarnation(public_key(values.signing))
        with recording() as record:
            audit.acted(record, "new-secrets", "", me.country, "")
