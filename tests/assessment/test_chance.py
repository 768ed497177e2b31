"""Chance is the same for ever, and fair."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anhnh_lms.assessment.chance import Chance

KNOWN_NUMBERS = [419, 949, 872, 116, 466, 513, 201, 986]
KNOWN_ORDER = [3, 2, 0, 4, 5, 9, 7, 8, 6, 1]


def test_below_with_a_known_seed_gives_the_numbers_it_always_gave() -> None:
    chance = Chance("seed", "purpose")
    assert [chance.below(1000) for _ in range(8)] == KNOWN_NUMBERS
    assert Chance("seed", "other").shuffled(range(10)) == KNOWN_ORDER


def test_chance_when_words_are_cut_elsewhere_then_differs() -> None:
    assert Chance("ab", "c").shuffled(range(20)) != Chance("a", "bc").shuffled(range(20))
    assert Chance("a", "b", "c").shuffled(range(20)) != Chance("a", "bc").shuffled(range(20))


def test_chance_with_text_or_its_bytes_then_agrees() -> None:
    assert Chance("أ", "x").shuffled(range(20)) == Chance("أ".encode(), "x").shuffled(range(20))


@pytest.mark.parametrize("n", [0, -1, 2**64 + 1])
def test_below_when_nothing_can_be_drawn_then_refuses(n: int) -> None:
    with pytest.raises(ValueError, match="cannot draw"):
        Chance("s").below(n)


@given(st.binary(max_size=20), st.integers(1, 2**64))
@settings(max_examples=100)
def test_below_then_is_in_range_and_repeats(seed: bytes, n: int) -> None:
    value = Chance(seed, "x").below(n)
    assert 0 <= value < n
    assert value == Chance(seed, "x").below(n)


@given(st.binary(max_size=20), st.lists(st.integers()))
@settings(max_examples=100)
def test_shuffled_then_keeps_everything(seed: bytes, things: list[int]) -> None:
    before = list(things)
    assert Counter(Chance(seed).shuffled(things)) == Counter(things)
    assert things == before


def chi_square(counts: list[int]) -> float:
    expected = sum(counts) / len(counts)
    return sum((count - expected) ** 2 / expected for count in counts)


def test_below_when_n_does_not_divide_the_word_then_is_fair() -> None:
    # 3 * 2**62 folds badly without rejection: the lower third would come up twice as often.
    n, chance = 3 * 2**62, Chance("fair")
    thirds = Counter(chance.below(n) // 2**62 for _ in range(3000))
    assert chi_square([thirds[i] for i in range(3)]) < 13.8  # p = 0.001, 2 degrees of freedom


def test_shuffled_then_gives_every_order_equally_often() -> None:
    seen = Counter(tuple(Chance(str(i), "fair").shuffled("abcd")) for i in range(4800))
    counts = [seen[order] for order in permutations("abcd")]
    assert chi_square(counts) < 49.7  # p = 0.001, 23 degrees of freedom
