"""What was read of published versions, in the data folder's cache. It is only ever a saving of time:
whatever is missing, damaged or of another program is read again from the course's own files."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from flask import current_app

from ..content.course import Course
from ..content.frozen import NotFrozen, freeze, made_by, thaw

_log = logging.getLogger(__name__)
_ENDING = ".course"
_OURS = f"-{made_by()}{_ENDING}"  # asked while this program is what lies on the disk


def is_kept(version: str) -> bool:
    """Is there anything to take back? (It may prove to be damaged.)"""
    return _path(version).exists()


def kept(version: str) -> Course | None:
    """The course of that version as this program read it before, or None."""
    try:
        found = thaw(_path(version).read_bytes())
    except (OSError, NotFrozen):
        return None
    return found if found.version == version else None


def keep(course: Course) -> None:
    """Keep what was read, for every worker and the next start. What another program read is thrown away.
    Where it cannot be written (a full disk), nothing is kept and nothing fails."""
    path = _path(course.version)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.iterdir():
            if _OURS not in old.name:
                old.unlink(missing_ok=True)
        scratch = path.with_name(f"{path.name}.{os.getpid()}.new")  # a power cut leaves few of them
        try:
            scratch.write_bytes(freeze(course))
            scratch.replace(path)
        except BaseException:
            scratch.unlink(missing_ok=True)
            raise
    except OSError as error:
        _log.warning("what was read of a course could not be kept: %s", type(error).__name__)


def _path(version: str) -> Path:
    return Path(current_app.config["CACHE"]) / "courses" / f"{version}{_OURS}"
