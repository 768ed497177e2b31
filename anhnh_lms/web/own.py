"""What does this server know about me? For everybody who is signed in, about themselves alone."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from .. import clock
from ..certificates import register
from ..people import words
from . import i18n
from .guard import user
from .own_told import answers_of, as_json, deed_words, held, lists_words, look_words
from .show import fulldate, listed, time_of
from .staff_people import described
from .staff_told import told

screen = Blueprint("own", __name__)


@screen.get("/my-record")
def record() -> str:
    """All that is held of the person, to read and to print."""
    found = held()
    today = clock.today(user().timezone)
    return render_template(
        "own/record.html", held=found, today=today.isoformat(), details=described(found.person),
        roles=[f"{words.role_words(role)} {words.scope_words(scope)}" for role, scope in found.roles],
        events=[told(event, {}) for event in found.history],
        certificates=[(row, register.number_of(row), register.code_of(row), register.status(row, today))
                      for row in found.certificates],
        tried=[(item.row, item.opened, answers_of(item)) for item in found.learned.tried],
        looks=[(look, *look_words(look)) for look in found.looks],
        lists=[(item, lists_words(item)) for item in found.lists],
        deeds=[(item, deed_words(item.kind)) for item in found.deeds], moment=_moment,
    )  # fmt: skip


def _moment(stamp: str) -> str:
    """The day and the time of a moment, on the clocks of the person's establishment."""
    when, zone = clock.moment(stamp), user().timezone
    return listed((fulldate(clock.local(when, zone).date()), time_of(when, zone)))


@screen.get("/my-record.json")
def file() -> Response:
    """The same as a file, for whoever wants to take it along. Its name names nobody."""
    day = clock.today(user().timezone).isoformat()
    return Response(
        as_json(held()), mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="my-record-{day}-{i18n.current().code}.json"'},
    )  # fmt: skip
