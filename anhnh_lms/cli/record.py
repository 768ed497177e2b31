"""The record: upgrade the database, rebuild the views, verify the chains."""

from __future__ import annotations

import time

import click

from .. import create_app
from ..config import Settings
from ..db import unit_of_work
from ..learning import library
from ..record import log, schema, views
from .server import _in_plain_words


@click.command()
def upgrade() -> None:
    """Bring the database to this program's form, after a copy of it was made.

    Safe to run again, also after a power cut in its middle: it does what is left.
    """
    settings = Settings.from_environment()
    with _in_plain_words(settings), create_app(settings).app_context():
        changed = schema.upgrade()
        read, unread = library.read_anew()
    click.echo("The database was brought up to date." if changed else "The database is up to date.")
    if read:
        click.echo(f"Courses read anew: {read}.")
    if unread:
        click.echo(f"Courses that this program cannot read: {unread}. `anhnh check` says why; publish them anew.")


@click.command()
@click.option("--check", is_flag=True, help="Change nothing: compare the views with the log and say what differs.")
def rebuild(check: bool) -> None:
    """Throw the views away and make them again from the log.

    With --check it compares instead, on one snapshot, while the server goes on serving; it also
    verifies every chain. Exits 1 if anything differs.
    """
    with create_app().app_context():
        if check:
            _compare()
            return
        schema.upgrade()
        started = time.perf_counter()
        with unit_of_work():
            count = views.rebuild()
        click.echo(f"{count} rows were made again in {time.perf_counter() - started:.1f} s.")


def _compare() -> None:
    flaws, differences = log.verify(), views.differences()
    for flaw in flaws:
        click.echo(f"{'/'.join(map(str, flaw.identity))}: {flaw.what}")
    for item in differences:
        what = "is missing" if item.stored is None else "should not exist" if item.computed is None else "differs"
        click.echo(f"{item.table} {' '.join(map(str, item.key))}: {what}")
    if flaws or differences:
        click.echo(f"{len(flaws)} flaws in the chains, {len(differences)} rows that differ.", err=True)
        raise SystemExit(1)
    click.echo("Every chain is whole and every row is what the log says.")


commands = [upgrade, rebuild]
