"""The courses that lie on this server's disk: which are on line, which can be published."""

from __future__ import annotations

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from .. import clock
from ..learning import library, readings
from ..people.granting import server_place
from ..people.roles import Power
from ..record import server
from ..studio import shelf
from . import guard, i18n
from .desk import Page


def courses() -> Page:
    """Which courses do learners see? And publishing one, or all, of them."""
    guard.need(Power.MANAGE_SERVER, server_place())
    found = shelf.shelf(current_app.config["SETTINGS"].courses, clock.today())
    if request.method == "POST":
        return _publish(found)
    me = server.own()
    on_line = {item.id: item for item in library.published_here(me.scope)}
    lang = i18n.current().code
    rows = [(item, _state(item, on_line), item.lines(lang)[:10]) for item in found]
    return render_template(
        "server/courses.html", rows=rows, ready=[i for i, state, _ in rows if state in ("new", "changed")]
    )


def _state(item: shelf.OnShelf, on_line: dict[str, library.Published]) -> str:
    if item.course is None or not item.good:
        return "errors"
    now = on_line.get(item.course.id)
    if now is None:
        return "new"
    return "on line" if now.version == item.course.version else "changed"


def _publish(found: list[shelf.OnShelf]) -> Page:
    wanted = set(request.form.getlist("course"))
    if not wanted <= {item.name for item in found}:
        abort(400)
    count = 0
    for item in found:
        if item.name in wanted and item.good and item.course is not None:
            count += library.publish(item.files, item.course, guard.user().id)
            readings.keep(item.course)
    flash(
        _("Published. Learners see it from now on.") if count else _("Nothing was new: it is on line already."),
        "success",
    )
    return redirect(url_for("server.courses"))
