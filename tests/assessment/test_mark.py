"""Marking keeps to the rules of the course format, in exact fractions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anhnh_lms.assessment.draw import lay_out
from anhnh_lms.assessment.fields import from_form, to_form
from anhnh_lms.assessment.mark import Mark, mark, mark_all, total
from anhnh_lms.assessment.response import InvalidResponse, Response, is_answered, parse
from anhnh_lms.content.course import Likert, Match, Multiple, Order, Question, Rows, ShortText, Survey

from .builders import (
    BLANKS,
    WORKSHOP,
    answered,
    graded_questions,
    number,
    opinions,
    options,
    prose,
    proses,
    question,
    questions,
    quiz,
    responses,
    single,
    solution,
)

ROWS = Rows(proses("column", 2), proses("row", 3), (0, 1, 0))
MATCH = Match(proses("left", 3), proses("right", 4))
ORDER = Order(proses("item", 4))
SEVERAL = Multiple(options(True, False, True, False, True))
BAMAKO = ShortText(("Bamako", "BKO", "باماكو"), ("Bamako", "BKO"))
T, F, N = True, False, None


@pytest.mark.parametrize(
    ("answer", "response", "share", "parts"),
    [
        (single(), {"choice": 1}, "1", (T,)),
        (single(), {"choice": 0}, "0", (F,)),
        (SEVERAL, {"choices": [0, 2, 4]}, "1", (T, N, T, N, T)),
        (SEVERAL, {"choices": [0, 2]}, "2/3", (T, N, T, N, N)),
        (SEVERAL, {"choices": [0, 1, 2]}, "1/3", (T, F, T, N, N)),
        (SEVERAL, {"choices": [0, 1]}, "0", (T, F, N, N, N)),
        (SEVERAL, {"choices": [0, 1, 3]}, "0", (T, F, N, F, N)),
        (SEVERAL, {"choices": [0, 1, 2, 3, 4]}, "1/3", (T, F, T, F, T)),
        (ROWS, {"rows": [0, 0, -1]}, "1/3", (T, F, N)),
        (number("11", "13"), {"text": "11"}, "1", (T,)),
        (number("11", "13"), {"text": "13,0 m"}, "1", (T,)),
        (number("11", "13"), {"text": "13,01"}, "0", (F,)),
        (number("1000", "1000"), {"text": "1,000"}, "1", (T,)),
        (number("1", "1"), {"text": "1,000"}, "1", (T,)),
        (number("45", "45"), {"text": "٤٥ ٪"}, "1", (T,)),
        (number("45", "45"), {"text": "quarante-cinq"}, "0", (F,)),
        (BAMAKO, {"text": " bamako "}, "1", (T,)),
        (BAMAKO, {"text": "بامـاكو"}, "1", (T,)),
        (BAMAKO, {"text": "Ségou"}, "0", (F,)),
        (BLANKS, {"texts": ["14", "LE PCC", "1"]}, "1", (T, T, T)),
        (BLANKS, {"texts": ["١٤", "", "0"]}, "1/3", (T, N, F)),
        (MATCH, {"pairs": [0, 3, -1]}, "1/3", (T, F, N)),
        (MATCH, {"pairs": [0, 0, 0]}, "1/3", (T, F, F)),
        (ORDER, {"order": [0, 1, 3, 2]}, "1/2", (T, T, F, F)),
        (ORDER, {"order": [1, 2, 3, 0]}, "0", (F, F, F, F)),
        (ORDER, {"order": [0, -1, -1, 1]}, "1/4", (T, N, N, F)),
        (WORKSHOP, {"path": [0, 0]}, "1", (T, T)),
        (WORKSHOP, {"path": [0, 1]}, "0", (T, F)),
        (WORKSHOP, {"path": [0, 2]}, "1/2", (T, N)),
        (WORKSHOP, {"path": [0, 3, 0, 0]}, "1", (T, N, T, T)),
        (WORKSHOP, {"path": [0]}, "0", (T,)),
    ],
)
def test_mark_then_as_the_rules_say(
    answer: Any, response: Response, share: str, parts: tuple[bool | None, ...]
) -> None:
    assert mark(question(answer, 3), response) == Mark(3 * Fraction(share), 3, parts)


@given(graded_questions)
@settings(max_examples=100)
def test_mark_when_everything_is_right_then_full_points(asked: Question) -> None:
    given_mark = mark(asked, solution(asked))
    assert given_mark.points == given_mark.max == asked.points
    assert False not in given_mark.parts


@given(questions)
@settings(max_examples=100)
def test_mark_when_nothing_was_answered_then_nothing_earned_and_nothing_wrong(asked: Question) -> None:
    given_mark = mark(asked, None)
    assert given_mark.points == 0
    assert set(given_mark.parts) <= {None}
    assert given_mark.max == (0 if asked.kind in ("survey", "likert") else asked.points)


@given(answered())
@settings(max_examples=200)
def test_mark_of_any_response_then_within_bounds(made: tuple[Question, Response]) -> None:
    asked, response = made
    given_mark = mark(asked, response)
    assert 0 <= given_mark.points <= given_mark.max
    assert 0 <= given_mark.points * 100 - given_mark.hundredths < 1
    if not is_answered(asked, response):
        assert given_mark == mark(asked, None)


@given(answered(graded_questions), st.binary(min_size=1, max_size=8), st.binary(min_size=1, max_size=8))
@settings(max_examples=150)
def test_mark_however_the_page_was_laid_out_then_the_same(
    made: tuple[Question, Response], one: bytes, other: bytes
) -> None:
    asked, raw = made
    response = parse(asked, raw)
    marks = set()
    for seed in (one, other):
        item = lay_out(quiz(asked), seed, asked)
        marks.add(mark(asked, from_form(asked, to_form(asked, response, item), item, response)))
    assert marks == {mark(asked, response)}


@given(st.lists(st.booleans(), min_size=1, max_size=6).filter(any), st.data())
@settings(max_examples=80)
def test_mark_of_multiple_when_a_wrong_answer_is_ticked_too_then_never_more(
    rights: list[bool], data: st.DataObject
) -> None:
    asked = question(Multiple(options(*rights)))
    ticked = data.draw(responses(asked))["choices"]
    for i, right in enumerate(rights):
        if i not in ticked:
            more = mark(asked, {"choices": sorted([*ticked, i])}).points
            before = mark(asked, {"choices": ticked}).points
            assert more >= before if right else more <= before


def test_mark_of_multiple_when_all_is_ticked_of_which_half_is_wrong_then_nothing() -> None:
    assert mark(question(Multiple(options(True, False, True, False))), {"choices": [0, 1, 2, 3]}).points == 0


def test_mark_of_match_when_two_right_sides_read_the_same_then_either_is_right() -> None:
    twins = Match(proses("left", 3), (prose("water"), prose("foam"), prose("water")))
    assert mark(question(twins), {"pairs": [2, 1, 0]}).points == 1
    assert mark(question(twins), {"pairs": [1, 1, 0]}).parts == (False, True, True)


def test_mark_of_order_when_two_items_read_the_same_then_either_place_is_right() -> None:
    twins = Order((prose("count"), prose("open"), prose("count")))
    assert mark(question(twins), {"order": [2, 1, 0]}).points == 1


@given(opinions, st.data())
@settings(max_examples=50)
def test_mark_of_an_opinion_then_counts_nothing(answer: Any, data: st.DataObject) -> None:
    asked = question(answer, 5)
    assert mark(asked, data.draw(responses(asked))) == Mark(Fraction(0), 0)


def test_mark_when_the_response_is_of_another_question_then_refuses() -> None:
    with pytest.raises(InvalidResponse):
        mark(question(single()), {"text": "1"})


def test_hundredths_then_are_cut_off_downwards() -> None:
    assert [Mark(Fraction(n, 3), 3).hundredths for n in range(4)] == [0, 33, 66, 100]


# -- the outcome -------------------------------------------------------------------------------

fractions = st.fractions(0, 1, max_denominator=12)
marks = st.lists(
    st.builds(lambda share, points: Mark(share * points, points), fractions, st.integers(0, 5)), max_size=12
)
pass_marks = st.integers(0, 10_000).map(lambda n: Fraction(n, 10_000))


@given(marks, pass_marks)
@settings(max_examples=200)
def test_total_then_passed_exactly_and_what_is_shown_agrees(given_marks: list[Mark], pass_mark: Fraction) -> None:
    outcome = total(given_marks, pass_mark)
    earned, maximum = sum(m.points for m in given_marks), sum(m.max for m in given_marks)
    assert (outcome.earned, outcome.maximum) == (earned, maximum)
    assert outcome.passed == (earned * 100 >= pass_mark * 100 * maximum)
    assert 0 <= outcome.earned_hundredths <= outcome.maximum_hundredths
    shortfall = outcome.earned_hundredths - sum(m.hundredths for m in given_marks)
    assert 0 <= shortfall <= len(given_marks)
    if outcome.percent_hundredths is None:
        assert maximum == 0
        assert outcome.passed
    else:
        assert 0 <= outcome.percent_hundredths <= 10_000
        assert outcome.passed == (outcome.percent_hundredths >= pass_mark * 10_000)


def test_total_when_three_thirds_make_the_pass_mark_then_passed() -> None:
    thirds = [Mark(Fraction(1, 3), 1)] * 3
    outcome = total(thirds, Fraction(1, 3))
    assert outcome.passed
    assert (outcome.earned_hundredths, sum(m.hundredths for m in thirds)) == (100, 99)


def test_total_then_what_is_recorded_is_cut_off_downwards() -> None:
    outcome = total([Mark(Fraction(2, 3), 1)], Fraction(1, 2))
    assert (outcome.earned_hundredths, outcome.maximum_hundredths, outcome.percent_hundredths) == (66, 100, 6666)


def test_total_when_one_hair_below_the_pass_mark_then_not_passed() -> None:
    assert not total([Mark(Fraction(7, 10) - Fraction(1, 10**9), 1)], Fraction(7, 10)).passed
    assert total([Mark(Fraction(7, 10), 1)], Fraction(7, 10)).passed


@pytest.mark.parametrize("given_marks", [[], [Mark(Fraction(0), 0)]])
def test_total_when_nothing_counts_then_passed_without_a_percentage(given_marks: list[Mark]) -> None:
    outcome = total(given_marks, Fraction(1))
    assert outcome.passed
    assert outcome.percent_hundredths is None


def test_total_of_a_quiz_that_is_not_graded_then_passed_and_counted() -> None:
    outcome = total([mark(question(single()), {"choice": 0})], Fraction(1), graded=False)
    assert (outcome.passed, outcome.earned, outcome.maximum) == (True, Fraction(0), 1)


def test_mark_all_then_every_drawn_question_and_no_other() -> None:
    asked = [
        question(single(), id="a"),
        question(number(), id="b"),
        question(Likert(proses("s", 1), "agree-5"), id="c"),
    ]
    given_marks = mark_all(asked, {"a": {"choice": 1}, "z": {"choice": 0}})
    assert list(given_marks) == ["a", "b", "c"]
    assert total(given_marks.values(), Fraction(1, 2)).passed
    assert total(given_marks.values(), Fraction(1, 2)).maximum == 2


def test_mark_all_with_a_survey_then_it_does_not_count() -> None:
    asked = [question(Survey(), id="a")]
    assert mark_all(asked, {"a": {"text": "good"}}) == {"a": Mark(Fraction(0), 0)}
