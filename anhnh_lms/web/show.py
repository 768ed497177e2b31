"""How values are written for people: dates in full, numbers, codes kept in one direction."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import format_date, format_decimal, format_time
from markupsafe import Markup, escape

from .. import clock
from ..content.course import Course, Module

ARABIC_LETTER_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))


def section_links(html: str, course: Course, module: Module) -> str:
    """In-page links to sections (`#gestes`) as addresses of those sections' own pages."""

    def address(match: re.Match[str]) -> str:
        for holder in (module, *course.text(module.lang).modules):
            if any(s.id == match[1] for s in holder.sections):
                url = url_for("learner.section", slug=course.slug, module_id=holder.id, section_id=match[1])
                return f'href="{url}"'
        return match[0]

    return re.sub(r'href="#([A-Za-z0-9_-]+)"', address, html)


def filters() -> dict[str, Callable[..., Any]]:
    return {
        "fulldate": fulldate,
        "number": number,
        "percent": percent,
        "hours": hours,
        "code": code,
        "plain": plain,
        "section_links": section_links,
    }


def fulldate(value: date | datetime | str | None) -> str:
    """ "30 November 2026" in the reader's language; takes ISO text too; "" for none."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    return plain(str(format_date(value, format="long")))


def time_of(when: datetime, timezone: str) -> str:
    """ "10:42" on the clocks of that place."""
    return plain(str(format_time(clock.local(when, timezone).replace(tzinfo=None), format="short", rebase=False)))


def number(value: float) -> str:
    return plain(str(format_decimal(value)))


def percent(part: int, whole: int) -> str:
    """ "83 %", rounded down so that 100 % means all; a dash when there is nothing to divide by."""
    return f"{part * 100 // whole}\u00a0%" if whole else "–"


def hours(hundredths: int) -> str:
    """250 -> "2 h 30"."""
    minutes = hundredths * 60 // 100
    return f"{minutes // 60}\u00a0h" + (f"\u00a0{minutes % 60:02}" if minutes % 60 else "")


def code(text: str) -> Markup:
    """A staff number, certificate number or acronym, isolated so that Arabic around it does not turn it."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(escape(text))


def plain(text: str) -> str:
    """Without invisible direction marks."""
    return text.translate(ARABIC_LETTER_MARKS)


def safe_cell(text: object) -> str:
    """Text for a spreadsheet's cell: never taken for a formula (OWASP, CSV injection), no hidden marks."""
    shown = plain(str(text))
    return f"'{shown}" if shown[:1] in ("=", "+", "-", "@", "\t", "\r") else shown
