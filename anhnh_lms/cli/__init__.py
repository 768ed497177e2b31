"""`anhnh ...`: one module per group of commands, each thin."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

GROUPS = (
    "content", "publish", "preview", "server", "console", "service", "new_secrets", "record", "backup", "demo",
)  # fmt: skip


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="anhnh-lms")
def cli() -> None:
    """The course server for people who work in prisons."""


def _collect() -> None:
    for name in GROUPS:
        for command in import_module(f"{__name__}.{name}").commands:
            cli.add_command(command)


def main() -> None:
    """The console script. A setting that cannot be used is told in one line."""
    from ..config import BadSetting
    from ..record.running import StillRunning
    from ..record.secrets import LostSecrets

    os.umask(0o077)  # what is written here is for the server alone
    _collect()
    try:
        cli(prog_name="anhnh")  # also where start.py was run
    except (BadSetting, LostSecrets, StillRunning) as error:
        click.echo(f"anhnh: {error}", err=True)
        sys.exit(2)
