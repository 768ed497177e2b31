"""What may be an answer: nothing else gets in, and what gets in stays as it is."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anhnh_lms.assessment.response import (
    LONGEST_PATH,
    LONGEST_TEXT,
    InvalidResponse,
    Response,
    is_answered,
    is_complete,
    join_typed,
    parse,
    split_typed,
    takes_back,
    walk,
)
from anhnh_lms.content.course import (
    Choice,
    Likert,
    Match,
    Multiple,
    Order,
    Question,
    Rows,
    Scenario,
    ShortText,
    Step,
    Survey,
)

from .builders import (
    BLANKS,
    WORKSHOP,
    answered,
    graded_questions,
    number,
    options,
    prose,
    proses,
    question,
    questions,
    single,
    solution,
)

ROWS = Rows(proses("column", 2), proses("row", 3), (0, 1, 0))
MATCH = Match(proses("left", 2), proses("right", 3))
ORDER = Order(proses("item", 3))
SEVERAL = Multiple(options(True, False, True))

json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 8), st.floats(allow_nan=False), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    max_leaves=8,
)
keys = st.sampled_from(["choice", "choices", "rows", "text", "texts", "pairs", "order", "path"])
junk = st.one_of(json_values, st.dictionaries(keys, json_values, max_size=2))


@given(answered())
@settings(max_examples=150)
def test_parse_when_the_response_is_a_learners_then_keeps_it(made: tuple[Question, Response]) -> None:
    asked, raw = made
    response = parse(asked, json.loads(json.dumps(raw)))
    assert response == (raw if is_answered(asked, raw) else None)
    assert parse(asked, response) == response
    assert is_answered(asked, response) == (response is not None)
    assert is_answered(asked, response) or not is_complete(asked, response)


@given(questions, junk)
@settings(max_examples=300)
def test_parse_when_anything_comes_in_then_a_plain_response_or_refusal(asked: Question, raw: object) -> None:
    try:
        response = parse(asked, raw)
    except InvalidResponse:
        return
    if response is None:
        return
    assert json.loads(json.dumps(response)) == response
    (value,) = response.values()
    for leaf in value if isinstance(value, list) else [value]:
        assert type(leaf) in (int, str)
    assert parse(asked, response) == response


@pytest.mark.parametrize(
    ("answer", "raw", "reason"),
    [
        (single(3), {"choice": 3}, "range"),
        (single(3), {"choice": -1}, "range"),
        (single(3), {"choice": True}, "shape"),
        (single(3), {"choice": "1"}, "shape"),
        (single(3), {"choice": 1.0}, "shape"),
        (single(3), {"choice": None}, "shape"),
        (single(3), {"choices": [1]}, "shape"),
        (single(3), {"choice": 1, "more": 1}, "shape"),
        (single(3), [1], "shape"),
        (single(3), "1", "shape"),
        (single(3), False, "shape"),
        (SEVERAL, {"choices": [0, 0]}, "repeated"),
        (SEVERAL, {"choices": [0, 3]}, "range"),
        (SEVERAL, {"choices": 0}, "shape"),
        (ROWS, {"rows": [0, 1]}, "shape"),
        (ROWS, {"rows": [0, 1, 2]}, "range"),
        (ROWS, {"rows": [0, 1, -2]}, "range"),
        (number(), {"text": 45}, "shape"),
        (number(), {"text": "4" * (LONGEST_TEXT + 1)}, "too_long"),
        (ShortText(("a",), ("a",)), {"text": "a\x00"}, "characters"),
        (ShortText(("a",), ("a",)), {"text": "a\x1b[0m"}, "characters"),
        (ShortText(("a",), ("a",)), {"text": "\ud800"}, "characters"),
        (BLANKS, {"texts": ["14", "x"]}, "shape"),
        (BLANKS, {"texts": ["14", "x", "3"]}, "range"),
        (BLANKS, {"texts": ["14", "x", "01"]}, "range"),
        (BLANKS, {"texts": ["14", "x", "sud"]}, "range"),
        (BLANKS, {"texts": ["14", "x", "١"]}, "range"),
        (BLANKS, {"texts": ["14", "x", 1]}, "shape"),
        (MATCH, {"pairs": [0, 3]}, "range"),
        (MATCH, {"pairs": [0]}, "shape"),
        (ORDER, {"order": [0, 1, 1]}, "repeated"),
        (ORDER, {"order": [0, 1, 3]}, "range"),
        (ORDER, {"order": [0, 1]}, "shape"),
        (WORKSHOP, {"path": [2]}, "path"),
        (WORKSHOP, {"path": [1, 0]}, "path"),  # after an end
        (WORKSHOP, {"path": [0, 0, 0]}, "path"),
        (WORKSHOP, {"path": [-1]}, "range"),
        (WORKSHOP, {"path": [0, 3] * (LONGEST_PATH // 2) + [0]}, "path"),
        (Survey(), {"choice": 0}, "shape"),
        (Survey(options(None, None)), {"text": "x"}, "shape"),
        (Survey(options(None, None), several=True), {"choice": 0}, "shape"),
        (Likert(proses("s", 1), "agree-5"), {"rows": [6]}, "range"),
        (Likert(proses("s", 1), "agree-5"), {"rows": [-1]}, "range"),
    ],
)
def test_parse_when_it_cannot_be_an_answer_then_says_why(answer: Any, raw: object, reason: str) -> None:
    with pytest.raises(InvalidResponse) as refusal:
        parse(question(answer), raw)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("answer", "raw"),
    [
        (single(), None),
        (single(), {}),
        (SEVERAL, {"choices": []}),
        (ROWS, {"rows": [-1, -1, -1]}),
        (number(), {"text": " \u00a0"}),
        (number(), {"text": "\u200f"}),
        (BLANKS, {"texts": ["", " ", ""]}),
        (MATCH, {"pairs": [-1, -1]}),
        (ORDER, {"order": [-1, -1, -1]}),
        (WORKSHOP, {"path": []}),
        (Survey(), {"text": ""}),
        (Likert(proses("s", 2), "agree-5"), {"rows": [0, 0]}),
    ],
)
def test_parse_when_nothing_was_answered_then_none(answer: Any, raw: object) -> None:
    assert parse(question(answer), raw) is None


def test_parse_then_sorts_ticks_and_unifies_line_ends() -> None:
    assert parse(question(SEVERAL), {"choices": [2, 0]}) == {"choices": [0, 2]}
    assert parse(question(Survey()), {"text": "a\r\nb\rc"}) == {"text": "a\nb\nc"}


def test_parse_when_a_text_is_just_short_enough_then_keeps_it() -> None:
    text = ("x\r\n" * LONGEST_TEXT)[: LONGEST_TEXT + LONGEST_TEXT // 2]
    assert parse(question(Survey()), {"text": text}) == {"text": text.replace("\r\n", "\n")}


@given(graded_questions)
@settings(max_examples=80)
def test_is_complete_when_everything_is_right_then_true(asked: Question) -> None:
    assert is_complete(asked, parse(asked, solution(asked)))
    assert not is_complete(asked, None)
    assert not is_answered(asked, None)


@pytest.mark.parametrize(
    ("answer", "raw"),
    [
        (ROWS, {"rows": [0, -1, 1]}),
        (BLANKS, {"texts": ["14", "", "1"]}),
        (MATCH, {"pairs": [-1, 1]}),
        (ORDER, {"order": [-1, 1, 2]}),
        (WORKSHOP, {"path": [0]}),
        (WORKSHOP, {"path": [0, 3]}),
        (Likert(proses("s", 2), "agree-5"), {"rows": [0, 5]}),
    ],
)
def test_is_complete_when_a_part_is_open_then_false_but_answered(answer: Any, raw: dict[str, Any]) -> None:
    response = parse(question(answer), raw)
    assert response == raw
    assert is_answered(question(answer), response)
    assert not is_complete(question(answer), response)


def test_walk_then_shows_the_steps_of_a_path() -> None:
    assert [step.id for step in walk(WORKSHOP, [0, 3, 1])] == ["", "radio", "", "alone"]


def test_walk_when_a_step_ends_although_it_has_choices_then_goes_no_further() -> None:
    end = Step("", "End", prose("end"), (Choice(prose("on"), ""),), Fraction(1))
    with pytest.raises(InvalidResponse):
        walk(Scenario((end,)), [0])


@pytest.mark.parametrize(
    ("saved", "new", "expected"),
    [
        (None, {"path": [0]}, False),
        ({"path": [0]}, {"path": [0, 1]}, False),
        ({"path": [0]}, {"path": [0]}, False),
        ({"path": [0]}, {"path": [1]}, True),
        ({"path": [0, 1]}, {"path": [0]}, True),
        ({"path": [0]}, None, True),
        ({"choice": 0}, {"choice": 1}, False),
        ({"text": "a"}, None, False),
    ],
)
def test_takes_back_then_only_for_a_choice_whose_next_step_was_shown(
    saved: Response | None, new: Response | None, expected: bool
) -> None:
    assert takes_back(saved, new) is expected


@given(answered())
@settings(max_examples=150)
def test_join_typed_after_split_then_the_same_response(made: tuple[Question, Response]) -> None:
    asked, raw = made
    response = parse(asked, raw)
    if response is None:
        return
    before = json.dumps(response)
    body, typed = split_typed(asked, response)
    assert join_typed(asked, body, typed) == response
    assert json.dumps(response) == before


@given(answered())
@settings(max_examples=150)
def test_split_typed_then_nothing_typed_is_left_and_erasing_it_keeps_the_rest(
    made: tuple[Question, Response],
) -> None:
    asked, raw = made
    response = parse(asked, raw)
    if response is None:
        return
    body, _ = split_typed(asked, response)
    if asked.kind == "blanks":
        assert all(text == "" or text.isdigit() for text in body["texts"])
        assert len(body["texts"]) == len(response["texts"])
    else:
        assert body == ({} if "text" in response else response)
    left = join_typed(asked, body)  # the typed part was erased
    assert left is None or split_typed(asked, left)[0] == body
    assert "text" not in (left or {})


def test_split_typed_of_blanks_then_choices_stay_and_words_go() -> None:
    response = {"texts": ["14", "le PCC", "1"]}
    assert split_typed(question(BLANKS), response) == ({"texts": ["", "", "1"]}, ["14", "le PCC"])


@pytest.mark.parametrize(
    ("answer", "body", "typed"),
    [
        (BLANKS, {"texts": ["", "", "1"]}, ["14"]),
        (BLANKS, {"texts": ["", "1"]}, ["14", "x"]),
        (single(), {"choice": 0}, ["x"]),
        (number(), {}, ["1", "2"]),
    ],
)
def test_join_typed_when_the_parts_do_not_belong_together_then_refuses(
    answer: Any, body: Response, typed: list[str]
) -> None:
    with pytest.raises(InvalidResponse):
        join_typed(question(answer), body, typed)
