"""Appending: whole chains, nothing outside a unit of work, nothing of a unit that fails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from anhnh_lms import clock
from anhnh_lms.db import after_commit, db, unit_of_work
from anhnh_lms.record import log, server, views
from anhnh_lms.record.canonical import NotCanonical
from anhnh_lms.record.entry import BadEntry
from anhnh_lms.record.log import Fact, recording, stream_of
from anhnh_lms.record.tables import EntryRow, SettingRow
from anhnh_lms.record.tables_of_views import PersonRow

from ..support import Founded
from .writers import entries, rows

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("founded", "app_context")]


def _registered(person: str, home: str = "MA-1", **sealed: str) -> Fact:
    return Fact("person.registered", stream_of(home), "MA", {"establishment": home}, sealed, person=person)


def test_append_when_facts_are_recorded_then_chains_and_views_hold() -> None:
    with recording() as record:
        first = record.append(_registered("p1", name_latin="A"), _registered("p2"))
        second = record.append(Fact("clock.confirmed", "country", "MA", {"date": "2026-11-23"}))
    assert [e.seq for e in first] == [first[0].seq, first[0].seq + 1]
    assert first[1].previous == first[0].hash
    assert second[0].lamport > first[1].lamport > first[0].lamport
    assert log.verify() == []
    assert views.differences() == []
    assert db.session.get(PersonRow, "p1").name_latin == "A"


def test_views_when_asked_for_within_a_unit_then_what_was_appended_is_seen() -> None:
    with recording() as record:
        record.append(_registered("p1"))
        record.views()
        assert db.session.get(PersonRow, "p1") is not None


@pytest.mark.parametrize(
    "fact",
    [
        Fact("person.promoted", "country", "MA", {}),
        Fact("person.registered", "establishment/MA-1", "MA", {}),
        Fact("person.registered", "establishment/MA-1", "MA", {"establishment": 1}),
        Fact("person.registered", "establishment/MA-1", "MA", {"establishment": "MA-1", "name_latin": "in the open"}),
        Fact("person.registered", "library", "MA", {"establishment": "MA-1"}),
    ],
)
def test_append_when_a_kind_does_not_allow_a_fact_then_none_of_them_is_recorded(fact: Fact) -> None:
    before = entries()
    with pytest.raises(BadEntry), recording() as record:
        record.append(_registered("p1"), fact)
    assert entries() == before


def test_append_when_a_fact_cannot_be_written_down_and_the_use_case_goes_on_then_the_chain_has_no_gap() -> None:
    with recording() as record:
        with pytest.raises(NotCanonical):
            record.append(_registered("p1"), _registered("p2", name_latin="\ud800"))
        record.append(_registered("p3"))
    assert log.verify() == []
    assert db.session.get(PersonRow, "p1") is None
    assert db.session.get(PersonRow, "p3") is not None


def test_append_when_streams_come_in_any_order_then_all_chains_hold() -> None:
    with recording() as record:
        record.append(_registered("p1", "MA-9"))
        record.append(_registered("p2", "MA-2"), Fact("audit.viewed", "audit/MA-1", "MA",
                                                      {"what": "names", "establishment": "MA-1"}))  # fmt: skip
        record.append(_registered("p3", "MA-9"))
    assert log.verify() == []


def test_recording_when_it_fails_then_nothing_is_left() -> None:
    before, rows_before, called = entries(), rows(), []

    def failing() -> None:
        with recording() as record:
            record.append(_registered("p1"))
            after_commit(lambda: called.append(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert entries() == before
    assert rows() == rows_before
    assert called == []
    assert log.verify() == []


def test_append_when_no_unit_of_work_is_open_then_it_is_refused() -> None:
    with pytest.raises(RuntimeError):
        log.Recorder()


def test_unit_of_work_when_one_is_open_then_another_is_refused() -> None:
    with unit_of_work(), pytest.raises(RuntimeError), unit_of_work():
        pass


@pytest.mark.parametrize(
    "statement", ["DELETE FROM entry", "UPDATE v_person SET active = 0", "INSERT INTO setting VALUES ('a', 'b')"]
)
def test_write_when_outside_a_unit_of_work_then_the_database_refuses_it(statement: str) -> None:
    before = entries()
    with pytest.raises(DBAPIError):
        db.session.execute(text(statement))
    db.session.rollback()
    assert entries() == before


def test_write_when_the_object_was_read_before_the_unit_then_only_what_the_unit_reads_counts() -> None:
    with unit_of_work():
        db.session.add(SettingRow(name="x", value="1"))
    row = db.session.get(SettingRow, "x")
    row.value = "2"  # outside: dropped when the unit begins
    with unit_of_work():
        assert db.session.get(SettingRow, "x").value == "1"
    assert db.session.get(SettingRow, "x").value == "1"


def test_after_commit_when_the_unit_is_on_disk_then_it_runs_in_order() -> None:
    called: list[int] = []
    with unit_of_work():
        after_commit(lambda: called.append(1))
        after_commit(lambda: called.append(2))
        assert called == []
    assert called == [1, 2]
    with pytest.raises(RuntimeError):
        after_commit(lambda: None)


@pytest.mark.parametrize("field", ["body", "previous", "actor", "happened_at", "person"])
def test_verify_when_an_entry_was_changed_in_the_database_then_it_is_named(field: str) -> None:
    with recording() as record:
        (entry, _) = record.append(_registered("p1"), _registered("p2"))
    with unit_of_work():
        here = (EntryRow.stream == entry.stream, EntryRow.seq == entry.seq)
        db.session.execute(update(EntryRow).where(*here).values({field: "x"}))
    assert entry.identity in {flaw.identity for flaw in log.verify()}


def test_verify_when_an_entry_is_missing_then_the_gap_is_named() -> None:
    with recording() as record:
        (entry, after) = record.append(_registered("p1"), _registered("p2"))
    with unit_of_work():
        here = (EntryRow.stream == entry.stream, EntryRow.seq == entry.seq)
        db.session.execute(EntryRow.__table__.delete().where(*here))
    assert [(f.identity, f.what) for f in log.verify()] == [(after.identity, "gap")]


def test_differences_when_a_row_was_changed_added_or_lost_then_each_is_named() -> None:
    with recording() as record:
        record.append(_registered("p1"), _registered("p2"))
    with unit_of_work():
        db.session.execute(text("UPDATE v_person SET active = 0 WHERE id = 'p1'"))
        db.session.execute(text("DELETE FROM v_person WHERE id = 'p2'"))
        db.session.execute(text("INSERT INTO v_alias VALUES ('x', 'y')"))
    found = {(d.table, d.key, d.stored is None, d.computed is None) for d in views.differences()}
    assert found == {("v_person", ("p1",), False, False), ("v_person", ("p2",), True, False),
                     ("v_alias", ("x",), False, True)}  # fmt: skip
    db.session.rollback()
    with unit_of_work():
        views.rebuild()
    assert views.differences() == []


def test_cut_name_when_the_heads_are_the_same_then_so_is_the_name() -> None:
    cut = log.heads()
    assert log.cut_name(cut) == log.cut_name(dict(reversed(cut.items())))
    with recording() as record:
        record.append(_registered("p1"))
    assert log.cut_name(log.heads()) != log.cut_name(cut)


def test_own_when_the_server_was_not_set_up_then_it_is_told(founded: Founded) -> None:
    from flask import current_app

    with unit_of_work():
        db.session.execute(SettingRow.__table__.delete().where(SettingRow.name == "server"))
    current_app.extensions.pop("identity", None)
    with pytest.raises(server.NotFounded), recording():
        pass


# -- the clock's word ---------------------------------------------------------------------------------

YEAR_2027 = datetime(2027, 3, 1, tzinfo=UTC)


def _at(when: datetime) -> str:
    with clock.fixed_at(when), recording() as record:
        (entry,) = record.append(Fact("clock.confirmed", "country", "MA", {"date": "2027-03-01"}))
    return entry.clock


def _confirm(when: datetime) -> None:
    with clock.fixed_at(when), unit_of_work():
        log.confirm_clock()


@pytest.mark.parametrize(("leap", "word"), [(0, "trusted"), (-12, "trusted"), (-48, "suspect"), (24 * 390, "trusted"),
                                            (24 * 410, "suspect")])  # fmt: skip
def test_clock_when_it_leaps_then_entries_say_that_it_is_suspect(leap: int, word: str) -> None:
    assert _at(YEAR_2027) == "trusted"
    assert _at(YEAR_2027 + timedelta(hours=leap)) == word


def test_clock_when_it_is_before_this_program_existed_then_it_is_suspect() -> None:
    assert _at(datetime(2020, 1, 1, tzinfo=UTC)) == "suspect"


def test_clock_when_suspect_then_it_moves_nothing_and_a_person_can_confirm_it() -> None:
    _at(YEAR_2027)
    assert _at(YEAR_2027 + timedelta(days=500)) == "suspect"
    assert _at(YEAR_2027 + timedelta(days=1)) == "trusted"
    _confirm(YEAR_2027 + timedelta(days=500))
    assert _at(YEAR_2027 + timedelta(days=501)) == "set-by-hand"


def test_clock_when_confirmed_once_then_a_later_jump_back_is_suspect_again() -> None:
    """The confirmed date was once the basis for ever: a battery that died months later went unnoticed."""
    _confirm(YEAR_2027)
    assert _at(YEAR_2027 + timedelta(days=200)) == "set-by-hand"
    assert _at(YEAR_2027 + timedelta(days=1)) == "suspect"


def test_clock_when_a_wrong_later_date_was_noted_then_confirming_the_right_one_helps() -> None:
    _at(YEAR_2027 + timedelta(days=300))
    assert _at(YEAR_2027) == "suspect"
    _confirm(YEAR_2027)
    assert _at(YEAR_2027 + timedelta(days=2)) == "set-by-hand"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(st.lists(st.sampled_from(["MA-1", "MA-2", "country", "fail"]), min_size=1, max_size=8))
def test_append_when_units_succeed_and_fail_in_any_order_then_every_chain_is_whole(plan: list[str]) -> None:
    for number, where in enumerate(plan):
        try:
            with recording() as record:
                home = "MA-1" if where == "fail" else "" if where == "country" else where
                record.append(_registered(f"x{number}", home))
                if where == "fail":
                    raise ZeroDivisionError
        except ZeroDivisionError:
            continue
    assert log.verify() == []
    assert views.differences() == []


def test_append_when_there_is_nothing_to_tell_then_nothing_is_recorded(app: Flask, founded: Founded) -> None:
    with app.app_context():
        before = log.heads()
        with log.recording() as record:
            assert record.append() == []
        assert log.heads() == before
