"""Attempts: start, answer, hand in, look back.

The start and the hand-in are entries. Until the hand-in the answers lie in a local table, on disk
before the page says "saved", and no page holds a right answer. An attempt ends on the version on
which it began, is marked here and only here, once.
"""

from __future__ import annotations

import json
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from .. import clock
from ..assessment import response as responses
from ..assessment.draw import Item, Paper, draw, reopen
from ..assessment.mark import MARKING_VERSION, Mark, Outcome, mark_all, total
from ..content.course import Course, Module, Question, Quiz
from ..db import db, unit_of_work
from ..people.access import User
from ..people.elapsed import elapsed
from ..record import log
from ..record.fold_claims import NOT_THEIRS
from ..record.log import Fact, Recorder, new_id, recording, stream_of
from ..record.tables import EntryRow
from ..record.tables_of_views import AttemptRow
from . import library
from .progress import complete_if_due, course_state
from .tables import AnswerRow, CooldownRow

Response = dict[str, Any]


class NoSuchAttempt(LookupError):
    """There is no such attempt, or it is somebody else's: which of the two is not said."""


class AlreadyHandedIn(Exception):
    """The attempt was handed in; nothing can be changed any more."""


class NewerAnswer(Exception):
    """Another page saved this answer since: what came now is older and was not kept."""


class MustWait(Exception):
    """The next attempt may start in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class NoAttemptsLeft(Exception):
    """Every attempt that the quiz allows was used."""


class NotYetOpen(Exception):
    """The post-test opens when every module is complete."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt with everything that a page needs. `answers` are those saved or handed in, `turns` says
    by which save of its page each was kept."""

    row: AttemptRow
    course: Course
    module: Module
    quiz: Quiz
    paper: Paper
    questions: Mapping[str, Question]
    answers: Mapping[str, Response]
    saved_at: Mapping[str, str]
    turns: Mapping[str, int]

    @property
    def is_open(self) -> bool:
        return self.row.state == "open"

    def at(self, number: int) -> tuple[Question, Item]:
        """The question with that number on the paper, from 1. IndexError if there is none."""
        if number < 1:
            raise IndexError(number)
        item = self.paper.items[number - 1]
        return self.questions[item.question_id], item

    def answered(self) -> list[bool]:
        """For each question of the paper whether something was answered."""
        return [responses.is_answered(self.questions[i], self.answers.get(i)) for i in self.paper.ids]


def quiz_in(course: Course, quiz_id: str, lang: str) -> tuple[Module, Quiz]:
    """The quiz and the module that holds it. Raises NoSuchCourse."""
    try:
        return course.text(lang).quiz(quiz_id)
    except KeyError:
        raise library.NoSuchCourse(quiz_id) from None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it stands on one person's paper."""

    question: Question
    item: Item


# -- starting -------------------------------------------------------------------------------------


def start(user: User, course: Course, quiz_id: str, lang: str) -> str:
    """The id of the person's open attempt at the quiz, or of a fresh one.

    Raises MustWait, NoAttemptsLeft, NotYetOpen; NoSuchCourse for a quiz that is not there or is a
    private self-check, which has no attempts."""
    module, quiz = quiz_in(course, quiz_id, course.source)
    if quiz.private:
        raise library.NoSuchCourse(quiz_id)
    with recording() as record:
        earlier = _attempts(user.id, course.id)
        mine = [a for a in earlier if a.quiz == quiz_id]
        if opened := next((a for a in mine if a.state == "open"), None):
            return opened.id
        _allow(user, course, quiz, mine)
        seed = secrets.token_hex(16)
        paper = draw(quiz, seed, _pool(module), _seen(earlier) if quiz.role else ())
        digests = {q.id: q.digest for q in _pool(module)}
        body: dict[str, Any] = {
            "course": course.id, "version": course.version, "module": module.id, "quiz": quiz.id,
            "role": quiz.role, "seed": seed, "language": lang,
            "questions": [[i, digests[i]] for i in paper.ids],
        }  # fmt: skip
        if paper.reused:
            body["reused"] = list(paper.reused)
        attempt = new_id()
        record.append(Fact("attempt.started", stream_of(user.home), user.country, body,
                           person=user.id, subject=attempt, actor=user.id))  # fmt: skip
    return attempt


def _pool(module: Module) -> list[Question]:
    return [q for quiz in module.quizzes for q in quiz.questions]


