"""Publishing: freeze the courses of the library as the versions that learners see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import click

from .. import create_app
from ..config import Settings
from ..content.course import Course
from ..record import schema, server


def folders(library: Path) -> list[Path]:
    """The courses of a library: its folders that hold a `course.yml`."""
    if (library / "course.yml").exists():
        return [library]
    return sorted(path.parent for path in library.glob("*/course.yml"))


def load(folder: Path, today: date) -> tuple[Course | None, Mapping[str, bytes], list[str], int]:
    """The course of a folder, its files, its problems as lines, and how many of them are errors."""
    from ..content.files import load_folder
    from ..content.reader import read_course

    files = load_folder(folder)
    reading = read_course(files, today=today)
    errors = [p for p in reading.problems if p.level == "error"]
    return reading.course, files, [p.show(folder=f"{folder.name}/") for p in errors], len(errors)


def load_checked(library: Path, today: date) -> list[tuple[Course, Mapping[str, bytes]]]:
    """Every course of the library without errors; the others are named on the console."""
    found: list[tuple[Course, Mapping[str, bytes]]] = []
    for folder in folders(library):
        course, files, lines, errors = load(folder, today)
        if course is None or errors:
            click.echo(f"{folder.name}: not published, {errors} errors. `anhnh check` says which.", err=True)
            click.echo("\n".join(lines[:5]), err=True)
        else:
            found.append((course, files))
    return found


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
    refused = 0
    with create_app(settings).app_context():
        schema.upgrade()
        if server.identity() is None:
            raise click.ClickException(
                "This server is not set up yet. Start it (`anhnh serve`) and open its first page."
            )
        for folder in wanted:
            found, files, lines, errors = load(folder, datetime.now(UTC).date())
            if found is None or errors:
                refused += 1
                click.echo("\n".join(lines), err=True)
                click.echo(f"{folder.name}: refused. The last good version stays on line.", err=True)
                continue
            fresh = library.publish(files, found, retake=retake)
            click.echo(
                f"{folder.name}: version {found.label} ({found.version[:12]}) {'published' if fresh else 'is on line'}."
            )
    if refused:
        raise SystemExit(1)


commands = [publish]
