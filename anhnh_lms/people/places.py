"""Establishments: which there are, where they lie, describing one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from ..db import db
from ..record import server
from ..record.log import Fact, Recorder, recording, stream_of
from ..record.tables_of_views import EstablishmentRow
from . import naming
from .roles import Place, Power, may

FIELDS = ("name", "name_ar", "kind", "region", "timezone", "administration", "administration_ar",
          "place", "place_ar", "languages", "lock_minutes", "test_lock_minutes", "sessions", "keep_years")  # fmt: skip
TIMEZONES = {"MA": "Africa/Casablanca", "ML": "Africa/Bamako", "NE": "Africa/Niamey"}
LANGUAGES = {"MA": "ar fr", "ML": "fr", "NE": "fr"}  # of the administration's papers
LOCK_MINUTES, TEST_LOCK_MINUTES = 5, 15  # without activity, where the establishment says nothing else
LONGEST_LOCK = 120  # minutes
KEEP_YEARS = 7  # for which somebody who left stays named, where the establishment says nothing else
LONGEST_KEEP = 60  # years
SEVERAL = "several"  # of `sessions`


def establishment(code: str) -> EstablishmentRow | None:
    """The establishment with that code."""
    return db.session.get(EstablishmentRow, code)


def place_of(code: str) -> Place | None:
    """Where the establishment lies, or None if there is none with that code."""
    row = db.session.execute(
        select(EstablishmentRow.country, EstablishmentRow.region).where(EstablishmentRow.code == code)
    ).first()
    return Place(row.country, row.region, code) if row else None


def name_of(row: EstablishmentRow, lang: str) -> str:
    """What an establishment is called in the letters of that language, else in the others, else its code."""
    return naming.shown(lang, row.name, row.name_ar, row.code)


def timezone_of(country: str) -> str:
    """The time zone of a country's administration; UTC for a country that is not among TIMEZONES."""
    return TIMEZONES.get(country, "UTC")


def own_timezone() -> str:
    """The time zone of this server: of its establishment, else of its country."""
    me = server.own()
    row = establishment(me.scope)
    return row.timezone if row else timezone_of(me.country)


def visible(roles: Sequence[tuple[str, str]], power: Power) -> list[EstablishmentRow]:
    """The establishments where these roles give the power, by country and code."""
    rows = db.session.execute(
        select(EstablishmentRow).order_by(EstablishmentRow.country, EstablishmentRow.code)
    ).scalars()
    return [r for r in rows if may(roles, power, Place(r.country, r.region, r.code))]


def describe(code: str, country: str, fields: Mapping[str, str], actor: str) -> None:
    """Record what an establishment is called and where it lies; only what differs is written."""
    with recording() as record:
        row = establishment(code)
        changed = {
            name: fields[name].strip() for name in FIELDS
            if name in fields and (row is None or fields[name].strip() != getattr(row, name))
        }  # fmt: skip
        if changed or row is None:
            described(record, code, country, changed, actor)


def described(record: Recorder, code: str, country: str, fields: Mapping[str, str], actor: str) -> None:
    """Append the description of an establishment, and for a new one the series of its certificates."""
    new = establishment(code) is None
    fact = Fact("establishment.described", stream_of(code), country, {"code": code, **fields},
                subject=code, actor=actor)  # fmt: skip
    series = Fact("series.assigned", stream_of(code), country, {"series": code, "owner": server.own().code},
                  subject=code, actor=actor)  # fmt: skip
    record.append(*([series, fact] if new else [fact]))
