"""Taking in what other servers wrote: any order, any repetition, the same rows."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from anhnh_lms.db import db, unit_of_work
from anhnh_lms.record import log, views
from anhnh_lms.record.entry import BadEntry, Entry
from anhnh_lms.record.log import stream_of
from anhnh_lms.record.tables import AsideRow, EntryRow, HeadRow

from .writers import Writer, a_history, entries, forked, histories, rehashed, rows, wipe

pytestmark = pytest.mark.usefixtures("app_context")
on_one_database = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking a history takes longer than reading it
    max_examples=25,
)


def _batches(told: list[Entry], seed: int) -> list[list[Entry]]:
    """The entries in any order, some of them twice, in pieces."""
    chance = random.Random(seed)
    shuffled = told + chance.sample(told, len(told) // 3)
    chance.shuffle(shuffled)
    cuts = sorted(chance.sample(range(len(shuffled) + 1), min(3, len(shuffled))))
    return [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]


@on_one_database
@given(told=histories(), seed=st.integers(0, 10**6))
def test_take_in_when_the_order_and_the_repetition_differ_then_the_rows_are_the_same(
    told: list[Entry], seed: int
) -> None:
    wipe()
    log.take_in(told)
    expected = rows()
    assert views.differences() == []
    wipe()
    for batch in _batches(told, seed):
        log.take_in(batch)
        assert views.differences() == []
    assert rows() == expected
    with unit_of_work():
        views.rebuild()
    assert rows() == expected


@on_one_database
@given(told=histories(length=20), seed=st.integers(0, 10**6))
def test_take_in_when_everything_arrived_then_the_chains_are_whole(told: list[Entry], seed: int) -> None:
    wipe()
    for batch in _batches(told, seed):
        log.take_in(batch)
    assert log.verify() == []
    assert {e.identity: e.hash for e in entries()} == {e.identity: e.hash for e in told}


@pytest.mark.both_databases
def test_take_in_when_a_varied_history_comes_backwards_then_the_rows_are_the_same() -> None:
    told = a_history()
    log.take_in(told)
    expected = rows()
    wipe()
    for entry in reversed(told):
        log.take_in([entry])
    assert rows() == expected
    assert views.differences() == []
    assert log.verify() == []


def test_take_in_when_the_founding_arrives_last_then_everything_of_that_server_counts() -> None:
    server = Writer("MA-1", "MA", "MA-1")
    founding = server.found()
    server.write("person.registered", stream_of("MA-1"), {"establishment": "MA-1"}, {"name_latin": "A"}, person="p1")
    log.take_in(server.written[1:])
    assert rows()["v_person"] == []
    log.take_in([founding])
    assert len(rows()["v_person"]) == 1


def test_take_in_when_a_server_writes_in_anothers_stream_then_it_is_kept_and_not_applied() -> None:
    server = Writer("MA-2", "MA", "MA-2")
    server.found()
    server.write("person.registered", stream_of("MA-1"), {"establishment": "MA-1"}, person="p1")
    assert len(log.take_in(server.written)) == 2
    assert rows()["v_person"] == []
    assert len(entries()) == 2


@pytest.mark.parametrize("establishment", ["MA-1", "MA-2"])
def test_take_in_when_a_server_describes_another_prison_then_only_its_own_is_applied(establishment: str) -> None:
    server = Writer("MA-1", "MA", "MA-1")
    server.found()
    server.write("establishment.described", stream_of("MA-1"), {"code": establishment}, subject=establishment)
    log.take_in(server.written)
    assert len(rows()["v_establishment"]) == (establishment == "MA-1")


def test_take_in_when_the_founding_is_malformed_or_late_then_it_founds_nothing() -> None:
    broken, late = Writer("MA-1", "MA", "MA-1"), Writer("MA-2", "MA", "MA-2")
    broken.write("server.founded", "country", {"code": "MA-1"})
    late.write("clock.confirmed", "country", {"date": "2026-01-01"})
    late.found()
    log.take_in([*broken.written, *late.written])
    assert rows()["v_server"] == []
    assert len(entries()) == 3


def test_take_in_when_two_foundings_claim_one_server_then_the_order_decides_not_the_arrival() -> None:
    true, false = Writer("MA-1", "MA", "MA-1"), Writer("MA-1", "MA", "*")
    told = [true.found(), replace(false.found(), stream="audit/MA-1", lamport=9)]
    told[1] = rehashed(told[1])
    for order in (told, told[::-1]):
        wipe()
        log.take_in(order)
        assert [row[4] for row in rows()["v_server"]] == ["MA-1"]
        with unit_of_work():
            views.rebuild()


def test_take_in_when_an_entry_claims_a_taken_identity_then_it_is_set_aside() -> None:
    server = Writer("MA-1", "MA", "MA-1")
    server.found()
    entry = server.write("person.registered", stream_of("MA-1"), {"establishment": "MA-1"}, person="p1")
    log.take_in(server.written)
    before = rows()
    for _ in range(2):
        assert log.take_in([forked(entry)]) == []
    assert rows() == before
    assert db.session.execute(select(func.count()).select_from(AsideRow)).scalar() == 1
    assert [e.hash for e in entries()] == [e.hash for e in server.written]


@pytest.mark.parametrize("field", ["body", "sealed", "kind", "person", "previous", "lamport", "origin"])
def test_take_in_when_an_entry_was_changed_then_nothing_of_the_batch_is_kept(field: str) -> None:
    server = Writer("MA-1", "MA", "MA-1")
    server.found()
    entry = server.write("person.registered", stream_of("MA-1"), {"establishment": "MA-1"}, {"name_latin": "A"},
                         person="p1")  # fmt: skip
    other = {"lamport": 99, "body": '{"establishment":"MA-2"}', "sealed": '{"name_latin":"B"}'}.get(field, "other")
    with pytest.raises(BadEntry):
        log.take_in([server.written[0], replace(entry, **{field: other})])
    assert entries() == []


@pytest.mark.parametrize("change", [{"lamport": 2**31}, {"lamport": 0}, {"seq": 0}, {"seq": 2**31}])
def test_take_in_when_a_number_is_beyond_what_both_databases_keep_then_it_is_refused(change: dict[str, int]) -> None:
    server = Writer("MA-1", "MA", "MA-1")
    entry = rehashed(replace(server.found(), **change))
    with pytest.raises(BadEntry):
        log.take_in([entry])


def test_take_in_when_a_chain_has_gaps_then_the_head_is_its_end_and_verify_says_so() -> None:
    server = Writer("MA-1", "MA", "MA-1")
    server.found()
    for n in range(4):
        server.write("clock.confirmed", "country", {"date": f"2026-01-0{n + 1}"})
    log.take_in([server.written[0], server.written[4]])
    assert log.heads() == {("MA", "MA-1.1", "country"): 5}
    assert [(f.identity[3], f.what) for f in log.verify()] == [(5, "gap")]
    log.take_in(server.written[1:4])
    assert log.verify() == []


def test_verify_when_the_end_of_a_chain_is_missing_then_it_is_cut_off() -> None:
    server = Writer("MA-1", "MA", "MA-1")
    server.found()
    server.write("clock.confirmed", "country", {"date": "2026-01-01"})
    log.take_in(server.written)
    with unit_of_work():
        db.session.execute(EntryRow.__table__.delete().where(EntryRow.seq == 2))
    assert [(f.identity[3], f.what) for f in log.verify()] == [(2, "cut off")]
    with unit_of_work():
        db.session.execute(HeadRow.__table__.update().values(seq=1, hash="other"))
    assert [(f.identity[3], f.what) for f in log.verify()] == [(1, "cut off")]


@pytest.mark.usefixtures("founded")
def test_append_when_entries_were_taken_in_then_it_comes_after_them() -> None:
    server = Writer("MA-2", "MA", "MA-2", lamport=5000)
    log.take_in([server.found()])
    with log.recording() as record:
        (written,) = record.append(log.Fact("clock.confirmed", "country", "MA", {"date": "2026-01-01"}))
    assert written.lamport > 5001
