"""Error pages: what happened, what was kept, what to do, in the reader's language."""

from __future__ import annotations

import sqlite3

from flask import Flask, current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, ProgrammingError, TimeoutError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from .. import damage
from ..db import let_go_of_connections
from . import watch
from .guard import NeedsPassphrase

PAGES = (400, 403, 404, 405, 413, 429, 500, 503)


def init_errors(app: Flask) -> None:
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(NeedsPassphrase, _needs_passphrase)
    app.register_error_handler(HTTPException, _http)
    for kind in (DatabaseError, sqlite3.Error, OSError, TimeoutError):
        app.register_error_handler(kind, _disk)
    for bug in (IntegrityError, DataError, ProgrammingError):
        app.register_error_handler(bug, _bug)
    app.register_error_handler(500, _http)


def _page(code: int, **values: object) -> tuple[str, int]:
    g.setdefault("user", None)
    return render_template(f"errors/{code}.html", **values), code


def _http(error: HTTPException) -> tuple[str, int] | Response:
    if error.code and error.code < 400:
        return error.get_response()
    if error.code in PAGES:
        return _page(error.code)
    return _page(500 if (error.code or 500) >= 500 else 400)


def _stale_form(_error: CSRFError) -> tuple[str, int] | Response:
    """A form from before the sign-out, or from elsewhere. Whoever is signed out is asked to sign in."""
    watch.note("form without its token")
    if g.get("user") is None and request.endpoint not in ("access.sign_in", "setup.setup", "verify.verify"):
        return redirect(url_for("access.sign_in"))
    return _page(400, stale=True)


def _needs_passphrase(_error: NeedsPassphrase) -> tuple[str, int]:
    watch.note("passphrase needed")
    return _page(403, needs_passphrase=True)


def _disk(error: Exception) -> tuple[str, int]:
    """The disk is full, cannot be written or fails, the database is gone, damaged, or held by another: nothing
    was half written. It goes on when the cause is gone."""
    current_app.logger.error("The database or the disk refused.", exc_info=error)
    kind = damage.heed(current_app.extensions.get("watch"), error)
    if kind not in ("busy", "full"):
        let_go_of_connections()
    g.no_database = True
    return _page(503, reason=_reasons().get(kind, ""), lasting=kind not in ("busy", ""))


def _reasons() -> dict[str, str]:
    return {
        "full": _("The disk of the server is full."),
        "readonly": _("The server is not allowed to write to its disk."),
        "busy": _("Another program holds the database of the server."),
        "gone": _("The database of the server is not in its place."),
        "damaged": _("A part of the database of the server cannot be read."),
    }


def _bug(error: Exception) -> tuple[str, int]:
    """Not the disk's fault."""
    raise error
