"""`anhnh check`, `fmt`, `new` and `translate`: what somebody who writes courses needs at a terminal."""

from __future__ import annotations

import json
import os
import re
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from anhnh_lms.config import Settings
from anhnh_lms.content.files import MANIFEST, course_folders, load_folder
from anhnh_lms.content.messages import LANGUAGES
from anhnh_lms.content.problem import Problem

if TYPE_CHECKING:
    from anhnh_lms.content.translation import BlockState

# What reads Markdown is imported where it is used: `anhnh serve` begins without it.


class NoCourse(click.ClickException):
    """Nothing to read at a path."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"there is no course at {path}: a course is a folder with {MANIFEST}")


def library() -> Path:
    """The folder with the courses: ANHNH_COURSES, else ./courses."""
    return Settings.from_environment().courses


def courses_at(path: Path | None) -> list[tuple[Path, str | None]]:
    """The courses at `path` (a course, a file in one, or a folder of courses; default: the library),
    each with the one file that was meant, if it was a file. NoCourse if there is none."""
    start = path or library()
    if start.is_file():
        for folder in (start.parent, *start.parent.parents):
            if (folder / MANIFEST).is_file():
                return [(folder, start.relative_to(folder).as_posix())]
        raise NoCourse(start)
    found = course_folders(start)
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
    from anhnh_lms.content.check import check_folders

    courses = courses_at(path)
    found = check_folders([folder for folder, _ in courses], today)
    for (folder, only), problems in zip(courses, found, strict=True):
        for problem in problems:
            if only in (None, problem.path):
                yield folder, problem


def _write(folder: Path, name: str, data: bytes) -> None:
    """Replace the file as a whole: a power cut leaves the old one or the new one."""
    handle, temporary = tempfile.mkstemp(dir=(folder / name).parent, prefix=".", suffix=".new")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mode = (folder / name).stat().st_mode if (folder / name).exists() else 0o644
        Path(temporary).chmod(mode & 0o777)
        Path(temporary).replace(folder / name)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _format(path: Path | None, mend: bool) -> Iterator[tuple[Path, str, bytes]]:
    """Course, file and new content of everything that the formatter writes differently."""
    from anhnh_lms.content.mend import format_course

    for folder, only in courses_at(path):
        for name, data in format_course(load_folder(folder), mend).items():
            if only in (None, name):
                yield folder, name, data


_PATH = click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))


@click.command()
@_PATH
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of lines.")
@click.option("--fix", is_flag=True, help="First mend what can be mended safely, and write the files.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", help="Language of the messages.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), callback=_day, help="Judge dates as on this day.")
def check(path: Path | None, as_json: bool, fix: bool, lang: str, today: date) -> None:
    """Print every problem of the courses at PATH. Exit 1 if there is an error, 0 for warnings only."""
    if fix:
        for folder, name, data in list(_format(path, mend=True)):
            _write(folder, name, data)
            click.echo(f"{folder / name}: mended", err=True)
    found = list(_found(path, today))
    if as_json:
        rows = [as_data(problem, folder, lang) for folder, problem in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for folder, problem in found:
            click.echo(problem.show(lang, f"{folder}/"))
    if any(problem.level == "error" for _, problem in found):
        raise SystemExit(1)


@click.command()
@_PATH
@click.option("--check", "only_tell", is_flag=True, help="Write nothing; exit 1 if a file would change.")
def fmt(path: Path | None, only_tell: bool) -> None:
    """Bring the files at PATH into the one form and write ids where they are missing."""
    changed = list(_format(path, mend=False))
    for folder, name, data in changed:
        if not only_tell:
            _write(folder, name, data)
        click.echo(folder / name)
    if changed and only_tell:
        raise SystemExit(1)


@click.command()
@click.argument("course")
def new(course: str) -> None:
    """Make COURSE in the library: a small course that passes every check, to be written over."""
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", course) or len(course) > 40:
        raise click.BadParameter("a course's name is letters a to z, digits and - (fire-safety)")
    from anhnh_lms.content.skeleton import new_course

    folder = library() / course
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise click.ClickException(f"{folder} is there already") from None
    for name, text in new_course(course, str(uuid.uuid4())).items():
        _write(folder, name, text.encode())
        click.echo(folder / name)


@click.command()
@click.argument("path", required=False)
@click.option(
    "--done", metavar="FILE[#BLOCK]", help="Mark a block (or the whole file) as translated; FILE# is its head."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of a table.")
def translate(path: str | None, done: str | None, as_json: bool) -> None:
    """Show the state of each translation at PATH, block by block, or mark a block as done."""
    from anhnh_lms.content.translation import states

    if done is not None:
        _mark(done)
        return
    start = Path(path) if path else None
    if start is not None and not start.exists():
        raise NoCourse(start)
    found = [
        (folder, state)
        for folder, only in courses_at(start)
        for state in states(load_folder(folder))
        if only in (None, state.path)
    ]
    if as_json:
        rows = [asdict(state) | {"path": str(folder / state.path)} for folder, state in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        _table(found)


def _table(found: list[tuple[Path, BlockState]]) -> None:
    counts: dict[Path, Counter[str]] = {}
    for folder, state in found:
        counts.setdefault(folder / state.path, Counter())[state.state] += 1
    width = max((len(str(path)) for path in counts), default=4)
    click.echo(f"{'file':{width}}  done  stale  missing")
    for path, count in counts.items():
        click.echo(f"{path!s:{width}}  {count['done']:4}  {count['stale']:5}  {count['missing']:7}")
    for folder, state in found:
        if state.state == "stale" or (state.state == "missing" and (folder / state.path).exists()):
            where = f"{folder / state.path}:{state.line}"
            click.echo(f"{where}: {state.state} #{state.id} ({state.source_path}:{state.source_line})")


def _mark(done: str) -> None:
    from anhnh_lms.content.translation import NoSuchBlock, NotATranslation, mark_done

    name, hash_mark, block = done.partition("#")
    path = Path(name)
    if not path.is_file():
        path = library() / name
    if not path.is_file():
        raise click.ClickException(f"there is no file {name}")
    folder, only = courses_at(path)[0]
    assert only is not None
    files = load_folder(folder)
    try:
        text = mark_done(files, only, block if hash_mark else None)
    except NotATranslation:
        raise click.ClickException(f"{path} is no readable translation of a file in this course") from None
    except NoSuchBlock:
        raise click.ClickException(f"{path} and its source have no block {block}") from None
    if text.encode() != files[only]:
        _write(folder, only, text.encode())
    click.echo(f"{path}: done")


commands = [check, fmt, new, translate]
