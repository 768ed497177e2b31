"""Publishing: freeze the courses of the library as the versions that learners see."""

from __future__ import annotations

import click

from .. import clock, create_app
from ..config import Settings
from ..content.files import course_folders
from ..record import schema, server
from ..studio.shelf import look_at


@click.command()
@click.argument("course", required=False)
@click.option("--retake", multiple=True, metavar="MODULE", help="A module that must be passed again.")
def publish(course: str | None, retake: tuple[str, ...]) -> None:
    """Publish COURSE (a folder of the library; without it, every course) to this server's learners.

    A course with errors is refused, and the last good version stays on line. Modules that course.yml lists
    under `retake` must be passed again when a new version is published.
    """
    from ..learning import library, readings

    settings = Settings.from_environment()
    wanted = [settings.courses / course] if course else course_folders(settings.courses)
    today, refused = clock.today(), 0
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
            readings.keep(found.course)
            version = f"version {found.course.label} ({found.course.version[:12]})"
            click.echo(f"{found.name}: {version} {'published' if fresh else 'is on line already'}.")
    if refused:
        raise SystemExit(1)


commands = [publish]
