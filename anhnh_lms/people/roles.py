"""Roles, their scopes, and the powers that each gives: the one policy table.

Roles and scopes as architecture section 5 names them. A function (guard, social worker) is not a role.
A power is held in a scope: an establishment, a region, a country, or everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Power(StrEnum):
    """What a route may ask for."""

    LEARN = "learn"
    SEE_ESTABLISHMENT = "see establishment"  # figures and the names behind them
    SEE_STAFF = "see staff"
    RESET_PIN = "reset pin"
    MANAGE_STAFF = "manage staff"
    MANAGE_ROLES = "manage roles"
    ASSIGN = "assign"
    SEE_REGISTER = "see register"
    MANAGE_CERTIFICATES = "manage certificates"
    MANAGE_SERVER = "manage server"
    SEE_AGGREGATES = "see aggregates"
    SEE_COUNTRY = "see country"
    READ_AUDIT = "read audit"
    SEE_LIBRARY = "see library"
    SETTLE_DISPUTES = "settle disputes"  # whose was an attempt of which somebody says "This was not me"
    LOOK_AFTER = "look after"  # the focal point's own screen, and whether everything is all right


P = Power
ROLES: dict[str, frozenset[Power]] = {
    "focal-point": frozenset({P.SEE_STAFF, P.RESET_PIN, P.SEE_REGISTER, P.SETTLE_DISPUTES, P.LOOK_AFTER}),
    "trainer": frozenset({P.SEE_LIBRARY}),
    "director": frozenset({P.SEE_ESTABLISHMENT, P.SEE_STAFF, P.ASSIGN, P.SEE_REGISTER, P.SETTLE_DISPUTES}),
    "regional-administration": frozenset({P.SEE_ESTABLISHMENT, P.SEE_REGISTER, P.SEE_COUNTRY}),
    "national-administrator": frozenset({
        P.SEE_ESTABLISHMENT, P.SEE_COUNTRY, P.SEE_STAFF, P.MANAGE_STAFF, P.ASSIGN, P.SEE_REGISTER,
        P.MANAGE_CERTIFICATES, P.MANAGE_ROLES, P.RESET_PIN, P.SEE_LIBRARY, P.SETTLE_DISPUTES, P.LOOK_AFTER,
    }),
    "regional-secretariat": frozenset({P.SEE_AGGREGATES}),
    "donor": frozenset({P.SEE_AGGREGATES}),
    "inspection": frozenset({P.READ_AUDIT}),
    "server-administrator": frozenset({
        P.SEE_STAFF, P.MANAGE_STAFF, P.MANAGE_ROLES, P.RESET_PIN, P.ASSIGN, P.SEE_REGISTER,
        P.MANAGE_CERTIFICATES, P.MANAGE_SERVER, P.SEE_LIBRARY, P.SEE_ESTABLISHMENT, P.SETTLE_DISPUTES, P.LOOK_AFTER,
    }),
}  # fmt: skip

SCOPE_KINDS = ("establishment", "region", "country", "all")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is asked for: an establishment with its region and country, or a country alone."""

    country: str = ""
    region: str = ""
    establishment: str = ""


def scope_covers(scope: str, place: Place) -> bool:
    """Whether a scope ("establishment/MA-1", "region/MA/Rabat", "country/MA", "all") contains the place."""
    kind, _, name = scope.partition("/")
    if kind == "all":
        return True
    if kind == "establishment":
        return bool(place.establishment) and place.establishment == name
    if kind == "region":
        return bool(place.region) and f"{place.country}/{place.region}" == name
    return kind == "country" and bool(place.country) and place.country == name


def may(roles: Iterable[tuple[str, str]], power: Power, place: Place | None = None) -> bool:
    """Whether one of the (role, scope) pairs gives the power there; with no place, anywhere at all."""
    return any(power in ROLES.get(role, ()) and (place is None or scope_covers(scope, place)) for role, scope in roles)


def outranks(mine: Iterable[tuple[str, str]], theirs: Iterable[tuple[str, str]]) -> bool:
    """Whether a person with roles `mine` may reset the credential of one with `theirs`: nobody resets a
    credential with more power than their own, so every power of theirs must be mine in the same scope."""
    held = list(mine)
    return all(
        any(power in ROLES.get(r, ()) and _contains(s, scope) for r, s in held)
        for role, scope in theirs
        for power in ROLES.get(role, ())
    )


def _contains(outer: str, inner: str) -> bool:
    if outer in ("all", inner):
        return True
    outer_kind, _, outer_name = outer.partition("/")
    inner_kind, _, inner_name = inner.partition("/")
    if outer_kind == "country" and inner_kind == "region":
        return inner_name.split("/")[0] == outer_name
    # an establishment's code starts with its country's: MA-1
    return outer_kind == "country" and inner_kind == "establishment" and inner_name.split("-")[0] == outer_name
