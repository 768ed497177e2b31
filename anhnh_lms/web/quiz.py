"""A quiz: start, one question a page, check the answers, hand in, the result.

No page holds a right answer before the attempt was handed in; marks are made by the server alone.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from .. import clock
from ..assessment.fields import from_form
from ..assessment.response import InvalidResponse, takes_back
from ..certificates import register
from ..content.course import Quiz, Scenario
from ..learning import attempts, disputes, library
from ..record.log import recording
from . import autosave, guard, i18n
from .asking import control, conversation
from .guard import asked_anew, user
from .learner import opened
from .marking import marked_questions, reread
from .show import time_of

screen = Blueprint("quiz", __name__)


@screen.post("/courses/<slug>/quiz/<quiz_id>")
def start(slug: str, quiz_id: str) -> BaseResponse:
    """Begin an attempt, or go on with the open one at the first question without an answer."""
    found = opened(slug)
    try:
        attempt_id = attempts.start(user(), found.course, quiz_id, i18n.current().code)
    except library.NoSuchCourse:
        abort(404)
    except attempts.MustWait as wait:
        flash(wait_text(wait.seconds), "warning")
    except attempts.NoAttemptsLeft:
        flash(_("You have used every attempt that this test allows. Ask your focal point what to do."), "warning")
    except attempts.NotYetOpen:
        flash(_("This test opens when every module is done."), "warning")
    else:
        attempt = attempts.load(user(), attempt_id, i18n.current().code)
        return redirect(url_for(".question", attempt_id=attempt_id, number=_first_open(attempt)))
    return redirect(_way_back(slug, found.text.quiz(quiz_id)[0].id, found.course.module_ids))


def _first_open(attempt: attempts.Attempt) -> int:
    answered = attempt.answered()
    return answered.index(False) + 1 if False in answered else 1


def _way_back(slug: str, module_id: str, modules: tuple[str, ...]) -> str:
    if module_id in modules:
        return url_for("learner.module", slug=slug, module_id=module_id)
    return url_for("learner.course", slug=slug)


def wait_text(seconds: int) -> str:
    """How long until the next attempt, as a time on the wall and as minutes."""
    at = time_of(clock.now() + timedelta(seconds=seconds), user().timezone)
    text: str = ngettext(
        "You can try again in %(num)d minute, from %(at)s.", "You can try again in %(num)d minutes, from %(at)s.",
        -(-seconds // 60), at=at,
    )  # fmt: skip
    return text


def _load(attempt_id: str) -> attempts.Attempt:
    try:
        return attempts.load(user(), attempt_id, i18n.current().code)
    except (attempts.NoSuchAttempt, library.NoSuchCourse):
        abort(404)


def _result(attempt_id: str) -> BaseResponse:
    return redirect(url_for(".result", attempt_id=attempt_id))


@screen.get("/attempts/<attempt_id>/<int:number>")
def question(attempt_id: str, number: int) -> str | BaseResponse:
    """One question, with what was answered before."""
    attempt = _load(attempt_id)
    if not attempt.is_open:
        return _result(attempt_id)
    _rest(attempt)
    return _question_page(attempt, number)


def _rest(attempt: attempts.Attempt) -> None:
    """Thinking over a test of the course takes longer than a page does."""
    if attempt.quiz.role:
        guard.rest(user().test_lock_minutes * 60)


def _question_page(attempt: attempts.Attempt, number: int, error: str = "") -> str:
    try:
        asked, item = attempt.at(number)
    except IndexError:
        abort(404)
    answer = attempt.answers.get(asked.id)
    saved = attempt.saved_at.get(asked.id, "")
    return render_template(
        "quiz/question.html",
        attempt=attempt, question=asked, number=number, total=len(attempt.paper.items),
        control=control(asked, item, answer), country=user().country,
        conversation=conversation(asked, item, answer) if isinstance(asked.answer, Scenario) else None,
        saved=_saved_text(saved), turn=attempt.turns.get(asked.id, 0),
        answered=attempt.answered(), errors=[("main", error)] if error else [],
    )  # fmt: skip


def _saved_text(stamp: str) -> str:
    return autosave.saved_text(stamp, user().timezone)


@screen.post("/attempts/<attempt_id>/<int:number>")
def save(attempt_id: str, number: int) -> str | BaseResponse | tuple[BaseResponse | str, int]:
    """Keep the answer on disk; then say so, go back or go on."""
    quiet = autosave.wanted()
    if quiet and (answer_to_script := autosave.quick(attempt_id, number, _turn()) or asked_anew()):
        return answer_to_script
    attempt = _load(attempt_id)
    if not attempt.is_open:
        return (jsonify(closed=True), 409) if quiet else _result(attempt_id)
    try:
        asked, item = attempt.at(number)
    except IndexError:
        abort(404)
    before = attempt.answers.get(asked.id)
    try:
        answer = from_form(asked, request.form.to_dict(flat=False), item, before)
        if takes_back(before, answer):
            raise InvalidResponse("path")
        stamp = attempts.save(user(), attempt, asked, answer, i18n.current().code, _turn())
    except InvalidResponse as problem:
        text = _problem_text(problem.reason)
        return (jsonify(error=text), 422) if quiet else (_question_page(attempt, number, text), 422)
    except attempts.NewerAnswer:
        text = _("This question was answered on another page since. That answer is kept; change it here if you wish.")
        return (jsonify(error=text), 409) if quiet else (_question_page(_load(attempt_id), number, text), 409)
    except attempts.AlreadyHandedIn:
        return (jsonify(closed=True), 409) if quiet else _result(attempt_id)
    if quiet:
        return jsonify(saved=_saved_text(stamp))
    return redirect(_onward(attempt, asked.answer, answer, number))


def _turn() -> int:
    text = request.form.get("turn", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 15 else 0


def _problem_text(reason: str) -> str:
    texts = {
        "too_long": _("This answer is too long. Write less than 500 characters; the earlier answer is kept."),
        "repeated": _("Two lines have the same place. Give each its own; the earlier answer is kept."),
        "path": _("What was said cannot be taken back. Go on from where the conversation is."),
    }
    return str(texts.get(reason) or _("This answer could not be read. Answer again; the earlier answer is kept."))


def _onward(attempt: attempts.Attempt, kind: object, answer: object, number: int) -> str:
    """Back, the same question (a conversation that goes on), the next, or the check at the end."""
    address = attempt.row.id
    if request.form.get("go") == "back" and number > 1:
        return url_for(".question", attempt_id=address, number=number - 1)
    if isinstance(kind, Scenario) and request.form.get("go") != "next":
        return url_for(".question", attempt_id=address, number=number, _anchor="now")
    if number < len(attempt.paper.items):
        return url_for(".question", attempt_id=address, number=number + 1)
    return url_for(".overview", attempt_id=address)


@screen.get("/attempts/<attempt_id>/check")
def overview(attempt_id: str) -> str | BaseResponse:
    """Check your answers: each question with its state, then hand in."""
    attempt = _load(attempt_id)
    if not attempt.is_open:
        return _result(attempt_id)
    _rest(attempt)
    return render_template("quiz/overview.html", attempt=attempt, answered=attempt.answered())


@screen.post("/attempts/<attempt_id>/hand-in")
def hand_in(attempt_id: str) -> BaseResponse:
    """Hand in once; a certificate that is now due is issued in the same unit of work."""
    attempt = _load(attempt_id)  # reads the course into memory before the unit of work begins
    try:
        with recording() as record:
            attempts.hand_in(record, user(), attempt_id, i18n.current().code)
            register.issue_due(record, user(), attempt.course.id, i18n.current().code)
    except attempts.AlreadyHandedIn:
        pass  # sent twice: the first one counts
    except attempts.NoSuchAttempt:
        abort(404)
    return _result(attempt_id)


@screen.get("/attempts/<attempt_id>/result")
def result(attempt_id: str) -> str | BaseResponse:
    """What was right, why, and what to read again."""
    attempt = _load(attempt_id)
    if attempt.is_open:
        return redirect(url_for(".question", attempt_id=attempt_id, number=_first_open(attempt)))
    if attempt.row.state != "handed-in":  # closed without marks, or found to be somebody else's: no answers here
        return render_template("quiz/closed.html", attempt=attempt, decided=disputes.decision_of(attempt.row))
    if not attempt.quiz.graded:
        return render_template("quiz/thanks.html", attempt=attempt, decided=disputes.decision_of(attempt.row))
    marked = marked_questions(attempt)
    wait = attempts.waiting(user(), attempt.course, attempt.quiz)
    return render_template(
        "quiz/result.html",
        attempt=attempt, marked=marked, reread=reread(attempt, marked), country=user().country,
        wait=wait_text(wait) if wait else "", can_retry=_can_retry(attempt.quiz, attempt),
        needed=_needed(attempt), decided=disputes.decision_of(attempt.row),
        certificate=register.live(user().id, attempt.course.id),
    )  # fmt: skip


def _can_retry(quiz: Quiz, attempt: attempts.Attempt) -> bool:
    left = quiz.attempts is None or attempt.row.number < quiz.attempts
    return left and not attempt.row.passed and quiz.role != "pre"


def _needed(attempt: attempts.Attempt) -> int:
    """The least number of hundredths of points that passes."""
    share = attempt.course.pass_mark_of(attempt.quiz) * attempt.row.maximum
    return -(-share.numerator // share.denominator)
