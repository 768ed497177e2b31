"""The history of a person, told in sentences."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from ..people import words
from ..people.history import Event
from ..record import server
from ..record.entry import Body
from . import i18n
from .show import labelled, listed


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the history. `overruled`: (field's name, value) that was not applied."""

    when: str
    what: str
    by: str
    where: str  # the other server that wrote it, "" for this one
    overruled: tuple[tuple[str, str], ...]
    applied: bool
    sure: bool  # the date can be trusted


def told(event: Event, authors: dict[str, str]) -> Told:
    """An event in the reader's language; `authors` are the names of those who are known."""
    me = server.own()
    by = authors.get(event.actor, _("somebody who is no longer known") if event.actor else _("the server"))
    elsewhere = "" if event.origin.rpartition(".")[0] == me.code else event.origin
    overruled = tuple(
        (str(words.FIELDS[name]), _value(name, value)) for name, value in event.changes if name in event.overruled
    )
    return Told(event.happened_at, _what(event), by, elsewhere, overruled, event.applied, event.clock != "suspect")


def _what(event: Event) -> str:
    facts = event.facts
    old, new = _home(facts.get("from", "")), _home(facts.get("to", ""))
    said = {
        "person.registered": _("Registered: %(details)s", details=_details(event)),
        "person.changed": _("Changed: %(details)s", details=_details(event)),
        "person.moved": _("Transferred from %(old)s to %(new)s", old=old, new=new),
        "person.dossier": _("File received from %(old)s", old=old),
        "person.left": _("Left"),
        "person.returned": _("Came back"),
        "person.erased": _("Forgotten"),
        "person.same_as": _("Found to be the same person as another"),
        "person.not_same_as": _("Found not to be the same person as another"),
        "role.granted": _("Role given: %(role)s", role=_role(facts)),
        "role.withdrawn": _("Role taken away: %(role)s", role=_role(facts)),
    }
    return str(said[event.kind]) + _why(event)


def _role(facts: Body) -> str:
    return f"{words.role_words(facts.get('role', ''))} {words.scope_words(facts.get('scope', ''))}"


def _details(event: Event) -> str:
    said = [labelled(words.FIELDS[name], apart(_value(name, value))) for name, value in event.changes]
    return listed(said) or _forgotten()


def apart(value: str) -> str:
    """A value that keeps its own direction in a sentence of the other (Unicode's isolates)."""
    return f"\u2068{value}\u2069"


def _forgotten() -> str:
    return str(_("what was written is forgotten"))


def in_words(name: str, value: str) -> str:
    """A detail of somebody (its field and its value) as a person reads it."""
    if name == "function":
        return words.function_words(value)
    if name == "sex":
        return str(words.SEXES.get(value, value))
    return i18n.language(value).own if name == "language" and value else value


def _value(name: str, value: str) -> str:
    return in_words(name, value) if value else str(_("none"))


def _why(event: Event) -> str:
    reason = event.facts.get("reason", "")
    return f" ({apart(reason)})" if reason else ""


def _home(code: str) -> str:
    return code or str(_("national administration"))
