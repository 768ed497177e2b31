"""The server: serve, list the settings, help an administrator who cannot sign in."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import tls
from ..config import Settings, said
from ..damage import Watch, look_through
from ..web import lan
from .console import announce

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
@click.option("--tls", "with_tls", is_flag=True, help="Under https, with a certificate of this server's own.")
def serve(with_tls: bool) -> None:
    """Serve the courses until Ctrl-C (or SIGTERM) stops it.

    Brings the database up to date first. HOST and PORT choose the address, ANHNH_DATA the data folder;
    `anhnh settings` lists every setting. With --tls (or ANHNH_TLS=yes) it makes and renews a certificate,
    and says how the PCs come to trust it.
    """
    settings = Settings.from_environment()
    settings = replace(settings, tls=settings.tls or with_tls)
    os.umask(0o077)  # names stand in these files: for the server's own user only
    _check_port(settings)
    with ExitStack() as running:
        with _in_plain_words(settings):
            _check_folder(settings)
            running.enter_context(_counted_as_running(settings))
            app = prepared(settings)
            if settings.tls:
                tls.ready(settings.data, lan.served(settings))
        announce(app, settings)
        from .serving import run

        run(app, settings)


@contextmanager
def _counted_as_running(settings: Settings) -> Iterator[None]:
    """From before the database is opened until the last process has closed it, no backup can be put back."""
    from ..record.restore import finish_alone
    from ..record.running import held

    finish_alone(settings.data)
    with held(settings.data) if settings.on_sqlite else nullcontext():
        yield


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
            f"Nothing was changed. {_way_back(settings)}\n"
            "To begin anew with an empty server, choose another data folder with ANHNH_DATA."
        )


def _look_through(database: Path) -> bool:
    """SQLite's own quick check, while the database is small enough not to hold up the start, or if the server
    had found damage before it stopped. Returns whether it was made; a larger one is looked through while
    the server serves already (`serving.look_through_the_rest`)."""
    flag = Watch(database).flag
    if not database.exists() or (database.stat().st_size > SMALL and not flag.exists()):
        return False
    look_through(database)
    flag.unlink(missing_ok=True)
    return True


@contextmanager
def _in_plain_words(settings: Settings) -> Iterator[None]:
    """Turn what goes wrong with the folder and the database into a message for whoever starts the server."""
    from sqlalchemy.exc import DBAPIError

    from ..record.copying import Damaged
    from ..record.running import StillRunning
    from ..record.secrets import LostSecrets

    try:
        yield
    except (LostSecrets, tls.LostAuthority) as error:
        raise CannotStart(str(error)) from error
    except Damaged as error:
        raise CannotStart(_database_trouble(settings, str(error))) from error
    except StillRunning as error:
        raise CannotStart(f"It cannot start now: {error}. Wait until that is done, then start again.") from error
    except OSError as error:
        raise CannotStart(_folder_trouble(settings, error)) from error
    except (DBAPIError, sqlite3.Error) as error:
        raise CannotStart(_database_trouble(settings, str(getattr(error, "orig", error)))) from error
    except Exception as error:
        if not type(error).__module__.startswith("alembic."):  # which is imported only where there is something to do
            raise
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
        f"Nothing was changed. {_way_back(settings)}\n"
        "The server notices that and goes on without mixing the two."
    )


def _way_back(settings: Settings) -> str:
    """The newest good copy and the one command that puts it back."""
    from ..record.copies import newest_good

    copy = newest_good(settings.data)
    if copy is None:
        return (
            "There is no good copy on this PC. Put the last backup back; what is there now\n"
            "is kept aside:\n\n    anhnh restore FILE\n"
        )
    return (
        f"The newest good copy on this PC is {copy.name}. This command puts it back,\n"
        "says before what would be lost, and keeps what is there now aside:\n\n"
        f"    anhnh restore --copy {copy.name}\n\n"
        "If you have a newer backup: anhnh restore FILE"
    )


# -- settings, rescue ----------------------------------------------------------------------------------------


@click.command()
def settings() -> None:
    """List every setting: environment variable, meaning, default, and what it is now."""
    now = Settings.from_environment()
    for name, (variable, default, meaning) in zip(Settings.__dataclass_fields__, Settings.documentation(), strict=True):
        value = _without_password(said(getattr(now, name)))
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
