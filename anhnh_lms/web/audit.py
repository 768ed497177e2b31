"""Who looked at what, who took what away, and what changed the registers: the page of inspection, and its file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from .. import clock
from ..people import audit, naming, persons
from ..people.places import timezone_of, visible
from ..people.roles import Power
from ..record import log
from ..record.tables_of_views import EstablishmentRow
from ..reports.table import Cell, Table
from ..reports.trail import GROUPS, Asked, Line, trail, whole
from . import i18n
from .audit_told import Speaker, group_words, speaker
from .desk import page_number
from .guard import user
from .spreadsheet import spreadsheet

screen = Blueprint("audit", __name__)
Places = dict[str, EstablishmentRow]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address asks for, as it was written there and as the trail understands it."""

    asked: Asked
    person: str = ""
    actor: str = ""
    first: str = ""
    last: str = ""
    errors: tuple[tuple[str, str], ...] = ()

    def url(self, endpoint: str, **more: Any) -> str:
        query = {
            "establishment": self.asked.establishment, "kind": self.asked.group, "person": self.person,
            "actor": self.actor, "from": self.first, "to": self.last, **more,
        }  # fmt: skip
        return url_for(endpoint, **{name: value for name, value in query.items() if value})


@screen.get("/audit")
def entries() -> str | tuple[str, int]:
    """What happened? The newest first, within the inspector's scope."""
    wish = _wish(_places())
    audit.viewed("audit", wish.asked.establishment, user())
    places, lang = _places(), i18n.current().code
    found = trail(user().held, wish.asked)
    page = render_template(
        "audit/entries.html", wish=wish, asked=wish.asked, more=found.more, groups=group_words(),
        places=[(code, f"{code} {naming.shown(lang, row.name, row.name_ar)}") for code, row in places.items()],
        lines=speaker(found.lines, _zones(places)).all(found.lines), errors=wish.errors,
        page_url=lambda n: wish.url("audit.entries", page=n), csv_url=wish.url("audit.export"),
    )  # fmt: skip
    return (page, 422) if wish.errors else page


@screen.get("/audit.csv")
def export() -> Response:
    """All that is filtered, on whatever page, as it was when the file was asked for. That it was taken is noted, and
    stands in the next."""
    places = _places()
    wish, upto = _wish(places), log.latest()
    audit.taken("audit-file", wish.asked.establishment, user())
    rows = _rows(list(whole(user().held, wish.asked, upto)), _zones(places))
    return spreadsheet(Table(_columns(), tuple(rows)), "audit", clock.today(_zone(wish.asked, places)).isoformat())


def _columns() -> tuple[str, ...]:
    return (
        _("When (UTC)"), _("Clock in doubt"), _("Who"), _("Staff number"), _("What"), _("About"), _("Staff number"),
        _("Where"), _("Applied"), _("Entry"), _("Hash"),
    )  # fmt: skip


def _rows(lines: list[Line], zones: dict[str, str]) -> Iterable[tuple[Cell, ...]]:
    speaking: Speaker = speaker(lines, zones)
    yes, no = str(_("yes")), str(_("no"))
    for line in lines:
        told = speaking.told(line)
        yield (
            line.entry.happened_at, no if told.sure else yes, told.by, told.by_number, told.what, told.about,
            told.about_number, told.where, yes if told.applied else no, told.entry, line.entry.hash,
        )  # fmt: skip


# -- what is asked for --------------------------------------------------------------------------------------


def _places() -> Places:
    return {row.code: row for row in visible(user().held, Power.READ_AUDIT)}


def _zones(places: Places) -> dict[str, str]:
    return {code: row.timezone for code, row in places.items()}


def _zone(asked: Asked, places: Places) -> str:
    """On whose calendar the days are: of the establishment, else of the reader."""
    if asked.establishment:
        return places[asked.establishment].timezone
    return user().timezone if user().home else timezone_of(user().country)


def _wish(places: Places) -> Wish:
    person, actor, first, last = (
        request.args.get(name, "").replace("\0", "").strip()[:60] for name in ("person", "actor", "from", "to")
    )
    code, group = request.args.get("establishment", ""), request.args.get("kind", "")
    asked = Asked(
        code if code in places else "", group if group in GROUPS else "", page_number(),
        persons.ids_of_number(person) if person else None, persons.ids_of_number(actor) if actor else None,
    )  # fmt: skip
    wish = Wish(asked, person, actor, first, last)
    days = _day(first), _day(last)
    if (first and not days[0]) or (last and not days[1]) or (days[0] and days[1] and days[0] > days[1]):
        return replace(wish, errors=(("from", _("Choose a first day that is not after the last.")),))
    zone = _zone(asked, places)
    since = clock.written(clock.midnight(days[0], zone)) if days[0] else ""
    until = clock.written(clock.midnight(days[1] + timedelta(days=1), zone)) if days[1] else ""
    return replace(wish, asked=replace(asked, since=since, until=until))


def _day(text: str) -> date | None:
    """A day as it is written in an address; None for what is none, or lies where no calendar reaches."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 < day.year < 9999 else None
