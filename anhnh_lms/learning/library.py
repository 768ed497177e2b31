"""Published courses: freezing a version, and reading it back.

A version is named by the hash of its files; the files lie in the database, so every worker and every
host reads the same. A version never changes, so what was read stays in memory, and frozen in the data
folder's cache: after a power cut everybody comes back at once, and nobody waits for Markdown. Which
version is current is asked each time.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy import bindparam, insert, select

from ..content.course import Course
from ..content.files import version_of
from ..db import db, rows
from ..record import server
from ..record.log import Fact, recording
from ..record.nearest import nearest, scopes
from ..record.tables_of_views import CourseRow
from . import readings
from .tables import BlobRow, FileRow

if TYPE_CHECKING:
    from ..content.reader import Reading

FILES = "/courses/files"  # address of the pictures of published versions


class NoSuchCourse(LookupError):
    """No course, or no version of it, that this person may open."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a list needs to know of the current version of a course."""

    id: str
    slug: str
    version: str
    label: str
    hours: int
    months: int
    titles: Mapping[str, str]
    modules: tuple[str, ...]
    quizzes: Mapping[str, Sequence[str]]  # module -> ids of its graded quizzes
    tests: Mapping[str, str]  # role -> quiz id
    source: str

    def title(self, lang: str) -> str:
        return self.titles.get(lang) or self.titles[self.source]


def publish(files: Mapping[str, bytes], course: Course, actor: str = "", retake: Sequence[str] = ()) -> bool:
    """Freeze these files as the current version for this server's scope. False if it is so already.
    `retake`: modules that must be passed again, besides those that a new version's course.yml names.
    The caller has made sure that the course has no errors."""
    me = server.own()
    with recording() as record:
        now = db.session.execute(
            select(CourseRow.version, CourseRow.withdrawn).where(CourseRow.id == course.id, CourseRow.scope == me.scope)
        ).first()
        if now and now.version == course.version and not now.withdrawn and not retake:
            return False
        keep(course.version, files)
        again = retake if now and now.version == course.version else (*course.retake, *retake)
        record.append(published(course, me, actor, again))
    return True


def published(course: Course, me: server.Identity, actor: str, retake: Sequence[str] = ()) -> Fact:
    """The entry that a version is now the current one for the server's scope."""
    source = course.text(course.source)
    body = {
        "version": course.version,
        "label": course.label,
        "slug": course.slug,
        "source": course.source,
        "titles": {lang: text.title for lang, text in course.texts.items()},
        "hours": course.hours_hundredths,
        "months": course.valid_months or 0,
        "modules": list(course.module_ids),
        "quizzes": {m.id: [q.id for q in m.graded] for m in source.modules},
        "tests": {q.role: q.id for q in (source.assessment.quizzes if source.assessment else ()) if q.role},
        "retake": list(dict.fromkeys(retake)),
        "scope": me.scope,
    }
    return Fact("course.published", "library", me.country, body, subject=course.id, actor=actor)


def keep(version: str, files: Mapping[str, bytes]) -> None:
    """Store the files of a version, each content once. Stands in a unit of work."""
    hashes = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    known = set(
        db.session.execute(select(BlobRow.hash).where(BlobRow.hash.in_(sorted(set(hashes.values()))))).scalars()
    )
    fresh = {digest: files[path] for path, digest in hashes.items() if digest not in known}
    if fresh:
        db.session.execute(insert(BlobRow), [{"hash": h, "data": d} for h, d in fresh.items()])
    if not _is_here(version):
        db.session.execute(insert(FileRow), [{"version": version, "path": p, "hash": h} for p, h in hashes.items()])


_CURRENT = select(
    CourseRow.scope, CourseRow.id, CourseRow.slug, CourseRow.version, CourseRow.label, CourseRow.hours,
    CourseRow.months, CourseRow.titles, CourseRow.modules, CourseRow.quizzes, CourseRow.tests, CourseRow.source,
).where(
    CourseRow.scope.in_((bindparam("all"), bindparam("country"), bindparam("home"))), CourseRow.withdrawn == 0
)  # fmt: skip