def _attempts(person: str, course: str) -> list[AttemptRow]:
    """The person's attempts, without those that were found to be another's."""
    return list(
        db.session.execute(
            select(AttemptRow)
            .where(AttemptRow.person == person, AttemptRow.course == course, AttemptRow.state != NOT_THEIRS)
            .order_by(AttemptRow.lamport)
        ).scalars()
    )


def _seen(earlier: list[AttemptRow]) -> list[tuple[str, int]]:
    """What the person saw in earlier forms of the course's tests, with the number of the sitting."""
    return [
        (question, sitting)
        for sitting, attempt in enumerate(a for a in earlier if a.role)
        for question, _ in json.loads(attempt.questions)
    ]


def _allow(user: User, course: Course, quiz: Quiz, mine: list[AttemptRow]) -> None:
    if quiz.role == "pre" and mine:
        raise NoAttemptsLeft
    if quiz.role in ("post", "followup"):
        state = course_state(user.id, course)
        if not state.modules_complete or (quiz.role == "followup" and not state.completed_on):
            raise NotYetOpen
    if quiz.attempts is not None and len(mine) >= quiz.attempts:
        raise NoAttemptsLeft
    wait = waiting(user, course, quiz)
    if wait:
        raise MustWait(wait)


def waiting(user: User, course: Course, quiz: Quiz) -> int:
    """Seconds until the next attempt may start; 0 for now."""
    row = db.session.get(CooldownRow, (user.id, f"{course.id}/{quiz.id}"))
    return max(0, row.until - elapsed()) if row else 0


# -- answering ------------------------------------------------------------------------------------


def load(user: User, attempt_id: str, lang: str) -> Attempt:
    """The person's attempt as a reader of `lang` sees it. Raises NoSuchAttempt."""
    row = db.session.get(AttemptRow, (attempt_id, user.id))
    if row is None:
        raise NoSuchAttempt(attempt_id)
    return _opened(row, lang)


def _opened(row: AttemptRow, lang: str) -> Attempt:
    course = library.course(row.version)
    module, quiz, paper, questions = _laid_out(course, row.quiz, row.seed, row.questions, lang)
    if row.state != "open":
        return Attempt(row, course, module, quiz, paper, questions, _handed_in(row, questions), {}, {})
    return Attempt(row, course, module, quiz, paper, questions, *_saved(row.id))


_papers: OrderedDict[tuple[str, ...], tuple[Module, Quiz, Paper, Mapping[str, Question]]] = OrderedDict()
PAPERS_KEPT = 1000


def _laid_out(
    course: Course, quiz_id: str, seed: str, asked: str, lang: str
) -> tuple[Module, Quiz, Paper, Mapping[str, Question]]:
    """What of an attempt never changes. Kept in memory: laying a paper out costs more than saving an answer."""
    key = (course.version, quiz_id, seed, lang)
    kept = _papers.get(key)
    if kept is None:
        module, quiz = quiz_in(course, quiz_id, lang)
        known = {q.id: q for q in _pool(module)}
        paper = reopen(quiz, seed, [known[i] for i, _ in json.loads(asked)])
        kept = _papers[key] = (module, quiz, paper, {i: known[i] for i in paper.ids})
        while len(_papers) > PAPERS_KEPT:
            _papers.popitem(last=False)
    return kept


def asked_in(version: str, quiz_id: str, seed: str, asked: str, number: int, lang: str) -> Asked | None:
    """The question with that number, from 1, on the paper of an attempt; None if there is none."""
    _module, _quiz, paper, questions = _laid_out(library.course(version), quiz_id, seed, asked, lang)
    if not 1 <= number <= len(paper.items):
        return None
    item = paper.items[number - 1]
    return Asked(questions[item.question_id], item)


def _saved(attempt: str) -> tuple[dict[str, Response], dict[str, str], dict[str, int]]:
    a = AnswerRow
    found = db.session.execute(select(a.question, a.response, a.saved_at, a.turn).where(a.attempt == attempt)).all()
    return {q: json.loads(r) for q, r, *_ in found}, {q: at for q, _, at, _ in found}, {q: n for q, *_, n in found}


def _handed_in(row: AttemptRow, questions: Mapping[str, Question]) -> dict[str, Response]:
    """The answers as they were recorded. What was typed is gone if the person was forgotten."""
    for entry in log.read(EntryRow.subject == row.id, EntryRow.kind == "attempt.handed_in"):
        facts = entry.facts()
        typed = facts.get("typed", {})
        joined = {
            i: responses.join_typed(questions[i], body, typed.get(i, ()))
            for i, body in facts["answers"].items()
            if i in questions
        }
        return {i: answer for i, answer in joined.items() if answer is not None}
    return {}


