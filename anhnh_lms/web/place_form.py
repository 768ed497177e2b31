"""The fields that describe an establishment: read, judged, shown. For setting up and for the server page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from zoneinfo import available_timezones

from flask_babel import get_locale
from flask_babel import gettext as _

from ..people import places, words
from ..people.details import tidy
from ..record.fold_person import western_digits

COUNTRIES = ("MA", "ML", "NE")
PAPERS = ("ar", "fr", "en")  # languages that certificates are drawn in
LIMIT = 160  # characters of a field
MINUTES = ("lock_minutes", "test_lock_minutes")
_CODE = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,12}")
Errors = list[tuple[str, str]]


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def country_name(code: str) -> str:
    """ "MA" -> "Morocco", in the reader's language; the code if it is no country's."""
    return str(get_locale().territories.get(code, code))


def is_country(code: str) -> bool:
    """Whether a code is a country's two letters (ISO 3166-1 alpha-2, as CLDR lists them)."""
    return bool(re.fullmatch(r"[A-Z]{2}", code)) and code in get_locale().territories and code != "ZZ"


def defaults(country: str) -> dict[str, str]:
    """What is usual in a country."""
    return {
        "timezone": places.TIMEZONES.get(country, ""),
        "languages": places.LANGUAGES.get(country, "fr"),
        "kind": "local-prison" if country == "MA" else "remand-prison" if country in COUNTRIES else "other",
    }


def read_fields(form: Mapping[str, str], papers: list[str]) -> dict[str, str]:
    """The fields as they were sent, tidied."""
    found = {name: tidy(form.get(name, "")[: 2 * LIMIT]) for name in places.FIELDS if name != "languages"}
    for name in (*MINUTES, "keep_years"):
        found[name] = western_digits(found[name])
    return {**found, "languages": " ".join(code for code in PAPERS if code in papers)}


def read_code(text: str) -> str:
    """An establishment's code as it is kept: in capitals, without spaces."""
    return tidy(text[:40]).upper().replace(" ", "")


def code_problem(code: str, country: str) -> Errors:
    """Why a new establishment cannot have that code."""
    if not _CODE.fullmatch(code) or not code.startswith(f"{country}-"):
        return [
            (
                "code",
                _("Write %(country)s, a hyphen, and digits or letters, for example %(country)s-1.", country=country),
            )
        ]
    if places.establishment(code) is not None:
        return [("code", _("This code is another establishment's."))]
    return []


def kinds(now: str = "") -> dict[str, str]:
    """code -> name of the kinds of establishment to choose from; `now` too, if another server named its own."""
    known = {code: str(word) for code, word in words.ESTABLISHMENT_KINDS.items()}
    return known if now in known or not now else {now: now, **known}


def problems(fields: Mapping[str, str], kind_now: str = "") -> Errors:
    """What must be put right, as (field, message)."""
    found: Errors = []
    if not (fields["name"] or fields["name_ar"]):
        found.append(("name", _("Write the establishment's name, in Latin or in Arabic letters.")))
    if fields["timezone"] not in _zones():
        found.append(("timezone", _("Write a time zone such as Africa/Bamako.")))
    if not fields["languages"]:
        found.append(("languages", _("Choose at least one language for the papers.")))
    if fields["kind"] and fields["kind"] not in kinds(kind_now):
        found.append(("kind", _("Choose the kind of establishment.")))
    minutes = _("Write a number of minutes from 1 to %(limit)s, or nothing.", limit=places.LONGEST_LOCK)
    found += [(name, minutes) for name in MINUTES if fields[name] and not _is_number(fields[name], places.LONGEST_LOCK)]
    if fields["keep_years"] and not _is_number(fields["keep_years"], places.LONGEST_KEEP):
        years = _("Write a number of years from 1 to %(limit)s, or nothing.", limit=places.LONGEST_KEEP)
        found.append(("keep_years", years))
    if fields["sessions"] not in ("", places.SEVERAL):
        found.append(("sessions", _("Choose one of the two.")))
    too_long = _("This is too long: %(limit)s characters at most.", limit=LIMIT)
    found += [(name, too_long) for name in places.FIELDS if len(fields[name]) > LIMIT]
    if "/" in fields["region"]:
        found.append(("region", _("A region's name holds no slash.")))
    return found


def _is_number(text: str, highest: int) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= highest
