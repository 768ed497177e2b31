"""Registering, changing, moving, leaving, coming back, forgetting: what happens to a member of staff.

Each decides inside its unit of work on what it reads there, can be asked twice, and acts once. A home
is an establishment's code, or "" for the staff of a national administration.
"""

from __future__ import annotations

from dataclasses import asdict

from flask import current_app
from sqlalchemy import delete

from ..db import Base, db
from ..record.log import Fact, Recorder, recording, stream_of
from ..record.tables_of_views import PersonRow
from . import places
from .access import User, drop_credentials, end_sessions, tries_of
from .details import SEALED, BadDetails, Details, details_of, problems_of
from .dossier import dossier, drop_answers, open_attempts
from .granting import LastAdministrator, MorePower, is_last_administrator, stands_above, withdrawals
from .persons import NoSuchPerson, every_id, is_known, person_of, roles_of, with_number
from .roles import Power
from .tables import TriesRow

REASON_LIMIT = 300  # characters


class NumberTaken(ValueError):
    """The staff number is somebody else's: `home` says where, `active` whether they still work."""

    def __init__(self, home: str, active: bool) -> None:
        super().__init__(f"taken in {home or 'the country'}")
        self.home, self.active = home, active


class ChangedMeanwhile(RuntimeError):
    """Somebody else changed this person after the form was shown."""


class NoSuchPlace(LookupError):
    """Nobody can be moved there from here by this user."""


def register(by: User, home: str, country: str, given: Details, person: str) -> bool:
    """Record a new member of staff under the id `person`, which was made when the form was shown.
    False if that id is taken: the form was sent twice. Raises BadDetails, NumberTaken."""
    given = given.tidied()
    if problems := problems_of(given):
        raise BadDetails(problems)
    with recording() as record:
        if is_known(person):
            return False
        _number_is_free(country, given, "")
        record.append(registration(home, country, given, person, by.id))
    return True


def registration(home: str, country: str, given: Details, person: str, actor: str) -> Fact:
    """The fact that registers somebody; the details are tidied and without problems."""
    known = {name: value for name, value in asdict(given).items() if value}
    body = {"establishment": home, **{k: v for k, v in known.items() if k not in SEALED}}
    sealed = {k: v for k, v in known.items() if k in SEALED}
    return Fact("person.registered", stream_of(home), country, body, sealed, person=person, actor=actor)


def differing(row: PersonRow, given: Details) -> dict[str, str]:
    """The details that `given` says otherwise than the record."""
    now = asdict(details_of(row))
    return {name: value for name, value in asdict(given).items() if value != now[name]}


def correction(home: str, country: str, person: str, changed: dict[str, str], actor: str) -> Fact:
    """The fact that changes these details of somebody of that home."""
    body = {k: v for k, v in changed.items() if k not in SEALED}
    sealed = {k: v for k, v in changed.items() if k in SEALED}
    return Fact("person.changed", stream_of(home), country, body, sealed or None, person=person, actor=actor)


def change(by: User, home: str, country: str, person: str, given: Details, seen: str) -> dict[str, str]:
    """Record what differs and return it; nothing differs, nothing is written. `seen` is the fingerprint
    of the details that the form showed. Raises NoSuchPerson, BadDetails, NumberTaken, ChangedMeanwhile,
    and MorePower for a staff number, which is what one signs in with."""
    given = given.tidied()
    if problems := problems_of(given):
        raise BadDetails(problems)
    with recording() as record:
        row = person_of(home, country, person)
        changed = differing(row, given)
        if not changed:
            return {}
        if details_of(row).fingerprint() != seen:
            raise ChangedMeanwhile
        if "staff_number" in changed:
            if not stands_above(by, roles_of(person)):
                raise MorePower
            _number_is_free(country, given, person)
        record.append(correction(home, country, person, changed, by.id))
    return changed


def _number_is_free(country: str, given: Details, but: str) -> None:
    other = with_number(country, given.staff_number)
    if other is not None and other.id != but:
        raise NumberTaken(other.establishment, bool(other.active))


# -- going and coming -----------------------------------------------------------------------------------


