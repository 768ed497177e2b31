"""The focal point's own screen: four large buttons, what can be printed, and where help is.

An administrator may open it too, to help over the telephone; it stands in the focal point's menu only."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template

from ..people import persons, slips
from ..record import log
from . import i18n
from .claims import claims_to_decide
from .desk import Desk, desk_of
from .guard import user

screen = Blueprint("focal_point", __name__, url_prefix="/establishments/<code>/desk")
CALLED = ("server-administrator", "national-administrator", "director")  # who can help, in this order


@screen.get("")
def desk(code: str) -> str:
    """What do you want to do?"""
    here = desk_of(code)
    return render_template("focal_point/desk.html", desk=here, claims=claims_to_decide(here))


@screen.get("/print")
def printing(code: str) -> str:
    """What do you want to print?"""
    here = desk_of(code)
    waiting = len(slips.waiting(user(), code, here.country)["none"].mine)
    return render_template(
        "focal_point/print.html", desk=here, waiting=waiting, batch=slips.BATCH, since=_first_of_month(here)
    )


def _first_of_month(here: Desk) -> date:
    return log.today(here.timezone()).replace(day=1)


@screen.get("/help")
def help_page(code: str) -> str:
    """Who can help, and what can be tried first?"""
    here, lang, me = desk_of(code), i18n.current().code, user().id
    names = {
        role: [persons.name_in(p, lang) for p in persons.holders(role, here.place) if p.id != me] for role in CALLED
    }
    return render_template("focal_point/help.html", desk=here, names=names)
