"""Several establishments side by side for who administers them, and figures without names for partners."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from ..people import audit
from ..record import log
from ..reports import aggregates as figures
from ..reports import country, definitions
from ..reports.suppression import ALL, LEAST
from . import i18n
from .guard import user
from .spreadsheet import spreadsheet

screen = Blueprint("country", __name__)


@screen.get("/countries")
def overview() -> str:
    """Which establishments are on track?"""
    found = country.overview(user().held)
    return render_template(
        "country/overview.html", found=found, today=max((line.today for line in found.lines), default=log.today()),
        establishment_url=url_for("establishment.overview", code="CODE"),
        definitions=definitions.of_figures(*definitions.COUNTRY),
    )  # fmt: skip


@screen.get("/countries/figures.csv")
def export() -> Response:
    """The same figures for a spreadsheet."""
    audit.taken("figures-file", "", user())
    found = country.overview(user().held)
    return spreadsheet(country.table(found, i18n.current().code), "establishments", log.today().isoformat())


@screen.get("/figures")
def aggregates() -> str | tuple[str, int]:
    """How many were trained? Per country and course, by sex; nothing that points at one person."""
    start, end = (request.args.get(name, "").strip()[:10] for name in ("from", "to"))
    errors, status = [], 200
    try:
        period = figures.period(start, end, log.today())
    except figures.BadPeriod:
        errors, status = [("from", _("Choose a first day that is not after the last."))], 422
        period = figures.period("", "", log.today())
    page = render_template(
        "country/aggregates.html", found=figures.aggregates(user().held, period), period=period, errors=errors,
        all=ALL, least=LEAST, sex_words=figures.sex_words, default=not (start or end),
        csv_url=_file_url(period),
        definitions=definitions.of_figures(*definitions.AGGREGATES),
    )  # fmt: skip
    return (page, status) if errors else page


def _file_url(period: figures.Period) -> str:
    dates: dict[str, Any] = {"from": period.first.isoformat(), "to": period.last.isoformat()}
    return url_for("country.export_aggregates", **dates)


@screen.get("/figures/figures.csv")
def export_aggregates() -> Response:
    """The same figures for a spreadsheet; what is hidden on the page is hidden there."""
    audit.taken("aggregates-file", "", user())
    try:
        period = figures.period(request.args.get("from", "")[:10], request.args.get("to", "")[:10], log.today())
    except figures.BadPeriod:
        period = figures.period("", "", log.today())
    found = figures.aggregates(user().held, period)
    name = ("figures", period.first.isoformat(), period.last.isoformat())
    return spreadsheet(figures.table(found, i18n.current().code), *name)
