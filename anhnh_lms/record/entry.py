"""The kinds of entry: what each says, in which stream it stands, and who may write it.

An entry's `body` holds facts about pseudonymous ids. `sealed` holds what names a person or was
typed by one; forgetting a person empties it and leaves the chain verified. A field's type is `str`,
`int`, `list` or `dict`; a field whose name ends in "?" may be left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .canonical import canonical, sha256

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. Text exactly as received; `identity` never repeats."""

    country: str
    origin: str
    stream: str
    seq: int
    lamport: int
    happened_at: str
    clock: str
    kind: str
    version: int
    actor: str
    person: str
    subject: str
    body: str
    sealed: str
    salt: str
    sealed_hash: str
    previous: str
    hash: str

    def columns(self) -> dict[str, Any]:
        """The entry as a row: name -> value."""
        return {name: getattr(self, name) for name in Entry.__slots__}

    @property
    def identity(self) -> tuple[str, str, str, int]:
        return (self.country, self.origin, self.stream, self.seq)

    @property
    def order(self) -> tuple[int, str, str, int]:
        """Entries are told in this order, never by the clock."""
        return (self.lamport, self.origin, self.stream, self.seq)

    def facts(self) -> Body:
        """Body and sealed together (a key never stands in both), lifted to the kind's newest version."""
        kind = KINDS.get(self.kind)
        body: Body = json.loads(self.body)
        if self.sealed:
            body = {**body, **json.loads(self.sealed)}
        return kind.lift(self.version, body) if kind else body

    def sound_facts(self) -> Body | None:
        """`facts()` if the entry says what its kind allows, else None: of a kind or version that this program
        does not know, or not as the kind wants it. Such an entry is kept and passed on, never applied."""
        kind = KINDS.get(self.kind)
        if kind is None or not 0 < self.version <= kind.version:
            return None
        try:
            body: Body = json.loads(self.body)
            if self.sealed:
                body = {**body, **json.loads(self.sealed)}
            facts = kind.lift(self.version, body)
            kind.check_facts(facts)
            self._check_place(kind, facts)
        except (ValueError, TypeError, KeyError):
            return None
        return facts

    def _check_place(self, kind: Kind, facts: Body) -> None:
        """An establishment's facts stand in its own stream: a server cannot describe another's prison."""
        named = facts.get("establishment") or facts.get("code")
        if kind.stream == "establishment" and self.stream != f"{ESTABLISHMENT}{named}":
            raise BadEntry(f"{self.kind} of {named} in {self.stream}")
        field = {"establishment.described": "code", "series.assigned": "series"}.get(self.kind)
        if field and self.subject != facts[field]:
            raise BadEntry(f"{self.kind} of {facts[field]} with the subject {self.subject}")

    def computed_hash(self) -> str:
        """The hash that this entry must have."""
        header = {
            "origin": self.origin, "stream": self.stream, "seq": self.seq, "country": self.country,
            "lamport": self.lamport, "happened_at": self.happened_at, "clock": self.clock,
            "kind": self.kind, "version": self.version, "actor": self.actor, "person": self.person,
            "subject": self.subject, "previous": self.previous, "body": sha256(self.body),
            "sealed": self.sealed_hash,
        }  # fmt: skip
        return sha256(canonical(header))

    def is_whole(self) -> bool:
        """Whether the hash fits, and the sealed part too unless it was forgotten."""
        if self.hash != self.computed_hash():
            return False
        return not self.sealed or self.sealed_hash == sha256(self.salt + self.sealed)


