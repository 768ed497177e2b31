"""What the tests of the learners' pages share: a published course, a learner signed in, an attempt by screens."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from anhnh_lms.assessment.fields import to_form
from anhnh_lms.assessment.response import walk
from anhnh_lms.content.course import Course, Question, Scenario
from anhnh_lms.db import db
from anhnh_lms.learning import attempts
from tests import support
from tests.learning import school

COURSE = "/courses/fire-drill"


@dataclass
class Taking:
    """A learner in a browser without a screen."""

    app: Flask
    client: FlaskClient
    member: support.Member
    course: Course

    def start(self, quiz: str, slug: str = "fire-drill") -> str:
        """Begin by the button. Returns the attempt's id."""
        answer = support.post(self.client, f"/courses/{slug}/quiz/{quiz}", page=f"/courses/{slug}")
        found = re.match(r"/attempts/([0-9a-f]{32})/\d+", answer.headers.get("Location", ""))
        assert found, f"{answer.status} {answer.headers.get('Location')}"
        return found[1]

    def attempt(self, attempt_id: str) -> attempts.Attempt:
        with self.app.app_context():
            loaded = attempts.load(school.user_of(self.member), attempt_id, "en")
            db.session.expunge(loaded.row)
            db.session.rollback()
            return loaded

    def form(self, attempt_id: str, number: int, response: Any) -> dict[str, Any]:
        """The fields that a page sends for that response (of a scenario: its next choice)."""
        question, item = self.attempt(attempt_id).at(number)
        if isinstance(question.answer, Scenario):
            raise TypeError("a conversation is led choice by choice: `talk`")
        return dict(to_form(question, response, item))

    def save(self, attempt_id: str, number: int, response: Any, **more: str) -> TestResponse:
        return support.post(
            self.client, page_of(attempt_id, number), {**self.form(attempt_id, number, response), **more}
        )

    def talk(self, attempt_id: str, number: int, path: list[int]) -> TestResponse | None:
        """Lead a conversation along `path`."""
        answer = None
        for made, choice in enumerate(path):
            question, item = self.attempt(attempt_id).at(number)
            assert isinstance(question.answer, Scenario)
            step = walk(question.answer, path[:made])[-1]
            place = item.step(step.id).index(choice)
            answer = support.post(self.client, page_of(attempt_id, number), {"step": str(made), "choice": str(place)})
        return answer

    def answer_all(self, attempt_id: str) -> None:
        """Answer every question right, page by page."""
        loaded = self.attempt(attempt_id)
        for number, name in enumerate(loaded.paper.ids, start=1):
            question = loaded.questions[name]
            if isinstance(question.answer, Scenario):
                self.talk(attempt_id, number, school.right(question)["path"])
            else:
                assert self.save(attempt_id, number, school.right(question)).status_code == 302

    def hand_in(self, attempt_id: str) -> TestResponse:
        check = f"/attempts/{attempt_id}/check"
        return support.post(self.client, f"/attempts/{attempt_id}/hand-in", page=check, follow=True)


def taking_the_course(app: Flask, people: support.People, client: FlaskClient) -> Taking:
    """The course published, a learner registered and signed in."""
    with app.app_context():
        course = school.publish()
    member = people.register()
    support.sign_in(client, member.number)
    return Taking(app, client, member, course)


def number_of(taking: Taking, attempt_id: str, question: str) -> int:
    """The number of that question on the paper."""
    return taking.attempt(attempt_id).paper.ids.index(question) + 1


def page_of(attempt_id: str, number: int) -> str:
    return f"/attempts/{attempt_id}/{number}"


def text_of(page: str) -> str:
    """What a page says, in one line."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return squeezed(html.unescape(re.sub(r"<[^>]*>", " ", body)))


def squeezed(text: str) -> str:
    """Letters and digits alone, so that markup inside a sentence does not hide it."""
    return re.sub(r"[\W_]+", " ", text).strip().casefold()


def secrets_of(question: Question) -> Mapping[str, str]:
    """What no page may say before the hand-in: where it stands -> its words."""
    found = {"explanation": question.explanation.plain}
    for n, option in enumerate(getattr(question.answer, "options", ())):
        found[f"feedback {n}"] = option.feedback.plain
    if isinstance(question.answer, Scenario):
        for step in question.answer.steps:
            for n, choice in enumerate(step.choices):
                found[f"feedback {step.id} {n}"] = choice.feedback.plain
    return {where: squeezed(words) for where, words in found.items() if words.strip()}
