"""A paper honours the quiz, and is the same for ever."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anhnh_lms.assessment.draw import Item, Paper, draw, lay_out, reopen, step_order
from anhnh_lms.content.course import Draw, Likert, Match, Order, Question, Quiz, Survey

from .builders import BLANKS, WORKSHOP, bank, number, options, proses, question, questions, quiz, single

seeds = st.binary(max_size=8)
FIXED = tuple(question(single(), id=f"f{i}") for i in range(3))
KNOWN_PAPER = Paper(
    (
        Item("m", (0, 1, 2)),
        Item("s", (), (("", (1, 0)), ("radio", (2, 1, 3, 0)), ("alone", ()), ("well", ()), ("half", ()))),
        Item("b5", (1, 2, 0)),
        Item("f0", (1, 2, 0)),
        Item("o", (0, 2, 3, 1)),
        Item("b0", (1, 0, 2)),
        Item("b4", (2, 0, 1)),
    )
)


@st.composite
def quizzes(make: st.DrawFn) -> Quiz:
    fixed = tuple(question(single(), id=f"f{i}") for i in range(make(st.integers(0, 4))))
    fire = bank(make(st.integers(0, 8)), "fire", 3, "fire")
    forms = bank(make(st.integers(0, 8)), "forms", 2, "forms")
    draws = tuple(
        Draw(name, make(st.integers(0, 10)), make(st.booleans()))
        for name in make(st.lists(st.sampled_from(["fire", "forms"]), max_size=3))
    )
    asked = make(st.permutations([*fixed, *fire, *forms]))
    return quiz(*asked, draws=draws, shuffle_questions=make(st.booleans()), shuffle_answers=make(st.booleans()))


@given(quizzes(), seeds)
@settings(max_examples=200)
def test_draw_then_fixed_questions_and_the_count_of_each_pool_without_repeats(made: Quiz, seed: bytes) -> None:
    paper = draw(made, seed)
    pools = {q.id: q.pool for q in made.questions}
    drawn = Counter(pools[i] for i in paper.ids)
    assert len(set(paper.ids)) == len(paper.ids)
    for pool, size in Counter(pools.values()).items():
        wanted = sum(d.count for d in made.draws if d.pool == pool) if pool else size
        assert drawn[pool] == min(wanted, size)
    if not made.shuffle_questions:
        place = [q.id for q in made.questions].index
        assert list(paper.ids) == sorted(paper.ids, key=place)
    assert paper.reused == ()


@given(quizzes(), seeds)
@settings(max_examples=100)
def test_draw_again_then_the_same_paper_and_reopening_gives_it_back(made: Quiz, seed: bytes) -> None:
    paper = draw(made, seed)
    assert draw(made, seed) == paper
    assert reopen(made, seed, [made.question(i) for i in paper.ids]) == paper


@given(quizzes(), seeds)
@settings(max_examples=60)
def test_draw_in_another_language_then_the_same_paper(made: Quiz, seed: bytes) -> None:
    translated = replace(
        made,
        title="اختبار",
        questions=tuple(replace(q, title="سؤال", stem=proses("نص", 1)[0], lang="ar") for q in made.questions),
    )
    assert draw(translated, seed) == draw(made, seed)


def test_draw_with_a_known_seed_then_the_paper_it_always_was() -> None:
    asked = (
        *FIXED[:1],
        *bank(6, "fire", 2),
        question(Order(proses("item", 4)), id="o"),
        question(Match(proses("left", 2), proses("right", 3)), id="m"),
        question(WORKSHOP, id="s"),
    )
    made = quiz(*asked, draws=(Draw("fire", 3, True),), shuffle_questions=True)
    assert draw(made, "4f2a") == KNOWN_PAPER


def test_draw_from_the_pool_of_another_quiz_in_the_file_then_takes_it() -> None:
    pool = bank(9, "tests", 3)
    post = quiz(id="post", draws=(Draw("tests", 6, True),), role="post")
    paper = draw(post, "s", pool)
    assert len(paper.ids) == 6
    assert list(paper.ids) == sorted(paper.ids)
    assert draw(post, "s").ids == ()


def test_draw_when_the_pool_holds_other_quizzes_questions_then_only_its_own_appear_unasked() -> None:
    mine, others = FIXED[0], FIXED[1:]
    assert draw(quiz(mine), "s", [*others, mine]).ids == ("f0",)


def test_draw_from_a_pool_then_in_the_order_of_the_file() -> None:
    before, after = bank(2, "p", stem="before"), bank(2, "p", stem="after")
    made = quiz(*FIXED, draws=(Draw("p", 4),))
    paper = draw(made, "s", [*before, *FIXED, *after])
    assert paper.ids == ("before0", "before1", "f0", "f1", "f2", "after0", "after1")


def test_draw_of_pre_and_post_test_then_parallel_and_disjoint_until_the_pool_is_empty() -> None:
    pool = bank(20, "tests", 2)
    pre, post = quiz(draws=(Draw("tests", 10, True),)), quiz(id="post", draws=(Draw("tests", 10, True),))
    first = draw(pre, "one", pool)
    seen = [(i, 1) for i in first.ids]
    second = draw(post, "two", pool, seen)
    assert not set(first.ids) & set(second.ids)
    assert second.reused == ()
    third = draw(post, "three", pool, [*seen, *((i, 2) for i in second.ids)])
    assert set(third.ids) == set(third.reused) == set(first.ids)


def test_draw_when_fixed_questions_were_seen_then_they_are_no_reuse() -> None:
    assert draw(quiz(*FIXED), "s", seen=[("f0", 1)]).reused == ()


@given(questions, seeds, st.booleans())
@settings(max_examples=150)
def test_lay_out_then_a_permutation(asked: Question, seed: bytes, shuffle: bool) -> None:
    item = lay_out(quiz(asked, shuffle_answers=shuffle), seed, asked)
    assert sorted(item.order) == list(range(len(item.order)))
    for step_id, order in item.steps:
        assert sorted(order) == list(range(len(WORKSHOP.step(step_id).choices)))
        assert item.step(step_id) == order


@given(st.integers(2, 6), seeds, st.booleans())
@settings(max_examples=100)
def test_lay_out_of_an_order_then_never_the_solution(count: int, seed: bytes, shuffle: bool) -> None:
    asked = question(Order(proses("item", count)))
    assert lay_out(quiz(asked, shuffle_answers=shuffle), seed, asked).order != tuple(range(count))


def test_lay_out_of_one_item_then_stands_alone() -> None:
    asked = question(Order(proses("item", 1)))
    assert lay_out(quiz(asked), "s", asked).order == (0,)


@pytest.mark.parametrize("answer", [Survey(options(None, None, None)), Likert(proses("s", 3), "agree-5")])
def test_lay_out_of_an_opinion_then_keeps_its_order(answer: Any) -> None:
    for seed in range(10):
        asked = question(answer)
        assert lay_out(quiz(asked), str(seed), asked).order == (0, 1, 2)


@pytest.mark.parametrize("answer", [BLANKS, number()])
def test_lay_out_when_there_is_nothing_to_lay_out_then_empty(answer: Any) -> None:
    asked = question(answer)
    assert lay_out(quiz(asked), "s", asked) == Item("q")


def test_lay_out_when_answers_are_not_shuffled_then_the_key_still_is() -> None:
    plain, match = question(single(4)), question(Match(proses("l", 4), proses("r", 4)), id="m")
    made = quiz(plain, match, shuffle_answers=False)
    assert {lay_out(made, str(s), plain).order for s in range(20)} == {(0, 1, 2, 3)}
    assert len({lay_out(made, str(s), match).order for s in range(20)}) > 5
    steps = lay_out(made, "s", question(WORKSHOP)).steps
    assert all(order == tuple(sorted(order)) for _, order in steps)


def test_lay_out_of_one_question_then_does_not_depend_on_the_others() -> None:
    asked = question(single(6), id="x")
    assert draw(quiz(asked), "s").item("x") == draw(quiz(*FIXED, asked), "s").item("x")


def test_lay_out_of_options_then_every_order_equally_often() -> None:
    asked = question(single(4))
    made = quiz(asked)
    seen = Counter(lay_out(made, f"seed {i}", asked).order for i in range(2400))
    chi_square = sum((seen[order] - 100) ** 2 / 100 for order in permutations(range(4)))
    assert chi_square < 49.7  # p = 0.001, 23 degrees of freedom


def test_lay_out_of_an_order_then_every_wrong_order_equally_often() -> None:
    asked = question(Order(proses("item", 3)))
    made = quiz(asked)
    seen = Counter(lay_out(made, f"seed {i}", asked).order for i in range(1000))
    wrong = [order for order in permutations(range(3)) if order != (0, 1, 2)]
    assert sum((seen[order] - 200) ** 2 / 200 for order in wrong) < 18.5  # p = 0.001, 4 degrees of freedom


def test_step_order_then_as_in_the_item() -> None:
    item = lay_out(quiz(), "s", question(WORKSHOP))
    assert item.step("radio") == step_order("s", "q", "radio", 4)
    assert step_order("s", "q", "radio", 4, shuffle=False) == (0, 1, 2, 3)


def test_item_when_the_question_or_step_is_unknown_then_key_error() -> None:
    paper = draw(quiz(*FIXED), "s")
    assert paper.item("f1").question_id == "f1"
    with pytest.raises(KeyError):
        paper.item("f9")
    with pytest.raises(KeyError):
        paper.item("f1").step("radio")