def destinations(by: User, home: str, country: str) -> list[str]:
    """The codes of the establishments of this server to which `by` may move somebody of that home."""
    found = places.visible(by.held, Power.MANAGE_STAFF)
    return [row.code for row in found if row.country == country and row.code != home and not row.closed]


def move(by: User, home: str, country: str, person: str, to: str, reason: str) -> bool:
    """Record that somebody now belongs to `to`, with what they achieved; False if they already do.

    The PIN, the sessions and the roles held in the old home end, and answers that were not handed in
    are deleted: `dossier.open_attempts` tells beforehand whether there are any. Raises NoSuchPerson,
    NoSuchPlace, MorePower, LastAdministrator."""
    with recording() as record:
        row = db.session.get(PersonRow, person)
        if row and to not in ("", home) and (row.establishment, row.country, row.erased) == (to, country, 0):
            return False
        row = person_of(home, country, person)
        if to not in destinations(by, home, country) or not row.active:
            raise NoSuchPlace
        _may_go(by, row)
        moved = Fact("person.moved", stream_of(home), country, {"to": to, "from": home}, _reason(reason),
                     person=person, actor=by.id)  # fmt: skip
        local = (f"establishment/{home}",) if home else (f"country/{country}",)
        record.append(*withdrawals(row, by.id, local), moved, dossier(row, to, by.id))
        _end_access(person)
        drop_answers(person)
    return True


def leave(by: User, home: str, country: str, person: str, reason: str) -> bool:
    """Record that somebody left; False if they had. Roles, credentials and sessions end; what they
    learned stays. Raises NoSuchPerson, MorePower, LastAdministrator."""
    with recording() as record:
        row = person_of(home, country, person)
        if not row.active:
            return False
        _may_go(by, row)
        left = Fact("person.left", stream_of(home), country, {}, _reason(reason), person=person, actor=by.id)
        record.append(*withdrawals(row, by.id), left)
        _end_access(person)
    return True


def come_back(by: User, home: str, country: str, person: str, reason: str = "") -> bool:
    """Record that somebody who left works here again; False if they do. They need a new slip.
    Raises NoSuchPerson."""
    with recording() as record:
        row = person_of(home, country, person)
        if row.active:
            return False
        fact = Fact("person.returned", stream_of(home), country, {}, _reason(reason), person=person, actor=by.id)
        record.append(fact)
    return True


def forget(by: User, home: str, country: str, person: str) -> None:
    """Take away for ever whatever names a person: name, number, typed text, credentials. The figures,
    the chains and the certificates' numbers stay. Raises NoSuchPerson (also for one who is forgotten),
    MorePower, LastAdministrator."""
    with recording() as record:
        erase(record, by, person_of(home, country, person))


def erase(record: Recorder, by: User, row: PersonRow) -> None:
    """`forget` inside a recording that is open. Raises MorePower, LastAdministrator."""
    _may_go(by, row)
    known = every_id(row.id)
    record.append(*(
        Fact("person.erased", stream_of(row.establishment), row.country, {}, person=known_as, actor=by.id)
        for known_as in known
    ))  # fmt: skip
    _end_access(row.id)
    drop_answers(row.id)
    waits = Base.metadata.tables["cooldown"]
    db.session.execute(waits.delete().where(waits.c.person.in_(known)))
    tries = tries_of(current_app.config["SECRETS"].pins, row.staff_key)
    db.session.execute(delete(TriesRow).where(TriesRow.person == tries))


def _may_go(by: User, row: PersonRow) -> None:
    if not stands_above(by, roles_of(row.id)):
        raise MorePower
    if is_last_administrator(row.id):
        raise LastAdministrator


def _end_access(person: str) -> None:
    drop_credentials(person)
    end_sessions(person)


def _reason(text: str) -> dict[str, str] | None:
    kept = text.strip()[:REASON_LIMIT]
    return {"reason": kept} if kept else None


__all__ = [
    "BadDetails", "ChangedMeanwhile", "LastAdministrator", "MorePower", "NoSuchPerson", "NoSuchPlace",
    "NumberTaken", "change", "come_back", "destinations", "erase", "forget", "leave", "move", "open_attempts",
    "register",
]  # fmt: skip
