"""Whose attempt it was: pure folds, and the law that every attempt counts for at most those to whom it was given."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anhnh_lms.record.entry import Entry, authority
from anhnh_lms.record.fold_claims import fold_claims
from anhnh_lms.record.fold_person import Rows, Told, fold_person
from anhnh_lms.record.log import stream_of

from .writers import Writer

HERE = stream_of("MA-1")
WHERE = {"course": "c1", "version": "v1", "module": "m1", "quiz": "q1", "role": ""}
MARK = {"marking": 1, "answers": {}, "languages": {}, "points": {}, "earned": 400, "maximum": 500, "passed": 1}
TAKEN = {
    **WHERE, "seed": "7", "language": "fr", "questions": "[]", "started_at": "2026-11-01T08:00:00Z",
    "handed_in_at": "2026-11-01T09:00:00Z", "earned": 400, "maximum": 500, "passed": 1,
}  # fmt: skip


def told(*entries: Entry, scope: str = "MA-1") -> list[Told]:
    found = []
    for entry in entries:
        facts = entry.sound_facts()
        assert facts is not None, entry.kind
        found.append(Told(entry, facts, authority("MA" if entry.origin == "MA.1" else scope)))
    return found


class Server(Writer):
    """A server that writes about p1's attempt a1 and p2."""

    def sit(self, attempt: str = "a1", person: str = "p1", **more: Any) -> None:
        where = {**WHERE, **more}
        self.write("attempt.started", HERE, {**where, "seed": "7", "language": "fr", "questions": []},
                   person=person, subject=attempt)  # fmt: skip
        self.write("attempt.handed_in", HERE, {**where, **MARK}, person=person, subject=attempt)

    def say(self, kind: str, body: dict[str, Any] | None = None, person: str = "p1", attempt: str = "a1") -> None:
        self.write(f"attempt.{kind}", HERE if self.scope == "MA-1" else "country", body or {}, person=person,
                   subject=attempt)  # fmt: skip

    def of(self, *persons: str) -> list[Entry]:
        return [e for e in self.written if e.person in persons]


@pytest.fixture
def server() -> Server:
    return Server("MA-1", "MA", "MA-1")


def rows_of(server: Server, *persons: str) -> Rows:
    return fold_person(list(persons), told(*server.of(*persons)), {})


def passed(rows: Rows) -> list[str]:
    return [quiz for row in rows["v_module"] for quiz in json.loads(row["quizzes"])]


def test_fold_when_disputed_and_not_decided_then_the_rows_differ_in_nothing_else(server: Server) -> None:
    server.sit()
    before = rows_of(server, "p1")
    server.say("disputed")
    after = rows_of(server, "p1")
    assert after["v_attempt"][0]["disputed"] == "open"
    after["v_attempt"][0].update(disputed="", disputed_at="")
    assert after == before


def test_fold_when_not_theirs_then_as_if_it_had_never_been_but_for_its_row(server: Server) -> None:
    server.sit("a0")
    before = rows_of(server, "p1")
    server.sit("a1", module="m2", quiz="q2")
    server.say("disputed")
    server.say("dispute_settled", {"outcome": "not-theirs"})
    after = rows_of(server, "p1")
    (row,) = [a for a in after["v_attempt"] if a["id"] == "a1"]
    assert (row["state"], row["number"]) == ("not-theirs", 0)
    after["v_attempt"].remove(row)
    assert after == before


@pytest.mark.parametrize("role", ["pre", "post"])
def test_fold_when_a_test_was_not_theirs_then_the_first_score_is_that_of_their_own(server: Server, role: str) -> None:
    server.sit("a1", role=role, quiz="t")
    server.say("dispute_settled", {"outcome": "not-theirs"})
    where = {**WHERE, "role": role, "quiz": "t"}
    server.write("attempt.started", HERE, {**where, "seed": "7", "language": "fr", "questions": []}, person="p1",
                 subject="a2")  # fmt: skip
    server.write("attempt.handed_in", HERE, {**where, **MARK, "earned": 100}, person="p1", subject="a2")
    (row,) = rows_of(server, "p1")["v_progress"]
    assert row[role] == 2000


def test_fold_when_taken_over_then_it_counts_from_the_hand_ins_place(server: Server) -> None:
    """A module that must be taken again since is not passed by it, though the decision came later."""
    server.sit()
    place = server.lamport
    server.lamport += 10
    server.say("taken_over", {**TAKEN, "place": place, "from": "p1"}, person="p2")
    entries = told(*server.of("p2"))
    assert passed(fold_person(["p2"], entries, {})) == ["q1"]
    assert passed(fold_person(["p2"], entries, {("c1", "m1"): place + 1})) == []
    assert passed(fold_person(["p2"], entries, {("c1", "m1"): place - 1})) == ["q1"]


