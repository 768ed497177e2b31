"""`check`: every problem of a course, and those that can be mended without changing what it means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from anhnh_lms.content.problem import Problem
from anhnh_lms.content.reader import read_course


def check_course(files: Mapping[str, bytes], today: date | None = None) -> tuple[Problem, ...]:
    """Every problem of every file of one course, sorted by file, line and code."""
    return read_course(files, today=today).problems
