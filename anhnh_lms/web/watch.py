"""What the log of the server tells of attempts to get in: what, when, from which PC, at which address.

Never a name, a number, a PIN or a token. An account is told by a keyed hash, which only whoever holds the
server's secrets can lay beside a staff number.
"""

from __future__ import annotations

import logging

from flask import current_app, request

from ..people.access import tries_of
from ..record.fold_person import staff_key

LETTERS = 12  # of the hash


def note(event: str, level: int = logging.WARNING, number: str = "") -> None:
    """Write one line. `event`: a few words of this program's own; `number`: the staff number that was tried."""
    who = tries_of(current_app.config["SECRETS"].pins, staff_key(number))[:LETTERS] if number else "-"
    pc, where = request.remote_addr or "-", request.endpoint or "-"
    current_app.logger.log(level, "access: %s; pc %s; account %s; at %s %s", event, pc, who, request.method, where)


def accepted(event: str, number: str) -> None:
    """The same for what was right."""
    note(event, logging.INFO, number)
