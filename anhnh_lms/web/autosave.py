"""Saving while somebody answers: the quick way, with a plain answer for the page's script."""

from __future__ import annotations

from functools import lru_cache

from flask import request, session
from flask.wrappers import Response
from flask_babel import gettext as _

from .. import clock
from ..assessment.fields import from_form
from ..assessment.response import InvalidResponse
from ..content.course import Scenario
from ..learning import quicksave
from . import i18n
from .guard import AUTOSAVE, user
from .show import time_of


def wanted() -> bool:
    """Whether a page's script asks, and not a person's click."""
    return request.headers.get(AUTOSAVE) == "1"


def quick(attempt_id: str, number: int, turn: int) -> Response | None:
    """The answer to the script if the quick way kept it; None: go the whole way, which knows why not."""
    who, lang = user(), i18n.current().code
    asked = quicksave.asked(attempt_id, who.id, number, lang)
    if asked is None or isinstance(asked.question.answer, Scenario):
        return None
    try:
        answer = from_form(asked.question, request.form.to_dict(flat=False), asked.item)
    except InvalidResponse:
        return None
    if answer is None:
        return None
    at = quicksave.quick_save(session["t"], attempt_id, asked.question.id, answer, lang, turn)
    return _told(at[:16], who.timezone, lang) if at else None


def _told(minute: str, timezone: str, lang: str) -> Response:
    return Response(_json(minute, timezone, lang), mimetype="application/json")


@lru_cache(maxsize=64)
def _json(minute: str, timezone: str, _lang: str) -> str:
    from flask import json

    return json.dumps({"saved": saved_text(f"{minute}:00Z", timezone)})


def saved_text(stamp: str, timezone: str) -> str:
    """ "Saved 10:42", or "" for an answer that was not saved yet."""
    return str(_("Saved %(time)s", time=time_of(clock.moment(stamp), timezone))) if stamp else ""
