"""One file of everything, from the server's page: for whoever administers the whole server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from flask import Response, abort, current_app, render_template, request
from flask_babel import gettext as _

from .. import clock
from ..config import Settings
from ..people import audit
from ..people.credentials import PASSPHRASE_LIMIT
from ..people.granting import server_place
from ..people.roles import Power
from ..record import backup, copies, seal
from ..record import server as own_server
from . import guard
from .desk import Page
from .place_form import Errors

CHUNK = 256 * 1024


def page() -> Page:
    """The passphrase is asked for twice; then the file is made and sent, and nothing of it stays here."""
    guard.need(Power.MANAGE_SERVER, server_place())
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.on_sqlite:
        abort(404)  # PostgreSQL has tools of its own
    if request.method == "GET":
        return _asked([])
    if errors := _problems():
        return _asked(errors), 422
    me = own_server.own()
    audit.taken("backup", "" if me.scope in ("*", me.country) else me.scope, guard.user())
    file, size = _made(settings, request.form["passphrase"])
    copies.note(settings.data, backup_at=clock.stamp())
    answer = Response(_blocks(file), mimetype="application/x-tar")
    answer.call_on_close(file.close)
    answer.content_length = size
    answer.headers["Content-Disposition"] = f'attachment; filename="anhnh-{me.code}-{clock.today()}.tar"'
    return answer


def _asked(errors: Errors) -> str:
    return render_template("server/backup.html", errors=errors, length=seal.LENGTH)


def _problems() -> Errors:
    first, again = request.form.get("passphrase", ""), request.form.get("again", "")
    if seal.too_short(first) or len(first) > PASSPHRASE_LIMIT:
        return [("passphrase", _("A passphrase has 15 characters or more. Four or five words are good."))]
    if first != again:
        return [("again", _("The two entries are not the same. Write it again."))]
    return []


def _made(settings: Settings, passphrase: str) -> tuple[IO[bytes], int]:
    """The whole file, open for reading and without a name: when it is closed, its room on the disk is free."""
    database = settings.database_file
    assert database is not None
    with copies.turn(settings.data):
        path = settings.data / copies.FOLDER / ".backup"
        _clear(path)
        copies.need_room(path.parent, database, times=2)
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        try:
            path.unlink()
            backup.write(settings, passphrase, file, path.with_name(".backup-copy"))
            file.flush()
            size = file.tell()
            file.seek(0)
        except BaseException:
            file.close()
            raise
    return file, size


def _clear(path: Path) -> None:
    for leftover in path.parent.glob(f"{path.name}*"):  # of a power cut
        leftover.unlink()


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while block := file.read(CHUNK):
            yield block


def state(settings: Settings) -> dict[str, Any] | None:
    """For the server's page: when the last copy and the last backup were made, and what stands in the way of
    copies. None where the database has tools of its own."""
    if not settings.on_sqlite:
        return None
    noted = copies.notes(settings.data)
    found: dict[str, Any] = {"trouble": str(noted.get("trouble", "")), "copies": len(copies.listed(settings.data))}
    for name in ("made_at", "backup_at"):
        found[name] = None
        with suppress(ValueError):
            found[name] = clock.moment(str(noted.get(name, "")))
    return found
