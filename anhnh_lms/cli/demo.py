"""The demonstration: fill a data folder with fictional establishments."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import click

from .. import clock, create_app
from ..config import Settings
from ..record import schema, server
from ..record.secrets import fixed_secrets, save_secrets

KEPT = "demo.json"


@click.command()
@click.option("--today", "last", type=click.DateTime(["%Y-%m-%d"]), help="The last day of the year (default: today).")
@click.option("--seed", default=1, show_default=True, help="Another number makes up another year.")
def demo(last: datetime | None, seed: int) -> None:
    """Fill an empty data folder with twelve fictional establishments and a year of activity.

    The same date, seed and courses make the same log. A folder that holds the demonstration already is
    left as it is. Prints one account per role.
    """
    settings = Settings.from_environment()
    today = last.date() if last else clock.today()
    if not (settings.data / "secrets.json").exists():
        save_secrets(settings.data, fixed_secrets(f"demo/{seed}"))
    app = create_app(settings)
    with app.app_context():
        schema.upgrade()
        kept = settings.data / KEPT
        if server.identity() is None:
            _fill(kept, settings, today, seed)
        elif not kept.exists():
            raise click.ClickException("This data folder holds a real server. The demonstration needs an empty one.")
        _print(json.loads(kept.read_text(encoding="utf-8")))


def _fill(kept: Path, settings: Settings, today: date, seed: int) -> None:
    from ..demo.fill import fill
    from ..demo.places import SITES
    from ..studio.shelf import shelf

    found = shelf(settings.courses, today)
    for item in found:
        if not item.good:
            click.echo(f"{item.name}: not published, it has errors. `anhnh check` says which.", err=True)
    courses = [(item.course, item.files) for item in found if item.course is not None and item.good]
    with click.progressbar(length=len(SITES) + 2, label="A year of twelve establishments") as bar:
        accounts = fill(courses, today, seed, lambda _step: bar.update(1))
    rows = [
        {"role": a.role, "number": a.number, "secret": a.secret, "name": a.name, "where": a.where} for a in accounts
    ]
    kept.write_text(
        json.dumps({"today": str(today), "seed": seed, "accounts": rows}, ensure_ascii=False), encoding="utf-8"
    )


def _print(kept: dict[str, object]) -> None:
    rows = kept["accounts"]
    assert isinstance(rows, list)
    click.echo(f"\nThe demonstration ends on {kept['today']}. Whoever holds a role signs in with the passphrase.\n")
    click.echo(f"{'role':25} {'where':10} {'staff number':14} {'PIN or passphrase':28} name")
    for row in rows:
        click.echo(f"{row['role']:25} {row['where']:10} {row['number']:14} {row['secret']:28} {row['name']}")
    click.echo("")


commands = [demo]
