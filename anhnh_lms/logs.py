"""What may stand in the log of the server: where something failed, never what somebody wrote.

The text of an exception often repeats what was sent: a name, a PIN, the values of a statement. So an
exception is told by its kind and by the lines of the program that it went through, and for the disk and the
database by the system's own word. Addresses of pages end before the question mark.
"""

from __future__ import annotations

import copy
import logging
import os
import re
import traceback
from collections.abc import Iterator
from typing import Any

from flask import Flask
from flask.logging import default_handler
from sqlalchemy.exc import DBAPIError

LONGEST = 2000  # characters of a message
_ASKED = re.compile(r"\?[^\s'\"]*")
_BROKEN = re.compile(r"(Invalid request from ip=[\w.:]*).*", re.DOTALL)  # gunicorn quotes what came
_CONTROLS = {**dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029], "\ufffd"), 0x09: " "}


class Reticent(logging.Formatter):
    """A line of the log, and the way of an exception through the program."""

    def format(self, record: logging.LogRecord) -> str:
        own = copy.copy(record)
        own.exc_text = None  # another handler may have left there what it makes of the exception
        return super().format(own)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (the library's name)
        text = record.message[:LONGEST].translate(_CONTROLS)
        record.message = _ASKED.sub("", _BROKEN.sub(r"\1", text))
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802
        return "\n".join(_told(error) for error in _chain(ei[1]))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The exception and what it came from, the first cause first."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    yield from reversed(found)


def _told(error: BaseException) -> str:
    frames = "".join(traceback.format_tb(error.__traceback__))
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    return f"{frames}{kind}{_word_of_the_system(error)}"


def _word_of_the_system(error: BaseException) -> str:
    """What the system or the database calls it; never the text of the exception."""
    told = getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlite_errorname", "")
    if isinstance(error, OSError) and error.errno:
        told = os.strerror(error.errno)
    return f" ({told})" if told else ""


def init_logs(app: Flask) -> None:
    """Have the application's log written without names, with the time and its offset from UTC."""
    default_handler.setFormatter(Reticent("%(asctime)s [%(levelname)s] %(message)s", "[%Y-%m-%d %H:%M:%S %z]"))
    app.logger.setLevel(logging.INFO)
