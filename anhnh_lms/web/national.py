"""The staff of a national administration, who belong to no establishment: which page an address means."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, request

from ..people.roles import Power
from ..record import server
from . import (
    claims,
    guard,
    place_form,
    staff_changes,
    staff_import,
    staff_people,
    staff_retention,
    staff_roles,
    staff_slips,
)
from .desk import Desk, Page

FOR_ALL: dict[str, tuple[Power, Callable[[Desk], Page]]] = {
    "": (Power.SEE_STAFF, staff_people.people),
    "add": (Power.MANAGE_STAFF, staff_people.add),
    "slips": (Power.RESET_PIN, staff_slips.slips_page),
    "retention": (Power.MANAGE_STAFF, staff_retention.retention),
    "disputes": (Power.SETTLE_DISPUTES, claims.claims),
    "dispute": (Power.SETTLE_DISPUTES, lambda desk: claims.claim(desk, request.values.get("attempt", ""))),
    "import-csv": (Power.MANAGE_STAFF, staff_import.import_list),
}
FOR_ONE: dict[str, tuple[Power, Callable[[Desk, str], Page]]] = {
    "": (Power.SEE_STAFF, staff_people.person),
    "edit": (Power.MANAGE_STAFF, staff_people.edit),
    "move": (Power.MANAGE_STAFF, staff_changes.move),
    "leave": (Power.MANAGE_STAFF, staff_changes.leave),
    "come-back": (Power.MANAGE_STAFF, staff_changes.come_back),
    "forget": (Power.MANAGE_STAFF, staff_changes.forget),
    "roles": (Power.MANAGE_ROLES, staff_roles.roles),
    "reset": (Power.RESET_PIN, staff_slips.reset),
}


def page(who: str, do: str) -> Page:
    """The page `do` about the person `who`, or the page `who` about all. Besides managing the server (the
    policy's line), each asks for the power that an establishment's page of that kind asks for, in the
    whole country."""
    me = server.own()
    asked = request.values.get("country", me.country) if me.scope == "*" else me.country
    desk = Desk("", asked if place_form.is_country(asked) else me.country)
    about_all = who in FOR_ALL
    name = who if about_all else do
    if (about_all and do) or name not in (FOR_ALL if about_all else FOR_ONE) or (request.method == "POST" and not name):
        abort(404)
    guard.need(Power.MANAGE_SERVER, desk.place)
    if about_all:
        power, every = FOR_ALL[name]
        guard.need(power, desk.place)
        return every(desk)
    power, one = FOR_ONE[name]
    guard.need(power, desk.place)
    return one(desk, who)
