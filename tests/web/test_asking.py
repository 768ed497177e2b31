"""What a question's page is given: prose that is not escaped again, places instead of keys."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup

from anhnh_lms.assessment.draw import Item
from anhnh_lms.content.course import Match, Option, Order, Part, Prose, Question, Single
from anhnh_lms.web.asking import control


def said(html: str) -> Prose:
    return Prose((Part(html),), html)


def drawn(app: Flask, macro: str, *given: object) -> str:
    source = '{% import "macros/questions.html" as q %}{{ q[macro](*given) }}'
    with app.test_request_context("/"):
        return app.jinja_env.from_string(source).render(macro=macro, given=given)


def test_choices_when_they_hold_marks_and_several_lines_then_these_are_drawn_and_not_shown(app: Flask) -> None:
    options = (Option(said("<p>un&nbsp;: <em>deux</em></p>\n<p>trois</p>"), True), Option(said("non")))
    made = control(Question("q", "?", Single(options)), Item("q", (1, 0)), None)
    assert made["options"][1] == (1, Markup("<p>un&nbsp;: <em>deux</em></p>\n<p>trois</p>"))
    page = drawn(app, "single", made["options"], made["chosen"])
    assert "un&nbsp;: <em>deux</em><br>trois" in page
    assert "&amp;" not in page
    assert "&lt;" not in page


def test_right_sides_and_items_when_shown_then_their_values_are_places_and_betray_nothing(app: Flask) -> None:
    texts = tuple(said(word) for word in ("one", "two", "three"))
    match = control(Question("m", "?", Match(texts[:2], texts)), Item("m", (2, 0, 1)), {"pairs": [0, -1]})
    assert match["rights"] == [(0, "three"), (1, "one"), (2, "two")]
    assert match["chosen"] == {0: "1"}
    order = control(Question("o", "?", Order(texts)), Item("o", (1, 2, 0)), None)
    assert order["items"] == [(0, "two"), (1, "three"), (2, "one")]
