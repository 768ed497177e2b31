"""The first page of an empty server: what it is, where it stands, who administers it. Done once.

In two steps, so that only what concerns this server is asked. The one-time code of the console is
asked in the first and checked in both.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from ..people import access, claiming, words
from ..people.details import SEALED, Details, problems_of
from ..people.founding import AlreadyFounded, Founding, found
from . import guard, i18n, place_form, watch
from .access import PROBLEMS
from .desk import Page
from .place_form import Errors

screen = Blueprint("setup", __name__)
SERVES = ("establishment", "national")


@dataclass(frozen=True)
class Wish:
    """What the page was sent so far."""

    setup_code: str = ""
    serves: str = "establishment"
    country: str = "MA"
    code: str = ""
    place: dict[str, str] = field(default_factory=dict)
    person: Details = Details("")


@screen.route("/setup", methods=["GET", "POST"])
def setup() -> Page:
    """Set this server up. Whoever is not at its console has no code and gets no further."""
    if request.method == "GET":
        return _first(Wish())
    wish = _read()
    errors, status = _code_errors(wish)
    errors += _first_errors(wish)
    if errors:
        return _first(wish, errors), status
    if request.form.get("step") != "2":
        return _second(wish)
    errors = _place_errors(wish) + _person_errors(wish) + _passphrase_errors(wish)
    if errors:
        return _second(wish, errors), 422
    return _found(wish)


def _read() -> Wish:
    form = request.form
    chosen = form.get("country", "")
    country = (form.get("other_country", "") if chosen == "other" else chosen).strip().upper()[:2]
    place = place_form.read_fields(form, form.getlist("languages"))
    if form.get("step") != "2":
        place.update(place_form.defaults(country))
    return Wish(
        form.get("setup_code", "")[:40], form.get("serves", ""), country,
        place_form.read_code(form.get("code", f"{country}-")), place,
        Details(*(form.get(name, "")[:500] for name in ("staff_number", "name_latin", "name_arabic"))).tidied(),
    )  # fmt: skip


# -- what is wrong ----------------------------------------------------------------------------------


def _code_errors(wish: Wish) -> tuple[Errors, int]:
    try:
        claiming.check_code(current_app.config["SETTINGS"].data, wish.setup_code, request.remote_addr or "unknown")
    except claiming.WrongCode:
        watch.note("code of the set-up refused")
        return [("setup_code", _("This is not the code that the console of the server shows."))], 422
    except claiming.CodeMustWait as wait:
        minutes = -(-wait.seconds // 60)
        message = ngettext(
            "Too many wrong codes. Try again in %(num)d minute.",
            "Too many wrong codes. Try again in %(num)d minutes.", minutes,
        )  # fmt: skip
        return [("setup_code", message)], 429
    return [], 422


def _first_errors(wish: Wish) -> Errors:
    found: Errors = []
    if wish.serves not in SERVES:
        found.append(("serves", _("Choose what this server serves.")))
    if not place_form.is_country(wish.country):
        found.append(("country", _("Choose the country, or write its two letters.")))
    return found


def _place_errors(wish: Wish) -> Errors:
    if wish.serves == "national":
        return []
    return place_form.code_problem(wish.code, wish.country) + place_form.problems(wish.place)


def _person_errors(wish: Wish) -> Errors:
    return [(name, str(words.PROBLEMS[code])) for name, code in problems_of(wish.person).items() if name in SEALED]


def _passphrase_errors(wish: Wish) -> Errors:
    new, again = request.form.get("passphrase", ""), request.form.get("again", "")
    about = (
        *(getattr(wish.person, name) for name in SEALED),
        wish.place.get("name", ""),
        wish.place.get("name_ar", ""),
    )
    problem = access.credential_problem(new, "passphrase", about)
    if problem == "short":
        return [("passphrase", _("A passphrase has 15 characters or more. Four or five words are good."))]
    if problem:
        return [("passphrase", PROBLEMS[problem]())]
    if new != again:
        return [("again", _("The two entries are not the same. Write it again."))]
    return []


# -- founding ---------------------------------------------------------------------------------------------


def _found(wish: Wish) -> Page:
    secrets, settings = current_app.config["SECRETS"], current_app.config["SETTINGS"]
    passphrase, national = request.form["passphrase"], wish.serves == "national"
    founding = Founding(
        wish.country, wish.country if national else wish.code, {} if national else wish.place, national,
        wish.person.staff_number, wish.person.name_latin, wish.person.name_arabic, i18n.current().code,
    )  # fmt: skip
    try:
        found(secrets.pins, claiming.public_key(secrets.signing), founding, passphrase)
    except AlreadyFounded:
        return redirect(url_for("web.start"))
    claiming.use_up(settings.data)
    pc = request.remote_addr or "unknown"
    guard.start_session(access.sign_in(secrets.pins, wish.person.staff_number, passphrase, pc).token)
    if national:
        flash(_("The server is set up. Now add the establishments."), "success")
        return redirect(url_for("server.server"))
    flash(_("The server is set up. Now add the people who work here."), "success")
    return redirect(url_for("staff.staff", code=wish.code))


# -- the two pages -----------------------------------------------------------------------------------------


def _first(wish: Wish, errors: Errors | None = None) -> str:
    listed = wish.country in place_form.COUNTRIES
    countries = [(code, place_form.country_name(code)) for code in place_form.COUNTRIES]
    return render_template(
        "setup/first.html", wish=wish, errors=errors or [], countries=[*countries, ("other", _("Another country"))],
        chosen=wish.country if listed else "other", other="" if listed else wish.country,
    )  # fmt: skip


def _second(wish: Wish, errors: Errors | None = None) -> str:
    return render_template(
        "setup/second.html", wish=wish, errors=errors or [], kinds=place_form.kinds(),
        papers=[(code, i18n.language(code).own) for code in place_form.PAPERS],
        country_name=place_form.country_name(wish.country),
    )  # fmt: skip
