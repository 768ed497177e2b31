"""Signing in, out and over to the next person; choosing a PIN or a passphrase."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, g, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from ..people import access, locking
from ..record import server
from . import guard, i18n, lock, watch
from .back import back_to
from .speaking import speaking

screen = Blueprint("access", __name__)


def _pc() -> str:
    return request.remote_addr or "unknown"


@screen.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> str | Response | tuple[str, int]:
    """Staff number and PIN; the page lists nobody and says the same for a number that does not exist."""
    if server.identity() is None:
        return redirect(url_for("setup.setup"))
    if request.method == "GET":
        if g.user is not None:
            return redirect(url_for("web.start"))
        return _sign_in_page()
    number, typed = request.form.get("number", ""), request.form.get("pin", "")
    if not number.strip() or not typed:
        return _sign_in_page(_("Write your staff number and your PIN."), number), 422
    try:
        found = access.sign_in(current_app.config["SECRETS"].pins, number, typed, _pc())
    except access.WrongCredential:
        watch.note("sign-in refused", number=number)
        return _sign_in_page(_("The number and the PIN do not go together. Check both and try again."), number), 422
    except access.TooManyTries as wait:
        watch.note("sign-in must wait", number=number)
        return _sign_in_page(_wait_message(wait.seconds), number), 429
    if found.level == "passphrase":  # of whoever only learns it is not kept when and where
        watch.accepted("signed in with a passphrase", number)
    if session.get("t"):
        _leave()  # whoever was here before, on this PC
    guard.start_session(found.token)
    if found.elsewhere:
        with speaking(i18n.chosen_by(found.language).code):  # the page that follows speaks it
            flash(
                _("You were still signed in on another PC. That page was closed, and its saved answers are kept."),
                "success",
            )
    if found.must_change:
        return redirect(url_for("access.change_credential"))
    return redirect(back_to(request.form.get("next")))


def _wait_message(seconds: int) -> str:
    minutes = -(-seconds // 60)
    message: str = ngettext(
        "Too many wrong tries. Try again in %(num)d minute, or ask your focal point for a new PIN.",
        "Too many wrong tries. Try again in %(num)d minutes, or ask your focal point for a new PIN.",
        minutes,
    )
    return message


def _sign_in_page(error: str = "", number: str = "") -> str:
    g.user = None
    return render_template(
        "access/sign_in.html",
        errors=[("number", error)] if error else [],
        number=number[:40],
        next=request.values.get("next", ""),
        expired=bool(session.get("t")) and g.get("expired", False) and not error,
        elsewhere=bool(session.get("t")) and not error and bool(access.ended_elsewhere(session["t"])),
    )


@screen.post("/sign-out")
def sign_out() -> Response:
    """End the session; nothing of the person stays in the browser."""
    _leave()
    with speaking(i18n.chosen_by("").code):  # as the page that follows
        flash(_("You are signed out."), "success")
    return redirect(url_for("access.sign_in"))


@screen.post("/change-user")
def change_user() -> Response:
    """Let the next person in."""
    _leave()
    return redirect(url_for("access.sign_in"))


# -- the lock ---------------------------------------------------------------------------------------------


@screen.post("/lock")
def lock_page() -> Response:
    """Lock at once: the page's script did, or somebody who is called away."""
    locking.lock(session["t"])
    g.behind, g.user = guard.user(), None
    return Response(status=204) if lock.by_script() else lock.page(back_to(request.form.get("there")))


@screen.post("/here")
def here() -> Response:
    """The page's script says that somebody is reading or writing."""
    return Response(status=204)


