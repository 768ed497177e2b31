"""What the entries about one person come to. Pure: entries in, rows out, whatever order they arrived in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .entry import Body, Entry
from .fold_claims import NOT_THEIRS, Claim, fold_claims

Row = dict[str, Any]
Rows = dict[str, list[Row]]  # table name -> rows
Retakes = Mapping[tuple[str, str], int]  # (course, module) -> lamport of the publication that asks for it again

TRUSTED, SUSPECT = "trusted", "suspect"  # the former is said of a date that was told without a word about it
FIELDS = ("function", "sex", "language", "name_latin", "name_arabic", "staff_number")


@dataclass(slots=True)
class Told:
    """An entry that may be applied: its facts, and the authority of the server that wrote it."""

    entry: Entry
    facts: Body
    rank: int


def western_digits(text: str) -> str:
    """The text with digits of any script written 0-9."""
    return "".join(str(int(c)) if c.isdecimal() else c for c in text)


def staff_key(number: str) -> str:
    """A staff number as it is compared: without spaces and hyphens, in capitals, Western digits."""
    return western_digits("".join(c for c in number.upper() if c.isalnum()))


def fold_person(ids: Sequence[str], told: Iterable[Told], retakes: Retakes, but: str = "") -> Rows:
    """The rows of one person, who is known under `ids` (the first is the canonical one); as they were if the
    attempt `but` were not theirs."""
    in_order = sorted(told, key=lambda t: t.entry.order)
    claims = fold_claims(in_order)
    if but:
        claims[but] = Claim(NOT_THEIRS)
    state = _Person(ids[0], retakes, claims)
    for item in in_order:
        step = _STEPS.get(item.entry.kind)
        if step:
            step(state, item)
    rows = state.rows()
    rows["v_alias"] = [{"id": i, "canonical": ids[0]} for i in ids[1:]]
    return rows


class _Person:
    """The state while folding."""

    def __init__(self, person: str, retakes: Retakes, claims: Mapping[str, Claim]) -> None:
        self.id = person
        self.retakes = retakes
        self.claims = claims
        self.known = self.active = self.erased = False
        self.country = ""
        self.home = ""
        self.home_rank = 0
        self.fields: dict[str, tuple[int, str]] = {}
        self.roles: dict[tuple[str, str], bool] = {}
        self.sections: dict[tuple[str, str], set[str]] = {}
        self.passes: dict[tuple[str, str], set[str]] = {}
        self.last_section: dict[tuple[str, str], str] = {}
        self.courses: dict[str, Row] = {}
        self.emptied: set[str] = set()  # courses whose completion was withdrawn
        self.attempts: dict[str, Row] = {}
        self.remarks: dict[str, tuple[int, Row]] = {}
        self.certificates: dict[str, Row] = {}

    # -- facts about the person ---------------------------------------------------------------

    def set_fields(self, item: Told) -> None:
        for name in FIELDS:
            if name in item.facts and item.rank >= self.fields.get(name, (0, ""))[0]:
                self.fields[name] = (item.rank, item.facts[name])

    def registered(self, item: Told) -> None:
        if not self.known:
            self.home, self.home_rank = item.facts["establishment"], item.rank
            self.country = item.entry.country
            self.known = self.active = True
        self.set_fields(item)

    def moved(self, item: Told) -> None:
        """Two moves at once: the one that starts from where the person is, else the higher authority."""
        if item.facts["from"] == self.home or item.rank > self.home_rank:
            self.home, self.home_rank = item.facts["to"], item.rank
            self.active = True

    def dossier(self, item: Told) -> None:
        self.registered(item)
        not_theirs = self._passed_by_others(item.facts["attempts"])
        for kept in item.facts["passes"]:
            key = (kept["course"], kept["module"])
            passed = {quiz for quiz in kept["quizzes"] if (kept["course"], quiz) not in not_theirs}
            if not passed and not kept["sections"] and kept["quizzes"]:
                continue
            self.sections.setdefault(key, set()).update(kept["sections"])
            self.passes.setdefault(key, set()).update(passed)
            self.course(kept["course"], item.entry)
        for kept in item.facts["attempts"]:
            self.attempts.setdefault(kept["id"], {"clock": TRUSTED, **kept, "person": self.id, "state": "handed-in",
                                                  "lamport": item.entry.lamport, "seed": ""})  # fmt: skip
        for kept in item.facts["completions"]:
            self.complete(kept["course"], kept["version"], kept["date"], kept.get("clock", TRUSTED), item.entry)
        for kept in item.facts["certificates"]:
            self.certificates.setdefault(kept["id"], {"clock": TRUSTED, **kept, "person": self.id})

    def _passed_by_others(self, attempts: Sequence[Row]) -> set[tuple[str, str]]:
        """(course, quiz) of a dossier's passes of which every attempt was found not to be theirs."""
        rests: dict[tuple[str, str], list[bool]] = {}
        for kept in attempts:
            if kept["passed"] and not kept["role"]:
                rests.setdefault((kept["course"], kept["quiz"]), []).append(self.is_theirs(kept["id"]))
        return {key for key, theirs in rests.items() if not any(theirs)}

    def is_theirs(self, attempt: str) -> bool:
        claim = self.claims.get(attempt)
        return claim is None or claim.counts

    def left(self, item: Told) -> None:
        self.active = False

    def returned(self, item: Told) -> None:
        self.active = True

    def forgotten(self, item: Told) -> None:
        self.erased, self.active = True, False

    def granted(self, item: Told) -> None:
        self.roles[item.facts["role"], item.facts["scope"]] = True

    def withdrawn(self, item: Told) -> None:
        self.roles[item.facts["role"], item.facts["scope"]] = False

    # -- learning -----------------------------------------------------------------------------

    def course(self, course: str, entry: Entry) -> Row:
        row = self.courses.setdefault(course, {
            "person": self.id, "course": course, "state": "in-progress", "last_module": "",
            "completed_on": "", "completed_version": "", "completed_clock": "", "pre": -1, "post": -1,
        })  # fmt: skip
        row["touched"], row["touched_at"] = entry.lamport, entry.happened_at
        return row

    def finished(self, item: Told) -> None:
        facts = item.facts
        key = (facts["course"], facts["module"])
        self.sections.setdefault(key, set()).add(facts["section"])
        self.last_section[key] = facts["section"]
        self.course(facts["course"], item.entry)["last_module"] = facts["module"]

    def started(self, item: Told) -> None:
        facts, attempt = item.facts, item.entry.subject
        kept = self.attempts.get(attempt)
        if kept and kept["seed"]:
            return  # told twice
        row = {
            "id": attempt, "person": self.id, "lamport": item.entry.lamport,
            "questions": json.dumps(facts["questions"], separators=(",", ":")),
            **{k: facts[k] for k in ("course", "version", "module", "quiz", "role", "seed", "language")},
            "started_at": item.entry.happened_at, "state": "open",
            "handed_in_at": "", "clock": item.entry.clock, "earned": 0, "maximum": 0, "passed": 0,
        }  # fmt: skip
        self.attempts[attempt] = row
        if self.is_theirs(attempt):
            course = self.course(facts["course"], item.entry)
            if not facts["role"]:
                course["last_module"] = facts["module"]

    def handed_in(self, item: Told) -> None:
        row = self.attempts.get(item.entry.subject)
        if row is None or row["state"] != "open":
            return
        facts = item.facts
        row.update(state="handed-in", handed_in_at=item.entry.happened_at, clock=item.entry.clock,
                   earned=facts["earned"], maximum=facts["maximum"], passed=facts["passed"])  # fmt: skip
        row["_lamport_in"] = item.entry.lamport
        if self.is_theirs(item.entry.subject):
            self.course(facts["course"], item.entry)

    def disputed(self, item: Told) -> None:
        """What nobody handed in is closed without marks."""
        row = self.attempts.get(item.entry.subject)
        if row is not None and row["state"] == "open":
            row["state"] = "closed"

    def taken_over(self, item: Told) -> None:
        facts, attempt = item.facts, item.entry.subject
        self.attempts.setdefault(attempt, {
            "clock": TRUSTED, "id": attempt, "person": self.id, "state": "handed-in", "lamport": facts["place"],
            **{k: v for k, v in facts.items() if k not in ("place", "from")},
        })  # fmt: skip
        if not self.is_theirs(attempt):
            return
        # as if they had handed it in under their own name: "go on where you were" does not jump to it
        kept = self.courses.get(facts["course"], {})
        latest = {k: kept[k] for k in ("touched", "touched_at") if kept.get("touched", 0) > facts["place"]}
        row = self.course(facts["course"], item.entry)
        row.update({"touched": facts["place"], "touched_at": facts["handed_in_at"], **latest})
        if not facts["role"] and not row["last_module"]:
            row["last_module"] = facts["module"]

    def remarked(self, item: Told) -> None:
        attempt = item.entry.subject
        if item.rank >= self.remarks.get(attempt, (0, {}))[0]:
            kept = {k: item.facts[k] for k in ("earned", "maximum", "passed")}
            self.remarks[attempt] = (item.rank, kept)

    def completed(self, item: Told) -> None:
        facts = item.facts
        self.complete(facts["course"], facts["version"], facts["date"], item.entry.clock, item.entry)

    def complete(self, course: str, version: str, on: str, clock: str, entry: Entry) -> None:
        row = self.course(course, entry)
        row.update(state="completed", completed_on=on, completed_version=version, completed_clock=clock)
        self.emptied.discard(course)

    def uncompleted(self, item: Told) -> None:
        if row := self.courses.get(item.facts["course"]):
            row.update(state="in-progress", completed_on="", completed_version="", completed_clock="")
            self.emptied.add(item.facts["course"])

    # -- certificates -------------------------------------------------------------------------

    def issued(self, item: Told) -> None:
        facts = item.facts
        row = {
            "id": item.entry.subject, "person": self.id, "state": "issued", "reason": "", "replaced_by": "",
            "name_latin": facts.get("name_latin", ""), "name_arabic": facts.get("name_arabic", ""),
            "expires": facts.get("expires", ""), "clock": item.entry.clock,
            **{k: facts[k] for k in ("course", "version", "label", "establishment", "series", "year",
                                     "count", "incarnation", "date", "hours", "language")},
        }  # fmt: skip
        earlier = self.certificates.get(item.entry.subject)
        if earlier:
            row.update({k: earlier[k] for k in ("state", "reason", "replaced_by")})
        self.certificates[item.entry.subject] = row
        if replaced := self.certificates.get(facts.get("replaces", "")):
            replaced.update(state="replaced", replaced_by=item.entry.subject)
            if replaced["clock"] == SUSPECT:
                row["clock"] = SUSPECT  # the date is that of the first paper

    def revoked(self, item: Told) -> None:
        if row := self.certificates.get(item.entry.subject):
            row.update(state="revoked", reason=item.facts.get("reason", ""))

    # -- the result ---------------------------------------------------------------------------

    def rows(self) -> Rows:
        self._settle_attempts()
        if self.erased:
            self.fields.update(dict.fromkeys(("name_latin", "name_arabic", "staff_number"), (9, "")))
            for row in self.certificates.values():
                row.update(name_latin="", name_arabic="", reason="")
        value = {name: self.fields.get(name, (0, ""))[1] for name in FIELDS}
        person = {
            "id": self.id, "country": self.country, "establishment": self.home, "active": int(self.active),
            "erased": int(self.erased), "staff_key": staff_key(value["staff_number"]), **value,
        }  # fmt: skip
        return {
            "v_person": [person] if self.known else [],
            "v_role": [
                {"person": self.id, "role": role, "scope": scope}
                for (role, scope), held in self.roles.items() if held and not self.erased
            ],
            "v_progress": [self._progress(row) for course, row in self.courses.items() if self._is_begun(course)],
            "v_module": self._modules(),
            "v_attempt": [{k: v for k, v in a.items() if k[0] != "_"} for a in self.attempts.values()],
            "v_certificate": list(self.certificates.values()),
        }  # fmt: skip

    def _settle_attempts(self) -> None:
        counts: dict[tuple[str, str], int] = {}
        for attempt, row in sorted(self.attempts.items(), key=lambda a: (a[1]["lamport"], a[0])):
            claim = self.claims.get(attempt, Claim())
            row.update(disputed=claim.state, disputed_at=claim.at, taken_from=claim.taken_from)
            if not claim.counts:
                row.update(state=NOT_THEIRS, number=0)
                continue
            key = (row["course"], row["quiz"])
            counts[key] = counts.get(key, 0) + 1
            row["number"] = counts[key]
            if attempt in self.remarks and row["state"] == "handed-in":
                row.update(self.remarks[attempt][1])
            again: int = self.retakes.get((row["course"], row["module"]), 0)
            counts_for = row["passed"] and row["maximum"] and not row["role"]
            if counts_for and int(row.get("_lamport_in") or row["lamport"]) > again:
                self.passes.setdefault((row["course"], row["module"]), set()).add(row["quiz"])
            course = self.courses.get(row["course"])
            if course and row["state"] == "handed-in" and row["role"] in ("pre", "post"):
                _first_score(course, row)

    def _is_begun(self, course: str) -> bool:
        """Whether something is there: a completion that was withdrawn may have rested on another's attempt alone."""
        if course not in self.emptied:
            return True
        done = any(c == course and found for part in (self.sections, self.passes) for (c, _), found in part.items())
        return done or any(a["course"] == course and a["state"] != NOT_THEIRS for a in self.attempts.values())

    def _progress(self, row: Row) -> Row:
        course = row["course"]
        sections = sum(len(s) for (c, _), s in self.sections.items() if c == course)
        passed = sum(1 for (c, _), quizzes in self.passes.items() if c == course and quizzes)
        return {**row, "sections": sections, "passed": passed}

    def _modules(self) -> list[Row]:
        keys = sorted(set(self.sections) | set(self.passes))
        return [
            {
                "person": self.id, "course": course, "module": module,
                "sections": json.dumps(sorted(self.sections.get((course, module), ()))),
                "quizzes": json.dumps(sorted(self.passes.get((course, module), ()))),
                "last_section": self.last_section.get((course, module), ""),
            }
            for course, module in keys
        ]  # fmt: skip


def _first_score(course: Row, attempt: Row) -> None:
    """Gain compares the first pre-test with the first post-test: later tries would flatter it."""
    role = attempt["role"]
    if course[role] < 0 and attempt["maximum"]:
        course[role] = attempt["earned"] * 10000 // attempt["maximum"]


_STEPS = {
    "person.registered": _Person.registered,
    "person.changed": lambda state, item: state.set_fields(item),
    "person.moved": _Person.moved,
    "person.dossier": _Person.dossier,
    "person.left": _Person.left,
    "person.returned": _Person.returned,
    "person.erased": _Person.forgotten,
    "role.granted": _Person.granted,
    "role.withdrawn": _Person.withdrawn,
    "section.finished": _Person.finished,
    "attempt.started": _Person.started,
    "attempt.handed_in": _Person.handed_in,
    "attempt.remarked": _Person.remarked,
    "attempt.disputed": _Person.disputed,
    "attempt.taken_over": _Person.taken_over,
    "course.completed": _Person.completed,
    "completion.withdrawn": _Person.uncompleted,
    "certificate.issued": _Person.issued,
    "certificate.revoked": _Person.revoked,
}
