"""Error pages: what happened, what was kept, what to do, in the reader's language."""

from __future__ import annotations

from flask import Flask, g, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from .guard import NeedsPassphrase

PAGES = (400, 403, 404, 405, 413, 429, 500, 503)


def init_errors(app: Flask) -> None:
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(NeedsPassphrase, _needs_passphrase)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
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
    if g.get("user") is None and request.endpoint not in ("access.sign_in", "setup.setup", "verify.verify"):
        return redirect(url_for("access.sign_in"))
    return _page(400, stale=True)


def _needs_passphrase(_error: NeedsPassphrase) -> tuple[str, int]:
    return _page(403, needs_passphrase=True)


def _database(_error: OperationalError) -> tuple[str, int]:
    """The disk is full, cannot be written, or another writer held it too long: nothing was half written."""
    return _page(503)
