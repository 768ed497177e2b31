"""A year in the life of a member of staff: registered, asked to take courses, reading, tested, certified.

The numbers follow the field research's planning model (section 4.9): first test 45 ± 18, last test
72 ± 14, 6 % transfers, 4 % exits, 8 % entries a year, a rush before the due date.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from .. import clock
from ..assessment import response as responses
from ..assessment.draw import draw
from ..assessment.mark import MARKING_VERSION, mark_all, total
from ..content.course import Course, Module, Question, Quiz
from ..record.log import Fact, stream_of
from .answering import answer

Event = tuple[datetime, Fact]


@dataclass(frozen=True)
class Lesson:
    """A course with what drawing and marking need, looked up once."""

    course: Course
    since: date  # published on
    due: date
    coverage: float  # share of those asked who will have begun by now

    @cached_property
    def modules(self) -> Sequence[Module]:
        return self.course.text(self.course.source).modules

    @cached_property
    def pools(self) -> dict[str, tuple[Module, Quiz, list[Question], dict[str, str]]]:
        found = {}
        text = self.course.text(self.course.source)
        for module in text.pages:
            pool = [q for quiz in module.quizzes for q in quiz.questions]
            for quiz in module.quizzes:
                found[quiz.id] = (module, quiz, pool, {q.id: q.digest for q in pool})
        return found

    def test(self, role: str) -> str:
        return next((quiz.id for _, quiz, _, _ in self.pools.values() if quiz.role == role), "")


@dataclass
class Person:
    id: str
    home: str
    country: str
    function: str
    sex: str
    language: str
    name_latin: str
    name_arabic: str
    staff_number: str
    ability: float  # chance of knowing an average answer after learning
    events: list[Event] = field(default_factory=list)

    def note(
        self, when: datetime, kind: str, body: dict[str, Any], sealed: dict[str, Any] | None = None, **more: str
    ) -> None:
        at = clock.written(when)
        stream = stream_of(self.home)
        values = {"person": self.id, "actor": self.id, **more}
        self.events.append((when, Fact(kind, stream, self.country, body, sealed, at=at, **values)))


def moments(chance: random.Random, start: datetime) -> Iterator[datetime]:
    """Times at which somebody sits at the PC: ten minutes here and there, in daytime, some days apart."""
    when = start
    while True:
        when += timedelta(days=chance.choice((0, 1, 1, 2, 3, 6)), hours=0)
        when = when.replace(hour=chance.randrange(6, 20), minute=chance.randrange(60), second=chance.randrange(60))
        yield when
        when += timedelta(days=1)


def take(person: Person, lesson: Lesson, start: datetime, end: datetime, chance: random.Random, keen: float) -> None:
    """Let the person take the course from `start` on, as far as their time until `end` and their
    keenness carry them."""
    study = _Study(person, lesson, chance, end)
    study.run(start, keen)


class _Study:
    def __init__(self, person: Person, lesson: Lesson, chance: random.Random, end: datetime) -> None:
        self.person, self.lesson, self.chance, self.end = person, lesson, chance, end
        self.course = lesson.course
        self.language = person.language if person.language in self.course.languages else self.course.source
        self.seen: list[tuple[str, int]] = []
        self.sittings = 0

    def run(self, start: datetime, keen: float) -> None:
        when = start
        if (pre := self.lesson.test("pre")) and self.chance.random() < 0.85:
            when = self.attempt(pre, when, self.person.ability - 0.32)[0]
        times = moments(self.chance, when)
        for module in self.lesson.modules:
            if self.chance.random() > keen:
                return  # stopped here, for now
            when = next(times)
            for section in module.sections:
                when += timedelta(minutes=self.chance.randrange(3, 8))
                if not self.note(when, "section.finished", {"module": module.id, "section": section.id}):
                    return
            for quiz in module.graded:
                when = self.until_passed(quiz.id, when)
            if when >= self.end:
                return
        if not (post := self.lesson.test("post")):
            self.complete(when)
        elif (done := self.until_passed(post, next(times))) < self.end:
            self.complete(done)

    def until_passed(self, quiz: str, when: datetime) -> datetime:
        """Attempts until one passes, with what was read again in between; `end` if time ran out."""
        knows = self.person.ability
        for _ in range(6):
            when, passed = self.attempt(quiz, when, knows)
            if passed or when >= self.end:
                return when
            when += timedelta(minutes=self.chance.choice((12, 25, 60, 1440)))
            knows = min(0.97, knows + 0.12)
        return self.end

    def attempt(self, quiz_id: str, when: datetime, knows: float) -> tuple[datetime, bool]:
        """One attempt: drawn, answered and marked by the program's own rules."""
        module, quiz, pool, digests = self.lesson.pools[quiz_id]
        seed = f"{self.chance.getrandbits(128):032x}"
        paper = draw(quiz, seed, pool, self.seen if quiz.role else ())
        drawn = set(paper.ids)
        questions = {q.id: q for q in pool if q.id in drawn}
        attempt = f"{self.chance.getrandbits(128):032x}"
        start = {"module": module.id, "quiz": quiz.id, "role": quiz.role, "seed": seed, "language": self.language,
                 "questions": [[i, digests[i]] for i in paper.ids]}  # fmt: skip
        if paper.reused:
            start["reused"] = list(paper.reused)
        if not self.note(when, "attempt.started", start, subject=attempt):
            return self.end, False
        if quiz.role:
            self.seen += [(i, self.sittings) for i in paper.ids]
            self.sittings += 1
        when += timedelta(seconds=sum(self.chance.randrange(20, 75) for _ in paper.ids))
        given = {
            i: answer(questions[i], self.chance.random() < self.odds(questions[i], knows), self.chance)
            for i in paper.ids
        }
        answers = {i: a for i, a in given.items() if a is not None}
        return when, self.hand_in(quiz, module, questions, answers, attempt, when)

    def odds(self, question: Question, knows: float) -> float:
        """Items differ in difficulty, and one in sixty is hard in one language: its translation limps."""
        weight = int(question.digest[:4] or "0", 16)
        limps = weight % 60 == 0 and self.language != self.course.source
        return 0.3 if limps else max(0.05, min(0.98, knows + (weight % 100 - 50) / 250))

    def hand_in(self, quiz: Quiz, module: Module, questions: dict[str, Question],
                answers: dict[str, dict[str, Any]], attempt: str, when: datetime) -> bool:  # fmt: skip
        marks = mark_all(questions.values(), answers)
        outcome = total(marks.values(), self.course.pass_mark_of(quiz), quiz.graded and quiz.role != "pre")
        plain, typed = {}, {}
        for i, given in answers.items():
            plain[i], words = responses.split_typed(questions[i], given)
            if words:
                typed[i] = words
        body = {"module": module.id, "quiz": quiz.id, "role": quiz.role, "marking": MARKING_VERSION, "answers": plain,
                "languages": dict.fromkeys(plain, self.language), "points": {i: m.hundredths for i, m in marks.items()},
                "earned": outcome.earned_hundredths, "maximum": outcome.maximum_hundredths,
                "passed": int(outcome.passed)}  # fmt: skip
        told = self.note(when, "attempt.handed_in", body, {"typed": typed} if typed else None, subject=attempt)
        return told and outcome.passed

    def complete(self, when: datetime) -> None:
        if not self.note(
            when, "course.completed", {"hours": self.course.hours_hundredths, "date": when.date().isoformat()}
        ):
            return
        body = {"label": self.course.label, "date": when.date().isoformat(), "hours": self.course.hours_hundredths,
                "language": self.language, "establishment": self.person.home, "series": self.person.home}  # fmt: skip
        names = {"name_latin": self.person.name_latin, "name_arabic": self.person.name_arabic}
        subject = f"{self.chance.getrandbits(128):032x}"
        self.note(when, "certificate.issued", body, {k: v for k, v in names.items() if v}, subject=subject)

    def note(
        self, when: datetime, kind: str, body: dict[str, Any], sealed: dict[str, Any] | None = None, subject: str = ""
    ) -> bool:
        """Tell it unless it lies in the future. Returns whether it was told."""
        if when >= self.end:
            return False
        whole = {"course": self.course.id, "version": self.course.version, **body}
        self.person.note(when, kind, whole, sealed, subject=subject)
        return True


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
