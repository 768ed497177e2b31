"""The server: serve, list the settings, help an administrator who cannot sign in."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..config import Settings

if TYPE_CHECKING:
    from flask import Flask

    from ..record.tables_of_views import PersonRow

LOW = 200 * 1024 * 1024  # bytes free on the disk, below which the console says so
SMALL = 100 * 1024 * 1024  # bytes of a database that is looked through at every start


class CannotStart(click.ClickException):
    """The server cannot be started; the text says why and what to do."""

    exit_code = 1

    def show(self, file: object = None) -> None:
        click.echo(f"\n{self.message}\n", err=True)


@click.command()
def serve() -> None:
    """Serve the courses until Ctrl-C (or SIGTERM) stops it.

    Brings the database up to date first. HOST and PORT choose the address, ANHNH_DATA the data folder;
    `anhnh settings` lists every setting.
    """
    settings = Settings.from_environment()
    os.umask(0o077)  # names stand in these files: for the server's own user only
    _check_port(settings)
    with _in_plain_words(settings):
        _check_folder(settings)
        app = prepared(settings)
    _announce(app, settings)

    from .serving import run

    run(app, settings)


def prepared(settings: Settings) -> Flask:
    """The application on a database that is whole, up to date and not behind what this server has
    written. No connection is left open. Raises CannotStart and the database's own errors."""
    from .. import create_app
    from ..db import db
    from ..record import health, schema
    from ..record.secrets import belong, not_these
    from .serving import note_running_time

    app = create_app(settings)
    file = settings.database_file
    with app.app_context():
        try:
            cut = searched = False
            if file:
                _check_not_gone(settings)
                cut, searched = health.was_cut(file), _look_through(file)
            schema.upgrade()
            if not belong(app.config["SECRETS"]):
                raise not_these(settings.data)
            restored = _notice_a_restore(settings)
            health.note_start(cut=cut, searched=searched, restored=restored)
        finally:
            db.session.remove()
            db.engine.dispose()
    note_running_time(app)
    with app.app_context():
        db.engine.dispose()
    return app


def _notice_a_restore(settings: Settings) -> bool:
    """Begin a new incarnation if the database was put back. Returns whether it was."""
    from flask import current_app

    from ..people.founding import begin_incarnation
    from ..record import server

    me = server.identity()
    if me is None or not settings.on_sqlite or not server.was_restored(settings.data, me):
        return False
    from ..people.claiming import public_key

    me = begin_incarnation(public_key(current_app.config["SECRETS"].signing))
    click.echo(
        "The database was put back from a backup, or copied from another server. What was recorded after\n"
        f"that copy was made is not in it. From here on this server writes as {me.origin}, and the numbers\n"
        "of its certificates show it."
    )
    return True


# -- what can be wrong -----------------------------------------------------------------------------------


def _check_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((settings.host, settings.port))
        except socket.gaierror:
            raise CannotStart(f"HOST: this machine knows no address called {settings.host!r}.") from None
        except OSError as error:
            raise CannotStart(_port_trouble(settings, error)) from None


def _port_trouble(settings: Settings, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {settings.port} is taken: another program, or another `anhnh serve`, listens there.\n"
            f"Stop it, or choose another port, for example PORT={settings.port + 1}."
        )
    if error.errno == errno.EACCES:
        return f"This user may not use port {settings.port}. Choose one above 1023, for example PORT=8000."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"This machine does not have the address {settings.host}. HOST=0.0.0.0 serves on all that it has."
    return f"Nothing can be served on {settings.host}, port {settings.port}: {error.strerror}."


def _check_folder(settings: Settings) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)
    probe = settings.data / ".probe"
    probe.write_bytes(bytes(64 * 1024))
    probe.unlink()
    free = shutil.disk_usage(settings.data).free
    if free < LOW:
        click.echo(f"The disk is almost full: {free // 2**20} MB are left. Make room soon.", err=True)


def _check_not_gone(settings: Settings) -> None:
    """A server that wrote before has a database; else its first page would offer to set it up anew."""
    from ..record.server import remembered_heads

    file = settings.database_file
    if remembered_heads(settings.data) and file and not (file.exists() and file.stat().st_size):
        raise CannotStart(
            f"This server has written before, but its database {file} is gone or empty.\n"
            "Nothing was changed. Put the last backup in its place, then start again. To begin anew with\n"
            "an empty server, choose another data folder with ANHNH_DATA."
        )


def _look_through(database: Path) -> bool:
    """SQLite's own quick check, while the database is small enough not to hold up the start. Returns whether
    it was made."""
    if not database.exists() or database.stat().st_size > SMALL:
        return False
    connection = sqlite3.connect(database)
    try:
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    finally:
        connection.close()
    if found != "ok":
        raise sqlite3.DatabaseError(found)
    return True


