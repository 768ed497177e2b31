"""Granting and withdrawing roles."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import gettext as _

from ..people import granting, persons, words
from ..record.tables_of_views import PersonRow
from . import guard, i18n
from .desk import Desk, Page


def roles(desk: Desk, person: str) -> Page:
    """The roles that somebody holds, and those that you may give."""
    row = desk.person(person)
    if request.method == "GET":
        return _page(desk, row)
    role, _sep, scope = request.form.get("role", "").partition("|")
    act = granting.withdraw if request.form.get("do") == "withdraw" else granting.grant
    try:
        changed = act(guard.user(), desk.code, desk.country, person, role, scope)
    except granting.MorePower:
        return _page(
            desk, row, _("You cannot give or take away this role here: nobody gives more than they have.")
        ), 422
    except granting.LastAdministrator:
        return _page(
            desk, row, _("This is the last administrator of this server. Make somebody else administrator first.")
        ), 422
    if act is granting.grant and changed and "passphrase" not in persons.credentials_of(person):
        return desk.done(_("The role is given. To use it a passphrase is needed: print a slip."), person)
    return desk.done(_("The roles are recorded."), person)


def _page(desk: Desk, row: PersonRow, error: str = "") -> str:
    user = guard.user()
    roles = [(role, scope, f"{words.role_words(role)} {words.scope_words(scope)}") for role, scope in
             persons.roles_of(row.id)]  # fmt: skip
    held = [(f"{role}|{scope}", text, granting.may_give(user, role, scope, row.id)) for role, scope, text in roles]
    givable = [
        (f"{role}|{scope}", f"{words.role_words(role)} {words.scope_words(scope)}", words.ROLE_HINTS[role])
        for role, scope in granting.givable(user, row)
    ]
    return render_template(
        "staff/roles.html", desk=desk, person=row, name=persons.name_in(row, i18n.current().code),
        held=held, givable=givable, errors=[("role", error)] if error else [],
    )  # fmt: skip
