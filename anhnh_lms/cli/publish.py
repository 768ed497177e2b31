"""Publishing: freeze the courses of the library as the versions that learners see."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from .. import create_app
from ..config import Settings
from ..record import schema, server
from ..studio.shelf import folders, look_at


@click.command()
@click.argument("course", required=False)
@click.option("--retake", multiple=True, metavar="MODULE", help="A module that must be passed again.")
def publish(course: str | None, retake: tuple[str, ...]) -> None:
    """Publish COURSE (a folder of the library; without it, every course) to this server's learners.

    A course with errors is refused, and the last good version stays on line.
    """
    from ..learning import library

    settings = Settings.from_environment()
    wanted = [settings.courses / course] if course else folders(settings.courses)
    today, refused = datetime.now(UTC).date(), 0
    with create_app(settings).app_context():
        schema.upgrade()
        if server.identity() is None:
            raise click.ClickException("This server is not set up yet. Start it (`anhnh serve`); open its first page.")
        for folder in wanted:
            found = look_at(folder, today)
            if found.course is None or not found.good:
                refused += 1
                click.echo("\n".join(found.lines()), err=True)
                click.echo(f"{found.name}: refused. The last good version stays on line.", err=True)
                continue
            fresh = library.publish(found.files, found.course, retake=retake)
            version = f"version {found.course.label} ({found.course.version[:12]})"
            click.echo(f"{found.name}: {version} {'published' if fresh else 'is on line already'}.")
    if refused:
        raise SystemExit(1)


commands = [publish]
