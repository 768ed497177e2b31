"""Entries: what a kind may say, and the hash that holds it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anhnh_lms.record.entry import KINDS, BadEntry, Entry, Kind, authority, covers, fits_stream

from .writers import Writer, rehashed


def _entry() -> Entry:
    server = Writer("MA-1", "MA", "MA-1")
    return server.write("person.registered", "establishment/MA-1", {"establishment": "MA-1"},
                        {"name_latin": "Amina"}, person="p1")  # fmt: skip


@pytest.mark.parametrize("field", [f.name for f in fields(Entry)])
def test_is_whole_when_anything_was_changed_then_it_is_not(field: str) -> None:
    entry = _entry()
    value = getattr(entry, field)
    assert entry.is_whole()
    assert not replace(entry, **{field: value + 1 if isinstance(value, int) else value + "x"}).is_whole()


def test_is_whole_when_the_sealed_part_was_forgotten_then_it_still_is() -> None:
    assert replace(_entry(), sealed="", salt="").is_whole()


def test_facts_when_the_sealed_part_is_there_then_both_parts_are_told() -> None:
    assert _entry().facts() == {"establishment": "MA-1", "name_latin": "Amina"}
    assert replace(_entry(), sealed="").facts() == {"establishment": "MA-1"}


def test_facts_when_the_version_is_old_then_they_are_lifted(monkeypatch: pytest.MonkeyPatch) -> None:
    lifted = Kind("person.changed", "home", {"function": str, "grade": int}, version=3,
                  upcasts={1: lambda b: {"function": b["job"]}, 2: lambda b: {**b, "grade": 1}})  # fmt: skip
    monkeypatch.setitem(KINDS, "person.changed", lifted)
    entry = rehashed(replace(_entry(), kind="person.changed", body='{"job":"guard"}', sealed="", version=1))
    assert entry.sound_facts() == {"function": "guard", "grade": 1}


@pytest.mark.parametrize(
    ("change", "sound"),
    [
        ({}, True),
        ({"sealed": ""}, True),
        ({"kind": "person.promoted"}, False),
        ({"version": 2}, False),
        ({"version": 0}, False),
        ({"body": "{}"}, False),
        ({"body": "[]"}, False),
        ({"body": "not json"}, False),
        ({"body": '{"establishment":1}'}, False),
        ({"body": '{"establishment":"MA-1","rank":1}'}, False),
        ({"sealed": '{"name_latin":5}'}, False),
    ],
)
def test_sound_facts_when_an_entry_does_not_say_what_its_kind_allows_then_there_are_none(
    change: dict[str, Any], sound: bool
) -> None:
    assert (replace(_entry(), **change).sound_facts() is not None) == sound


@given(st.sampled_from(sorted(KINDS)), st.dictionaries(st.text(max_size=8), st.integers() | st.text(), max_size=3))
def test_check_when_a_body_holds_anything_then_it_is_allowed_or_a_bad_entry(name: str, body: dict[str, Any]) -> None:
    kind = KINDS[name]
    try:
        kind.check(body, {})
    except BadEntry:
        return
    assert {k for k in kind.body if k[-1] != "?"} <= set(body)
    assert set(body) <= {k.rstrip("?") for k in kind.body}


def test_kinds_when_read_then_no_field_stands_in_both_parts_and_no_open_part_names_anybody() -> None:
    naming = {"name_latin", "name_arabic", "staff_number", "reason", "typed"}
    for kind in KINDS.values():
        open_, sealed = ({name.rstrip("?") for name in part} for part in (kind.body, kind.sealed))
        assert not open_ & sealed, kind.name
        assert not open_ & naming, kind.name
        assert kind.stream in ("establishment", "country", "library", "audit", "home")
        assert set(kind.upcasts) == set(range(1, kind.version))


@pytest.mark.parametrize(
    ("scope", "stream", "may"),
    [
        ("MA-1", "establishment/MA-1", True),
        ("MA-1", "audit/MA-1", True),
        ("MA-1", "establishment/MA-10", False),
        ("MA-1", "country", False),
        ("MA", "establishment/MA-10", True),
        ("MA", "country", True),
        ("ML", "establishment/MA-1", False),
        ("*", "library", True),
    ],
)
def test_covers_when_a_server_writes_then_only_its_scope_is_its_own(scope: str, stream: str, may: bool) -> None:
    assert covers(scope, "MA", stream) == may


def test_authority_when_servers_disagree_then_the_wider_scope_goes_first() -> None:
    assert authority("*") > authority("MA") > authority("MA-1") > 0


@pytest.mark.parametrize("stream", ["establishment/MA-1", "country", "library", "audit/MA-1", "elsewhere"])
def test_fits_stream_when_asked_for_a_kind_then_it_is_its_own_kind_of_stream(stream: str) -> None:
    fitting = {kind.stream for kind in KINDS.values() if fits_stream(kind, stream)}
    assert (
        fitting
        == {
            "establishment/MA-1": {"establishment", "home"},
            "country": {"country", "home"},
            "library": {"library"},
            "audit/MA-1": {"audit"},
            "elsewhere": set(),
        }[stream]
    )