@dataclass(frozen=True, slots=True)
class Kind:
    """What an entry of this name may say. `upcasts[n]` lifts a body of version n to n + 1."""

    name: str
    stream: str  # "establishment", "country", "library", "audit", "home" (establishment or country)
    body: Mapping[str, type] = field(default_factory=dict)
    sealed: Mapping[str, type] = field(default_factory=dict)
    version: int = 1
    writer: str = "scope"  # "scope": whose scope covers the stream; "any": every founded server
    upcasts: Mapping[int, Callable[[Body], Body]] = field(default_factory=dict)
    needed: tuple[str, ...] = field(init=False)  # of the body
    allowed: Mapping[str, type] = field(init=False)  # of both parts

    def __post_init__(self) -> None:
        both = {**self.body, **self.sealed}
        object.__setattr__(self, "needed", tuple(name for name in self.body if name[-1] != "?"))
        object.__setattr__(self, "allowed", {name.rstrip("?"): kind for name, kind in both.items()})

    def lift(self, version: int, body: Body) -> Body:
        for step in range(version, self.version):
            body = self.upcasts[step](body)
        return body

    def check(self, body: Mapping[str, Any], sealed: Mapping[str, Any]) -> None:
        """Raises BadEntry unless both parts are exactly what the kind says."""
        for part, allowed, what in ((body, self.body, "body"), (sealed, self.sealed, "sealed")):
            self._check_part(part, allowed, what)

    def check_facts(self, facts: Mapping[str, Any]) -> None:
        """Raises BadEntry unless the facts, of the newest version, hold all that the body must say and
        nothing else than the kind allows. What was sealed may have been forgotten."""
        for name in self.needed:
            if name not in facts:
                raise BadEntry(f"{self.name}: {name!r} is missing")
        for name, value in facts.items():
            kind = self.allowed.get(name)
            if kind is None or not isinstance(value, kind) or isinstance(value, bool):
                raise BadEntry(f"{self.name}: {name!r} may not be said so")

    def _check_part(self, part: Mapping[str, Any], allowed: Mapping[str, type], what: str) -> None:
        names = {name.rstrip("?"): kind for name, kind in allowed.items()}
        for name in allowed:
            if name not in part and name[-1] != "?":
                raise BadEntry(f"{self.name}: {what} lacks {name!r}")
        for name, value in part.items():
            if name not in names:
                raise BadEntry(f"{self.name}: {what} may not say {name!r}")
            if not isinstance(value, names[name]) or isinstance(value, bool):
                raise BadEntry(f"{self.name}: {name} must be {names[name].__name__}")


class BadEntry(ValueError):
    """An entry that its kind does not allow."""


PERSON_FIELDS = {"function?": str, "sex?": str, "language?": str}
PERSON_SEALED = {"name_latin?": str, "name_arabic?": str, "staff_number?": str}

