"""How values are written for people: dates in full, numbers, codes kept in one direction."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import format_date, format_decimal, format_time, ngettext
from flask_babel import gettext as _
from markupsafe import Markup, escape

from .. import clock
from ..content.course import Course, Module
from . import i18n

FIRST_OF_MONTH = re.compile(r"^1 (?=\D)")  # French writes the first day as an ordinal
ARABIC_LETTER_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))


_LINK = re.compile(r'(<a href=")([A-Za-z0-9][A-Za-z0-9._-]*)?(?:#([A-Za-z0-9][A-Za-z0-9._-]*))?"')


def section_links(html: str, course: Course, module: Module | None = None) -> str:
    """The links of a course's text, which name a section of the same module (`#gestes`), another module
    (`incendie-alerte`) or a section there (`incendie-alerte#gestes`), as addresses of learners' pages:
    each section has a page of its own. A quiz or question is reached at its module's page."""

    def address(match: re.Match[str]) -> str:
        target = _address(course, match[2] or (module.id if module else ""), match[3] or "")
        return f'{match[1]}{target}"' if target else match[0]

    return _LINK.sub(address, html)


def _address(course: Course, module_id: str, anchor: str) -> str:
    modules = course.text(course.source).modules
    for holder in sorted(modules, key=lambda m: m.id != module_id):
        if anchor and any(s.id == anchor for s in holder.sections):
            return url_for("learner.section", slug=course.slug, module_id=holder.id, section_id=anchor)
    if module_id in course.module_ids:
        return url_for("learner.module", slug=course.slug, module_id=module_id)
    return url_for("learner.course", slug=course.slug) if module_id else ""


def filters() -> dict[str, Callable[..., Any]]:
    return {
        "fulldate": fulldate,
        "number": number,
        "percent": percent,
        "hours": hours,
        "code": code,
        "listed": listed,
        "plain": plain,
        "section_links": section_links,
    }


def fulldate(value: date | datetime | str | None) -> str:
    """ "30 November 2026" in the reader's language; takes ISO text too; "" for none."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    shown = plain(str(format_date(value, format="long")))
    return FIRST_OF_MONTH.sub("1er ", shown) if i18n.current().code == "fr" else shown


def time_of(when: datetime, timezone: str) -> str:
    """ "10:42" on the clocks of that place."""
    return plain(str(format_time(clock.local(when, timezone).replace(tzinfo=None), format="short", rebase=False)))


def moment_of(stamp: str, timezone: str) -> str:
    """ "30 November 2026, 10:42" on the clocks of that place, of a time as the record keeps it; "" for none."""
    if not stamp:
        return ""
    when = clock.moment(stamp)
    return listed((fulldate(clock.local(when, timezone).date()), time_of(when, timezone)))


def number(value: float) -> str:
    return plain(str(format_decimal(value)))


def percent(part: int, whole: int) -> str:
    """ "83 %", rounded down so that 100 % means all; a dash when there is nothing to divide by."""
    return f"{part * 100 // whole}\u00a0%" if whole else "–"


def hours(hundredths: int) -> str:
    """250 -> "2 h 30", 17 -> "10 minutes"."""
    whole, minutes = divmod(round(hundredths * 60 / 100), 60)
    if not whole:
        return str(ngettext("%(num)d minute", "%(num)d minutes", minutes))
    if not minutes:
        return str(_("%(hours)d h", hours=whole))
    return str(_("%(hours)d h %(minutes)02d", hours=whole, minutes=minutes))


def code(text: str) -> Markup:
    """A staff number, certificate number or acronym, isolated so that Arabic around it does not turn it."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(escape(text))


def plain(text: str) -> str:
    """Without invisible direction marks."""
    return text.translate(ARABIC_LETTER_MARKS)


def listed(items: Iterable[object]) -> str:
    """The items one after the other, with the comma of the reader's language between them."""
    return str(_(", ")).join(str(item) for item in items)


def labelled(name: object, value: object) -> str:
    """ "Name: value", with the space that the reader's language puts before a colon."""
    return str(_("%(name)s: %(value)s", name=name, value=value))