def save(user: User, attempt: Attempt, question: Question, answer: Response | None, lang: str, turn: int = 0) -> str:
    """Keep an answer (None: take it back); it is on disk when this returns. Returns the time.

    `turn` rises with each save of a page (0: the page does not count them): an older request never
    overwrites a newer one. Raises NewerAnswer, AlreadyHandedIn, and NoSuchAttempt if it is not this
    person's."""
    now = clock.stamp()
    with unit_of_work():
        state = held_state(attempt.row.id, user.id)
        if state is None:
            raise NoSuchAttempt(attempt.row.id)
        if state != "open":
            raise AlreadyHandedIn
        row = db.session.get(AnswerRow, (attempt.row.id, question.id))
        if row and turn and turn < row.turn:
            raise NewerAnswer
        if answer is None:
            if row:
                db.session.delete(row)
            return now
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        if row:
            row.response, row.language, row.saved_at, row.turn = text, lang, now, turn
        else:
            db.session.add(AnswerRow(attempt=attempt.row.id, question=question.id, response=text,
                                     language=lang, saved_at=now, turn=turn))  # fmt: skip
    return now


def held_state(attempt: str, person: str) -> str | None:
    """The state of the person's attempt, which stays so until the unit ends: an answer that a page calls
    saved is either in the hand-in or was refused. (PostgreSQL needs the lock; SQLite has one writer.)"""
    query = select(AttemptRow.state).where(AttemptRow.id == attempt, AttemptRow.person == person)
    held = db.session.execute(query.with_for_update()).scalar()
    # none: there is no such attempt, or whoever we waited for has written its row anew
    return held if held is not None else db.session.execute(query).scalar()


# -- handing in -----------------------------------------------------------------------------------


def hand_in(record: Recorder, user: User, attempt_id: str, lang: str) -> Attempt:
    """Mark the attempt and record it, once. Stands in the unit of work of the screen, which may go on
    to issue a certificate in it. Raises AlreadyHandedIn and NoSuchAttempt."""
    held_state(attempt_id, user.id)
    attempt = load(user, attempt_id, lang)
    if not attempt.is_open:
        raise AlreadyHandedIn
    marks, outcome = marked(attempt)
    body, typed = _recorded(attempt, marks, outcome)
    record.append(Fact("attempt.handed_in", stream_of(user.home), user.country, body,
                       {"typed": typed} if typed else None,
                       person=user.id, subject=attempt_id, actor=user.id))  # fmt: skip
    record.views()
    db.session.execute(delete(AnswerRow).where(AnswerRow.attempt == attempt_id))
    if not outcome.passed:
        until = elapsed() + attempt.course.wait_of(attempt.quiz) * 60
        db.session.merge(CooldownRow(person=user.id, quiz=f"{attempt.course.id}/{attempt.quiz.id}", until=until))
    complete_if_due(record, user, attempt.course)
    return attempt


def marked(attempt: Attempt) -> tuple[dict[str, Mark], Outcome]:
    """The mark of each question, by the rules of this program, and their sum."""
    marks = mark_all(attempt.questions.values(), attempt.answers)
    counts = attempt.quiz.graded
    # the first test shows where a person stands: handing it in is all that it asks
    graded = counts and attempt.quiz.role != "pre"
    return marks, total(marks.values(), attempt.course.pass_mark_of(attempt.quiz), graded)


def _recorded(
    attempt: Attempt, marks: Mapping[str, Mark], outcome: Outcome
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    languages = dict(
        db.session.execute(
            select(AnswerRow.question, AnswerRow.language).where(AnswerRow.attempt == attempt.row.id)
        ).all()
    )  # fmt: skip
    answers, typed = {}, {}
    for question_id, answer in attempt.answers.items():
        if question_id in attempt.questions:
            answers[question_id], words = responses.split_typed(attempt.questions[question_id], answer)
            if words:
                typed[question_id] = words
    row = attempt.row
    body = {
        "course": row.course, "version": row.version, "module": row.module, "quiz": row.quiz,
        "role": row.role, "marking": MARKING_VERSION, "answers": answers,
        "languages": {q: languages[q] for q in answers if q in languages},
        "points": {q: m.hundredths for q, m in marks.items()},
        "earned": outcome.earned_hundredths, "maximum": outcome.maximum_hundredths,
        "passed": int(outcome.passed),
    }  # fmt: skip
    return body, typed
