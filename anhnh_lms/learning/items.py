"""What the questions of a module tell, from the attempts that were handed in: too hard, badly translated,
pointing the wrong way.

Computed for each question as it now stands: answers to an earlier wording count for nothing. No figure
rests on fewer than SMALL sittings, and none names anybody.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from sqlalchemy import func, select

from ..assessment.items import Figures, Given, ItemStatistics, item_statistics
from ..content.course import Course, Likert, Module, Question, Survey
from ..db import db
from ..record.fold_claims import NOT_THEIRS
from ..record.tables import EntryRow
from ..record.tables_of_views import AttemptRow

SMALL = 5  # sittings; below, a figure would speak of single persons
GAP, GAP_N = Fraction(3, 10), 20  # difficulties of two languages so far apart, each from so many sittings
NEGATIVE_N = 30  # sittings from which a negative discrimination is more than chance
CACHED = 64
SAT = ("handed-in", NOT_THEIRS)  # whoever sat it, and though two persons' rows may tell of it, it counts once
KINDS = ("attempt.handed_in", "attempt.remarked")

Hurt = Literal["language", "discrimination"]
Cut = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """The figures that may be shown. `difficulty` 0..1 and `discrimination` -1..1 are None where they are
    not defined or `hidden` (fewer than SMALL sittings, or hidden beside such a one; `n` is then 0)."""

    n: int
    difficulty: float | None
    discrimination: float | None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """One question: over all languages, for each, and what about it hurts (the languages whose difficulty
    differs too much; a discrimination below zero)."""

    question_id: str
    overall: Shown
    by_language: tuple[tuple[str, Shown], ...]
    hurts: tuple[Hurt, ...]


def figures(course: Course, module: Module, country: str) -> Mapping[str, ItemFigures]:
    """The figures of every marked question of the module (or assessment) that was answered in that country
    ("" for every country), by its id. One query, kept in memory until another attempt is handed in."""
    key = (course.version, module.id, country, str(db.engine.url))
    now = _cut()
    kept = _kept.get(key)
    if kept is None or kept[0] != now:
        found = item_statistics(_sittings(course, module, country))
        kept = _kept[key] = (now, {name: _shown(item) for name, item in found.items()})
        while len(_kept) > CACHED:
            _kept.popitem(last=False)
    return kept[1]


_kept: OrderedDict[tuple[str, ...], tuple[Cut, Mapping[str, ItemFigures]]] = OrderedDict()


def _cut() -> Cut:
    """Names the set of hand-ins and later marks: the log only grows, also by what arrives late. An index
    alone answers it."""
    query = select(func.count(), func.max(EntryRow.lamport)).where(EntryRow.kind.in_(KINDS))
    count, latest = db.session.execute(query).one()
    return int(count), int(latest or 0)


def _sittings(course: Course, module: Module, country: str) -> Iterator[list[Given]]:
    marked = {
        q.id: q for quiz in module.quizzes if quiz.graded for q in quiz.questions
        if not isinstance(q.answer, Survey | Likert)
    }  # fmt: skip
    a = AttemptRow
    query = (
        select(a.id, a.questions, a.language, EntryRow.kind, EntryRow.body)
        .join(EntryRow, EntryRow.subject == a.id)
        .where(a.course == course.id, a.module == module.id, a.state.in_(SAT), EntryRow.kind.in_(KINDS))
        .order_by(a.id, EntryRow.lamport, EntryRow.origin, EntryRow.seq)
    )
    if country:
        query = query.where(EntryRow.country == country)
    attempt = ""
    points: dict[str, int] = {}
    asked: list[tuple[Question, str]] = []
    for here, questions, language, kind, body in db.session.execute(query.execution_options(yield_per=2000)):
        if here != attempt:
            if attempt:
                yield _given(asked, points)
            attempt, points, asked = here, {}, []
        facts = json.loads(body)
        if kind == "attempt.handed_in" and not asked:
            spoken = facts["languages"]
            asked = [
                (marked[i], spoken.get(i, language)) for i, digest in json.loads(questions)
                if i in marked and marked[i].digest == digest
            ]  # fmt: skip
            points = facts["points"]
        elif kind == "attempt.remarked":
            points = facts["points"]
    if attempt:
        yield _given(asked, points)


def _given(asked: list[tuple[Question, str]], points: Mapping[str, int]) -> list[Given]:
    return [Given(q.id, lang, points.get(q.id, 0), q.points * 100) for q, lang in asked]


def _shown(item: ItemStatistics) -> ItemFigures:
    few = _few(item)
    languages = tuple((lang, _figure(found, lang in few)) for lang, found in item.by_language)
    return ItemFigures(item.question_id, _figure(item.overall, item.overall.n < SMALL), languages, _hurts(item))


def _few(item: ItemStatistics) -> frozenset[str]:
    """The languages that may not be shown: those with few sittings and, where that is one alone, the next
    smallest, for the one could be computed from the others and the whole."""
    ordered = sorted(item.by_language, key=lambda pair: (pair[1].n, pair[0]))
    hidden = [lang for lang, found in ordered if found.n < SMALL]
    return frozenset(lang for lang, _ in ordered[:2]) if len(hidden) == 1 else frozenset(hidden)


def _figure(found: Figures, hidden: bool) -> Shown:
    if hidden:
        return Shown(0, None, None, hidden=True)
    return Shown(found.n, None if found.difficulty is None else float(found.difficulty), found.discrimination)


def _hurts(item: ItemStatistics) -> tuple[Hurt, ...]:
    hurts: list[Hurt] = []
    many = [found.difficulty for _, found in item.by_language if found.n >= GAP_N and found.difficulty is not None]
    if many and max(many) - min(many) > GAP:
        hurts.append("language")
    overall = item.overall
    if overall.n >= NEGATIVE_N and overall.discrimination is not None and overall.discrimination < 0:
        hurts.append("discrimination")
    return tuple(hurts)
