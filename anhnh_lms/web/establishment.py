"""The director's page: are we on track, who is behind each number, and the same for spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from ..certificates.codes import format_number
from ..learning import disputes
from ..people import audit
from ..people.roles import Place, Power
from ..people.words import FUNCTIONS, function_words
from ..reports import definitions, establishment
from ..reports.courses import Taught, courses
from ..reports.cut import Standing, standing
from ..reports.names import STATES, Name, Wanted, detailed
from ..reports.names import names as names_of
from ..reports.table import Table
from . import i18n
from .desk import page_number
from .guard import user
from .spreadsheet import spreadsheet

screen = Blueprint("establishment", __name__, url_prefix="/establishments/<code>")
PER_PAGE = 100
KEPT = 32  # drawn pages in each worker, some 50 kB each


@screen.get("")
def overview(code: str) -> str:
    """Are we on track? For each course and by function."""
    report = establishment.report(standing(code))
    place = report.place
    where = Place(place.country, place.region, code)
    may_assign = user().may(Power.ASSIGN, where)
    claims = disputes.count_open(code, place.country) if user().may(Power.SETTLE_DISPUTES, where) else 0
    words = (i18n.current().code, i18n.country(), str(current_app.config["PACKS"]), request.script_root)
    return render_template(
        "establishment/overview.html", report=report, place=place, may_assign=may_assign, claims=claims,
        body=_drawn(report, may_assign, words),
    )  # fmt: skip


@lru_cache(maxsize=KEPT)
def _drawn(report: establishment.Report, may_assign: bool, _words: tuple[str, ...]) -> Markup:
    """The figures as HTML. Drawing them takes longer than counting them, so they are kept for the same
    figures and the same words, and drawn again when one number differs."""
    return Markup(render_template(  # noqa: S704  (escaped by the template)
        "establishment/_overview.html", report=report, place=report.place, total=report.total, may_assign=may_assign,
        function_words=function_words, names_url=url_for("establishment.names", code=report.place.code),
        definitions=definitions.of_figures(*definitions.DIRECTOR),
    ))  # fmt: skip


@screen.get("/figures.csv")
def export(code: str) -> Response:
    """The figures of the page for a spreadsheet."""
    audit.taken("figures-file", code, user())
    report = establishment.report(standing(code))
    day = report.place.today.isoformat()
    return spreadsheet(establishment.table(report, i18n.current().code), code, "figures", day)


@screen.get("/names")
def names(code: str) -> str:
    """Who? The names behind a number, a hundred a page, or all of them for printing."""
    everybody = request.args.get("all") == "1"
    if everybody:
        audit.taken("names-sheet", code, user())
    else:
        audit.viewed("names", code, user())
    lang = i18n.current().code
    place, known, wanted = _wanted(code)
    found = names_of(place, wanted, known, lang)
    pages = 1 if everybody else max(1, -(-len(found) // PER_PAGE))
    page = min(page_number(), pages)
    shown = found if everybody else found[(page - 1) * PER_PAGE : page * PER_PAGE]
    return render_template(
        "establishment/names.html", place=place, wanted=wanted, found=len(found), rows=detailed(shown), page=page,
        pages=pages, courses=[(c.id, c.title(lang)) for c in sorted(known.values(), key=lambda c: c.slug)],
        functions=FUNCTIONS, spoken=state_words(), function_words=function_words, number_of=_number,
        course=known.get(wanted.course), page_url=lambda n: _names_url(code, wanted, page=n),
        all_url=_names_url(code, wanted, all=1),
        csv_url=url_for("establishment.export_names", code=code, **_query(wanted)),
    )  # fmt: skip


@screen.get("/names.csv")
def export_names(code: str) -> Response:
    """The same names for a spreadsheet."""
    audit.taken("names-file", code, user())
    lang = i18n.current().code
    place, known, wanted = _wanted(code)
    rows = detailed(names_of(place, wanted, known, lang))
    return spreadsheet(_names_table(place, rows, lang), code, "names", place.today.isoformat())


def state_words() -> dict[str, str]:
    """What the choices of names are called."""
    return {
        "overdue": _("Overdue"), "in-progress": _("In progress"), "not-started": _("Not started"),
        "completed": _("Completed"), "unasked": _("Take it without being asked"),
    }  # fmt: skip


def _wanted(code: str) -> tuple[Standing, dict[str, Taught], Wanted]:
    """Where, the courses there, and which names the address asks for; a state that is none is left open."""
    place = standing(code)
    known = courses(place.country, code)
    course, state, function = (
        request.args.get(name, "").replace("\0", "")[:100] for name in ("course", "state", "function")
    )
    return place, known, Wanted(course, state if state in STATES else "", function)


def _query(wanted: Wanted) -> dict[str, Any]:
    return {"course": wanted.course or None, "state": wanted.state or None, "function": wanted.function or None}


def _names_url(code: str, wanted: Wanted, **more: Any) -> str:
    return url_for("establishment.names", code=code, **_query(wanted), **more)


def _number(row: Name) -> str:
    return format_number(*row.certificate) if row.certificate else ""


def _names_table(place: Standing, rows: Sequence[Name], lang: str) -> Table:
    columns = (
        _("Establishment"), _("Name"), _("Staff number"), _("Function"), _("Course"), _("State"), _("Overdue"),
        _("Due date"), _("Modules done"), _("Modules"), _("Completed on"), _("Date uncertain"), _("Certificate"),
        _("Date"), _("As of entry"), _("Cut"),
    )  # fmt: skip
    words, as_of = state_words(), (place.today.isoformat(), place.cut.entry(place.code), place.cut.name)
    yes, no = str(_("yes")), str(_("no"))
    return Table(columns, tuple(
        (place.code, row.name_in(lang), row.staff_number, function_words(row.function), row.course.title(lang),
         words[row.state], yes if row.overdue else no, row.due, row.modules_done, len(row.course.modules),
         row.completed_on, (yes if row.uncertain else no) if row.completed_on else "", _number(row), *as_of)
        for row in rows
    ))  # fmt: skip
