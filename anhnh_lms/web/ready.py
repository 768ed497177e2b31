"""What everybody needs at once after a power cut, made before the processes are forked: once instead of
once in each of them, in each thread, and in memory that they share."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

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
    Whatever stands in the way of one of them is left to the request that needs it: the server starts."""
    for name in app.jinja_env.list_templates(filter_func=_is_for_everybody):
        app.jinja_env.get_template(name)
    with app.app_context():
        try:
            me = server.identity()
            for language in i18n.available():
                with _told(f"the words of {language.code}"):
                    i18n.merged(
                        language.code, me.country if me else "", str(app.config["PACKS"]), str(app.config["CACHE"])
                    )
            for version in library.to_take_back() if me else ():
                with _told("a course"):
                    library.course(version)
        except (SQLAlchemyError, OSError) as error:
            _say("the courses", error)
        finally:
            db.session.remove()
            db.engine.dispose()


@contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # one bad file must not keep a prison's server from starting
        _say(what, error)


def _say(what: str, error: Exception) -> None:
    _log.warning("%s could not be made ready: %s", what, type(error).__name__)


def _is_for_everybody(name: str) -> bool:
    return name == "base.html" or name.startswith(_FOR_EVERYBODY)
