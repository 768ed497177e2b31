"""My courses, a course, a module section by section, papers to fill: what a learner reads."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from ..assessment.scales import SCALES
from ..content.course import Course, CourseText, Module, Quiz, Section
from ..learning import disputes, library, progress
from . import i18n
from .assets import asset
from .guard import user
from .kept import kept

screen = Blueprint("learner", __name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """A course as this person sees it now."""

    course: Course
    text: CourseText
    state: progress.CourseState


def _course_text(slug: str, lang: str) -> tuple[Course, CourseText]:
    """The current version of a course and what it says in that language; 404 if it is not there."""
    try:
        published = library.current_by_slug(slug, user().country, user().home)
        course = library.course(published.version)
    except library.NoSuchCourse:
        abort(404)
    return course, course.text(lang)


def opened(slug: str) -> Opened:
    """The current version of a course, in the reader's language, with how far the reader is."""
    course, text = _course_text(slug, i18n.current().code)
    return Opened(course, text, progress.course_state(user().id, course))


def _module_in(text: CourseText, module_id: str) -> Module:
    try:
        return text.module(module_id)
    except KeyError:
        abort(404)


def _section_in(module: Module, section_id: str) -> Section:
    found = next((s for s in module.sections if s.id == section_id), None)
    if found is None:
        abort(404)
    return found


@screen.get("/courses")
def courses() -> str:
    """What is due, what is next, what is done."""
    return render_template("learner/courses.html", mine=progress.my_courses(user()))


@screen.get("/courses/<slug>")
def course(slug: str) -> str:
    """What the course is, its modules, its tests, and where the reader is."""
    found = opened(slug)
    certificate = next(
        (c.certificate for c in progress.my_courses(user()).done if c.course.id == found.course.id), None
    )
    return render_template(
        "learner/course.html",
        course=found.course,
        text=found.text,
        state=found.state,
        certificate=certificate,
        country=user().country,
        surveys=[q for q in (found.text.assessment.quizzes if found.text.assessment else ()) if not q.graded],
    )


@screen.get("/courses/<slug>/go-on")
def resume(slug: str) -> BaseResponse:
    """Where the reader was: the section, the quiz or the test that comes next."""
    found = opened(slug)
    next_id = found.state.next_module
    if not next_id:
        return redirect(url_for(".course", slug=slug))
    place = progress.place_in(found.text.module(next_id), found.state.modules[next_id])
    if place is None or not found.state.modules[next_id].started:
        return redirect(url_for(".module", slug=slug, module_id=next_id))
    return redirect(url_for(".section", slug=slug, module_id=next_id, section_id=place.id))


@screen.get("/courses/<slug>/<module_id>")
def module(slug: str, module_id: str) -> str | BaseResponse:
    """What the module is about; whoever began it goes on where they were."""
    found = opened(slug)
    reading = _module_in(found.text, module_id)
    state = found.state.modules[module_id]
    return render_template(
        "learner/module.html",
        course=found.course, text=found.text, module=reading, state=state,
        place=progress.place_in(reading, state), number=found.course.module_ids.index(module_id) + 1,
        country=user().country, unfinished=disputes.unfinished(user(), found.course.id, module_id),
    )  # fmt: skip


@screen.get("/courses/<slug>/<module_id>/<section_id>")
def section(slug: str, module_id: str, section_id: str) -> str:
    """One section, with where it stands and the way on."""
    who, lang = user(), i18n.current().code
    course, text = _course_text(slug, lang)
    reading = _module_in(text, module_id)
    here = _section_in(reading, section_id)
    finished = section_id in progress.sections_read(who.id, course.id, module_id)
    return kept(who, (course.version, finished), lambda: _draw_section(course, text, reading, here, finished))


def _draw_section(course: Course, text: CourseText, reading: Module, here: Section, finished: bool) -> str:
    at = reading.sections.index(here)
    return render_template(
        "learner/section.html",
        course=course, text=text, module=reading, section=here, number=at + 1, total=len(reading.sections),
        before=reading.sections[at - 1] if at else None, finished=finished,
        next_url=_after(course, reading, here), country=user().country,
        checks=_private_after(reading, here), scales=SCALES,
        module_number=course.module_ids.index(reading.id) + 1,
    )  # fmt: skip


@screen.post("/courses/<slug>/<module_id>/<section_id>")
def finish_section(slug: str, module_id: str, section_id: str) -> BaseResponse:
    """Next: the section is finished, on every PC."""
    found = opened(slug)
    reading = _module_in(found.text, module_id)
    here = _section_in(reading, section_id)
    progress.finish_section(user(), found.course, module_id, section_id)
    return redirect(_after(found.course, reading, here))


def _after(course: Course, reading: Module, here: Section) -> str:
    """The next section, else the module's page, where its quiz waits."""
    ids = [s.id for s in reading.sections]
    at = ids.index(here.id)
    if at + 1 < len(ids):
        return url_for(".section", slug=course.slug, module_id=reading.id, section_id=ids[at + 1])
    return url_for(".module", slug=course.slug, module_id=reading.id)


def _private_after(reading: Module, here: Section) -> list[Quiz]:
    """The private self-checks that stand between this section and the next. They are part of the
    section's page, so that no address, no history and no log tells that one was opened."""
    parts = list(reading.parts)
    found: list[Quiz] = []
    for part in parts[parts.index(here) + 1 :]:
        if isinstance(part, Section):
            break
        if part.private:
            found.append(part)
    return found


@screen.get("/courses/<slug>/<module_id>/<section_id>/paper/<int:index>")
def template(slug: str, module_id: str, section_id: str, index: int) -> str:
    """A page to fill and print."""
    found = opened(slug)
    reading = _module_in(found.text, module_id)
    here = _section_in(reading, section_id)
    paper = next((t for t in here.templates if t.index == index), None)
    if paper is None:
        abort(404)
    return render_template(
        "learner/paper.html", course=found.course, module=reading, section=here, paper=paper, country=user().country
    )


@screen.get("/courses/files/<version>/<path:path>")
def file(version: str, path: str) -> Response:
    """A picture or sound of a published version: it never changes under its address."""
    response = asset(path, library.file_of(version, path))
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