@screen.post("/unlock")
def unlock() -> Response:
    """Go on after the PIN, where the lock came down."""
    there = back_to(request.form.get("there"))
    if g.behind is None:
        return _nothing_to_unlock(there)
    try:
        access.confirm(current_app.config["SECRETS"].pins, g.behind, request.form.get("lock-pin", ""), _pc())
    except access.WrongCredential:
        watch.note("unlocking refused", number=g.behind.staff_number)
        return _still_locked(there, _("This PIN is not right. Try again."), 422)
    except access.TooManyTries as wait:
        watch.note("unlocking must wait", number=g.behind.staff_number)
        return _still_locked(there, _wait_message(wait.seconds), 429)
    locking.unlock(session["t"])
    guard.reopen_session()
    if lock.by_script():
        return Response(status=204)
    return redirect(url_for("access.held", there=there) if locking.held(session["t"]) else there)


def _nothing_to_unlock(there: str) -> Response:
    """Unlocked already (the button was pressed twice), or the session has ended meanwhile."""
    if lock.by_script():
        return Response(status=204 if g.user else 401)
    return redirect(there if g.user else url_for("access.sign_in"))


def _still_locked(there: str, error: str, status: int) -> Response:
    if lock.by_script():
        answer = jsonify(error=error)
        answer.status_code = status
        return answer
    return lock.page(there, error, status=status)


@screen.route("/held", methods=["GET"])
def held() -> str | Response:
    """What came in while the page was locked, for its owner to send or to leave."""
    there = back_to(request.args.get("there"))
    found = locking.held(session["t"])
    if found is None:
        return redirect(there)
    return render_template("access/held.html", path=found[0], fields=found[1], there=there)


def _leave() -> None:
    token = session.get("t")
    session.clear()
    if token:
        try:
            access.sign_out(token)
        except (OperationalError, OSError):  # the disk is full: this browser forgets the person all the same
            current_app.logger.exception("A session could not be ended in the database.")


PROBLEMS = {
    "digits": lambda: _("A PIN has six digits."),
    "common": lambda: _("This PIN is too easy to guess: no dates, rows or repeated digits. Choose another."),
    "short": lambda: _("A passphrase has 15 characters or more. Four or five words that only you know are good."),
    "long": lambda: _("A passphrase has 200 characters at most."),
    "guessable": lambda: _(
        "This passphrase is too easy to guess: it is made of names, of common words or of a row of keys. "
        "Choose words that only you know."
    ),
    "different": lambda: _("The two entries are not the same. Write it again."),
    "same": lambda: _("This is the one from your slip. Choose a new one."),
}


@screen.route("/change-pin", methods=["GET", "POST"])
def change_credential() -> str | Response | tuple[str, int]:
    """Choose a new PIN, or passphrase for whoever signed in with one."""
    user = guard.user()
    kind = user.level
    if request.method == "GET":
        return _change_page(kind)
    new, again, now = (request.form.get(name, "") for name in ("new", "again", "current"))
    secret = current_app.config["SECRETS"].pins
    if now or not user.must_change:  # what stands on a slip was checked at the sign-in a moment ago
        try:
            access.confirm(secret, user, now, _pc())
        except access.WrongCredential:
            watch.note("change of credential refused", number=user.staff_number)
            return _change_page(kind, ("current", _("This is not what you use now."))), 422
        except access.TooManyTries as wait:
            return _change_page(kind, ("current", _wait_message(wait.seconds))), 429
    problem = access.credential_problem(new, kind, access.known_of(user)) or ("different" if new != again else "")
    if not problem and user.must_change and access.is_own(secret, user.id, kind, new):
        problem = "same"
    if problem:
        return _change_page(kind, ("again" if problem == "different" else "new", PROBLEMS[problem]())), 422
    access.change_own(secret, user, session["t"], new)
    if kind == "passphrase":
        watch.accepted("passphrase changed", user.staff_number)
    flash(_("Your new PIN is kept. Use it from now on.") if kind == "pin"
          else _("Your new passphrase is kept. Use it from now on."), "success")  # fmt: skip
    return redirect(url_for("web.start"))


def _change_page(kind: str, error: tuple[str, str] | None = None) -> str:
    return render_template(
        "access/change.html", kind=kind, errors=[error] if error else [], first=guard.user().must_change
    )
