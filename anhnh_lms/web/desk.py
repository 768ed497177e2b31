"""Where somebody works on staff: an establishment, or the staff of the national administration itself.

The pages are the same for both; a desk knows which people it is about and the addresses of its pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..people import audit
from ..people.persons import NoSuchPerson, person_of
from ..people.places import establishment, name_of, place_of
from ..people.roles import Place, Power
from ..record import server
from ..record.log import new_id
from ..record.tables_of_views import PersonRow
from . import guard, i18n

Page = str | Response | tuple[str, int]
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Desk:
    """`code` is the establishment's, "" for national staff."""

    code: str
    country: str

    def url(self, do: str = "staff", person: str = "", **query: Any) -> str:
        """The address of a page: "staff", "person", "add", "edit", "roles"... as the endpoints are called."""
        if self.code:
            named = {"person": person} if person else {}
            return url_for(f"staff.{do}", code=self.code, **{**query, **named})
        page = "" if do in ("staff", "person") else do.replace("_", "-")
        parts = dict(zip(("who", "do"), filter(None, (person, page)), strict=False))
        if self.country != server.own().country:
            query["country"] = self.country
        return url_for("server.national_staff", **{**query, **parts})

    @property
    def place(self) -> Place:
        return (place_of(self.code) if self.code else None) or Place(country=self.country)

    def may(self, power: str) -> bool:
        """Whether the person who is signed in holds a power (by its name) here."""
        return guard.user().may(Power[power], self.place)

    def name(self) -> str:
        """What to call it in a heading."""
        row = establishment(self.code) if self.code else None
        if row is None:
            return str(_("National administration"))
        return name_of(row, i18n.current().code)

    def timezone(self) -> str:
        row = establishment(self.code) if self.code else None
        return row.timezone if row else "UTC"

    def person(self, person: str) -> PersonRow:
        """The person with that id at this desk, else 404. Looking is noted, with whose record it was."""
        try:
            row = person_of(self.code, self.country, person)
            if request.method == "GET":
                audit.viewed("person", self.code, guard.user(), person=row.id, country=self.country)
                row = person_of(self.code, self.country, person)
        except NoSuchPerson:
            abort(404)
        return row

    def refuse(self, message: str, person: str = "") -> Response:
        """Back to the person (or the list), saying why nothing was changed. The message names nobody: until it
        is shown it lies in the browser's cookie."""
        flash(message, "error")
        return redirect(self.url("person", person) if person else self.url())

    def done(self, message: str, person: str = "") -> Response:
        """Back to the person (or the list), saying what was recorded; the message names nobody, as there."""
        flash(message, "success")
        return redirect(self.url("person", person) if person else self.url())


def desk_of(code: str) -> Desk:
    """The desk of an establishment; 404 if there is none with that code."""
    place = place_of(code)
    if place is None:
        abort(404)
    return Desk(code, place.country)


def form_id() -> str:
    """The id that a form carries so that it acts once: as it was sent, else a new one."""
    sent = request.form.get("id", "")
    return sent if _ID.fullmatch(sent) else new_id()


def page_number() -> int:
    """The page of a list that the address asks for; 1 where it makes no sense."""
    text = request.args.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1
