"""A published version is read once, whatever happens: a crowd, a restart, a damaged cache, a full disk."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from anhnh_lms.content import frozen, reader
from anhnh_lms.content.course import Course
from anhnh_lms.db import db, unit_of_work
from anhnh_lms.learning import library, readings
from anhnh_lms.learning.tables import FileRow
from anhnh_lms.web import i18n
from anhnh_lms.web.ready import get_ready

from . import school


@pytest.fixture
def counted(app: Flask, course: Course, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A name for each reading from Markdown, on a server that read nothing yet."""
    found: list[str] = []
    really = reader.read_course

    def counting(*args: object, **options: object) -> reader.Reading:
        found.append(threading.current_thread().name)
        return really(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(reader, "read_course", counting)
    library._course.cache_clear()
    for path in kept_files(app):
        path.unlink()
    yield found
    library._course.cache_clear()


def kept_files(app: Flask) -> list[Path]:
    return sorted((Path(app.config["CACHE"]) / "courses").glob("*"))


def test_course_when_thirty_come_at_once_then_one_of_them_reads(app: Flask, course: Course, counted: list[str]) -> None:
    gate = threading.Barrier(30)
    found: list[Course] = []

    def come() -> None:
        with app.app_context():
            gate.wait(30)
            found.append(library.course(course.version))
            db.session.remove()

    threads = [threading.Thread(target=come) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counted) == 1
    assert len(found) == 30
    assert len({id(item) for item in found}) == 1


def test_course_when_the_server_starts_again_then_no_markdown_is_read(course: Course, counted: list[str]) -> None:
    first = library.course(course.version)
    library._course.cache_clear()
    assert library.course(course.version) == first
    assert len(counted) == 1


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[::-1], lambda data: b""])
def test_course_when_the_cache_is_damaged_then_it_is_read_and_kept_again(
    app: Flask, course: Course, counted: list[str], damage: Callable[[bytes], bytes]
) -> None:
    first = library.course(course.version)
    (path,) = kept_files(app)
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    library._course.cache_clear()
    assert library.course(course.version) == first
    assert len(counted) == 2
    assert path.read_bytes() == whole


def test_course_when_another_version_lies_under_its_name_then_it_is_read(
    app: Flask, course: Course, counted: list[str]
) -> None:
    library.course(course.version)
    (path,) = kept_files(app)
    other = school.publish(school.files(alarm=lambda old: old.replace("Never open a hot door.", "Leave it shut.")))
    path.write_bytes(frozen.freeze(other))
    library._course.cache_clear()
    assert library.course(course.version).version == course.version


def test_course_when_another_program_kept_it_then_it_is_read_again_and_the_old_one_thrown_away(
    app: Flask, course: Course, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    library.course(course.version)
    (before,) = kept_files(app)
    monkeypatch.setattr(readings, "_OURS", "-another.course")
    library._course.cache_clear()
    library.course(course.version)
    assert len(counted) == 2
    (after,) = kept_files(app)
    assert after.name != before.name


def test_course_when_nothing_can_be_kept_then_it_is_read_all_the_same(
    app: Flask, course: Course, counted: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a-file").write_text("no folder can be made here")
    monkeypatch.setitem(app.config, "CACHE", tmp_path / "a-file")
    assert library.course(course.version).id == course.id
    assert len(counted) == 1


def test_course_when_the_database_does_not_have_it_then_the_cache_does_not_help(
    course: Course, counted: list[str]
) -> None:
    library.course(course.version)
    library._course.cache_clear()
    with unit_of_work():
        db.session.query(FileRow).delete()
    with pytest.raises(library.NoSuchCourse):
        library.course(course.version)


def test_read_anew_when_the_program_is_new_then_what_is_on_line_is_read_and_the_start_takes_it_back(
    app: Flask, course: Course, counted: list[str]
) -> None:
    assert library.read_anew() == (1, 0)
    assert library.read_anew() == (0, 0)
    library._course.cache_clear()
    get_ready(app)
    assert library._course.cache_info().currsize == 1
    assert len(counted) == 1


def test_get_ready_when_nothing_was_read_then_the_start_does_not_wait_for_it(
    app: Flask, course: Course, counted: list[str]
) -> None:
    get_ready(app)
    assert counted == []


def test_get_ready_when_the_database_does_not_answer_then_the_server_starts_and_says_so(
    app: Flask, course: Course, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(library, "_on_line", lambda: db.session.execute(db.text("select nothing from nowhere")))
    get_ready(app)
    assert "could not be made ready" in caplog.text


def test_get_ready_when_a_course_on_line_has_lost_its_files_then_the_server_starts_and_says_so(
    app: Flask, course: Course, counted: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    library.course(course.version)
    library._course.cache_clear()
    with unit_of_work():
        db.session.query(FileRow).delete()
    get_ready(app)
    assert "a course could not be made ready: NoSuchCourse" in caplog.text


@pytest.mark.parametrize("damage", [b"", b"rubbish", b"charset=qtf-8", b"charset"])
def test_get_ready_when_the_kept_words_are_damaged_then_the_server_starts_and_they_are_made_again(
    app: Flask, course: Course, damage: bytes
) -> None:
    i18n.merged.cache_clear()
    get_ready(app)
    kept = sorted(Path(app.config["CACHE"]).glob("*.mo"))
    whole = [path.read_bytes() for path in kept]
    assert len(kept) >= 2
    for path in kept:
        text = path.read_bytes()
        path.write_bytes(text.replace(b"charset=utf-8", damage) if damage.startswith(b"charset") else damage)
        assert path.read_bytes() != text
    i18n.merged.cache_clear()
    get_ready(app)
    assert [path.read_bytes() for path in kept] == whole


def test_read_anew_when_a_course_cannot_be_read_then_it_counts_it_and_goes_on(
    course: Course, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "read", lambda _files: reader.Reading(None, ()))
    assert library.read_anew() == (0, 1)


def test_keep_when_a_power_cut_left_something_half_then_the_next_program_throws_it_away(
    app: Flask, course: Course, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    library.course(course.version)
    (path,) = kept_files(app)
    path.with_name(f"{path.name}.77.new").write_bytes(b"half")
    monkeypatch.setattr(readings, "_OURS", "-another.course")
    library._course.cache_clear()
    library.course(course.version)
    assert [found.name for found in kept_files(app)] == [f"{course.version}-another.course"]
