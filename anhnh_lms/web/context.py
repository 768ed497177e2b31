"""What every template gets."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from ..people import naming
from ..people.places import establishment
from ..people.roles import Power
from ..record import log, server
from . import i18n
from .home import focal_point_of
from .kept import shown_name, text_size
from .show import filters

STATIC = Path(__file__).parent.parent / "static"


def init_context(app: Flask) -> None:
    """Install the context, the filters of `show` and the hashed addresses of static files."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(filters())
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    language = i18n.current()
    user = g.get("user")
    return {
        "lang": language.code,
        "dir": language.dir,
        "languages": [(item.code, item.own) for item in i18n.available()],
        "text_size": text_size(),
        "user": _shown(user) if user else None,
        "establishment_name": _establishment_name(user, language.code),
        "static_url": static_url,
        "nav": _navigation(user) if user else [],
        "ask_for_date": _ask_for_date(user),
    }


def _ask_for_date(user: Any) -> bool:
    """Whether this page asks the administrator to look at the date; the page of the server asks itself. Never in
    the way of a page that says what is wrong with the database."""
    if g.get("no_database") or not user or request.endpoint == "server.server":
        return False
    try:
        return user.may(Power.MANAGE_SERVER) and log.clock_state() == "suspect"
    except (SQLAlchemyError, OSError):  # OSError: the database is gone
        return False


def _shown(user: Any) -> SimpleNamespace:
    return SimpleNamespace(
        id=user.id, name=shown_name(user), roles=user.held, country=user.country, may=user.may, home=user.home,
        level=user.level, lock_after=g.get("rest") or user.lock_minutes * 60,
    )  # fmt: skip


def _establishment_name(user: Any, lang: str) -> str:
    if user and user.home:
        return naming.shown(lang, user.home_name, user.home_name_ar)
    if g.get("no_database"):
        return ""  # the page that says that it does not answer
    me = server.identity()
    row = establishment(me.scope) if me and me.scope not in ("*", me.country) else None
    return naming.shown(lang, row.name, row.name_ar) if row else ""


@lru_cache(maxsize=32)
def _hashed(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def static_url(name: str) -> str:
    """The address of a static file that changes with its content, so that browsers may keep it."""
    return url_for("static", filename=name, v=_hashed(name))


# (endpoint, what it is called, the power that it asks for, whether the address names the home)
def _entries() -> list[tuple[str, str, Power, bool]]:
    return [
        ("learner.courses", _("My courses"), Power.LEARN, False),
        ("establishment.overview", _("Establishment"), Power.SEE_ESTABLISHMENT, True),
        ("country.overview", _("Country"), Power.SEE_COUNTRY, False),
        ("country.aggregates", _("Figures"), Power.SEE_AGGREGATES, False),
        ("staff.staff", _("Staff"), Power.SEE_STAFF, True),
        ("assignments.assignments", _("Assignments"), Power.ASSIGN, True),
        ("register.register", _("Certificates"), Power.SEE_REGISTER, True),
        ("library.courses", _("Library"), Power.SEE_LIBRARY, False),
        ("audit.entries", _("Audit"), Power.READ_AUDIT, False),
        ("server.server", _("Server"), Power.MANAGE_SERVER, False),
    ]


def _navigation(user: Any) -> list[tuple[str, str, bool]]:
    """The pages that this person may open. One that only learns needs no list."""
    if not user.held:
        return []
    here = (request.view_args or {}).get("code") or user.home
    shown = []
    if focal := focal_point_of(user):
        url = url_for("focal_point.desk", code=focal)
        shown.append((_("Focal point"), url, request.blueprint in ("focal_point", "self_test")))
    for endpoint, label, power, at_home in _entries():
        if not user.may(power) or (at_home and not here):
            continue
        url = url_for(endpoint, code=here) if at_home else url_for(endpoint)
        shown.append((label, url, request.blueprint == endpoint.split(".")[0]))
    return shown if len(shown) > 1 else []
