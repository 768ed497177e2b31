"""All that is held of a person, gathered once and told twice: for the page and for the file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from .. import clock
from ..certificates import register
from ..learning.looking_back import Learned, Tried, learned
from ..people import persons, words
from ..people.details import details_of
from ..people.history import Event, history
from ..people.holdings import Holdings, holdings
from ..people.persons import every_id
from ..people.places import establishment
from ..people.retention import years_of
from ..record import server
from ..record.tables_of_views import CertificateRow, EstablishmentRow, PersonRow
from ..reports import own
from ..reports.courses import Taught, courses
from . import i18n
from .answered import answered
from .audit_told import kind_words, note_words
from .guard import user
from .show import listed


@dataclass(frozen=True, slots=True)
class Held:
    """All that this server holds of the person who is signed in."""

    person: PersonRow
    home: EstablishmentRow | None
    history: list[Event]
    roles: list[tuple[str, str]]
    access: Holdings
    learned: Learned
    titles: dict[str, Taught]
    certificates: list[CertificateRow]
    looks: list[own.Look]
    lists: list[own.Lists]
    deeds: list[own.Deeds]

    @property
    def keep_years(self) -> int:
        """For how many years after the person left the record names them."""
        return years_of(self.home)

    def title(self, course: str) -> str:
        """What a course is called."""
        known = self.titles.get(course)
        return known.title(i18n.current().code) if known else str(_("A course that is no longer offered"))


def held() -> Held:
    """Gather it: queries only."""
    me = user()
    ids = every_id(me.id)
    row = persons.person_of(me.home, me.country, me.id)
    return Held(
        row, establishment(me.home) if me.home else None, history(me.id), persons.roles_of(me.id),
        holdings(current_app.config["SECRETS"].pins, row, ids), learned(me, i18n.current().code),
        courses(me.country, me.home), register.of_person(me.id), own.looks(ids), own.lists(me.home), own.deeds(ids),
    )  # fmt: skip


# -- in words -------------------------------------------------------------------------------------------------


def look_words(look: own.Look) -> tuple[str, str]:
    """(what was done, in which role)."""
    what = note_words()[look.kind].get(look.what) or look.what
    if look.console:
        return what, str(_("at the console of the server"))
    roles = [f"{words.role_words(role)} {words.scope_words(scope)}" for role, scope in look.roles]
    return what, listed(roles) or str(_("a role that is no longer known"))


def lists_words(item: own.Lists) -> str:
    return note_words()[item.kind].get(item.what) or item.what


def deed_words(kind: str) -> str:
    several = {
        "audit.viewed": _("Looked at names"), "audit.taken": _("Printed or taken as a file"),
        "audit.acted": _("PINs and passphrases"),
    }  # fmt: skip
    return str(several.get(kind) or kind_words().get(kind, kind))


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of an attempt, and each line of what was answered. `lang` is the question's own language."""

    id: str
    title: str
    lang: str
    lines: tuple[str, ...]


def answers_of(tried: Tried) -> list[Answered]:
    """Every question of an attempt, in the order of its paper."""
    found = tried.opened
    if found is None:
        return []
    asked = [found.questions[i] for i in found.paper.ids]
    return [Answered(q.id, q.title, q.lang, tuple(answered(q, found.answers.get(q.id)))) for q in asked]


# -- as a file --------------------------------------------------------------------------------------------------


def as_json(held: Held) -> str:
    """All of it as JSON: codes as the record has them, answers also in the words of the course. Times are in UTC,
    points in hundredths. It names nobody else."""
    told: dict[str, Any] = {
        "made_at": clock.stamp(),
        "server": server.own().origin,
        "person": {**asdict(details_of(held.person)), "establishment": held.person.establishment,
                   "country": held.person.country, "ids": every_id(held.person.id)},
        "roles": [{"role": role, "scope": scope} for role, scope in held.roles],
        "access": asdict(held.access),
        "courses": [_columns(row, "person", "touched") for row in held.learned.courses],
        "courses_asked": [{"course": course, "due": due} for course, due in held.learned.asked.items()],
        "modules": [_columns(row, "person") for row in held.learned.modules],
        "attempts": [_attempt(tried) for tried in held.learned.tried],
        "certificates": [
            {"number": register.number_of(row), "check_code": register.code_of(row), **_columns(row, "person")}
            for row in held.certificates
        ],
        "looked_at_by": [asdict(look) for look in held.looks],
        "lists_opened": [asdict(item) for item in held.lists],
        "done_in_office": [asdict(item) for item in held.deeds],
        "entries": [
            {"entry": f"{e.origin} {e.stream} {e.seq}", "kind": e.kind, "happened_at": e.happened_at, "clock": e.clock,
             "subject": e.subject, "says": facts, "hash": e.hash}
            for e, facts in own.entries_about(every_id(held.person.id))
        ],
        "kept_years_after_leaving": held.keep_years,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=1)


def _columns(row: Any, *but: str) -> dict[str, Any]:
    return {c.name: getattr(row, c.name) for c in row.__table__.columns if c.name not in but}


def _attempt(tried: Tried) -> dict[str, Any]:
    kept = _columns(tried.row, "person", "lamport", *own.HIDDEN)
    said = [{"question": a.id, "title": a.title, "answer": list(a.lines)} for a in answers_of(tried)]
    return {**kept, "answers_on_this_server": tried.opened is not None, "answers": said}