_KINDS = (
    # servers and places
    Kind("server.founded", "country", {"code": str, "country": str, "incarnation": int, "scope": str, "key": str}),
    Kind("clock.confirmed", "home", {"date": str}),
    Kind("establishment.described", "establishment", {
        "code": str, "name?": str, "name_ar?": str, "kind?": str, "region?": str, "timezone?": str,
        "administration?": str, "administration_ar?": str, "place?": str, "place_ar?": str,
        "languages?": str, "lock_minutes?": str, "test_lock_minutes?": str, "sessions?": str, "keep_years?": str,
        "closed?": int,
    }),
    # persons
    Kind("person.registered", "home", {"establishment": str, **PERSON_FIELDS}, PERSON_SEALED),
    Kind("person.changed", "home", PERSON_FIELDS, {**PERSON_SEALED, "reason?": str}),
    Kind("person.moved", "home", {"to": str, "from": str}, {"reason?": str}),
    Kind("person.dossier", "home", {
        "establishment": str, "from": str, "passes": list, "completions": list, "certificates": list,
        "attempts": list, **PERSON_FIELDS,
    }, PERSON_SEALED, writer="any"),
    Kind("person.left", "home", {}, {"reason?": str}),
    Kind("person.returned", "home", {}, {"reason?": str}),
    Kind("person.erased", "home", {}, writer="any"),
    Kind("person.same_as", "home", {"other": str}),
    Kind("person.not_same_as", "home", {"other": str}),
    Kind("role.granted", "home", {"role": str, "scope": str}),
    Kind("role.withdrawn", "home", {"role": str, "scope": str}),
    # courses
    Kind("course.published", "library", {
        "version": str, "label": str, "slug": str, "source": str, "titles": dict, "hours": int,
        "months": int, "modules": list, "quizzes": dict, "tests": dict, "retake": list, "scope": str,
    }, writer="any"),
    Kind("course.withdrawn", "library", {"scope": str}, {"reason?": str}, writer="any"),
    Kind("course.assigned", "establishment", {
        "establishment": str, "course": str, "to": str, "target": str, "due?": str,
    }),
    Kind("assignment.withdrawn", "establishment", {"establishment": str}, {"reason?": str}),
    # learning
    Kind("section.finished", "home", {"course": str, "version": str, "module": str, "section": str}),
    Kind("attempt.started", "home", {
        "course": str, "version": str, "module": str, "quiz": str, "role": str, "seed": str,
        "language": str, "questions": list, "reused?": list,
    }),
    Kind("attempt.handed_in", "home", {
        "course": str, "version": str, "module": str, "quiz": str, "role": str, "marking": int,
        "answers": dict, "languages": dict, "points": dict, "earned": int, "maximum": int, "passed": int,
    }, {"typed?": dict}),
    Kind("attempt.remarked", "home", {
        "points": dict, "earned": int, "maximum": int, "passed": int, "marking": int,
    }, {"reason?": str}),
    # "This was not me": said, decided, and where it is known whose it was, given to that person, whose entry
    # says all that their progress needs; `place` is the hand-in's place in the order
    Kind("attempt.disputed", "home", {}, {"reason?": str}),
    Kind("attempt.dispute_settled", "home", {"outcome": str}, {"reason?": str}),
    Kind("attempt.taken_over", "home", {
        "course": str, "version": str, "module": str, "quiz": str, "role": str, "seed": str, "language": str,
        "questions": str, "started_at": str, "handed_in_at": str, "earned": int, "maximum": int, "passed": int,
        "place": int, "from": str, "clock?": str,
    }),
    Kind("course.completed", "home", {"course": str, "version": str, "hours": int, "date": str}),
    Kind("completion.withdrawn", "home", {"course": str}),  # the subject is the attempt on which it rested
    # certificates: the subject is the certificate's id
    Kind("series.assigned", "home", {"series": str, "owner": str}),
    Kind("certificate.issued", "home", {
        "course": str, "version": str, "label": str, "series": str, "year": int, "count": int,
        "incarnation": int, "establishment": str, "date": str, "expires?": str, "hours": int,
        "language": str, "replaces?": str,
    }, {"name_latin?": str, "name_arabic?": str}),
    Kind("certificate.revoked", "home", {}, {"reason": str}),
    # what must be known though it changes no view: a look at names, names or figures that left the server on
    # paper or in a file, a credential given anew. `person` is whose record it was, `subject` which certificate
    Kind("audit.viewed", "audit", {"what": str, "establishment": str}),
    Kind("audit.taken", "audit", {"what": str, "establishment": str}),
    Kind("audit.acted", "audit", {"what": str, "establishment": str}),
)  # fmt: skip

KINDS: dict[str, Kind] = {kind.name: kind for kind in _KINDS}

ESTABLISHMENT, AUDIT, COUNTRY, LIBRARY = "establishment/", "audit/", "country", "library"


def fits_stream(kind: Kind, stream: str) -> bool:
    """Whether an entry of that kind may stand in the stream."""
    match kind.stream:
        case "establishment":
            return stream.startswith(ESTABLISHMENT)
        case "home":
            return stream == COUNTRY or stream.startswith(ESTABLISHMENT)
        case "audit":
            return stream.startswith(AUDIT)
        case alone:  # "country", "library"
            return stream == alone


def covers(scope: str, country: str, stream: str) -> bool:
    """Whether a server founded for `scope` ("*", a country's code, or an establishment's code) may
    write facts of that stream."""
    if scope in ("*", country):
        return True
    return stream.removeprefix(ESTABLISHMENT).removeprefix(AUDIT) == scope


def authority(scope: str) -> int:
    """Where two servers changed one field, the higher goes first, then the order: a country's
    administration over one establishment."""
    if scope == "*":
        return 3
    return 2 if "-" not in scope else 1
