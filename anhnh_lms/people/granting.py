"""Granting and withdrawing roles, and who stands above whom.

Nobody grants more than they have. One thing is lent: whoever administers the server may give the
powers that only read (figures, the country, the audit) to somebody else, never to themselves, for
on a new server nobody else could. The last administrator stays one.
"""

from __future__ import annotations

from sqlalchemy import select

from ..db import db
from ..record import server
from ..record.log import Fact, recording, stream_of
from ..record.tables_of_views import PersonRow, RoleRow
from .access import User
from .persons import Role, person_of, roles_of
from .places import place_of
from .roles import ROLES, SCOPE_KINDS, Place, Power, outranks, scope_covers
from .tables import CredentialRow

ADMINISTRATOR = "server-administrator"
WHERE: dict[str, tuple[str, ...]] = {  # the kinds of scope in which a role makes sense
    "focal-point": ("establishment",),
    "director": ("establishment",),
    "regional-administration": ("region",),
    "national-administrator": ("country",),
    "regional-secretariat": ("country", "all"),
    "donor": ("country", "all"),
}
LENT = ("national-administrator", "regional-administration", "regional-secretariat", "donor", "inspection")


class MorePower(PermissionError):
    """What was asked for needs powers that the person who asks does not hold."""


class LastAdministrator(PermissionError):
    """Without this person nobody could administer the server any more."""


def lent(mine: tuple[Role, ...]) -> tuple[Role, ...]:
    """The roles held, with those that an administrator of the server may hand on."""
    return mine + tuple((role, scope) for held, scope in mine if held == ADMINISTRATOR for role in LENT)


def may_give(by: User, role: str, scope: str, to: str) -> bool:
    """Whether `by` may grant (or withdraw) that role in that scope to (or from) the person `to`."""
    if role not in ROLES or not by.held:
        return False
    mine = by.held if to == by.id else lent(by.held)
    return _manages_roles(by, scope) and outranks(mine, [(role, scope)])


def _manages_roles(by: User, scope: str) -> bool:
    holders = [role for role in ROLES if Power.MANAGE_ROLES in ROLES[role]]
    return any(role in holders and outranks([(role, held)], [(role, scope)]) for role, held in by.held)


def stands_above(by: User, theirs: list[Role]) -> bool:
    """Whether `by` holds, or could have given, every power of somebody with the roles `theirs`."""
    return outranks(lent(by.held), theirs)


def scopes_of(home: str, country: str) -> list[str]:
    """The scopes that contain that home, the narrowest first."""
    place = place_of(home) if home else None
    found = [f"establishment/{home}"] if home else []
    if place and place.region:
        found.append(f"region/{country}/{place.region}")
    return [*found, f"country/{country}", "all"]


def givable(by: User, person: PersonRow) -> list[Role]:
    """The roles that `by` may grant to that person now."""
    held = set(roles_of(person.id))
    scopes = scopes_of(person.establishment, person.country)
    asked = [(role, scope) for role in ROLES for scope in scopes if fits(role, scope) and (role, scope) not in held]
    return [(role, scope) for role, scope in asked if may_give(by, role, scope, person.id)]


def fits(role: str, scope: str) -> bool:
    """Whether the role can be held in that kind of scope."""
    return scope.partition("/")[0] in WHERE.get(role, ("establishment", "country", "all"))


def grant(by: User, home: str, country: str, person: str, role: str, scope: str) -> bool:
    """Give a role. False if it is held already. Raises NoSuchPerson, MorePower."""
    with recording() as record:
        row = person_of(home, country, person)
        if (role, scope) in roles_of(person):
            return False
        if not row.active or (role, scope) not in givable(by, row):
            raise MorePower
        record.append(_fact("role.granted", row, role, scope, by.id))
    return True


def withdraw(by: User, home: str, country: str, person: str, role: str, scope: str) -> bool:
    """Take a role away, at once also for who is signed in. False if it is not held. Raises
    NoSuchPerson, MorePower, LastAdministrator."""
    with recording() as record:
        row = person_of(home, country, person)
        if (role, scope) not in roles_of(person):
            return False
        if scope.partition("/")[0] not in SCOPE_KINDS or not may_give(by, role, scope, person):
            raise MorePower
        if role == ADMINISTRATOR and is_last_administrator(person, without=(role, scope)):
            raise LastAdministrator
        record.append(_fact("role.withdrawn", row, role, scope, by.id))
    return True


def withdrawals(row: PersonRow, by: str, scopes: tuple[str, ...] = ()) -> list[Fact]:
    """The facts that take a person's roles away: all, or those held in `scopes`. For whoever moves or leaves."""
    return [
        _fact("role.withdrawn", row, role, scope, by)
        for role, scope in roles_of(row.id) if not scopes or scope in scopes
    ]  # fmt: skip


def _fact(kind: str, row: PersonRow, role: str, scope: str, by: str) -> Fact:
    body = {"role": role, "scope": scope}
    return Fact(kind, stream_of(row.establishment), row.country, body, person=row.id, actor=by)


# -- the last administrator -----------------------------------------------------------------------------


def server_place() -> Place:
    """Where a power must be held to hold it for this whole server."""
    me = server.own()
    if me.scope == "*":
        return Place()
    if me.scope == me.country:
        return Place(country=me.country)
    return place_of(me.scope) or Place(me.country, "", me.scope)


def is_last_administrator(person: str, without: Role | None = None) -> bool:
    """Whether the server would have no administrator who can sign in, if that person went (or lost the
    role `without`). False if they are none now."""
    holders = _administrators()
    mine = {scope for who, scope in holders if who == person}
    if not mine or any(who != person for who, _scope in holders):
        return False
    return not (mine - {without[1]}) if without else True


def _administrators() -> list[tuple[str, str]]:
    """(person, scope) of everybody who administers this whole server and has a passphrase here."""
    here = server_place()
    rows = db.session.execute(
        select(RoleRow.person, RoleRow.scope)
        .join(PersonRow, PersonRow.id == RoleRow.person)
        .join(CredentialRow, (CredentialRow.person == RoleRow.person) & (CredentialRow.kind == "passphrase"))
        .where(RoleRow.role == ADMINISTRATOR, PersonRow.active == 1)
    )
    everywhere = server.own().scope == "*"
    return [
        (person, scope) for person, scope in rows
        if scope_covers(scope, here) or (everywhere and scope.startswith("country/"))
    ]  # fmt: skip
