"""What a locked session answers: the PIN is asked for, nothing of the session is shown.

The lock stands in the place of the page that was asked for, at its address, so that the owner goes on there.
A page's script is told so in a word and covers the page itself. What somebody sent from a locked page without
a script is held until the owner's PIN.
"""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, g, jsonify, make_response, render_template, request, session
from flask_wtf.csrf import CSRFError

from ..people import locking
from ..people.locking import Fields

LOCKED = 423  # RFC 4918
OPEN = frozenset({
    "static", "access.unlock", "access.sign_in", "access.sign_out", "access.change_user", "web.language",
    "web.text_size", "web.favicon", "web.health", "verify.verify",
})  # fmt: skip
NEVER_HELD = frozenset({"access.change_credential", "setup.setup"})  # a PIN stands in these forms
BY_SCRIPT = "X-Autosave", "X-Lock"  # headers of a page's script


def instead() -> Response:
    """The answer to a request in a locked session."""
    if by_script():
        answer = jsonify(locked=True)
        answer.status_code = LOCKED
        return answer
    if request.method == "GET":
        return page(request.full_path.rstrip("?"))
    return page(request.path, kept=_hold())


def by_script() -> bool:
    """Whether a page's script asks, and not a person's click."""
    return any(request.headers.get(name) == "1" for name in BY_SCRIPT)


def page(there: str, error: str = "", kept: bool | None = None, status: int = LOCKED) -> Response:
    """The lock as a page of its own. `there` is where its owner goes on; `kept` says whether a form that came
    in is held (None: none came in)."""
    text = render_template(
        "access/locked.html", behind=g.behind, there=there, kept=kept, errors=[("lock-pin", error)] if error else []
    )
    return make_response(text, status)


def _hold() -> bool:
    if request.files or request.endpoint in NEVER_HELD:
        return False
    try:
        current_app.extensions["csrf"].protect()  # else another site could leave a form here
    except CSRFError:
        return False
    session["h"] = locking.hold(session["t"], request.full_path.rstrip("?"), fields(request.form))
    return bool(session["h"])


def let_go(response: Response) -> Response:
    """A form that was held, and that its owner has now sent, waits no longer."""
    sent = request.method == "POST" and request.endpoint not in ("access.unlock", "access.here", "access.lock_page")
    if sent and session.get("h") and g.get("user") and response.status_code < 500:
        locking.let_go(session["t"])
        del session["h"]
    return response


def fields(form: Any) -> Fields:
    """What was filled in, without the token, in its order."""
    return [(name, value) for name, value in form.items(multi=True) if name != "csrf_token"]
