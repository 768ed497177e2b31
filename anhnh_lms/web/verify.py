"""Is this certificate real? For anybody who holds the paper; the answer names nobody."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from ..certificates import register
from ..people import waits
from . import watch

screen = Blueprint("verify", __name__)
GUESSES = waits.Allowance("verify", 20, 120)  # a code has 10^12 values: one guess in 1,500 million a day and PC


@screen.route("/verify", methods=["GET", "POST"])
def verify() -> str | tuple[str, int]:
    """Number and check code in, valid, expired, revoked or unknown out."""
    if request.method == "GET":
        return render_template(
            "verify/verify.html", verdict=None, errors=[], number=request.args.get("number", "")[:40]
        )
    number, code = request.form.get("number", "")[:60], request.form.get("code", "")[:40]
    if not number.strip() or not code.strip():
        error = ("number", _("Write the number and the code that are on the paper."))
        return render_template("verify/verify.html", verdict=None, errors=[error], number=number), 422
    pc = request.remote_addr or ""
    if seconds := GUESSES.seconds_to_wait(pc):
        watch.note("check code must wait")
        error = ("number", _("Too many wrong tries. Wait %(num)d seconds, then try again.", num=seconds))
        return render_template("verify/verify.html", verdict=None, errors=[error], number=number), 429
    verdict = register.verify(number, code)
    if verdict.state == "unknown":
        GUESSES.count_wrong(pc)
    return render_template("verify/verify.html", verdict=verdict, errors=[], number=number)