@contextmanager
def _in_plain_words(settings: Settings) -> Iterator[None]:
    """Turn what goes wrong with the folder and the database into a message for whoever starts the server."""
    from alembic.util import CommandError
    from sqlalchemy.exc import DBAPIError

    from ..record.secrets import LostSecrets

    try:
        yield
    except LostSecrets as error:
        raise CannotStart(str(error)) from error
    except OSError as error:
        raise CannotStart(_folder_trouble(settings, error)) from error
    except (DBAPIError, sqlite3.Error) as error:
        raise CannotStart(_database_trouble(settings, str(getattr(error, "orig", error)))) from error
    except CommandError as error:
        raise CannotStart(
            "The data were written by a newer version of this program, which this one cannot read.\n"
            "Start the newer version. Nothing was changed."
        ) from error


def _folder_trouble(settings: Settings, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full. Nothing was changed. Make room, then start again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"The data folder {settings.data} cannot be written ({error.strerror}).\n"
            "Give this user the right to it, or choose another folder with ANHNH_DATA."
        )
    return f"The data folder {settings.data} cannot be used: {error.strerror}. ANHNH_DATA chooses another."


def _database_trouble(settings: Settings, said: str) -> str:
    if not settings.on_sqlite:
        return f"The database of ANHNH_DATABASE_URL does not answer as it should:\n{said.strip()}"
    if "full" in said:
        return "The disk is full. Nothing was changed. Make room, then start again."
    if "readonly" in said or "unable to open" in said:
        return (
            f"The database in {settings.data} cannot be written ({said}).\n"
            "Give this user the right to the folder and to every file in it."
        )
    if "locked" in said:
        return f"Another program holds the database in {settings.data}. Close it, then start again."
    return (
        f"The database in {settings.data} is damaged ({said}).\n"
        "Nothing was changed. Keep a copy of the folder as it is, then put the last backup in its place;\n"
        "the server notices that and goes on without mixing the two."
    )


# -- what the console says ---------------------------------------------------------------------------------


def _announce(app: Flask, settings: Settings) -> None:
    from ..people.founding import setup_code
    from ..record import server

    with app.app_context():
        from ..db import db

        empty = server.identity() is None
        db.session.remove()
        db.engine.dispose()
    here = _local_address(settings)
    click.echo(f"\nThe server runs. On this machine: {here}")
    for line in _for_the_pcs(settings):
        click.echo(line)
    if empty:
        click.echo(f"\nIt is empty. Its first page sets it up, with this code: {setup_code(settings.data)}")
    click.echo("\nCtrl-C stops it.")


def _local_address(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "") else settings.host  # noqa: S104  (compared)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _for_the_pcs(settings: Settings) -> list[str]:
    from ..web.lan import addresses

    found = addresses(settings)
    if not found:
        if settings.host in ("0.0.0.0", "::"):  # noqa: S104  (compared)
            return ["This machine has no address on a local network yet: plug it in, then start again."]
        return ["Only this machine can reach it. HOST=0.0.0.0 lets the PCs of the local network in."]
    return ["For the PCs of the local network:", *(f"  {address}" for address in found)]


# -- settings, rescue ----------------------------------------------------------------------------------------


@click.command()
def settings() -> None:
    """List every setting: environment variable, meaning, default, and what it is now."""
    now = Settings.from_environment()
    for name, (variable, default, meaning) in zip(Settings.__dataclass_fields__, Settings.documentation(), strict=True):
        value = _without_password(str(getattr(now, name)))
        click.echo(f"{variable}\n    {meaning}\n    default: {default or '(empty)'}   now: {value or '(empty)'}")


def _without_password(text: str) -> str:
    if "://" not in text:
        return text
    from sqlalchemy import make_url

    return make_url(text).render_as_string(hide_password=True)


@click.command("reset-administrator")
@click.argument("number", required=False)
def reset_administrator(number: str | None) -> None:
    """Give an administrator of this server a new one-time passphrase.

    Without NUMBER (a staff number) it does so if there is only one, and else lists them. The old
    passphrase stops working and the person is signed out everywhere.
    """
    from .. import create_app
    from ..people import rescue
    from ..record import schema, server

    app = create_app()
    with app.app_context():
        schema.upgrade()
        if server.identity() is None:
            raise click.ClickException("This server was not set up yet: its first page does that.")
        person = _chosen(rescue.administrators(), number)
        name, staff_number = person.name_latin or person.name_arabic, person.staff_number
        passphrase = rescue.reset(app.config["SECRETS"].pins, person)
    click.echo(f"\n{name}\nStaff number          {staff_number}\nOne-time passphrase   {passphrase}\n")
    click.echo("Write it down now: it is shown only here. The first sign-in asks for a new one.")


def _chosen(found: list[PersonRow], number: str | None) -> PersonRow:
    from ..record.fold_person import staff_key

    if number:
        found = [p for p in found if p.staff_key == staff_key(number)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise click.ClickException("No administrator of this server has that number." if number
                                   else "Nobody administers this server.")  # fmt: skip
    listed = "\n".join(f"  {p.staff_number}  {p.name_latin or p.name_arabic}" for p in found)
    raise click.ClickException(f"Say which, by staff number:\n{listed}")


commands = [serve, settings, reset_administrator]
