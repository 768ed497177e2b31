"""No request of a learner, in any order and with any content, gives a mark that the answers do not earn.

A learner over HTTP: starts, saves forms that pages send and forms that none sends (points, marks, another
question's fields, another person's attempt), hands in at any moment and twice. Whatever was handed in is then
marked again from what the requests said, by the pure rules and nothing else, and must come out the same.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from anhnh_lms.assessment.fields import from_form, to_form
from anhnh_lms.assessment.mark import mark_all, total
from anhnh_lms.assessment.response import InvalidResponse, walk
from anhnh_lms.db import db
from anhnh_lms.learning import attempts
from anhnh_lms.record.tables_of_views import AttemptRow, CertificateRow, ModuleRow, ProgressRow

from ..learning import school
from ..support import Founded, Member, People, csrf, sign_in
from ..web.taking import COURSE, Taking

QUIZZES = (school.VERIF, school.COUNTED, school.BEFORE, school.AFTER, school.LATER, school.OPINION)
LONG = "too long"  # stands for 501 characters, more than an answer may have
SMALL = st.integers(-1, 6).map(str)
WORDS = st.one_of(SMALL, st.sampled_from(["Bamako", "45", "42,0", "٤٢", "", LONG, "\x00", "18", "la salle"]))
NAMES = st.sampled_from(
    ["choice", "choices", "text", "step", "turn", "go", "points", "earned", "passed", "marking", "person", "quiz",
     "seed", *(f"{name}-{n}" for name in ("row", "gap", "pair", "place") for n in range(5))]
)  # fmt: skip
FORM = st.dictionaries(NAMES, st.one_of(WORDS, st.lists(SMALL, max_size=4)), max_size=9)
STEP = st.one_of(
    st.tuples(st.just("start"), st.sampled_from(QUIZZES)),
    st.tuples(st.just("save"), st.integers(0, 13), FORM, st.booleans()),
    st.tuples(st.just("right"), st.integers(1, 12)),
    st.tuples(st.just("hand in"), FORM),
    st.tuples(st.just("other"), st.integers(1, 12), FORM),
    st.tuples(st.just("section"), st.sampled_from(["alarm/first", "alarm/doors", "count/whom", "alarm/verif"]), FORM),
)


@pytest.fixture
def taking(app: Flask, client: FlaskClient, people: People) -> Taking:
    with app.app_context():
        course = school.publish()
    return Taking(app, client, people.register(), course)


class Learner:
    """One person in a browser; what each attempt must hold follows from what was sent."""

    def __init__(self, taking: Taking, people: People, other: str) -> None:
        self.app, self.client, self.course = taking.app, taking.client, taking.course
        self.member: Member = people.register()
        self.other, self.attempt = other, ""
        self.held: dict[str, dict[str, Any]] = {}  # attempt -> question -> what was accepted last
        sign_in(self.client, self.member.number)
        self.token = csrf(self.client, "/courses")

    def loaded(self) -> attempts.Attempt:
        """The attempt that the learner is at."""
        with self.app.app_context():
            found = attempts.load(school.user_of(self.member), self.attempt, "en")
            db.session.expunge(found.row)
            db.session.rollback()
            return found

    def post(self, path: str, form: dict[str, Any], script: bool = False) -> Any:
        headers = {"X-Autosave": "1"} if script else {}
        return self.client.post(path, data={**form, "csrf_token": self.token}, headers=headers)

    def start(self, quiz: str) -> None:
        answer = self.post(f"{COURSE}/quiz/{quiz}", {"points": "100", "passed": "1"})
        place = answer.headers.get("Location", "")
        if place.startswith("/attempts/"):
            self.attempt = place.split("/")[2]
            self.held.setdefault(self.attempt, {})

    def save(self, number: int, form: dict[str, Any], script: bool) -> None:
        if not self.attempt:
            return
        loaded = self.loaded()
        form = {name: "x" * 501 if value == LONG else value for name, value in form.items() if name != "turn"}
        answer = self.post(f"/attempts/{self.attempt}/{number}", form, script)
        if not loaded.is_open or not 1 <= number <= len(loaded.paper.items):
            assert answer.status_code in (302, 404, 409)
            return
        question, item = loaded.at(number)
        fields = {name: value if isinstance(value, list) else [value] for name, value in form.items()}
        try:
            meant = from_form(question, fields, item, self.held[self.attempt].get(question.id))
        except InvalidResponse:
            assert answer.status_code == 422
            return
        if answer.status_code in (200, 302):
            self.held[self.attempt][question.id] = meant

    def hand_in(self, form: dict[str, Any]) -> None:
        if self.attempt:
            self.post(f"/attempts/{self.attempt}/hand-in", form)
            self.post(f"/attempts/{self.attempt}/hand-in", {**form, "earned": "100"})

    def do(self, step: tuple[Any, ...]) -> None:
        match step:
            case ("start", quiz):
                self.start(quiz)
            case ("save", number, form, script):
                self.save(number, form, script)
            case ("right", number):
                self.answer_right(number)
            case ("hand in", form):
                self.hand_in(form)
            case ("other", number, form):
                assert self.post(f"/attempts/{self.other}/{number}", form).status_code == 404
                assert self.post(f"/attempts/{self.other}/hand-in", form).status_code == 404
            case ("section", place, form):
                self.post(f"{COURSE}/{place}", {**form, "passed": "1"})

    def answer_right(self, number: int) -> None:
        if not self.attempt:
            return
        loaded = self.loaded()
        if not 1 <= number <= len(loaded.paper.items) or loaded.at(number)[0].kind == "scenario":
            return
        question, item = loaded.at(number)
        self.save(number, dict(to_form(question, school.right(question), item)), False)

    # -- what must have come of it ----------------------------------------------------------------------------

    def check(self) -> None:
        with self.app.app_context():
            for attempt_id, held in self.held.items():
                self._check_attempt(attempt_id, held)
            self._check_progress()
            db.session.rollback()

    def _check_attempt(self, attempt_id: str, held: dict[str, Any]) -> None:
        loaded = attempts.load(school.user_of(self.member), attempt_id, "en")
        answers = {name: answer for name, answer in held.items() if answer is not None}
        assert dict(loaded.answers) == answers
        row = loaded.row
        if loaded.is_open:
            assert (row.earned, row.maximum, row.passed) == (0, 0, 0)
            return
        marks = mark_all(loaded.questions.values(), answers)
        graded = loaded.quiz.graded and loaded.quiz.role != "pre"
        outcome = total(marks.values(), self.course.pass_mark_of(loaded.quiz), graded)
        assert (row.earned, row.maximum) == (outcome.earned_hundredths, outcome.maximum_hundredths)
        assert bool(row.passed) == outcome.passed

    def _check_progress(self) -> None:
        person = self.member.id
        rows = list(db.session.execute(select(AttemptRow).where(AttemptRow.person == person)).scalars())
        passed = {row.quiz for row in rows if row.passed and row.maximum and not row.role}
        modules = db.session.execute(select(ModuleRow.quizzes).where(ModuleRow.person == person)).scalars()
        assert {quiz for text in modules for quiz in json.loads(text)} <= passed
        states = db.session.execute(select(ProgressRow.state).where(ProgressRow.person == person)).scalars().all()
        tested = any(row.quiz == school.AFTER and row.passed for row in rows)
        complete = passed >= {school.VERIF, school.COUNTED} and tested
        assert ("completed" in states) == complete
        papers = db.session.execute(select(CertificateRow).where(CertificateRow.person == person)).all()
        assert len(papers) == int(complete)


class Scene:
    """A published course, and somebody else's open attempt. (No dataclass: its fields would be printed.)"""

    def __init__(self, taking: Taking, people: People, other: str) -> None:
        self.taking, self.people, self.other = taking, people, other

    def learner(self) -> Learner:
        return Learner(self.taking, self.people, self.other)


