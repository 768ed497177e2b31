"""Small courses for tests: files by path, and what reading them gives."""

from __future__ import annotations

from pathlib import Path

from anhnh_lms.content.course import Module, Prose, Question, Section
from anhnh_lms.content.lines import to_lines
from anhnh_lms.content.problem import Problem, Problems
from anhnh_lms.content.prose import Renderer
from anhnh_lms.content.reader import Reading, read_course
from anhnh_lms.content.site import Site

UUID = "5f1c2c1e-7a55-4d0e-9a56-0d7f3c1b6a10"
FORMAT = Path(__file__).parents[2] / "docs" / "course-format.md"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x14\x00\x00\x00\x0a\x08\x02\x00\x00\x00"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 200"><rect width="9" height="9"/></svg>'


def manifest(source: str = "en", languages: str = "[en]", modules: str = "[m]", more: str = "") -> str:
    """A course.yml."""
    return (
        f"id: {UUID}\nslug: test\nsource: {source}\nlanguages: {languages}\nversion: '1.0'\nmodules: {modules}\n{more}"
    )


def module(body: str = "", front: str = "", lang: str = "en", name: str = "m") -> str:
    """A module's file; the body begins in line 6 (plus the lines of `front`)."""
    return f"---\nid: {name}\ntitle: A title\nlang: {lang}\n{front}---\n{body}"


BODY = 6
"""The line in which the body of `module()` begins."""
WELCOME = "---\ntitle: Test\nlang: en\n---\n\nWelcome.\n"


def files(body: str = "", front: str = "", **more: str | bytes) -> dict[str, bytes]:
    """A course in English with one module m.en.md; `more` are other files, `_` for `.` and `__` for `/`."""
    found: dict[str, str | bytes] = {
        "course.yml": manifest(),
        "course.en.md": WELCOME,
        "m.en.md": module(body, front),
    }
    found |= {name.replace("__", "/").replace("_", "."): data for name, data in more.items()}
    return {name: data.encode() if isinstance(data, str) else data for name, data in found.items()}


def read(body: str = "", front: str = "", **more: str | bytes) -> Reading:
    """The reading of such a course."""
    return read_course(files(body, front, **more))


def codes(reading: Reading | tuple[Problem, ...], path: str = "m.en.md") -> list[tuple[int, str]]:
    """Line and code of each problem in one file."""
    problems = reading.problems if isinstance(reading, Reading) else reading
    return [(problem.line, problem.code) for problem in problems if problem.path == path]


def the_module(reading: Reading, lang: str = "en") -> Module:
    """The first module."""
    assert reading.course is not None
    return reading.course.text(lang).modules[0]


def the_section(body: str) -> Section:
    """The one section of a module whose body is `## S`, its id, and `body`."""
    reading = read(f"## S\n<!-- id: s -->\n\n{body}\n")
    return the_module(reading).sections[0]


def quiz(question: str, settings: str = "") -> str:
    """A quiz with the text of its questions; the first question's heading is in line BODY + 3."""
    return f"## Q\n<!-- quiz id: q{settings} -->\n\n{question}\n"


def question_reading(body: str, settings: str = "", heading: str = "What?") -> Reading:
    """The reading of a course with one question; its body begins in line BODY + 6."""
    return read(quiz(f"### {heading}\n<!-- id: x{settings} -->\n\n{body}"))


def the_question(body: str, settings: str = "", heading: str = "What?") -> Question:
    """The one question, which must have no error."""
    reading = question_reading(body, settings, heading)
    assert not reading.errors, reading.errors
    return the_module(reading).quizzes[0].questions[0]


def render(text: str, lang: str = "en", site: Site | None = None) -> Prose:
    """Markdown as prose."""
    return Renderer(site or Site(), lang, "m", Problems("m.en.md")).prose(to_lines(text))


def html(text: str, lang: str = "en", site: Site | None = None) -> str:
    """Markdown as HTML."""
    return render(text, lang, site).html()
