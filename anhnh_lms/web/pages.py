"""The first page, the choice of language and text size, and the address that says that all is well."""

from __future__ import annotations

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response

from ..db import db
from ..record import server
from . import i18n
from .back import back_to
from .context import static_url
from .home import home_of
from .kept import SIZES

screen = Blueprint("web", __name__)
YEAR = 365 * 24 * 3600


@screen.get("/")
def start() -> Response:
    """Where a person begins: setting up, signing in, or what their role works with first."""
    if server.identity() is None:
        return redirect(url_for("setup.setup"))
    if g.user is None:
        return redirect(url_for("access.sign_in"))
    return redirect(home_of(g.user))


@screen.post("/language")
def language() -> Response:
    """Speak another language from here on, on this PC."""
    wanted = request.form.get("lang", "")
    response = redirect(back_to(request.form.get("next")))
    if wanted in {item.code for item in i18n.available()}:
        response.set_cookie(i18n.COOKIE, wanted, max_age=YEAR, samesite="Lax", httponly=True)
    return response


@screen.post("/text-size")
def text_size() -> Response:
    """Write larger from here on, on this PC."""
    wanted = request.form.get("size", "")
    response = redirect(back_to(request.form.get("next")))
    if wanted in SIZES:
        response.set_cookie("size", wanted, max_age=YEAR, samesite="Lax", httponly=True)
    return response


@screen.get("/health")
def health() -> tuple[str, int, dict[str, str]]:
    """ "ok" when the database answers; for whoever watches the server."""
    db.session.execute(db.text("SELECT 1"))
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


@screen.get("/favicon.ico")
def favicon() -> Response:
    return redirect(static_url("favicon.svg"))
