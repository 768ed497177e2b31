"""What the console says of a server: its addresses, its certificate, the code of an empty one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import tls
from ..config import Settings
from ..web import lan

if TYPE_CHECKING:
    from flask import Flask


def announce(app: Flask, settings: Settings) -> None:
    """Say that the server runs, and where. Leaves no connection open."""
    from ..db import db
    from ..people.founding import setup_code
    from ..record import server

    with app.app_context():
        empty = server.identity() is None
        db.session.remove()
        db.engine.dispose()
    click.echo(f"\nThe server runs. On this machine: {_local_address(settings)}")
    _echo(_for_the_pcs(settings))
    if empty:
        click.echo(f"\nIt is empty. Its first page sets it up, with this code: {setup_code(settings.data)}")
    click.echo("\nCtrl-C stops it.")


def _local_address(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "") else settings.host  # noqa: S104  (compared)
    return f"{'https' if settings.tls else 'http'}://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _for_the_pcs(settings: Settings) -> list[str]:
    found = lan.addresses(settings)
    lines = ["For the PCs of the local network:", *(f"  {address}" for address in found)]
    if not found and settings.host in ("0.0.0.0", "::"):  # noqa: S104  (compared)
        lines = ["This machine has no address on a local network yet: plug it in, then start again."]
    elif not found:
        lines = ["Only this machine can reach it. HOST=0.0.0.0 lets the PCs of the local network in."]
    return lines + (_of_the_certificate(settings, found) if settings.tls else [])


def _of_the_certificate(settings: Settings, found: list[str]) -> list[str]:
    """How the PCs come to trust it, and what does not work or soon will not."""
    authority = tls.authority(settings.data)
    lines = ["", "Each PC must once be told to trust this server. How, it reads at:"]
    lines += [f"  {lan.without_trust(address)}" for address in found or [_local_address(settings)]]
    lines += ["and compares with the fingerprint of the certificate:"]
    lines += [f"  Windows, sha1     {authority.thumbprint}", f"  Firefox, SHA-256  {authority.fingerprint}"]
    lines += [
        f"The certificate cannot vouch for {host}, which is no private address: PCs that write it are warned."
        for host in tls.left_out(settings.data, lan.hosts(settings))
    ]
    if authority.ends_soon:
        lines += [
            f"The PCs trust it until {authority.ends:%Y-%m-%d}. Before then, stop the server, move the folder",
            f"{settings.data / tls.FOLDER} away, start again, and have every PC trust the new certificate.",
        ]
    return lines


def _echo(lines: list[str]) -> None:
    for line in lines:
        click.echo(line)


@click.command()
def addresses() -> None:
    """Say where the PCs reach this server; with TLS the fingerprint too, and the code of an empty one.

    For a server that runs as a service, whose own words nobody sees.
    """
    from ..people.founding import CODE_FILE

    settings = Settings.from_environment()
    if settings.tls and not tls.exists(settings.data):
        raise click.ClickException("The server was not started with TLS yet: its certificate is made at its start.")
    click.echo(f"On this machine: {_local_address(settings)}")
    _echo(_for_the_pcs(settings))
    if (settings.data / CODE_FILE).exists():
        code = (settings.data / CODE_FILE).read_text(encoding="ascii")
        click.echo(f"\nThe server is empty. Its first page sets it up, with this code: {code}")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def certificate(file: Path) -> None:
    """Write to FILE the certificate that PCs are to trust: to carry it there on a stick.

    A name that ends in .crt is one that Windows opens. It holds nothing secret.
    """
    settings = Settings.from_environment()
    if not tls.exists(settings.data):
        raise click.ClickException("There is no certificate yet. Start the server once with TLS: anhnh serve --tls")
    authority = tls.authority(settings.data)
    try:
        file.write_bytes(authority.der)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from None
    click.echo(f"{file} is written. Compare on each PC:")
    click.echo(f"  Windows, sha1     {authority.thumbprint}\n  Firefox, SHA-256  {authority.fingerprint}")


commands = [addresses, certificate]
