"""Who left so long ago that they may be forgotten: the list, the question, the forgetting."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from ..people import audit, persons
from ..people import retention as rule
from ..people.places import establishment
from ..people.staff import LastAdministrator, MorePower
from ..record import log
from ..record.canonical import sha256
from . import guard, i18n
from .desk import Desk, Page, page_number

PER_PAGE = 50


def retention(desk: Desk) -> Page:
    """The list, 50 a page; sent, the question about those who were chosen; confirmed, the forgetting."""
    if request.method == "POST":
        return _chosen(desk)
    return _list(desk)


def _list(desk: Desk, errors: list[tuple[str, str]] | None = None) -> str:
    audit.viewed("retention", desk.code, guard.user(), country=desk.country)
    found = rule.proposed(desk.code, desk.country)
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(page_number(), pages)
    return render_template(
        "staff/retention.html", desk=desk, found=len(found), errors=errors or [],
        left=found[(page - 1) * PER_PAGE : page * PER_PAGE], name_in=persons.name_in,
        every=request.args.get("all") == "1", doubt=log.clock_state() == "suspect",
        years=rule.years_of(establishment(desk.code) if desk.code else None), page=page, pages=pages,
        page_url=lambda n: desk.url("retention", page=n),
    )  # fmt: skip


def _chosen(desk: Desk) -> Page:
    wanted = [person for person in request.form.get("persons", "").split(",") if person]
    wanted = wanted or request.form.getlist("person")
    if not wanted:
        return _list(desk, [("person", _("Choose at least one person."))]), 422
    if request.form.get("sure") != _mark(wanted):
        return _ask(desk, wanted)
    try:
        told = rule.forget(guard.user(), desk.code, desk.country, wanted)
    except MorePower:
        return desk.refuse(_("One of them holds powers that you do not hold. Nobody was forgotten."))
    except LastAdministrator:
        return desk.refuse(_("This is the last administrator of this server. Make somebody else administrator first."))
    if told.left_out:
        flash(
            ngettext("%(num)d person stays: they came back, or were forgotten already.",
                     "%(num)d people stay: they came back, or were forgotten already.", told.left_out), "warning",
        )  # fmt: skip
    if told.done:
        flash(
            ngettext("%(num)d person was forgotten. The figures stay.",
                     "%(num)d people were forgotten. The figures stay.", told.done), "success",
        )  # fmt: skip
    return redirect(desk.url("retention"))


def _ask(desk: Desk, wanted: list[str]) -> Page:
    """Who is meant, by name, and what follows."""
    may = {left.person.id: left for left in rule.proposed(desk.code, desk.country)}
    chosen = [may[person] for person in dict.fromkeys(wanted) if person in may]
    if not chosen:
        return redirect(desk.url("retention"))
    persons_, lang = [left.person.id for left in chosen], i18n.current().code
    consequences = [
        _("Name, staff number and everything typed about or by them are deleted for ever, on every server."),
        _("The figures stay as they are, without the name."),
    ]
    if papers := sum(left.certificates for left in chosen):
        consequences.append(
            ngettext("%(num)s certificate stays valid and can be verified, but not printed again.",
                     "%(num)s certificates stay valid and can be verified, but not printed again.", papers)
        )  # fmt: skip
    return render_template(
        "staff/retention_sure.html", desk=desk, consequences=consequences,
        names=[(persons.name_in(left.person, lang), left.person.staff_number) for left in chosen],
        fields={"persons": ",".join(persons_), "sure": _mark(persons_)},
    )  # fmt: skip


def _mark(wanted: list[str]) -> str:
    """Says for which persons the question was answered."""
    return sha256(",".join(wanted))[:16]
