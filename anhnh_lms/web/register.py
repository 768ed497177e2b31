"""The register of an establishment's certificates: find, print, revoke, reissue with the right name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from ..certificates import register as book
from ..people import audit
from ..people.places import establishment, place_of
from ..people.roles import Power
from ..record import log
from ..record.fold_person import SUSPECT
from ..record.tables_of_views import CertificateRow, EstablishmentRow
from ..reports.table import Table
from . import i18n
from .desk import page_number
from .guard import user
from .spreadsheet import spreadsheet

screen = Blueprint("register", __name__, url_prefix="/establishments/<code>/certificates")
A_PAGE = 50
EVERYTHING = 100_000


def _home(code: str) -> EstablishmentRow:
    row = establishment(code)
    if row is None:
        abort(404)
    return row


def _of(code: str, certificate_id: str) -> CertificateRow:
    """The certificate, if it stands in this establishment's register."""
    try:
        row = book.get(certificate_id)
    except book.NoSuchCertificate:
        abort(404)
    if row.series != code:
        abort(404)
    return row


def _looked_at(code: str, certificate_id: str) -> CertificateRow:
    """The same, after noting the look."""
    row = _of(code, certificate_id)
    audit.viewed("certificate", code, user(), person=row.person, subject=row.id)
    return _of(code, certificate_id)


@screen.get("")
def register(code: str) -> str:
    """Which certificates were issued here?"""
    audit.viewed("certificates", code, user())
    home = _home(code)
    text = request.args.get("q", "").replace("\0", "")[:80]
    since = _day(request.args.get("since", ""))
    page = page_number()
    rows, total = book.of_establishment(code, text, A_PAGE, (page - 1) * A_PAGE, since)
    today = log.today(home.timezone)
    return render_template(
        "register/register.html",
        home=home, text=text, since=since, total=total, page=page, pages=max(1, -(-total // A_PAGE)),
        rows=[(row, book.number_of(row), book.status(row, today)) for row in rows], completions=book.completions(rows),
        titles=book.titles_of([r.course for r in rows]),
    )  # fmt: skip


def _day(text: str) -> str:
    """An ISO date as it was asked for; "" for whatever else stands there."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


@screen.get("/register.csv")
def export(code: str) -> Response:
    """The whole register as a table for a spreadsheet."""
    audit.taken("certificates-file", code, user())
    home, today, lang = _home(code), log.today(_home(code).timezone), i18n.current().code
    rows, _total = book.of_establishment(code, limit=EVERYTHING)
    titles = book.titles_of([r.course for r in rows])
    columns = (
        _("Number"), _("Name"), _("Name in Arabic letters"), _("Course"), _("Version"), _("Completed on"),
        _("Date uncertain"), _("Issued on"), _("Valid until"), _("State"), _("Reason"),
    )  # fmt: skip
    cells = tuple(
        (book.number_of(row), row.name_latin, row.name_arabic, _title(titles.get(row.course, {}), lang),
         row.label, *_completed(row, done), row.date, row.expires, book.status(row, today), row.reason)
        for row, done in zip(rows, book.completions(rows).values(), strict=True)
    )  # fmt: skip
    return spreadsheet(Table(columns, cells), "certificates", home.code)


def _completed(row: CertificateRow, done: book.Completion) -> tuple[str, str]:
    """When the course was completed, and whether that date or the paper's is uncertain."""
    return done.on, str(_("yes")) if done.uncertain or row.clock == SUSPECT else str(_("no"))


def _title(titles: Mapping[str, str], lang: str) -> str:
    return titles.get(lang) or next(iter(titles.values()), "")


@screen.get("/<certificate_id>")
def certificate(code: str, certificate_id: str) -> str:
    """One certificate: what it says, and what can be done with it."""
    row = _looked_at(code, certificate_id)
    home = _home(code)
    return render_template(
        "register/certificate.html",
        home=home, row=row, number=book.number_of(row), check_code=book.code_of(row),
        status=book.status(row, log.today(home.timezone)), titles=book.titles_of([row.course]),
        completion=book.completions([row])[row.id],
        may_change=user().may(Power.MANAGE_CERTIFICATES, place_of(code)),
        successor=book.get(row.replaced_by) if row.replaced_by else None, present=book.present_names(row.person),
    )  # fmt: skip


@screen.route("/<certificate_id>/revoke", methods=["GET", "POST"])
def revoke(code: str, certificate_id: str) -> str | BaseResponse | tuple[str, int]:
    """Take it back, with a reason. Asks first."""
    row = (_looked_at if request.method == "GET" else _of)(code, certificate_id)
    page = {"home": _home(code), "row": row, "number": book.number_of(row)}
    if request.method == "GET":
        return render_template("register/revoke.html", errors=[], **page)
    reason = request.form.get("reason", "").strip()[:300]
    if not reason:
        error = ("reason", _("Write why it is revoked. The reason stays in the register."))
        return render_template("register/revoke.html", errors=[error], **page), 422
    try:
        book.revoke(certificate_id, reason, user().id)
        flash(_("The certificate is revoked. Whoever checks its number now sees that."), "success")
    except book.NotLive:
        flash(_("This certificate was revoked or replaced already."), "warning")
    return redirect(url_for(".certificate", code=code, certificate_id=certificate_id))


@screen.post("/<certificate_id>/reissue")
def reissue(code: str, certificate_id: str) -> BaseResponse:
    """A new paper with the name as the staff list now has it; the old number is revoked."""
    row = _of(code, certificate_id)
    try:
        fresh = book.reissue(row.id, user().id)
    except book.NotLive:
        flash(_("This certificate was revoked or replaced already."), "warning")
        return redirect(url_for(".certificate", code=code, certificate_id=certificate_id))
    except book.DateUnsure:
        flash(_("Nothing was changed: the date of this server may be wrong. When the administrator has confirmed it, "
                "issue the certificate again."), "error")  # fmt: skip
        return redirect(url_for(".certificate", code=code, certificate_id=certificate_id))
    flash(_("A new certificate is issued. The old number is no longer valid."), "success")
    return redirect(url_for(".certificate", code=code, certificate_id=fresh))
