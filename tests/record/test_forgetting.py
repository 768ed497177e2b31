"""Forgetting a person: the name is gone everywhere, and every chain still verifies."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import text

from anhnh_lms.config import Settings
from anhnh_lms.db import Base, ViewBase, db
from anhnh_lms.record import log, views
from anhnh_lms.record.entry import Entry
from anhnh_lms.record.log import Fact, recording, stream_of

from ..support import Founded
from .writers import Writer, entries, rehashed, rows, wipe

pytestmark = pytest.mark.usefixtures("app_context")
NAME = "Zoubida Elkhattabi"
NUMBER = "Q-771-934"


def _history(other_name: str = "Another") -> tuple[Writer, list[Entry]]:
    server, here = Writer("MA-1", "MA", "MA-1"), stream_of("MA-1")
    server.found()
    server.write("person.registered", here, {"establishment": "MA-1"}, {"name_latin": other_name}, person="p0")
    sealed = {"name_latin": NAME, "staff_number": NUMBER}
    server.write("person.registered", here, {"establishment": "MA-1"}, sealed, person="p1")
    server.write("person.changed", here, {}, {"name_arabic": NAME, "reason": f"{NAME} married"}, person="p1")
    body = {
        "course": "c1", "version": "v1", "label": "1", "series": "MA-1", "year": 2026, "count": 1, "incarnation": 1,
        "establishment": "MA-1", "date": "2026-11-01", "hours": 250, "language": "fr",
    }  # fmt: skip
    server.write("certificate.issued", here, body, {"name_latin": NAME}, person="p1", subject="certificate")
    server.write("certificate.revoked", here, {}, {"reason": f"for {NAME}"}, person="p1", subject="certificate")
    return server, [*server.written, server.write("person.erased", here, {}, person="p1")]


def _everything() -> str:
    """Every value of every table."""
    names = [*Base.metadata.tables, *ViewBase.metadata.tables]
    found = [repr(tuple(row)) for name in names for row in db.session.execute(text(f"SELECT * FROM {name}"))]
    db.session.rollback()
    return "\n".join(found)


@pytest.mark.both_databases
def test_erased_when_taken_in_then_the_name_is_nowhere_and_the_chain_holds() -> None:
    _, told = _history()
    log.take_in(told[:-1])
    assert NAME in _everything()
    log.take_in(told[-1:])
    assert NAME not in _everything()
    assert NUMBER not in _everything()
    assert "Another" in _everything()
    assert log.verify() == []
    assert views.differences() == []
    (certificate,) = rows()["v_certificate"]
    assert "revoked" in certificate


def test_erased_when_it_arrives_before_what_it_forgets_then_the_name_never_stays() -> None:
    _, told = _history()
    expected = None
    for order in list(permutations(range(2, 7)))[::7]:
        wipe()
        log.take_in(told[:2])
        for position in order:
            log.take_in([told[position]])
        assert NAME not in _everything()
        expected = expected or rows()
        assert rows() == expected


def test_erased_when_the_entry_comes_again_with_its_names_then_they_stay_away() -> None:
    _, told = _history()
    log.take_in(told)
    assert log.take_in(told) == []
    assert NAME not in _everything()


@pytest.mark.parametrize("fork_first", [True, False])
def test_erased_when_a_forked_entry_was_set_aside_then_its_names_go_too(fork_first: bool) -> None:
    """Entries that claim a taken identity kept their names for ever."""
    _, told = _history()
    fork = rehashed(replace(told[2], happened_at="2026-12-24T00:00:00Z"))
    log.take_in(told[:-1])
    for some in ([fork], told[-1:]) if fork_first else (told[-1:], [fork]):
        log.take_in(some)
    assert NAME not in _everything()


def test_erased_when_another_country_says_so_without_being_founded_then_nothing_is_forgotten() -> None:
    _, told = _history()
    stranger = Writer("XX", "MA", "*")
    log.take_in([*told[:-1], stranger.write("person.erased", "country", {}, person="p1")])
    assert NAME in _everything()


def test_erased_when_the_server_goes_on_then_the_name_stands_in_no_file(settings: Settings, founded: Founded) -> None:
    with recording() as record:
        for number in range(30):
            sealed = {"name_latin": NAME, "staff_number": f"{NUMBER}-{number}"}
            record.append(Fact("person.registered", stream_of("MA-1"), "MA", {"establishment": "MA-1"}, sealed,
                               person=f"p{number}"))  # fmt: skip
    assert NAME in _files(settings.data)
    with recording() as record:
        for number in range(30):
            record.append(Fact("person.erased", stream_of("MA-1"), "MA", {}, person=f"p{number}"))
    assert NAME not in _files(settings.data)
    assert NUMBER not in _files(settings.data)
    assert log.verify() == []
    assert len([e for e in entries() if e.kind == "person.erased"]) == 30


def _files(folder: Path) -> str:
    return "\n".join(p.read_bytes().decode("latin-1") for p in sorted(folder.rglob("*")) if p.is_file())
