"""Whether a course's quizzes can be taken, and whether they give their answers away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from anhnh_lms.content.course import Multiple, Option, Question, Single
from anhnh_lms.content.draft import Draft, QuestionDraft, QuizDraft
from anhnh_lms.content.files import MANIFEST
from anhnh_lms.content.material import Material
from anhnh_lms.content.problem import Problem
from anhnh_lms.content.settings import day

_ENOUGH_TO_SEE_A_HABIT = 3


def check_quizzes(material: Material, today: date | None) -> Iterator[Problem]:
    """Every problem of the quizzes in the source language."""
    review = day(material.manifest.review_by)
    if today and review and review < today:
        yield Problem.at(MANIFEST, material.manifest.line("review-by"), "W103", date=review.isoformat())
    known = {material.module_id(stem) for stem in material.stems}
    for module in material.manifest.retake:
        if module not in known:
            line = material.manifest.line("retake")
            yield Problem.at(MANIFEST, line, "E124", key="retake", value=module, form=", ".join(sorted(known)))
    course_objectives = {o.id for stem in material.stems if (d := material.source(stem)) for o in d.objectives}
    for stem in material.shown:
        draft = material.source(stem)
        if draft is None:
            continue
        own = {objective.id for objective in draft.objectives}
        is_assessment = stem == material.assessment
        yield from _File(draft, own | course_objectives if is_assessment else own, is_assessment).problems()


class _File:
    def __init__(self, draft: Draft, objectives: set[str], is_assessment: bool) -> None:
        self.draft, self.objectives, self.is_assessment = draft, objectives, is_assessment
        self.path = draft.document.path
        self.pools = Counter(question.settings.pool for question in draft.questions if question.settings.pool)
        self.quizzes = [part for part in draft.parts if isinstance(part, QuizDraft)]

    def problems(self) -> Iterator[Problem]:
        yield from self._roles()
        for quiz in self.quizzes:
            yield from self._draws(quiz)
            yield from self._kinds(quiz)
            yield from _habits(self.path, quiz)
        for question in self.draft.questions:
            yield from self._question(question)
        yield from self._unused()

    def _at(self, line: int, code: str, **params: object) -> Problem:
        return Problem.at(self.path, line, code, **params)

    def _roles(self) -> Iterator[Problem]:
        first: dict[str, int] = {}
        for quiz in self.quizzes:
            role, line = quiz.settings.role, quiz.block.comment.line
            if role and not self.is_assessment:
                yield self._at(line, "E148")
            elif role and role in first:
                yield self._at(line, "E142", role=role, first=first[role])
            elif role:
                first[role] = line

    def _draws(self, quiz: QuizDraft) -> Iterator[Problem]:
        line = quiz.block.comment.line
        for draw in quiz.settings.draws:
            if draw.pool not in self.pools:
                yield self._at(line, "E230", pool=draw.pool)
            elif draw.count > self.pools[draw.pool]:
                yield self._at(line, "E229", draw=draw.count, pool=draw.pool, count=self.pools[draw.pool])
        if not quiz.questions and not quiz.settings.draws:
            yield self._at(quiz.block.line, "E231")

    def _kinds(self, quiz: QuizDraft) -> Iterator[Problem]:
        for draft in quiz.questions:
            kind = draft.settings.type
            if kind in ("survey", "likert") and quiz.settings.graded:
                yield self._at(draft.block.comment.line, "E226", type=kind)

    def _question(self, draft: QuestionDraft) -> Iterator[Problem]:
        objective = draft.settings.objective
        if objective and objective not in self.objectives:
            known = ", ".join(sorted(self.objectives)) or "-"
            yield self._at(draft.block.comment.line, "E151", objective=objective, known=known)
        if draft.question and not _says_why(draft.question):
            yield self._at(draft.block.line, "W201")

    def _unused(self) -> Iterator[Problem]:
        drawn = {draw.pool for quiz in self.quizzes for draw in quiz.settings.draws}
        for draft in self.draft.questions:
            pool = draft.settings.pool
            if pool and pool not in drawn:
                drawn.add(pool)
                yield self._at(draft.block.comment.line, "W205", pool=pool)
        tested = {draft.settings.objective for draft in self.draft.questions}
        entry = self.draft.document.front.entries.get("objectives")
        for name, line in entry.named if entry else ():
            if name not in tested:
                yield self._at(line.no, "W202", objective=name)


def _says_why(question: Question) -> bool:
    """Does at least one wrong answer say why? True where there are no wrong answers to choose."""
    if not isinstance(question.answer, Single | Multiple):
        return True
    wrong = [option for option in question.answer.options if not option.right]
    return not wrong or any(option.feedback for option in wrong)


def _habits(path: str, quiz: QuizDraft) -> Iterator[Problem]:
    """W203, W204: what lets a learner guess without reading."""
    answers = [
        draft.question.answer.options
        for draft in quiz.questions
        if draft.question and isinstance(draft.question.answer, Single) and _has_key(draft.question.answer.options)
    ]
    if len(answers) < _ENOUGH_TO_SEE_A_HABIT:
        return
    places = {next(at for at, option in enumerate(options) if option.right) for options in answers}
    if len(places) == 1:
        yield Problem.at(path, quiz.block.line, "W203", place=places.pop() + 1)
    if all(_longest_is_right(options) for options in answers):
        yield Problem.at(path, quiz.block.line, "W204")


def _has_key(options: tuple[Option, ...]) -> bool:
    return any(option.right for option in options) and len(options) > 1


def _longest_is_right(options: tuple[Option, ...]) -> bool:
    right = max(len(option.text.plain) for option in options if option.right)
    return all(len(option.text.plain) < right for option in options if not option.right)
