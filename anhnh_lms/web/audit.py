"""Who looked at what, and what changed the registers: the page of inspection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from .. import clock
from ..certificates.codes import format_number
from ..people import audit, naming, words
from ..people.persons import names
from ..people.places import timezone_of, visible
from ..people.roles import Power
from ..reports.courses import courses
from ..reports.trail import GROUPS, Asked, Line, trail
from . import i18n
from .desk import page_number
from .guard import user
from .show import fulldate, labelled, listed, time_of

screen = Blueprint("audit", __name__)


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the audit in the reader's words. `sure`: the clock can be trusted."""

    entry: str
    when: str
    by: str
    what: str
    about: str
    where: str
    sure: bool
    applied: bool


@screen.get("/audit")
def entries() -> str:
    """What happened? The newest first, within the inspector's scope."""
    here = {row.code: row for row in visible(user().held, Power.READ_AUDIT)}
    code, group = request.args.get("establishment", ""), request.args.get("kind", "")
    asked = Asked(code if code in here else "", group if group in GROUPS else "", page_number())
    lang = i18n.current().code
    called = {row.code: naming.shown(lang, row.name, row.name_ar) for row in here.values()}
    places = [(row.code, row.timezone, f"{row.code} {called[row.code]}") for row in here.values()]
    audit.viewed("audit", asked.establishment, user())
    found = trail(user().held, asked)
    speaker = Speaker(
        names([p for line in found.lines for p in (line.entry.actor, line.entry.person)], lang),
        {course: taught.title(lang) for course, taught in courses(user().country).items()},
        {code: timezone for code, timezone, _name in places},
    )
    query: dict[str, Any] = {"establishment": asked.establishment or None, "kind": asked.group or None}
    return render_template(
        "audit/entries.html", asked=asked, more=found.more, groups=group_words(),
        places=[(code, name) for code, _timezone, name in places], lines=[speaker.told(line) for line in found.lines],
        page_url=lambda n: url_for("audit.entries", page=n, **query),
    )  # fmt: skip


def group_words() -> dict[str, str]:
    """What the groups of entries are called."""
    return {
        "looked": _("Looked at names"), "person": _("Staff"), "role": _("Roles"), "certificate": _("Certificates"),
        "course": _("Courses"), "assignment": _("Assignments"), "mark": _("Marks changed"),
        "server": _("Servers and establishments"),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Speaker:
    """Tells entries, given the names, the titles and the timezones of what they concern. What was typed (reasons)
    is not told here: it stands with the person and in the register."""

    names: Mapping[str, str]
    titles: Mapping[str, str]
    timezones: Mapping[str, str]

    def told(self, line: Line) -> Told:
        entry = line.entry
        timezone = self.timezones.get(line.establishment) or timezone_of(entry.country)
        when = clock.moment(entry.happened_at)
        day = fulldate(clock.local(when, timezone).date())
        return Told(
            f"{entry.origin} {entry.stream} {entry.seq}", listed((day, time_of(when, timezone))), self.by(entry.actor),
            self.what(line), self.about(line), line.establishment or entry.country, entry.clock != "suspect",
            line.applied,
        )  # fmt: skip

    def by(self, actor: str) -> str:
        """Who did it."""
        return self.names.get(actor) or (_("somebody who is no longer known") if actor else _("the server"))

    def what(self, line: Line) -> str:
        """What happened, in a few words."""
        facts, kind = line.facts, line.entry.kind
        if kind == "audit.viewed":
            return looked_words().get(facts.get("what", "")) or str(facts.get("what", ""))
        words_of = kind_words()
        if kind.startswith("role."):
            role, scope = words.role_words(facts.get("role", "")), words.scope_words(facts.get("scope", ""))
            return labelled(words_of[kind], f"{role} {scope}")
        if kind == "person.moved":
            return labelled(words_of[kind], f"{facts.get('from') or '–'} → {facts.get('to') or '–'}")
        if kind in ("person.registered", "person.changed"):
            said = [str(words.FIELDS[name]) for name in words.FIELDS if name in facts]
            return labelled(words_of[kind], listed(said)) if said else words_of[kind]
        return words_of.get(kind, kind)

    def about(self, line: Line) -> str:
        """Whom or what it concerns: a name, a certificate's number, a course."""
        facts, entry = line.facts, line.entry
        if entry.kind == "certificate.issued" and facts:
            number = format_number(facts["series"], facts["year"], facts["count"], facts["incarnation"])
            return f"{number} {self.names.get(entry.person, '')}".strip()
        if entry.person:
            return self.names.get(entry.person) or _("somebody who is no longer known")
        if entry.kind.startswith("course."):
            course = facts.get("course", entry.subject)
            label = f" {facts['label']}" if "label" in facts else ""
            return str(self.titles.get(course) or facts.get("slug") or course) + label
        return ""


def looked_words() -> dict[str, str]:
    """What `audit.viewed` notes, in words."""
    return {
        "names": _("Looked at the names behind the figures"),
        "names-file": _("Took the names behind the figures as a file"),
        "staff-list": _("Looked at the staff list"), "person": _("Looked at a member of staff"),
        "slips": _("Looked at slips with first PINs"), "certificates": _("Looked at the register of certificates"),
        "certificate": _("Looked at a certificate"), "audit": _("Looked at the audit"),
        "backup": _("Took a backup of the whole server"),
    }  # fmt: skip


def kind_words() -> dict[str, str]:
    """What the other kinds of entry say, in words."""
    return {
        "person.registered": _("Registered"), "person.changed": _("Changed"), "person.moved": _("Transferred"),
        "person.dossier": _("File received from another establishment"), "person.left": _("Left"),
        "person.returned": _("Came back"), "person.erased": _("Forgotten"),
        "person.same_as": _("Found to be the same person as another"),
        "person.not_same_as": _("Found not to be the same person as another"),
        "role.granted": _("Role given"), "role.withdrawn": _("Role taken away"),
        "certificate.issued": _("Certificate issued"), "certificate.revoked": _("Certificate revoked"),
        "series.assigned": _("Series of certificates assigned"), "course.published": _("Course published"),
        "course.withdrawn": _("Course withdrawn"), "course.assigned": _("Course assigned"),
        "assignment.withdrawn": _("Assignment withdrawn"), "attempt.remarked": _("Mark of a test changed"),
        "server.founded": _("Server set up"), "establishment.described": _("Establishment described"),
        "clock.confirmed": _("Date of the server confirmed"),
    }  # fmt: skip
