"""The server itself: is it well, where is it reached, which establishments and national staff it holds."""

from __future__ import annotations

import shutil
from importlib import metadata
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from .. import clock
from ..certificates import register as book
from ..db import unit_of_work
from ..people import places
from ..people.granting import server_place
from ..people.roles import Place, Power
from ..record import log
from ..record import server as own_server
from ..record.canonical import sha256
from ..record.log import Fact, Recorder, stream_of
from ..record.tables_of_views import EstablishmentRow
from . import guard, i18n, lan, national, place_form, server_backup, shelf, trust
from .checks import LOW
from .desk import Page
from .place_form import Errors
from .show import fulldate, listed, time_of

screen = Blueprint("server", __name__, url_prefix="/server")
COMMON = ("administration", "administration_ar", "languages", "keep_years")


@screen.get("")
def server() -> Page:
    """Is the server well?"""
    me, settings = own_server.own(), current_app.config["SETTINGS"]
    disk = shutil.disk_usage(settings.data)
    mine = places.visible(guard.user().held, Power.MANAGE_SERVER)
    return render_template(
        "server/server.html", me=me, version=metadata.version("anhnh-lms"), entries=sum(log.heads().values()),
        cut=log.cut_name(log.heads()), clock=_clock(), free=disk.free // 1024**2, total=disk.total // 1024**2,
        low=disk.free < LOW, addresses=lan.addresses(settings), establishments=mine, whole=_holds_whole_server(),
        gathers=_gathers(), safety=_safety(), trust=trust.fingerprints(), held_back=book.waiting(),
    )  # fmt: skip


def _safety() -> dict[str, Any] | None:
    """When the last copy and the last backup were made, on the clocks of this place."""
    found, zone = server_backup.state(current_app.config["SETTINGS"]), places.own_timezone()
    for name in ("made_at", "backup_at") if found else ():
        when = found[name] if found else None
        if found and when:
            found[name] = listed((fulldate(clock.local(when, zone).date()), time_of(when, zone)))
    return found


def _holds_whole_server() -> bool:
    return guard.user().may(Power.MANAGE_SERVER, server_place())


def _gathers() -> bool:
    """Whether this server holds several establishments."""
    me = own_server.own()
    return me.scope in ("*", me.country)


def _clock() -> dict[str, str | bool]:
    zone = places.own_timezone()
    return {
        "state": log.clock_state(), "date": clock.today(zone).isoformat(), "time": time_of(clock.now(), zone),
        "zone": zone, "impossible": clock.impossible(clock.now()),
    }  # fmt: skip


@screen.post("/confirm-clock")
def confirm_clock() -> Page:
    """Somebody looked at the date and says that it is right."""
    guard.need(Power.MANAGE_SERVER, server_place())
    me = own_server.own()
    today = clock.today(places.own_timezone()).isoformat()
    if request.form.get("date") != today:
        flash(_("The date changed after the page was shown. Look at it again."), "error")
    elif clock.impossible(clock.now()):
        flash(_("This date cannot be right: the program is younger. Set the clock of the machine."), "error")
    elif log.clock_state() == "suspect":
        home = "" if _gathers() else me.scope
        with unit_of_work():
            log.confirm_clock()
            record = Recorder()
            record.append(Fact("clock.confirmed", stream_of(home), me.country, {"date": today}, actor=guard.user().id))
            record.finish()
        flash(_("The date is confirmed."), "success")
        _issue_waiting()
    elif not _issue_waiting():
        flash(_("The date needs no confirmation."), "success")
    return redirect(url_for("server.server"))


def _issue_waiting() -> int:
    """Issue what a wrong clock held back, and say how many."""
    if issued := book.issue_waiting(guard.user()):
        flash(ngettext("%(num)d certificate that had waited is issued.",
                       "%(num)d certificates that had waited are issued.", issued), "success")  # fmt: skip
    return issued


@screen.get("/address")
def address() -> Page:
    """A sheet for the wall: what to type on the PCs."""
    found, asked = lan.addresses(current_app.config["SETTINGS"]), request.host_url.rstrip("/")
    return render_template(
        "server/address.html", addresses=found, asked=asked, trust=trust.fingerprints(),
        first=[lan.without_trust(address) for address in found or [asked]],
    )  # fmt: skip