def test_fold_when_taken_over_then_go_on_where_you_were_does_not_jump_to_it(server: Server) -> None:
    server.sit()
    place = server.lamport
    section = {"course": "c1", "version": "v1", "module": "m2", "section": "s"}
    server.write("section.finished", HERE, section, person="p2")
    (before,) = rows_of(server, "p2")["v_progress"]
    server.say("taken_over", {**TAKEN, "place": place, "from": "p1"}, person="p2")
    (after,) = rows_of(server, "p2")["v_progress"]
    assert after == {**before, "passed": 1}


def test_fold_when_an_open_one_was_closed_then_what_is_handed_in_later_counts_for_nothing(server: Server) -> None:
    server.write("attempt.started", HERE, {**WHERE, "seed": "7", "language": "fr", "questions": []}, person="p1",
                 subject="a1")  # fmt: skip
    server.say("disputed")
    server.write("attempt.handed_in", HERE, {**WHERE, **MARK}, person="p1", subject="a1")
    rows = rows_of(server, "p1")
    assert (rows["v_attempt"][0]["state"], passed(rows)) == ("closed", [])


def test_fold_when_the_country_decided_then_the_establishment_does_not_overrule_it(server: Server) -> None:
    server.sit()
    country = Server("MA", "MA", "MA")
    country.saw(server)
    country.say("dispute_settled", {"outcome": "theirs"})
    server.saw(country)
    server.say("dispute_settled", {"outcome": "not-theirs"})
    claims = fold_claims(sorted(told(*server.of("p1"), *country.written), key=lambda t: t.entry.order))
    assert claims["a1"].counts


def test_fold_when_a_completion_was_withdrawn_then_it_is_in_progress_until_completed_again(server: Server) -> None:
    server.sit()
    done = {"course": "c1", "version": "v1", "hours": 250, "date": "2026-11-20"}
    server.write("course.completed", HERE, done, person="p1")
    server.write("completion.withdrawn", HERE, {"course": "c1"}, person="p1", subject="a1")
    (row,) = rows_of(server, "p1")["v_progress"]
    assert (row["state"], row["completed_on"], row["completed_version"]) == ("in-progress", "", "")
    server.say("dispute_settled", {"outcome": "not-theirs"})
    assert rows_of(server, "p1")["v_progress"] == []  # nothing is left of it: as if never begun
    server.write("course.completed", HERE, {**done, "date": "2026-12-01"}, person="p1")
    (row,) = rows_of(server, "p1")["v_progress"]
    assert (row["state"], row["completed_on"]) == ("completed", "2026-12-01")


def test_fold_when_the_entries_come_in_any_order_then_the_rows_are_the_same(server: Server) -> None:
    server.sit()
    server.say("disputed")
    server.say("dispute_settled", {"outcome": "not-theirs"})
    server.say("taken_over", {**TAKEN, "place": 2, "from": "p2"})
    expected = rows_of(server, "p1")
    assert (expected["v_attempt"][0]["state"], expected["v_attempt"][0]["number"]) == ("handed-in", 1)
    for order in permutations(told(*server.of("p1"))):
        assert fold_person(["p1"], order, {}) == expected


@given(
    steps=st.lists(st.sampled_from(["disputed", "theirs", "not-theirs", "taken"]), max_size=8),
    handed_in=st.booleans(),
)
def test_fold_when_anything_is_said_in_any_order_then_the_last_decision_says_whose_it_is(
    steps: list[str], handed_in: bool
) -> None:
    server = Server("MA-1", "MA", "MA-1")
    server.sit()
    if not handed_in:
        server.written.pop()
    for step in steps:
        if step == "taken":
            server.say("taken_over", {**TAKEN, "place": 2, "from": "p2"})
        elif step == "disputed":
            server.say("disputed")
        else:
            server.say("dispute_settled", {"outcome": step})
    rows = rows_of(server, "p1")
    (row,) = rows["v_attempt"]
    decided = [step for step in steps if step != "disputed"]
    theirs = not decided or decided[-1] != "not-theirs"
    assert (row["state"] != "not-theirs") is theirs
    assert passed(rows) == (["q1"] if theirs and handed_in else [])
    assert row["number"] == int(theirs)
