"""`check`: every problem of a course, and of many courses at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path

from anhnh_lms.content.files import load_folder
from anhnh_lms.content.problem import Problem
from anhnh_lms.content.reader import read_course


def check_course(files: Mapping[str, bytes], today: date | None = None) -> tuple[Problem, ...]:
    """Every problem of every file of one course, sorted by file, line and code."""
    return read_course(files, today=today).problems


def check_folders(folders: Sequence[Path], today: date | None = None) -> list[tuple[Problem, ...]]:
    """The problems of each course, in the order of `folders`, read on as many cores as there are. OSError if
    one is no folder that can be listed."""
    check = partial(_check_folder, today=today)
    cores = min(os.cpu_count() or 1, len(folders))
    if cores < 2:
        return [check(folder) for folder in folders]
    try:
        pool = ProcessPoolExecutor(cores)
    except (OSError, NotImplementedError):  # a system that lets no processes work together
        return [check(folder) for folder in folders]
    with pool:
        return list(pool.map(check, folders))


def _check_folder(folder: Path, today: date | None) -> tuple[Problem, ...]:
    return check_course(load_folder(folder), today)
