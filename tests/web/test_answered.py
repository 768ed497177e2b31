"""What was answered, in plain words: a line a part, and nothing of how the course numbers its answers."""

from __future__ import annotations

from flask import Flask

from anhnh_lms.assessment.response import is_answered
from anhnh_lms.web.answered import answered

from ..learning import school
from ..support import Founded


def test_answered_when_every_kind_is_answered_then_each_has_words_and_nothing_gives_none(
    app: Flask, founded: Founded
) -> None:
    kinds = set()
    with app.app_context(), app.test_request_context():
        for _module, quiz in school.quizzes(school.publish()):
            for question in quiz.questions:
                response = school.right(question)
                kinds.add(question.kind)
                lines = answered(question, response)
                assert is_answered(question, response)
                assert lines, question.id
                assert all(line.strip() for line in lines)
                assert answered(question, None) == []
    assert len(kinds) > 8
