"""The courses that lie in the library folder: read, checked, ready to be published or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from ..content.course import Course
from ..content.files import course_folders, load_folder, version_of
from ..content.problem import Problem
from ..learning import library


@dataclass(frozen=True, slots=True)
class OnShelf:
    """A course folder. `course` is None if it could not be read at all."""

    folder: Path
    files: Mapping[str, bytes]
    course: Course | None
    errors: tuple[Problem, ...]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def good(self) -> bool:
        """Whether it may be published."""
        return self.course is not None and not self.errors

    def lines(self, lang: str = "en") -> list[str]:
        """The errors, as `anhnh check` prints them."""
        return [problem.show(lang, f"{self.name}/") for problem in self.errors]


def look_at(folder: Path, today: date) -> OnShelf:
    """Read and check the course of a folder."""
    files = load_folder(folder)
    read = _read(version_of(files), str(files.problems), folder, today)
    return OnShelf(folder, files, *read)


@lru_cache(maxsize=64)
def _read(_version: str, _left_out: str, folder: Path, today: date) -> tuple[Course | None, tuple[Problem, ...]]:
    """Kept by the content's hash and by what could not be loaded: whoever looks again at what did not change
    need not wait."""
    reading = library.read(load_folder(folder), today)
    return reading.course, reading.errors


def shelf(courses: Path, today: date) -> list[OnShelf]:
    """Every course of the library, by name."""
    return [look_at(folder, today) for folder in course_folders(courses)]
