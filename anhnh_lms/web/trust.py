"""With TLS: how a PC comes to trust this server's certificate, and that plain HTTP leads nowhere else.

The fingerprint does not stand on the page. Who reads it does not trust the server yet, so somebody on the
network might have written the page; the fingerprint to compare with is on paper, or on the server's console.

No Strict-Transport-Security is sent. Browsers ignore it for addresses such as 192.168.1.10; under a name it
would leave no way in at all where the certificate was lost or the PC's date is wrong, with nobody technical
near. Instead plain HTTP answers nothing but these pages, and the session's cookie never travels over it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from .. import tls
from . import i18n
from .speaking import speaking

screen = Blueprint("trust", __name__)
PLAIN = frozenset({"static", "web.favicon", "trust.how", "trust.certificate"})  # what is answered without TLS
LANGUAGES = ("fr", "ar", "en")


class Told(NamedTuple):
    """The page's text in one language."""

    lang: str
    dir: str
    own: str
    text: Markup


def only_with_tls() -> BaseResponse | None:
    """Where TLS is on, whoever comes without it is sent to the same page with it. What a form sent without
    it is not taken."""
    if not current_app.config["SETTINGS"].tls or request.is_secure or request.endpoint in PLAIN:
        return None
    host = request.host if re.search(r":\d+$", request.host) else f"{request.host}:80"  # the same port
    if request.method == "GET":
        return redirect(f"https://{host}{request.full_path.rstrip('?')}")
    return redirect(f"https://{host}/", 303)


@screen.get("/trust")
def how() -> str:
    """How to make this PC trust the server, in three languages, this PC's first."""
    _authority()
    order = sorted(LANGUAGES, key=lambda code: code != i18n.current().code)
    return render_template("trust/trust.html", told=[_in(code) for code in order])


@screen.get("/trust/authority.crt")
def certificate() -> Response:
    """The certificate to trust. Holds nothing secret."""
    answer = Response(_authority().der, content_type="application/x-x509-ca-cert")
    answer.headers["Content-Disposition"] = "attachment; filename=authority.crt"
    return answer


def _authority() -> tls.Authority:
    settings = current_app.config["SETTINGS"]
    if not settings.tls or not tls.exists(settings.data):
        abort(404)
    return tls.authority(settings.data)


def fingerprints() -> tls.Authority | None:
    """What to compare with, for pages that come from this server for sure; None without TLS."""
    settings = current_app.config["SETTINGS"]
    return tls.authority(settings.data) if settings.tls and tls.exists(settings.data) else None


def _in(code: str) -> Told:
    with speaking(code) as language:
        text = Markup(render_template("trust/_how.html"))  # noqa: S704  (our own template, escaped by itself)
        return Told(language.code, language.dir, language.own, text)