@screen.route("/backup", methods=["GET", "POST"])
def backup() -> Page:
    """One file of everything."""
    return server_backup.page()


@screen.route("/courses", methods=["GET", "POST"])
def courses() -> Page:
    """Which courses do learners see?"""
    return shelf.courses()


# -- establishments ---------------------------------------------------------------------------------------


@screen.route("/establishments/<code>", methods=["GET", "POST"])
def establishment(code: str) -> Page:
    """What an establishment is called and where it lies."""
    row = places.establishment(code)
    if row is None:
        abort(404)
    guard.need(Power.MANAGE_SERVER, Place(row.country, row.region, row.code))
    if request.method == "GET":
        return _place_page(code, {name: getattr(row, name) for name in places.FIELDS}, _seen(row))
    given = place_form.read_fields(request.form, request.form.getlist("languages"))
    same = all(getattr(row, name) == value for name, value in given.items())
    if not same and request.form.get("seen") != _seen(row):
        stale = _("Somebody else changed this meanwhile. Yours was not kept: look, then write it again.")
        return _place_page(code, {name: getattr(row, name) for name in places.FIELDS}, _seen(row), [("", stale)]), 409
    if errors := place_form.problems(given, row.kind):
        return _place_page(code, given, _seen(row), errors), 422
    places.describe(code, row.country, given, guard.user().id)
    flash(_("The establishment is described."), "success")
    return redirect(url_for("server.server"))


def _seen(row: EstablishmentRow) -> str:
    return sha256("\0".join(getattr(row, name) for name in places.FIELDS))[:16]


def _place_page(code: str, given: dict[str, str], seen: str, errors: Errors | None = None, new: bool = False) -> str:
    return render_template(
        "server/establishment.html", code=code, given=given, seen=seen, errors=errors or [], new=new,
        kinds=place_form.kinds(given["kind"]), papers=[(p, i18n.language(p).own) for p in place_form.PAPERS],
        usual=(places.LOCK_MINUTES, places.TEST_LOCK_MINUTES, places.KEEP_YEARS),
    )  # fmt: skip


@screen.route("/add-establishment", methods=["GET", "POST"])
def add_establishment() -> Page:
    """Describe a further establishment; on servers that gather several."""
    guard.need(Power.MANAGE_SERVER, server_place())
    if not _gathers():
        abort(404)
    me = own_server.own()
    if request.method == "GET":
        return _place_page(f"{me.country}-", _usual(me.country), "", new=True)
    code = place_form.read_code(request.form.get("code", ""))
    country = code[:2] if me.scope == "*" and place_form.is_country(code[:2]) else me.country
    given = place_form.read_fields(request.form, request.form.getlist("languages"))
    there = places.establishment(code)
    twice = there is not None and all(getattr(there, name) == value for name, value in given.items())
    errors = [] if twice else place_form.code_problem(code, country) + place_form.problems(given)
    if errors:
        return _place_page(code, given, "", errors, new=True), 422
    if not twice:
        places.describe(code, country, given, guard.user().id)
    flash(_("The establishment is added. Now add the people who work there."), "success")
    return redirect(
        url_for("staff.staff", code=code) if guard.user().may(Power.SEE_STAFF) else url_for("server.server")
    )


def _usual(country: str) -> dict[str, str]:
    """What a further establishment of the country probably shares with the others."""
    fields = {**dict.fromkeys(places.FIELDS, ""), **place_form.defaults(country)}
    others = [row for row in places.visible(guard.user().held, Power.MANAGE_SERVER) if row.country == country]
    if others:
        fields.update({name: getattr(others[0], name) for name in COMMON})
    return fields


# -- national staff ------------------------------------------------------------------------------------------


@screen.route("/national-staff", methods=["GET", "POST"])
@screen.route("/national-staff/<who>", methods=["GET", "POST"])
@screen.route("/national-staff/<who>/<do>", methods=["GET", "POST"])
def national_staff(who: str = "", do: str = "") -> Page:
    """The staff of the national administration itself; the same pages as an establishment's. `who` is a
    person's id, or the name of a page that is about all of them."""
    if not _gathers():
        abort(404)
    return national.page(who, do)
