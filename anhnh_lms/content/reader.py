"""The one way from a course's files to a `Course`: nothing else reads Markdown."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from anhnh_lms.content.checks import all_checks
from anhnh_lms.content.compose import compose
from anhnh_lms.content.course import Course, Module
from anhnh_lms.content.document import NAME
from anhnh_lms.content.files import MANIFEST, version_of
from anhnh_lms.content.material import Material, gather
from anhnh_lms.content.problem import Problem, in_order

_NOT_ALONE: Final = ("E129", "E148", "E151")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read and every problem, sorted by file and line. `course` is as complete as it could
    be read, also where there are errors (for a preview); None where course.yml or the whole source
    language is missing. Only a reading without errors (`sound`) may be published."""

    course: Course | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.level == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.level == "warning")

    @property
    def sound(self) -> bool:
        return self.course is not None and not self.errors


def read_course(
    files: Mapping[str, bytes],
    asset_prefix: str = "",
    module_prefix: str = "",
    today: date | None = None,
) -> Reading:
    """The course in `files` (path in the course -> content) in all its languages, and its problems.

    `asset_prefix` is put before the paths of figures and audio in the HTML, `module_prefix` before
    the id of a module that a link leads to. Passed review dates are judged against `today`; without
    it they are not judged. Never raises for what a file holds."""
    material = gather(files, asset_prefix, module_prefix)
    problems = [*getattr(files, "problems", ()), *material.problems, *all_checks(material, today)]
    course = _course(material, files) if material.manifest.source and material.stems else None
    return Reading(course, in_order(problems))


def _course(material: Material, files: Mapping[str, bytes]) -> Course:
    manifest = material.manifest
    return Course(
        id=manifest.id,
        slug=manifest.slug,
        version=version_of(files),
        label=manifest.label,
        source=manifest.source,
        languages=dict(manifest.languages),
        module_ids=tuple(material.module_id(stem) for stem in material.stems if material.source(stem)),
        texts={lang: compose(material, lang) for lang in manifest.languages},
        pass_mark=manifest.pass_mark,
        final_pass=manifest.final_pass,
        wait_minutes=manifest.wait_minutes,
        valid_months=manifest.valid_months,
        hours_hundredths=manifest.hours_hundredths,
        audience=manifest.audience,
        rules=manifest.rules,
        review_by=manifest.review_by,
        license=manifest.license,
        retake=manifest.retake,
    )


def read_module(
    path: str, data: bytes, files: Mapping[str, bytes] | None = None, asset_prefix: str = ""
) -> tuple[Module | None, tuple[Problem, ...]]:
    """One Markdown file by itself, for a preview: the module in its own language and the problems of
    this file alone. `files` are the course's other files, where they are known: pictures, and the
    source of a translation. What depends on other pages (links, roles, objectives of other modules) is
    not judged. None where the file cannot be read at all or its name is not NAME.LANG.md."""
    name = NAME.match(path)
    if not name or "/" in path:
        return None, (Problem.at(path, 0, "E141"),)
    stem, lang = name["stem"], name["lang"]
    kept = {key: content for key, content in (files or {}).items() if not key.endswith((".md", ".yml"))}
    sources = [key for key in files or () if (n := NAME.match(key)) and n["stem"] == stem and key != path]
    source = next((key for key in sources if f"source: {key}".encode() in data), path)
    source_name = NAME.match(source)
    assert source_name is not None
    langs = dict.fromkeys((source_name["lang"], lang))
    manifest = (
        f"id: {uuid.UUID(int=0)}\nslug: preview\nsource: {source_name['lang']}\n"
        f"languages: [{', '.join(langs)}]\nversion: '0'\nmodules: ['{stem}']\n"
    )
    kept |= {source: (files or {}).get(source, data), path: data, MANIFEST: manifest.encode()}
    reading = read_course(kept, asset_prefix)
    problems = tuple(problem for problem in reading.problems if problem.path == path and problem.code not in _NOT_ALONE)
    text = reading.course.texts.get(lang) if reading.course else None
    return (text.modules[0] if text and text.modules else None), problems
