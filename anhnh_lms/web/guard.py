"""Before each request: who is it, and may they. After each: the headers that keep a shared PC clean."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from .. import clock
from ..people import access
from ..people.places import place_of
from ..people.roles import Place, Power
from ..record import server
from . import lock, trust, watch
from .policy import POLICY

POLICY_HEADER = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
AUTOSAVE = "X-Autosave"  # header of a page's script that saves while somebody answers
LONGEST = 12 * 3600  # seconds after which the PIN is asked again, whatever was done meanwhile
STRANGERS_BYTES = 64 * 1024  # of a form that is sent by nobody who is signed in
REFRESH = 20  # seconds between two notes of the last activity in the cookie
ENDS = 2 * 3600  # seconds without activity after which a locked session ends
BEFORE_CHANGE = frozenset({
    "static", "access.sign_out", "access.change_user", "access.change_credential", "web.language",
    "web.text_size", "web.favicon", "web.health", "access.lock_page", "access.unlock", "access.here",
})  # fmt: skip


class NeedsPassphrase(Exception):
    """The person holds the power but signed in with a PIN, which gives a learner's powers only."""


class Asked(Request):
    """A request. HEAD asks for the headers that GET would give (RFC 9110, 9.3.2): here it is GET, so no
    view takes it for a form that was sent. Werkzeug leaves the body of the answer out."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        if self.method == "HEAD":
            self.method = "GET"


def init_guard(app: Flask) -> None:
    """Install the checks and the headers."""
    app.request_class = Asked
    app.before_request(_readable)
    app.before_request(trust.only_with_tls)
    app.before_request(_identify)
    app.before_request(same_origin)
    app.before_request(_writable)
    app.before_request(_permit)
    app.after_request(_keep_rest)
    app.after_request(lock.let_go)
    app.after_request(headers)


# -- who ------------------------------------------------------------------------------------------


def start_session(token: str) -> None:
    """Put a fresh session in the cookie; whatever was in it before is gone."""
    session.clear()
    session["t"] = token
    session["p"] = int(clock.monotonic())
    _note_activity()


def reopen_session() -> None:
    """Go on with the session in the cookie, whose owner has just written the PIN."""
    session["p"] = int(clock.monotonic())
    _note_activity()


def _note_activity() -> None:
    session["a"] = int(clock.monotonic())
    session["b"] = clock.boot()[:8]


def _readable() -> None:
    """The name of the host is one, for a form's origin is compared with it; and no path holds the character NUL:
    nothing is called so, and PostgreSQL cannot look for it."""
    if not request.host:
        abort(400)
    if "\0" in request.path:
        abort(404)


def _writable() -> None:
    """Nor does a form. An answer to a question is refused by its own rules, which keep the earlier one."""
    if request.method != "POST" or request.blueprint == "quiz":
        return
    if any("\0" in text for field in request.form.items(multi=True) for text in field):
        abort(400)


def _identify() -> None:
    """`g.user` is whose request this is; `g.behind` whose session is locked, while `g.user` is nobody."""
    g.user = g.behind = None
    token = session.get("t")
    if not token or request.endpoint == "static":
        request.max_content_length = STRANGERS_BYTES
        return
    same_run = session.get("b") == clock.boot()[:8]
    idle = int(clock.monotonic()) - session.get("a", 0) if same_run else 0
    quick = request.endpoint == "quiz.save" and request.headers.get(AUTOSAVE) == "1"
    found = access.user_lately(token) if quick else access.user_of(token)
    if found is None or not 0 <= idle <= ENDS:
        g.expired = True
        request.max_content_length = STRANGERS_BYTES
    elif found.locked or not same_run or idle > session.get("i", found.lock_minutes * 60) or _is_long_ago():
        g.behind = found
    else:
        g.user = found
        if idle >= REFRESH:
            _note_activity()


def _is_long_ago() -> bool:
    """Whether the PIN was last written so long ago that it is asked again."""
    since: int = session.get("p", 0)
    return int(clock.monotonic()) - since > LONGEST


def rest(seconds: int) -> None:
    """Until the next request of this page, so much time without activity does not lock it: a test is longer."""
    g.rest = seconds


def _keep_rest(response: Response) -> Response:
    """The time of the page that is now on the screen stands in the cookie, if it is not the usual one."""
    if g.get("user") and response.mimetype == "text/html" and g.get("rest") != session.get("i"):
        session["i"] = g.get("rest")
        if session["i"] is None:
            del session["i"]
    return response


def asked_anew() -> BaseResponse | None:
    """For a request that was let in on what was known some seconds ago: what it is answered if the person
    was signed out since, or may no longer; None if it may go on."""
    g.user = access.user_of(session["t"])
    if g.user and g.user.locked:
        g.behind, g.user = g.user, None
    return _permit()


def user() -> access.User:
    """The person who is signed in. Only for routes whose policy says so."""
    found: access.User | None = g.user
    if found is None:
        abort(403)
    return found


# -- may they -------------------------------------------------------------------------------------


def same_origin() -> None:
    """A form of another page cannot write here, even with a token: browsers say where a form stood."""
    if request.method in ("GET", "OPTIONS"):
        return
    origin = request.headers.get("Origin")
    if origin is None:
        return
    said = urlsplit(origin)
    plain = current_app.config["SESSION_COOKIE_SECURE"] and said.scheme != "https"
    if plain or said.netloc != request.host:
        current_app.logger.warning("access: form of another page; pc %s; at %s", request.remote_addr, request.endpoint)
        abort(403)


def _permit() -> BaseResponse | None:
    if request.endpoint is None:
        return None  # no such address: the error page says so
    line = POLICY.get(request.endpoint)
    if line is None:
        abort(403)
    if g.behind and request.endpoint not in lock.OPEN:
        return lock.instead()
    if line.who == "public":
        return None
    if server.identity() is None:
        return None if line.who == "setup" else redirect(url_for("setup.setup"))
    if line.who == "setup":
        abort(404)
    if g.user is None:
        return Response(status=401) if lock.by_script() else redirect(url_for("access.sign_in", next=_here()))
    if g.user.must_change and request.endpoint not in BEFORE_CHANGE:
        return redirect(url_for("access.change_credential"))
    if isinstance(line.who, Power):
        _need(line.who, line.scope)
    return None


def _here() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else request.args.get("next")


def _need(power: Power, scope: str) -> None:
    values = request.view_args or {}
    place: Place | None = None
    if scope == "establishment":
        place = place_of(values["code"])
        if place is None:
            abort(404)
    need(power, place)


def need(power: Power, place: Place | None = None) -> None:
    """Go on only if the person holds the power there. What others may see is a 404 to the rest: an
    address tells nobody whether something exists."""
    who = user()
    if who.may(power, place):
        return
    if who.level == "pin" and access.holds(who.id, power, place):
        raise NeedsPassphrase
    watch.note(f"not allowed: {power.value}", number=who.staff_number)
    abort(404)


# -- headers --------------------------------------------------------------------------------------


def headers(response: Response) -> Response:
    """The headers of every answer: nothing from elsewhere, nothing kept, nothing guessed."""
    fields = response.headers
    fields.setdefault("Content-Security-Policy", POLICY_HEADER)
    fields["X-Content-Type-Options"] = "nosniff"
    fields["Referrer-Policy"] = "same-origin"
    fields["Cross-Origin-Resource-Policy"] = "same-origin"
    fields["Cross-Origin-Opener-Policy"] = "same-origin"
    fields["X-Frame-Options"] = "DENY"  # for browsers that do not know frame-ancestors
    fields["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    if "Cache-Control" not in fields:
        fields["Cache-Control"] = "no-store"
    return response