@pytest.fixture
def scene(taking: Taking, founded: Founded, people: People) -> Scene:
    sign_in(taking.client, taking.member.number)
    return Scene(taking, people, taking.start(school.VERIF))


@settings(
    max_examples=40, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(st.lists(STEP, min_size=4, max_size=30))
def test_mark_when_anything_is_sent_in_any_order_then_it_is_what_the_answers_earn(
    scene: Scene, steps: list[tuple[Any, ...]]
) -> None:
    learner = scene.learner()
    for step in [("start", school.VERIF), *steps]:
        learner.do(step)
    learner.check()


def test_mark_when_everything_is_right_then_the_same_learner_completes(
    scene: Scene,
) -> None:
    """The property above would hold of a server that never passes anybody."""
    learner, taking = scene.learner(), scene.taking
    for quiz in (school.VERIF, school.COUNTED, school.AFTER):
        learner.start(quiz)
        for number in range(1, 13):
            learner.answer_right(number)
        loaded = learner.loaded()
        for number, name in enumerate(loaded.paper.ids, start=1):
            question = loaded.questions[name]
            if question.kind == "scenario":
                for made, choice in enumerate(school.right(question)["path"]):
                    place = _place(loaded, number, made, choice, school.right(question)["path"])
                    learner.save(number, {"step": str(made), "choice": str(place)}, False)
        learner.hand_in({})
    learner.check()
    with taking.app.app_context():
        papers = select(CertificateRow).where(CertificateRow.person == learner.member.id)
        assert len(db.session.execute(papers).all()) == 1


def _place(loaded: attempts.Attempt, number: int, made: int, choice: int, path: list[int]) -> int:
    question, item = loaded.at(number)
    step = walk(question.answer, path[:made])[-1]  # type: ignore[arg-type]
    return item.step(step.id).index(choice)
