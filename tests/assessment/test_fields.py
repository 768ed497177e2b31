"""Forms and back: what a page sends means the same answer however the page was laid out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anhnh_lms.assessment.draw import Item, lay_out
from anhnh_lms.assessment.fields import from_form, to_form
from anhnh_lms.assessment.response import InvalidResponse, Response, is_complete, parse, walk
from anhnh_lms.content.course import Match, Multiple, Order, Question, Rows

from .builders import BLANKS, WORKSHOP, answered, number, options, proses, question, questions, quiz, single

seeds = st.binary(min_size=1, max_size=8)


@given(answered(), seeds, st.sampled_from(["", "q-7:"]))
@settings(max_examples=200)
def test_from_form_of_to_form_then_the_same_response_on_every_paper(
    made: tuple[Question, Response], seed: bytes, prefix: str
) -> None:
    asked, raw = made
    response = parse(asked, raw)
    item = lay_out(quiz(asked), seed, asked)
    fields = to_form(asked, response, item, prefix)
    assert all(name.startswith(prefix) for name in fields)
    assert from_form(asked, fields, item, response, prefix) == response


@given(answered())
@settings(max_examples=100)
def test_from_form_without_an_item_then_places_are_source_indexes(made: tuple[Question, Response]) -> None:
    asked, raw = made
    response = parse(asked, raw)
    assert from_form(asked, to_form(asked, response), saved=response) == response


names = st.sampled_from(
    ["choice", "choices", "text", "step", "row-0", "row-1", "pair-0", "place-0", "place-1", "place-2", "gap-0", "gap-2"]
)
values = st.lists(
    st.one_of(st.text(max_size=4), st.integers(-2, 7).map(str), st.sampled_from(["x" * 501, "1" * 5000, "٣", "\x00"])),
    max_size=3,
)


@given(questions, st.dictionaries(names, values, max_size=8), seeds, st.booleans())
@settings(max_examples=300)
def test_from_form_when_the_fields_are_junk_then_a_response_or_refusal(
    asked: Question, fields: dict[str, list[str]], seed: bytes, laid_out: bool
) -> None:
    item = lay_out(quiz(asked), seed, asked) if laid_out else None
    try:
        response = from_form(asked, fields, item)
    except InvalidResponse:
        return
    assert parse(asked, response) == response


def test_from_form_with_single_values_instead_of_lists_then_reads_them() -> None:
    fields: Any = {"choice": "12"}
    assert from_form(question(single(15)), fields) == {"choice": 12}


def test_from_form_with_a_file_in_a_field_then_refuses() -> None:
    fields: Any = {"text": [b"45"]}
    with pytest.raises(InvalidResponse):
        from_form(question(number()), fields)


PAPER = Item("q", (2, 0, 1))


@pytest.mark.parametrize(
    ("answer", "fields", "response"),
    [
        (single(), {"choice": ["0"], "csrf_token": ["x"]}, {"choice": 2}),
        (Multiple(options(True, False, True)), {"choices": ["0", "2"]}, {"choices": [1, 2]}),
        (
            Rows(proses("c", 2), proses("r", 3), (0, 1, 0)),
            {"row-0": ["1"], "row-1": ["0"], "row-2": [""]},
            {"rows": [0, -1, 1]},
        ),
        (Match(proses("l", 2), proses("r", 3)), {"pair-0": ["1"], "pair-1": ["0"]}, {"pairs": [0, 2]}),
        (Order(proses("i", 3)), {"place-0": ["3"], "place-1": ["1"], "place-2": ["2"]}, {"order": [0, 1, 2]}),
        (Order(proses("i", 3)), {"place-0": ["1"], "place-1": [""]}, {"order": [2, -1, -1]}),
        (BLANKS, {"gap-0": ["14"], "gap-1": ["le PCC"], "gap-2": ["1"]}, {"texts": ["14", "le PCC", "1"]}),
        (number(), {"text": ["45"]}, {"text": "45"}),
        (number(), {"text": [""]}, None),
        (single(), {}, None),
    ],
)
def test_from_form_then_counts_places_of_the_paper(
    answer: Any, fields: dict[str, list[str]], response: Response | None
) -> None:
    item = Item("q") if answer.kind in ("blanks", "number") else PAPER
    assert from_form(question(answer), fields, item) == response


@pytest.mark.parametrize(
    ("answer", "fields", "reason"),
    [
        (single(), {"choice": ["0", "1"]}, "shape"),
        (single(), {"choice": ["٠"]}, "shape"),
        (single(), {"choice": ["-1"]}, "shape"),
        (single(), {"choice": ["3"]}, "range"),
        (Multiple(options(True, False, True)), {"choices": ["1", "1"]}, "repeated"),
        (Multiple(options(True, False, True)), {"choices": [""]}, "shape"),
        (Order(proses("i", 3)), {"place-0": ["1"], "place-1": ["1"]}, "repeated"),
        (Order(proses("i", 3)), {"place-0": ["0"]}, "range"),
        (Order(proses("i", 3)), {"place-0": ["4"]}, "range"),
        (Match(proses("l", 2), proses("r", 3)), {"pair-0": ["3"]}, "range"),
    ],
)
def test_from_form_when_it_cannot_be_then_says_why(answer: Any, fields: dict[str, list[str]], reason: str) -> None:
    with pytest.raises(InvalidResponse) as refusal:
        from_form(question(answer), fields, PAPER)
    assert refusal.value.reason == reason


@given(seeds, st.sampled_from([[0, 0], [0, 1], [1], [0, 3, 0, 2]]))
@settings(max_examples=60)
def test_from_form_of_a_scenario_then_goes_step_by_step(seed: bytes, path: list[int]) -> None:
    asked = question(WORKSHOP)
    item = lay_out(quiz(asked), seed, asked)
    saved: Response | None = None
    for choice in path:
        step = walk(WORKSHOP, saved["path"] if saved else [])[-1]
        form = to_form(asked, saved, item) | {"choice": [str(item.step(step.id).index(choice))]}
        before, saved = saved, from_form(asked, form, item, saved)
        assert saved == {"path": [*(before["path"] if before else []), choice]}
        assert from_form(asked, form, item, saved) == saved  # the same form sent twice
    assert saved == {"path": path}
    assert is_complete(asked, saved)


@pytest.mark.parametrize(
    "fields",
    [
        {"step": ["0"], "choice": ["1"]},  # another choice in a step that was left
        {"step": ["2"], "choice": ["0"]},  # a step that was not reached
        {"choice": ["0"]},
        {"step": ["1"], "choice": ["4"]},
    ],
)
def test_from_form_of_a_scenario_when_the_page_is_not_the_current_one_then_refuses(
    fields: dict[str, list[str]],
) -> None:
    with pytest.raises(InvalidResponse) as refusal:
        from_form(question(WORKSHOP), fields, saved={"path": [0]})
    assert refusal.value.reason == "path"


def test_from_form_of_a_scenario_without_a_choice_then_keeps_what_was_saved() -> None:
    assert from_form(question(WORKSHOP), {"step": ["1"]}, saved={"path": [0]}) == {"path": [0]}
    assert from_form(question(WORKSHOP), {"step": ["0"]}) is None


@given(answered(), seeds)
@settings(max_examples=100)
def test_to_form_then_only_text(made: tuple[Question, Response], seed: bytes) -> None:
    asked, raw = made
    fields = to_form(asked, parse(asked, raw), lay_out(quiz(asked), seed, asked))
    assert all(isinstance(value, str) for listed in fields.values() for value in listed)
