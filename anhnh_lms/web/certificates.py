"""A learner's certificates, and the paper as PDF."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for

from ..certificates import register
from ..certificates.press import print_apart
from ..people import audit
from ..people.places import place_of
from ..people.roles import Power
from ..record import log
from ..record.tables_of_views import CertificateRow
from . import lan
from .guard import need, user

screen = Blueprint("certificates", __name__)


@screen.get("/certificates")
def mine() -> str:
    """Every certificate that the person holds."""
    rows = register.of_person(user().id)
    today = log.today(user().timezone)
    return render_template(
        "certificates/mine.html",
        rows=[(row, register.number_of(row), register.status(row, today)) for row in rows],
        titles=register.titles_of([r.course for r in rows]),
    )


@screen.get("/certificates/<certificate_id>.pdf")
def paper(certificate_id: str) -> Response:
    """The paper: for its holder, and for whoever keeps the register where it was issued. There is none of a
    certificate that was revoked or replaced."""
    try:
        row = register.get(certificate_id)
    except register.NoSuchCertificate:
        abort(404)
    if row.person != user().id:
        need(Power.SEE_REGISTER, place_of(row.establishment))
    if row.state != "issued" or not (row.name_latin or row.name_arabic):
        abort(404)  # the list of certificates says why; a forgotten person has no paper
    if row.person != user().id:
        audit.taken("certificate-paper", row.establishment, user(), person=row.person, subject=row.id)
        row = register.get(certificate_id)
    return pdf(row)


def pdf(row: CertificateRow) -> Response:
    """The drawing, as a file with the certificate's number for a name."""
    address = lan.on_paper(current_app.config["SETTINGS"], request.host_url) + url_for("verify.verify")
    data = print_apart(register.facts_of(row, address))
    name = register.number_of(row).replace("/", "-")
    return Response(data, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'})
