"""A course's folder as plain data, and the name of one version of it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from anhnh_lms.content import limits
from anhnh_lms.content.problem import Problem

MANIFEST = "course.yml"
_PRUNED = frozenset({"__pycache__", "node_modules"})


class Files(dict[str, bytes]):
    """The files of a course by their path in it (with `/`), sorted. `problems` are those that could
    not be read; a course that has any is not published."""

    def __init__(self, files: Mapping[str, bytes] | None = None, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(sorted((files or {}).items()))
        self.problems = problems


def load_folder(path: str | os.PathLike[str]) -> Files:
    """Every file of a course. Hidden files and folders are skipped. Links, special files, files over
    their limit (see `limits`) and more than 2000 files are left out with a problem; nothing outside
    the folder is ever read, and of a file that is too large only its size. OSError if `path` is no
    folder that can be listed."""
    root = Path(path)
    os.listdir(root)
    found: dict[str, bytes] = {}
    problems: list[Problem] = []
    total = 0
    for entry, name in _walk(root, ""):
        status = entry.stat(follow_symlinks=False)
        limit = _limit(name)
        if not stat.S_ISREG(status.st_mode):
            problems.append(Problem.at(name, 0, "E134"))
        elif status.st_size > limit:
            problems.append(Problem.at(name, 0, "E101", size=status.st_size, limit=limit))
        elif total + status.st_size > limits.COURSE_BYTES or len(found) >= limits.COURSE_FILES:
            what = f"> {limits.COURSE_FILES}" if len(found) >= limits.COURSE_FILES else f"> {limits.COURSE_BYTES}"
            problems.append(Problem.at(MANIFEST, 0, "E135", what=what))
            break
        else:
            total += status.st_size
            data = _read(Path(entry.path), limit)
            if data is None:
                problems.append(Problem.at(name, 0, "E134"))
            else:
                found[name] = data
    return Files(found, tuple(problems))


def _walk(folder: Path, prefix: str) -> Iterator[tuple[os.DirEntry[str], str]]:
    """Files and links below `folder`, sorted, with their path in the course; folders are entered,
    linked folders are not."""
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.startswith(".") or entry.name in _PRUNED or entry.name.endswith("~"):
                continue
            name = f"{prefix}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if name.count("/") < 8:
                    yield from _walk(Path(entry.path), f"{name}/")
            else:
                yield entry, name


def _read(path: Path, limit: int) -> bytes | None:
    """The content, or None if the file became something else since it was listed."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        data = file.read(limit + 1)
    return data if len(data) <= limit else None


def _limit(name: str) -> int:
    ending = name.rsplit(".", 1)[-1].lower()
    return {
        "md": limits.MARKDOWN_BYTES,
        "yml": limits.MANIFEST_BYTES,
        "svg": limits.SVG_BYTES,
    }.get(ending, limits.MEDIA_BYTES)


def course_folders(library: Path) -> list[Path]:
    """The courses of a library, by name: its folders that hold a `course.yml`; or the folder itself if it does."""
    if (library / MANIFEST).is_file():
        return [library]
    return sorted(path.parent for path in library.glob(f"*/{MANIFEST}") if path.is_file())


def version_of(files: Mapping[str, bytes]) -> str:
    """The version of a course: the SHA-256 (hex) of one line for each file, sorted by the UTF-8 bytes
    of its path. A line is the SHA-256 (hex) of the content, two spaces, the path in UTF-8, LF: the
    form that `sha256sum` writes, so `LC_ALL=C sha256sum ... | sha256sum` gives the same."""
    whole = sha256()
    for path in sorted(files, key=lambda path: path.encode("utf-8", "surrogateescape")):
        line = f"{sha256(files[path]).hexdigest()}  {path}\n"
        whole.update(line.encode("utf-8", "surrogateescape"))
    return whole.hexdigest()
