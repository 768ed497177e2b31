"""A draft as it stands in its folder now: read again whenever a file was saved.

Nothing that is written in a file stops the preview. What can be read is shown, with every problem;
a page whose own file cannot be read at all is shown as it was before, and says so.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from threading import Lock

from ..content import limits
from ..content.course import Course, Module
from ..content.document import NAME
from ..content.files import Files, load_folder, version_of
from ..content.problem import Problem
from ..content.reader import read_course, read_module

FILES = "/files/"  # address of the pictures of the draft


@dataclass(frozen=True, slots=True)
class Draft:
    """One reading of the folder. `course` is the last one that could be read, None if none ever could;
    `earlier` says that it is not of this reading, `gone` that the folder cannot be listed, `fault` that
    the program itself stumbled over a file."""

    stamp: str = ""
    files: Mapping[str, bytes] = field(default_factory=Files)
    course: Course | None = None
    problems: tuple[Problem, ...] = ()
    earlier: bool = False
    gone: bool = False
    fault: bool = False

    def problems_of(self, path: str) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.path == path)


@dataclass(frozen=True, slots=True)
class Page:
    """A module in one language. `path` is the file that a trainer edits for it; `earlier` says that the
    file cannot be read now and that this is what it was before."""

    module: Module
    path: str
    earlier: bool = False


class Preview:
    """The draft in a folder. Safe to use from several threads."""

    def __init__(self, folder: Path, today: Callable[[], date]) -> None:
        self.folder = folder
        self._today = today
        self._lock = Lock()
        self._seen = ""
        self._draft = Draft()
        self._kept: dict[tuple[str, str], Module] = {}  # (language, file) -> as it was last read

    def now(self) -> Draft:
        """The draft as it is on disk; never raises for what a file holds. `stamp` changes exactly when
        the content of a file did, or when the folder went away."""
        with self._lock:
            seen = _look_of(self.folder)
            if seen != self._seen or not self._draft.stamp:
                self._draft = self._read() if seen else self._without_folder()
                self._seen = seen
            return self._draft

    def _without_folder(self) -> Draft:
        return replace(self._draft, stamp="gone", earlier=True, gone=True)

    def _read(self) -> Draft:
        try:
            files = load_folder(self.folder)
        except OSError:
            return self._without_folder()
        stamp = version_of(files)
        try:
            reading = read_course(files, asset_prefix=FILES, today=self._today())
        except Exception:
            # the reader promises not to raise; where it breaks its word a trainer still keeps the page
            return replace(self._draft, stamp=stamp, files=files, earlier=True, gone=False, fault=True)
        if reading.course:
            self._keep(reading.course)
            return Draft(stamp, files, reading.course, reading.problems)
        return Draft(stamp, files, self._draft.course, reading.problems, earlier=True)

    def _keep(self, course: Course) -> None:
        for lang, text in course.texts.items():
            for module in text.pages:
                if module.path == _file_of(module, lang):
                    self._kept[lang, module.path] = module

    def page(self, draft: Draft, lang: str, name: str) -> Page | None:
        """The module or assessment with that id in that language. `name` may also be the first part of a
        file's name: then a file that course.yml does not list yet is shown by itself. None if there is
        nothing of that name."""
        text = draft.course.texts.get(lang) if draft.course else None
        module = next((m for m in text.pages if m.id == name), None) if text else None
        if module is None:
            return self._unlisted(draft, lang, name)
        path = _file_of(module, lang)
        if module.path == path or path not in draft.files:
            return Page(module, module.path, draft.earlier)
        kept = self._kept.get((lang, path))  # the translation is there and cannot be read
        return Page(kept or module, path, earlier=kept is not None)

    def _unlisted(self, draft: Draft, lang: str, name: str) -> Page | None:
        path = f"{name}.{lang}.md"
        if path not in draft.files or not NAME.match(path):
            return self._lost(lang, path, name)
        module, _ = read_module(path, draft.files[path], draft.files, FILES)
        if module:
            self._kept[lang, path] = module
            return Page(module, path)
        return self._lost(lang, path, name)

    def _lost(self, lang: str, path: str, name: str) -> Page | None:
        """A page that was there before: its source file cannot be read now."""
        for (kept_lang, kept_path), module in self._kept.items():
            if kept_lang == lang and (kept_path == path or module.id == name):
                return Page(module, kept_path, earlier=True)
        return None

    def start(self, draft: Draft, path: str | None) -> tuple[str, str]:
        """(language, id of the module) of the page that shows the file at `path`; ("fr", "") is the
        welcome page. Without a path, or for a file that is no page: the source's welcome page."""
        course = draft.course
        source = course.source if course else "en"
        name = NAME.match(path or "")
        if not name or not path:
            return source, ""
        lang = name["lang"]
        text = course.texts.get(lang) if course else None
        for module in text.pages if text else ():
            if NAME.match(module.path) and module.path.split(".")[0] == name["stem"]:
                return lang, module.id
        return (lang, "") if name["stem"] == "course" else (lang, name["stem"])


def _file_of(module: Module, lang: str) -> str:
    return f"{module.path.rsplit('.', 2)[0]}.{lang}.md"


def _look_of(folder: Path) -> str:
    """A name for how the folder looks from outside (paths, sizes, times), cheap enough for every second;
    "" if it cannot be listed."""
    whole = sha256()
    count = 0
    try:
        os.listdir(folder)
    except OSError:
        return ""
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(n for n in names if not n.startswith(".") and not n.endswith("~")):
            count += 1
            if count > 2 * limits.COURSE_FILES:
                return whole.hexdigest()
            path = os.path.join(here, name)
            try:
                status = os.lstat(path)
            except OSError:
                continue
            whole.update(f"{path}\0{status.st_mtime_ns}\0{status.st_size}\0{status.st_ino}\n".encode(errors="replace"))
    return whole.hexdigest()
