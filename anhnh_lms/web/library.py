"""The library for trainers: what is published, how far its translations are, what its questions tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask import Blueprint, abort, current_app, render_template

from .. import clock
from ..assessment.scales import SCALES
from ..content.course import Course, Module, Question
from ..learning import items
from ..learning import library as published
from ..learning.items import ItemFigures
from . import i18n
from .guard import user
from .shown import parts_of

screen = Blueprint("library", __name__, url_prefix="/library")


@dataclass(frozen=True, slots=True)
class LanguageState:
    """A language of a course: its review by a native reader, and its blocks by their state."""

    lang: str
    name: str
    review: str
    source: bool
    done: int
    stale: int
    missing: int


@dataclass(frozen=True, slots=True)
class PoolCount:
    """How many questions a pool ("" for those that always appear) holds for an objective."""

    pool: str
    objective: str
    questions: int


@screen.get("")
def courses() -> str:
    """Every published course that learners of this place can take."""
    current = [published.course(p.version) for p in published.current(user().country, user().home)]
    return render_template(
        "library/courses.html", courses=current, today=_today(), names=_names(current),
    )  # fmt: skip


@screen.get("/<slug>")
def course(slug: str) -> str:
    """One course: its version, its languages, its modules, its questions by pool and objective."""
    found = _course(slug)
    text = found.text(i18n.current().code)
    return render_template(
        "library/course.html", course=found, text=text, today=_today(), languages_of=_languages(found),
        modules=[(module, _pools(module)) for module in text.pages],
    )  # fmt: skip


@screen.get("/<slug>/<module_id>")
def module(slug: str, module_id: str) -> str:
    """A module as learners read it, with the boxes for trainers, the keys, and what its questions tell."""
    found = _course(slug)
    text = found.text(i18n.current().code)
    reading = next((m for m in text.pages if m.id == module_id), None)
    if reading is None:
        abort(404)
    figures = items.figures(found, reading, user().country)
    return render_template(
        "library/module.html", course=found, text=text, module=reading, parts=parts_of(reading), figures=figures,
        hardest=_hardest(reading, figures), country=user().country, small=items.SMALL, scales=SCALES,
        gap=round(items.GAP * 100), gap_n=items.GAP_N, negative_n=items.NEGATIVE_N, today=_today(),
    )  # fmt: skip


def _course(slug: str) -> Course:
    try:
        return published.course(published.current_by_slug(slug, user().country, user().home).version)
    except published.NoSuchCourse:
        abort(404)


def _today() -> str:
    return clock.today(user().timezone).isoformat()


def _names(found: list[Course]) -> Mapping[str, str]:
    return {lang: i18n.language(lang).own for course in found for lang in course.languages}


def _languages(found: Course) -> list[LanguageState]:
    counts = _translation(found.version, current_app.config["SETTINGS"].url)
    return [
        LanguageState(
            lang, i18n.language(lang).own, review, lang == found.source,
            *(counts.get((lang, state), 0) for state in ("done", "stale", "missing")),
        )
        for lang, review in found.languages.items()
    ]  # fmt: skip


@lru_cache(maxsize=32)
def _translation(version: str, _database: str) -> Mapping[tuple[str, str], int]:
    """(language, state) -> number of blocks. A version never changes."""
    from ..content.translation import states  # Markdown and the sanitisers: only who reads pays for them

    return Counter((block.lang, block.state) for block in states(published.files_of(version)))


def _pools(module: Module) -> list[PoolCount]:
    questions: dict[str, Question] = {
        q.id: q for quiz in module.quizzes if not quiz.private for q in quiz.questions
    }  # fmt: skip
    counts = Counter((q.pool, q.objective) for q in questions.values())
    return [PoolCount(pool, objective, number) for (pool, objective), number in sorted(counts.items())]


def _hardest(module: Module, figures: Mapping[str, ItemFigures]) -> list[tuple[Question, ItemFigures]]:
    """The questions with figures: what hurts first, then the hardest."""
    questions = {q.id: q for quiz in module.quizzes for q in quiz.questions}
    found = [(questions[name], item) for name, item in figures.items() if name in questions]

    def place(pair: tuple[Question, ItemFigures]) -> tuple[bool, float]:
        difficulty = pair[1].overall.difficulty
        return not pair[1].hurts, 2.0 if difficulty is None else difficulty

    return sorted(found, key=place)
