"""Which course must be taken by whom, and by when: listing, assigning, withdrawing."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ..learning import library
from ..people import assignments as rules
from ..people import audit, persons, words
from ..people.assignments import Wish
from ..record import log
from ..record.log import new_id
from ..record.tables_of_views import AssignmentRow
from . import guard, i18n
from .desk import Desk, Page, desk_of, form_id
from .place_form import Errors
from .show import fulldate

screen = Blueprint("assignments", __name__, url_prefix="/establishments/<code>/assignments")
TO = ("everyone", "function", "person")
SENT = ("course", "to", "function", "number", "due")


@screen.get("")
def assignments(code: str) -> Page:
    """Who must take which course?"""
    audit.viewed("assignments", code, guard.user())
    desk = desk_of(code)
    rows = rules.assignments(code)
    titles, whom, counts = _titles(desk), _whom(rows), rules.staff_by_target(code, rows)
    today = log.today(desk.timezone()).isoformat()
    told = [
        {"row": row, "title": titles.get(row.course, _("A course that is no longer offered")), "whom": whom[row.id],
         "count": counts[row.id], "past": bool(row.due) and row.due < today}
        for row in rows
    ]  # fmt: skip
    return render_template("assignments/assignments.html", desk=desk, told=told, courses=len(titles))


def _titles(desk: Desk) -> dict[str, str]:
    lang = i18n.current().code
    return {course.id: course.title(lang) for course in library.current(desk.country, desk.code)}


def _whom(rows: list[AssignmentRow]) -> dict[str, str]:
    """assignment id -> for whom it is, in words."""
    names = persons.names([row.target for row in rows if row.to == "person"], i18n.current().code)
    return {row.id: _target_words(row.to, row.target, names) for row in rows}


def _target_words(to: str, target: str, names: dict[str, str]) -> str:
    if to == "everyone":
        return str(_("Everybody"))
    if to == "function":
        return words.function_words(target)
    return names.get(target, str(_("Somebody who is no longer known")))


# -- assigning ------------------------------------------------------------------------------------------


@screen.route("/assign", methods=["GET", "POST"])
def assign(code: str) -> Page:
    """Choose course, people and date; see how many it concerns; confirm."""
    desk = desk_of(code)
    if request.method == "GET":
        number = request.args.get("number", "")[:60]
        to = "person" if number else ""
        return _form(
            desk, {"course": request.args.get("course", ""), "to": to, "function": "", "number": number, "due": ""}
        )
    sent = {name: request.form.get(name, "")[:60].strip() for name in SENT}
    wish, errors = _wish(desk, sent)
    if request.form.get("do") == "confirm" and wish is not None:
        return _act(desk, wish, sent)
    if wish is not None and not errors:
        errors = _problems(desk, wish)
    if errors or wish is None:
        return _form(desk, sent, errors), 422
    return _confirm(desk, wish, sent)


def _wish(desk: Desk, sent: dict[str, str]) -> tuple[Wish | None, Errors]:
    target, to = "", sent["to"]
    missing = [] if sent["course"] else [_message("course")]
    if to not in TO:
        return None, [*missing, ("to", _("Choose for whom."))]
    if to == "function":
        target = sent["function"]
    elif to == "person":
        row = persons.with_number(desk.country, sent["number"])
        if row is None or row.establishment != desk.code or not row.active:
            return None, [*missing, ("number", _("Nobody who works here has this staff number."))]
        target = row.id
    return Wish(sent["course"], to, target, sent["due"]), []


def _problems(desk: Desk, wish: Wish) -> Errors:
    try:
        rules.check(desk.code, wish)
    except rules.NotAssignable as problem:
        return [_message(problem.why)]
    except rules.AlreadyAssigned as there:
        return [("course", _already(there.due))]
    return []


def _message(why: str) -> tuple[str, str]:
    return {
        "course": ("course", _("Choose a course.")),
        "target": ("function", _("Choose the function.")),
        "due-form": ("due", _("Write the date as year-month-day, for example 2026-11-30.")),
        "due-past": ("due", _("The date is in the past. Choose today or a later day.")),
        "due-far": ("due", _("The date is too far away. Check the year.")),
    }[why]


def _already(due: str) -> str:
    if due:
        return str(_("This is assigned already, by %(date)s. To change it, withdraw that first.", date=fulldate(due)))
    return str(_("This is assigned already, without a date. To change it, withdraw that first."))


def _form(desk: Desk, sent: dict[str, str], errors: Errors | None = None) -> str:
    return render_template(
        "assignments/assign.html", desk=desk, sent=sent, errors=errors or [], courses=list(_titles(desk).items()),
        functions=words.FUNCTIONS, today=log.today(desk.timezone()).isoformat(),
    )  # fmt: skip


def _confirm(desk: Desk, wish: Wish, sent: dict[str, str]) -> str:
    names = persons.names([wish.target], i18n.current().code) if wish.to == "person" else {}
    return render_template(
        "assignments/confirm.html", desk=desk, sent=sent, title=_titles(desk)[wish.course], id=new_id(),
        whom=_target_words(wish.to, wish.target, names), due=wish.due, concerned=rules.concerned(desk.code, wish),
    )  # fmt: skip


def _act(desk: Desk, wish: Wish, sent: dict[str, str]) -> Page:
    try:
        rules.assign(guard.user(), desk.code, wish, form_id())
    except rules.NotAssignable as problem:
        return _form(desk, sent, [_message(problem.why)]), 422
    except rules.AlreadyAssigned as there:
        return _form(desk, sent, [("course", _already(there.due))]), 409
    return _back(desk, _("The course is assigned."))


def _back(desk: Desk, message: str) -> Page:
    desk.done(message)
    return redirect(url_for("assignments.assignments", code=desk.code))


# -- withdrawing -----------------------------------------------------------------------------------------


@screen.route("/<assignment>/withdraw", methods=["GET", "POST"])
def withdraw(code: str, assignment: str) -> Page:
    """Say that a course need no longer be taken, and why."""
    desk = desk_of(code)
    row = rules.assignment_of(code, assignment)
    if row is None:
        abort(404)
    if request.method == "GET":
        return _withdraw_page(desk, row)
    reason = request.form.get("reason", "")
    if not reason.strip():
        return _withdraw_page(desk, row, [("reason", _("Write the reason in a few words."))]), 422
    rules.withdraw(guard.user(), code, assignment, reason)
    return _back(desk, _("The assignment is withdrawn."))


def _withdraw_page(desk: Desk, row: AssignmentRow, errors: Errors | None = None) -> str:
    return render_template(
        "assignments/withdraw.html", desk=desk, row=row, errors=errors or [], whom=_whom([row])[row.id],
        title=_titles(desk).get(row.course, _("A course that is no longer offered")),
        limit=rules.REASON_LIMIT,
    )  # fmt: skip
