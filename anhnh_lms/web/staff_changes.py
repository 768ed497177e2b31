"""Transfer, leave, come back, forget: each asks first and says what follows."""

from __future__ import annotations

from flask import abort, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from ..certificates import register
from ..people import persons, staff
from ..people.places import establishment, name_of
from ..record.tables_of_views import PersonRow
from . import guard, i18n
from .desk import Desk, Page


def _name(row: PersonRow) -> str:
    return persons.name_in(row, i18n.current().code)


REFUSALS = (staff.MorePower, staff.LastAdministrator)


def _refused(desk: Desk, person: str, problem: Exception) -> Page:
    if isinstance(problem, staff.MorePower):
        return desk.refuse(_("This person holds powers that you do not hold. Nothing was changed."), person)
    return desk.refuse(
        _("This is the last administrator of this server. Make somebody else administrator first."), person
    )


def move(desk: Desk, person: str) -> Page:
    """Transfer to another establishment of this server."""
    user = guard.user()
    if request.method == "POST":
        return _move(desk, person)
    row = desk.person(person)
    codes = staff.destinations(user, desk.code, desk.country)
    return render_template("staff/move.html", desk=desk, errors=[], to="", reason="", **_moving(row, codes))


def _moving(row: PersonRow, codes: list[str]) -> dict[str, object]:
    places, lang = {code: establishment(code) for code in codes}, i18n.current().code
    return {
        "person": row,
        "name": _name(row),
        "places": [(code, f"{name_of(place, lang)} ({code})") for code, place in places.items() if place],
        "open": len(staff.open_attempts(row.id)),
    }


def _move(desk: Desk, person: str) -> Page:
    user, to, reason = guard.user(), request.form.get("to", ""), request.form.get("reason", "")
    try:
        moved = staff.move(user, desk.code, desk.country, person, to, reason)
    except staff.NoSuchPlace:
        row = desk.person(person)
        codes = staff.destinations(user, desk.code, desk.country)
        error = _("Choose the establishment to which this person goes.")
        return render_template(
            "staff/move.html", desk=desk, errors=[("to", error)], to=to, reason=reason, **_moving(row, codes)
        ), 422
    except staff.NoSuchPerson:
        abort(404)
    except REFUSALS as problem:
        return _refused(desk, person, problem)
    if not moved:
        return desk.done(_("The transfer is recorded already."))
    return desk.done(_("The transfer to %(code)s is recorded. A new slip must be printed there.", code=to))


def leave(desk: Desk, person: str) -> Page:
    """Somebody left."""
    row = desk.person(person)
    name = _name(row)
    if request.method == "GET":
        return render_template(
            "staff/leave.html", desk=desk, person=row, name=name, roles=len(persons.roles_of(person))
        )
    reason = request.form.get("reason", "")
    try:
        staff.leave(guard.user(), desk.code, desk.country, person, reason)
    except REFUSALS as problem:
        return _refused(desk, person, problem)
    return desk.done(_("It is recorded that this person left."), person)


def come_back(desk: Desk, person: str) -> Page:
    """Somebody works here again."""
    row = desk.person(person)
    name = _name(row)
    if request.method == "POST":
        staff.come_back(guard.user(), desk.code, desk.country, person)
        return desk.done(_("This person works here again. Print a slip with a new PIN."), person)
    return render_template(
        "confirm.html",
        heading=_("Does %(name)s work here again?", name=name),
        message=_("What was learned before is still there."),
        consequences=[_("A slip with a new PIN must be printed."), _("Roles must be granted again.")],
        action=_("Yes, record it"), action_url=desk.url("come_back", person), danger=False,
        cancel_url=desk.url("person", person),
    )  # fmt: skip


def forget(desk: Desk, person: str) -> Page:
    """Take away for ever what names somebody."""
    row = desk.person(person)
    if request.method == "GET":
        return _forget_page(desk, row)
    if request.form.get("sure") != person:
        return redirect(desk.url("forget", person))
    try:
        staff.forget(guard.user(), desk.code, desk.country, person)
    except REFUSALS as problem:
        return _refused(desk, person, problem)
    return desk.done(_("The person was forgotten. The figures stay."))


def _forget_page(desk: Desk, row: PersonRow) -> str:
    papers = len(register.of_person(row.id))
    consequences = [
        _("Name, staff number and everything typed about or by this person are deleted for ever, on every server."),
        _("They can no longer sign in."),
        _("The figures stay as they are, without the name."),
    ]
    if papers:
        consequences.append(
            ngettext(
                "%(num)s certificate stays valid and can be verified, but not printed again.",
                "%(num)s certificates stay valid and can be verified, but not printed again.",
                papers,
            )
        )
    return render_template(
        "confirm.html",
        heading=_("Forget %(name)s?", name=_name(row)),
        message=_("This cannot be undone. For somebody who left, record instead that they left."),
        consequences=consequences,
        action=_("Forget for ever"), action_url=desk.url("forget", row.id), fields={"sure": row.id},
        cancel_url=desk.url("person", row.id),
    )  # fmt: skip