def current(country: str, establishment: str) -> list[Published]:
    """The courses that somebody of that establishment may take, in the order of their slugs. A
    version published for the establishment goes before the country's, and that before everybody's."""
    found = nearest(rows(_CURRENT, all="*", country=country, home=establishment), scopes(country, establishment))
    return sorted((_from_row(tuple(row[1:])) for row in found), key=lambda p: p.slug)


def published_here(scope: str) -> list[Published]:
    """The versions that this server published for its scope and did not withdraw."""
    return [_from_row(tuple(row[1:])) for row in rows(_CURRENT, all=scope, country=scope, home=scope)]


def current_by_slug(slug: str, country: str, establishment: str) -> Published:
    """Raises NoSuchCourse."""
    for item in current(country, establishment):
        if item.slug == slug:
            return item
    raise NoSuchCourse(slug)


@lru_cache(maxsize=256)
def _from_row(row: tuple[Any, ...]) -> Published:
    name, slug, version, label, hours, months, titles, modules, quizzes, tests, source = row
    return Published(
        name, slug, version, label, hours, months, json.loads(titles), tuple(json.loads(modules)),
        json.loads(quizzes), json.loads(tests), source,
    )  # fmt: skip


def _is_here(version: str) -> bool:
    return db.session.execute(select(FileRow.path).where(FileRow.version == version).limit(1)).first() is not None


def files_of(version: str) -> dict[str, bytes]:
    """Every file of a published version, by path. Empty if this server does not have it."""
    found = db.session.execute(
        select(FileRow.path, BlobRow.data).join(BlobRow, BlobRow.hash == FileRow.hash).where(FileRow.version == version)
    )
    return dict(found.all())


def file_of(version: str, path: str) -> bytes | None:
    """One file of a published version."""
    return db.session.execute(
        select(BlobRow.data).join(FileRow, BlobRow.hash == FileRow.hash).where(
            FileRow.version == version, FileRow.path == path
        )
    ).scalar()  # fmt: skip


def course(version: str) -> Course:
    """The course of that version. Raises NoSuchCourse if this server does not have its files."""
    database = current_app.config["SQLALCHEMY_DATABASE_URI"]
    with _turns[version, database]:  # who comes while it is read waits for it, and does not read it too
        return _course(version, database)


_turns: defaultdict[tuple[str, str], threading.Lock] = defaultdict(threading.Lock)


@lru_cache(maxsize=32)
def _course(version: str, _database: str) -> Course:
    if not _is_here(version):
        raise NoSuchCourse(version)
    found = readings.kept(version)
    if found is None:
        found = read(files_of(version)).course
        if found is None:
            raise NoSuchCourse(version)
        readings.keep(found)
    return found


def to_take_back() -> list[str]:
    """The versions on line that this program read before: having them in memory costs next to nothing."""
    return [version for version in _on_line() if readings.is_kept(version)]


def read_anew() -> tuple[int, int]:
    """Read the courses that are on line and that this program never read. Returns how many it read, and how many
    it cannot read (which learners are told when they open them)."""
    fresh = [version for version in _on_line() if not readings.is_kept(version) and _is_here(version)]
    read = 0
    for version in fresh:
        with suppress(NoSuchCourse):
            course(version)
            read += 1
    return read, len(fresh) - read


def _on_line() -> Sequence[str]:
    return db.session.execute(select(CourseRow.version).where(CourseRow.withdrawn == 0).distinct()).scalars().all()


def read(files: Mapping[str, bytes], today: date | None = None) -> Reading:
    """The course in these files as learners will see it, and its problems (see `content.reader`)."""
    from ..content.reader import read_course  # Markdown and the sanitisers: only who reads pays for them

    return read_course(files, asset_prefix=f"{FILES}/{version_of(files)}/", today=today)
