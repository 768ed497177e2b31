"""Parallel forms spare people what they saw, and say when they could not."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from anhnh_lms.assessment.chance import Chance
from anhnh_lms.assessment.forms import Seen, choose
from anhnh_lms.content.course import Question

from .builders import bank

pools = st.builds(bank, st.integers(0, 24), objectives=st.integers(1, 5))
seeds = st.binary(max_size=6)
sightings = st.lists(st.tuples(st.integers(0, 30).map(lambda i: f"b{i}"), st.integers(1, 4)), max_size=30)


@given(pools, st.integers(0, 30), seeds, sightings, st.booleans())
@settings(max_examples=200)
def test_choose_then_the_count_once_each_and_reuse_is_told(
    pool: tuple[Question, ...], count: int, seed: bytes, seen: list[Seen], by_objective: bool
) -> None:
    form = choose(pool, count, Chance(seed), seen, by_objective)
    ids = {q.id for q in pool}
    assert len(form.ids) == min(count, len(pool)) == len(set(form.ids))
    assert set(form.ids) <= ids
    assert set(form.reused) == set(form.ids) & {question_id for question_id, _ in seen}
    assert form == choose(pool, count, Chance(seed), seen, by_objective)


@given(st.integers(1, 24), st.integers(0, 24), seeds, sightings)
@settings(max_examples=150)
def test_choose_then_nothing_seen_while_unseen_is_left_and_the_oldest_first(
    size: int, count: int, seed: bytes, seen: list[Seen]
) -> None:
    pool = bank(size)
    last = {i: max(s for j, s in seen if j == i) for i, _ in seen}
    form = choose(pool, count, Chance(seed), seen)
    left = [q.id for q in pool if q.id not in form.ids]
    if form.reused:
        assert all(i in last for i in left)
        assert all(last[i] >= last[j] for i in left for j in form.reused)


@given(pools, st.integers(0, 24), seeds, sightings)
@settings(max_examples=150)
def test_choose_by_objective_then_numbers_differ_by_one_at_most(
    pool: tuple[Question, ...], count: int, seed: bytes, seen: list[Seen]
) -> None:
    objective = {q.id: q.objective for q in pool}
    size = Counter(objective.values())
    taken = Counter(objective[i] for i in choose(pool, count, Chance(seed), seen, True).ids)
    # Only an objective that has no more questions may lie further behind.
    assert all(taken[a] >= taken[b] - 1 or taken[a] == size[a] for a in size for b in size)


@given(st.integers(1, 4), st.integers(1, 5), seeds)
@settings(max_examples=80)
def test_choose_three_forms_when_the_pool_is_large_enough_then_disjoint(
    objectives: int, each: int, seed: bytes
) -> None:
    pool = bank(3 * objectives * each, objectives=objectives)
    seen: list[Seen] = []
    for sitting in range(1, 4):
        form = choose(pool, objectives * each, Chance(seed, str(sitting)), seen, by_objective=True)
        assert not form.reused
        seen += [(i, sitting) for i in form.ids]
    assert len({i for i, _ in seen}) == len(pool)
    fourth = choose(pool, objectives * each, Chance(seed, "4"), seen, by_objective=True)
    assert set(fourth.ids) == set(fourth.reused) == {i for i, sitting in seen if sitting == 1}


@given(st.integers(1, 8), st.integers(0, 8), seeds)
@settings(max_examples=60)
def test_choose_when_the_pool_runs_short_then_reuses_no_more_than_needed(size: int, more: int, seed: bytes) -> None:
    pool = bank(size + more)
    first = choose(pool, size, Chance(seed, "1"))
    second = choose(pool, size, Chance(seed, "2"), [(i, 1) for i in first.ids])
    assert len(second.reused) == max(0, size - more)


def test_choose_by_objective_when_one_gets_more_then_it_has_something_unseen() -> None:
    pool = bank(6, objectives=2)  # b0 b2 b4 are O1, b1 b3 b5 are O2
    seen = [("b0", 1), ("b2", 1), ("b1", 1)]
    for seed in range(20):
        assert choose(pool, 3, Chance(str(seed)), seen, by_objective=True).reused == ()


def test_choose_then_every_question_of_a_pool_comes_up_equally_often() -> None:
    pool = bank(6)
    seen = Counter(i for n in range(1200) for i in choose(pool, 2, Chance(str(n), "fair")).ids)
    expected = 2400 / 6
    # Two draws without replacement: the statistic is smaller than with replacement, so this bound is safe.
    assert sum((seen[q.id] - expected) ** 2 / expected for q in pool) < 20.5  # p = 0.001, 5 degrees of freedom


def test_choose_when_a_question_was_seen_twice_then_its_last_time_counts() -> None:
    seen = [("b0", 3), ("b0", 1), ("b1", 2)]
    assert choose(bank(2), 1, Chance("s"), seen).ids == ("b1",)
