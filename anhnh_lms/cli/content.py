"""`anhnh check`, `fmt`, `new` and `translate`: what somebody who writes courses needs at a terminal."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from anhnh_lms.content.check import check_course
from anhnh_lms.content.files import load_folder
from anhnh_lms.content.manifest import NAME as MANIFEST
from anhnh_lms.content.messages import LANGUAGES
from anhnh_lms.content.problem import Problem


class NoCourse(click.ClickException):
    """Nothing to read at a path."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"there is no course at {path}: a course is a folder with {MANIFEST}")


def library() -> Path:
    """The folder with the courses: ANHNH_COURSES, else ./courses."""
    return Path(os.environ.get("ANHNH_COURSES") or "courses")


def courses_at(path: Path | None) -> list[tuple[Path, str | None]]:
    """The courses at `path` (a course, a file in one, or a folder of courses; default: the library),
    each with the one file that was meant, if it was a file. NoCourse if there is none."""
    start = path or library()
    if start.is_file():
        for folder in (start.parent, *start.parent.parents):
            if (folder / MANIFEST).is_file():
                return [(folder, start.relative_to(folder).as_posix())]
        raise NoCourse(start)
    if (start / MANIFEST).is_file():
        return [(start, None)]
    found = sorted(folder for folder in start.glob("*/") if (folder / MANIFEST).is_file())
    if not found:
        raise NoCourse(start)
    return [(folder, None) for folder in found]


def as_data(problem: Problem, folder: Path, lang: str) -> dict[str, Any]:
    """A problem for machines."""
    return {
        "file": str(folder / problem.path),
        "line": problem.line,
        "code": problem.code,
        "level": problem.level,
        "message": problem.message(lang),
    }


def _day(_context: click.Context, _option: click.Parameter, value: datetime | None) -> date:
    return value.date() if value else date.today()  # noqa: DTZ011 (the author's own day)


def _found(path: Path | None, today: date) -> Iterator[tuple[Path, Problem]]:
    for folder, only in courses_at(path):
        for problem in check_course(load_folder(folder), today):
            if only in (None, problem.path):
                yield folder, problem


_PATH = click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))


@click.command()
@_PATH
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of lines.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", help="Language of the messages.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), callback=_day, help="Judge dates as on this day.")
def check(path: Path | None, as_json: bool, lang: str, today: date) -> None:
    """Print every problem of the courses at PATH. Exit 1 if there is an error, 0 for warnings only."""
    found = list(_found(path, today))
    if as_json:
        rows = [as_data(problem, folder, lang) for folder, problem in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for folder, problem in found:
            click.echo(problem.show(lang, f"{folder}/"))
    if any(problem.level == "error" for _, problem in found):
        raise SystemExit(1)


commands = [check]
