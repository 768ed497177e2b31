"""The entries of the audit, told in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from .. import clock
from ..certificates import register
from ..certificates.codes import format_number
from ..people import words
from ..people.persons import called
from ..people.places import timezone_of
from ..reports.courses import courses
from ..reports.trail import Line
from . import i18n
from .guard import user
from .show import fulldate, labelled, listed, time_of

LOOKS = ("audit.viewed", "audit.taken", "audit.acted")


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the audit in the reader's words. `sure`: the clock can be trusted."""

    entry: str
    when: str
    by: str
    by_number: str
    what: str
    about: str
    about_number: str
    where: str
    sure: bool
    applied: bool


def speaker(lines: Sequence[Line], zones: Mapping[str, str]) -> Speaker:
    """Who can tell these lines. `zones`: establishment -> its time zone."""
    lang = i18n.current().code
    return Speaker(
        called([p for line in lines for p in (line.entry.actor, line.entry.person)], lang),
        {course: taught.title(lang) for course, taught in courses(user().country).items()}, zones,
        register.numbers_of(line.entry.subject for line in lines if line.entry.person),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Speaker:
    """Tells entries, given the names and numbers, the titles, the time zones and the certificates' numbers of what
    they concern. What was typed (reasons) is not told here: it stands with the person and in the register."""

    names: Mapping[str, tuple[str, str]]
    titles: Mapping[str, str]
    zones: Mapping[str, str]
    numbers: Mapping[str, str]

    def all(self, lines: Iterable[Line]) -> list[Told]:
        return [self.told(line) for line in lines]

    def told(self, line: Line) -> Told:
        entry = line.entry
        zone = self.zones.get(line.establishment) or timezone_of(entry.country)
        when = clock.moment(entry.happened_at)
        day = fulldate(clock.local(when, zone).date())
        return Told(
            f"{entry.origin} {entry.stream} {entry.seq}", listed((day, time_of(when, zone))), self.by(entry.actor),
            self.names.get(entry.actor, ("", ""))[1], self.what(line), self.about(line),
            self.names.get(entry.person, ("", ""))[1], line.establishment or entry.country,
            entry.clock != "suspect", line.applied,
        )  # fmt: skip

    def by(self, actor: str) -> str:
        """Who did it."""
        if actor in self.names:
            return self.names[actor][0]
        return str(_("somebody who is no longer known") if actor else _("the server"))

    def what(self, line: Line) -> str:
        """What happened, in a few words."""
        facts, kind = line.facts, line.entry.kind
        if kind in LOOKS:
            return note_words()[kind].get(facts.get("what", "")) or str(facts.get("what", ""))
        words_of = kind_words()
        if kind.startswith("role."):
            role, scope = words.role_words(facts.get("role", "")), words.scope_words(facts.get("scope", ""))
            return labelled(words_of[kind], f"{role} {scope}")
        if kind == "person.moved":
            return labelled(words_of[kind], f"{facts.get('from') or '–'} → {facts.get('to') or '–'}")
        if kind in ("person.registered", "person.changed"):
            said = [str(words.FIELDS[name]) for name in words.FIELDS if name in facts]
            return labelled(words_of[kind], listed(said)) if said else words_of[kind]
        if kind == "certificate.issued" and "replaces" in facts:
            return str(_("Certificate issued again, the one before is no longer valid"))
        return words_of.get(kind, kind)

    def about(self, line: Line) -> str:
        """Whom or what it concerns: a certificate's number, a name, a course."""
        facts, entry = line.facts, line.entry
        if entry.kind == "certificate.issued" and facts:
            number = format_number(facts["series"], facts["year"], facts["count"], facts["incarnation"])
        else:
            number = self.numbers.get(entry.subject, "")
        if entry.person:
            name = self.names[entry.person][0] if entry.person in self.names else ""
            return f"{number} {name}".strip() or str(_("somebody who is no longer known"))
        if entry.kind.startswith("course."):
            course = facts.get("course", entry.subject)
            label = f" {facts['label']}" if "label" in facts else ""
            return str(self.titles.get(course) or facts.get("slug") or course) + label
        return ""


# -- words ----------------------------------------------------------------------------------------------------


def group_words() -> dict[str, str]:
    """What the groups of entries are called."""
    return {
        "looked": _("Looked at names"), "taken": _("Printed or taken as a file"), "access": _("PINs and passphrases"),
        "person": _("Staff"), "role": _("Roles"), "certificate": _("Certificates"),
        "course": _("Courses"), "assignment": _("Assignments"), "mark": _("Marks changed"),
        "dispute": _("Attempts in question"),
        "server": _("Servers and establishments"),
    }  # fmt: skip


def note_words() -> dict[str, dict[str, str]]:
    """What the entries of the audit itself note, in words: kind -> what -> words."""
    return {"audit.viewed": looked_words(), "audit.taken": taken_words(), "audit.acted": acted_words()}


def looked_words() -> dict[str, str]:
    """What somebody looked at."""
    return {
        "names": _("Looked at the names behind the figures"),
        "staff-list": _("Looked at the staff list"), "person": _("Looked at a member of staff"),
        "slips": _("Looked at who needs a slip"), "certificates": _("Looked at the register of certificates"),
        "certificate": _("Looked at a certificate"), "audit": _("Looked at the audit"),
        "disputes": _("Looked at attempts in question"), "assignments": _("Looked at the assignments"),
        "retention": _("Looked at who may be forgotten"),
    }  # fmt: skip


def taken_words() -> dict[str, str]:
    """What somebody took away, on paper or in a file."""
    return {
        "names-sheet": _("Opened the names behind the figures to print"),
        "names-file": _("Took the names behind the figures as a file"),
        "figures-file": _("Took the figures as a file"),
        "aggregates-file": _("Took the figures without names as a file"),
        "certificates-file": _("Took the register of certificates as a file"),
        "certificate-paper": _("Opened somebody's certificate to print"),
        "audit-file": _("Took the audit as a file"), "backup": _("Took a backup of the whole server"),
    }  # fmt: skip


def acted_words() -> dict[str, str]:
    """What was done to PINs and passphrases."""
    return {
        "first-pin": _("Printed a slip with a first PIN"), "new-pin": _("Reset a PIN and printed a slip"),
        "first-passphrase": _("Printed a slip with a first passphrase"),
        "new-passphrase": _("Reset a passphrase and printed a slip"),
        "console-passphrase": _("Reset the passphrase of an administrator at the console"),
        "new-secrets": _("Ended every PIN and passphrase: the secrets were made anew"),
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
        "attempt.disputed": _("Said that an attempt was not theirs"),
        "attempt.dispute_settled": _("Decided whose an attempt was"),
        "attempt.taken_over": _("Attempt given to whom it was"),
        "completion.withdrawn": _("Completion of a course withdrawn"),
        "certificate.issued": _("Certificate issued"), "certificate.revoked": _("Certificate revoked"),
        "series.assigned": _("Series of certificates assigned"), "course.published": _("Course published"),
        "course.withdrawn": _("Course withdrawn"), "course.assigned": _("Course assigned"),
        "assignment.withdrawn": _("Assignment withdrawn"), "attempt.remarked": _("Mark of a test changed"),
        "server.founded": _("Server set up"), "establishment.described": _("Establishment described"),
        "clock.confirmed": _("Date of the server confirmed"),
    }  # fmt: skip
