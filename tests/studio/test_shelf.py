"""What lies in the library folder is judged as it lies there now."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flask import Flask

from anhnh_lms.content.course import Course
from anhnh_lms.learning import library, readings
from anhnh_lms.studio.shelf import look_at
from tests import support
from tests.learning import school

TODAY = date(2026, 11, 23)


def test_look_at_when_learners_read_it_already_then_what_is_wrong_now_is_told_all_the_same(
    app_context: Flask, founded: support.Founded, tmp_path: Path
) -> None:
    folder = school.written(tmp_path / "fire-drill")
    first = look_at(folder, TODAY)
    assert isinstance(first.course, Course)
    library.publish(first.files, first.course)
    readings.keep(first.course)
    assert look_at(folder, TODAY).good
    (folder / "plan.png").symlink_to("/etc/hostname")  # left out of the files, so the version is the same
    linked = look_at(folder, TODAY)
    assert linked.course is not None
    assert linked.course.version == first.course.version
    assert [problem.code for problem in linked.errors] == ["E134"]
    (folder / "plan.png").unlink()
    assert look_at(folder, TODAY).good
