"""What everybody needs at once after a power cut, made before the processes are forked: once instead of
once in each of them, in each thread, and in memory that they share."""

from __future__ import annotations

import logging

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from ..db import db
from ..learning import library
from ..record import server
from . import i18n

_log = logging.getLogger(__name__)
_FOR_EVERYBODY = ("access/", "errors/", "learner/", "macros/", "quiz/")


def get_ready(app: Flask) -> None:
    """Templates, words and courses that learners will ask for. No connection to the database is left open.
    Whatever stands in the way is left to the request that needs it, which says so."""
    for name in app.jinja_env.list_templates(filter_func=_is_for_everybody):
        app.jinja_env.get_template(name)
    with app.app_context():
        try:
            me = server.identity()
            for language in i18n.available():
                i18n.merged(language.code, me.country if me else "", str(app.config["PACKS"]), str(app.config["CACHE"]))
            if me:
                library.take_back()
        except (SQLAlchemyError, OSError) as error:
            _log.warning("courses could not be made ready: %s", type(error).__name__)
        finally:
            db.session.remove()
            db.engine.dispose()


def _is_for_everybody(name: str) -> bool:
    return name == "base.html" or name.startswith(_FOR_EVERYBODY)
