"""Waits: an allowance of wrong tries for each PC, given back with time; a wait for one thing that doubles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anhnh_lms import clock
from anhnh_lms.db import db, unit_of_work
from anhnh_lms.people import waits
from anhnh_lms.people.tables import TriesRow
from anhnh_lms.people.waits import Allowance

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
FEW = Allowance("few", 3, 60)


@pytest.mark.both_databases
def test_allowance_when_it_is_used_up_then_one_try_comes_back_after_its_time(app_context: Flask, database: str) -> None:
    with clock.fixed_at(NOON):
        for _ in range(FEW.tries):
            assert FEW.seconds_to_wait("pc") == 0
            FEW.count_wrong("pc")
        assert 0 < FEW.seconds_to_wait("pc") <= FEW.seconds
        assert FEW.seconds_to_wait("another") == 0
        assert Allowance("other", 3, 60).seconds_to_wait("pc") == 0


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 400), max_size=40), st.integers(1, 5), st.integers(1, 120))
def test_allowance_when_tries_come_at_any_times_then_never_more_than_it_gives(
    app_context: Flask, pauses: list[int], tries: int, seconds: int
) -> None:
    """In any time, at most `tries` and one more for each `seconds` of it."""
    kind, now, at = Allowance(f"kind {tries} {seconds}", tries, seconds), 0, []
    with unit_of_work():
        db.session.execute(db.delete(TriesRow))
    for pause in pauses:
        now += pause
        with clock.fixed_at(NOON + timedelta(seconds=now)):
            if kind.seconds_to_wait("pc") == 0:
                kind.count_wrong("pc")
                at.append(now)
    for i, first in enumerate(at):
        for j, last in enumerate(at[i:], start=1):
            assert j <= tries + (last - first) // seconds + 1


def test_wrong_tries_when_a_day_has_passed_then_they_begin_again(app_context: Flask) -> None:
    with clock.fixed_at(NOON):
        for _ in range(6):
            waits.count_wrong("one", "pc", 3)
        assert waits.seconds_to_wait("one", "pc") > 30
    with clock.fixed_at(NOON + timedelta(seconds=waits.FORGOTTEN + waits.LONGEST)):
        waits.count_wrong("one", "pc", 3)
        assert waits.seconds_to_wait("one", "pc") == 0


def test_wrong_tries_when_they_go_on_then_the_wait_is_never_longer_than_the_longest(app_context: Flask) -> None:
    with clock.fixed_at(NOON):
        for _ in range(40):
            waits.count_wrong("one", "pc", 3)
        assert waits.seconds_to_wait("one", "pc") == waits.LONGEST
