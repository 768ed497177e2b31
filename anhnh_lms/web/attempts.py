"""The attempts under a person's name, and "This was not me": for whoever finds on a shared PC what another did."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from ..learning import disputes, library
from ..learning.attempts import NoSuchAttempt, quiz_in
from ..record.tables_of_views import AttemptRow
from . import i18n
from .guard import user
from .show import moment_of

screen = Blueprint("attempts", __name__)


@dataclass(frozen=True, slots=True)
class Told:
    """An attempt in the reader's words. Titles are "" where this server does not have that version of the course;
    times are those of the place."""

    row: AttemptRow
    course: str
    quiz: str
    lang: str  # in which the quiz is titled
    begun: str
    handed_in: str


def told(row: AttemptRow, timezone: str) -> Told:
    """What the attempt was at, and when."""
    lang = i18n.current().code
    begun, handed_in = (moment_of(stamp, timezone) for stamp in (row.started_at, row.handed_in_at))
    try:
        course = library.course(row.version)
        module, quiz = quiz_in(course, row.quiz, lang)
    except library.NoSuchCourse:
        return Told(row, "", "", lang, begun, handed_in)
    return Told(row, course.text(lang).title, quiz.title, module.lang, begun, handed_in)


@screen.get("/attempts")
def mine() -> str:
    """Which quizzes and tests did you take? Those under the person's name, theirs or not."""
    rows = disputes.all_own(user())
    return render_template("attempts/mine.html", told=[told(row, user().timezone) for row in rows])


@screen.route("/attempts/<attempt_id>/not-me", methods=["GET", "POST"])
def not_me(attempt_id: str) -> str | BaseResponse:
    """Say that somebody else made it. Asks first, and says what will happen."""
    try:
        row = disputes.own(user(), attempt_id)
        if request.method == "POST":
            disputes.dispute(user(), attempt_id, request.form.get("reason", ""))
            flash(_("It is recorded that this was not you. The director or the focal point decides."), "success")
        elif not row.disputed:
            return render_template(
                "attempts/not_me.html", one=told(row, user().timezone), limit=disputes.REASON_LIMIT, errors=[]
            )
    except NoSuchAttempt:
        abort(404)
    except disputes.AlreadyDisputed:
        flash(_("You said so already. Nothing more is needed."), "warning")
    return redirect(url_for("quiz.result", attempt_id=attempt_id))
