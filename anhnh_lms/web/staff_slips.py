"""Slips with a first or a new PIN: shown once, on the page that answers the form."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, current_app, render_template, request, session
from flask_babel import gettext as _

from ..people import audit, persons, slips
from ..record.log import new_id
from ..record.tables_of_views import PersonRow
from . import guard, i18n, lan
from .desk import Desk, Page, form_id, page_number
from .speaking import speaking

WAITING = ("none", "slip")  # who is offered: those without a credential, those who have not used their slip
PINS_APART = 3  # digits


@dataclass(frozen=True, slots=True)
class Paper:
    """A slip in its person's language."""

    lang: str
    dir: str
    heading: str
    name: str
    pairs: tuple[tuple[str, str], ...]
    note: str


def reset(desk: Desk, person: str) -> Page:
    """A new credential for one person. Asks first; the answer to the form is the slip."""
    row = desk.person(person)
    if request.method == "GET" or not row.active:
        return _reset_page(desk, row)
    if not slips.may_reset(guard.user(), person):
        return _reset_page(desk, row), 403
    wanted = _request(request.form.get("slip", ""))
    if wanted.person != person:
        abort(400)
    made = _make(desk, [wanted])
    if made.stale:
        return _reset_page(desk, row, stale=True), 409
    return _sheet(desk, made, row)


def _reset_page(desk: Desk, row: PersonRow, stale: bool = False) -> str:
    kinds = ["passphrase", "pin"] if persons.roles_of(row.id) else ["pin"]
    return render_template(
        "staff/reset.html", desk=desk, person=row, name=persons.name_in(row, i18n.current().code), stale=stale,
        allowed=slips.may_reset(guard.user(), row.id), own=row.id == guard.user().id, form_id=new_id(),
        choices=[(_value(row.id, kind), kind) for kind in kinds],
    )  # fmt: skip


def slips_page(desk: Desk) -> Page:
    """First slips for everybody who waits, a batch at a time."""
    if request.method == "POST":
        return _make_many(desk)
    audit.viewed("slips", desk.code, guard.user(), country=desk.country)
    return _choose(desk)


def _choose(desk: Desk, errors: list[tuple[str, str]] | None = None) -> str:
    state = request.args.get("state", "none")
    state = state if state in WAITING else "none"
    lang = i18n.current().code
    waiting = slips.waiting(guard.user(), desk.code, desk.country)
    mine, batch = waiting[state].mine, slips.BATCH
    pages = max(1, -(-len(mine) // batch))
    page = min(page_number(), pages)
    shown = mine[(page - 1) * batch : page * batch]
    options = [(_value(p.id, slips.kind_for(p.id)), p.name_in(lang), p.staff_number) for p in shown]
    return render_template(
        "staff/slips.html", desk=desk, state=state, options=options, form_id=new_id(), errors=errors or [],
        waiting={wanted: len(found.mine) for wanted, found in waiting.items()}, others=waiting[state].others,
        left=len(mine) - len(shown), page=page, pages=pages,
        page_url=lambda n: desk.url("slips", state=None if state == "none" else state, page=n),
    )  # fmt: skip


def _make_many(desk: Desk) -> Page:
    wanted = [_request(value) for value in request.form.getlist("slip")]
    if not wanted:
        return _choose(desk, [("slip", _("Choose at least one person."))]), 422
    if len(wanted) > slips.BATCH or len({w.person for w in wanted}) < len(wanted):
        abort(400)
    return _sheet(desk, _make(desk, wanted))


def _value(person: str, kind: str) -> str:
    seen = slips.fingerprint(current_app.config["SECRETS"].pins, person, kind)
    return f"{person}.{kind}.{seen}"


def _request(value: str) -> slips.Request:
    person, _dot, rest = value.partition(".")
    kind, _dot, seen = rest.partition(".")
    if kind not in ("pin", "passphrase"):
        abort(400)
    return slips.Request(person, kind, seen)


def _make(desk: Desk, wanted: list[slips.Request]) -> slips.Made:
    try:
        return slips.make(
            current_app.config["SECRETS"].pins, guard.user(), desk.code, desk.country, wanted,
            form_id(), session.get("t", ""),
        )  # fmt: skip
    except persons.NoSuchPerson:
        abort(404)


# -- the sheet ------------------------------------------------------------------------------------------


def _sheet(desk: Desk, made: slips.Made, person: PersonRow | None = None) -> str:
    lang = i18n.current().code
    left = slips.waiting(guard.user(), desk.code, desk.country)["none"].mine
    return render_template(
        "staff/sheet.html", desk=desk, papers=[_paper(desk, slip) for slip in made.slips], person=person,
        stale=sorted(persons.names(made.stale, lang).values()),
        refused=sorted(persons.names(made.refused, lang).values()), left=len(left),
    )  # fmt: skip


def _paper(desk: Desk, slip: slips.Slip) -> Paper:
    address = lan.on_paper(current_app.config["SETTINGS"], request.host_url)
    with speaking(slip.language) as language:
        kind = _("PIN") if slip.kind == "pin" else _("Passphrase")
        pairs = (
            (_("Address"), address),
            (_("Staff number"), slip.staff_number),
            (kind, _apart(slip.text) if slip.kind == "pin" else slip.text),
        )
        note = _("Write the address in the browser, sign in with these, choose your own. Then destroy this slip.")
        return Paper(language.code, language.dir, desk.name(), slip.name_in(language.code), pairs, note)


def _apart(pin: str) -> str:
    """ "482917" -> "482 917": easier to read off paper; the spaces may be typed."""
    return f"{pin[:PINS_APART]} {pin[PINS_APART:]}"
