"""The staff of an establishment: addresses. What the pages do stands in the modules named staff_*."""

from __future__ import annotations

from flask import Blueprint

from . import claims, staff_changes, staff_import, staff_people, staff_retention, staff_roles, staff_slips
from .desk import Page, desk_of

screen = Blueprint("staff", __name__, url_prefix="/establishments/<code>/staff")
BOTH = ("GET", "POST")


@screen.get("")
def staff(code: str) -> Page:
    """Who works here?"""
    return staff_people.people(desk_of(code))


@screen.get("/<person>")
def person(code: str, person: str) -> Page:
    """One person: what is known, may be done, and was recorded."""
    return staff_people.person(desk_of(code), person)


@screen.route("/add", methods=BOTH)
def add(code: str) -> Page:
    """Register somebody."""
    return staff_people.add(desk_of(code))


@screen.route("/<person>/edit", methods=BOTH)
def edit(code: str, person: str) -> Page:
    """Change what is known about somebody."""
    return staff_people.edit(desk_of(code), person)


@screen.route("/<person>/move", methods=BOTH)
def move(code: str, person: str) -> Page:
    """Transfer somebody to another establishment of this server."""
    return staff_changes.move(desk_of(code), person)


@screen.route("/<person>/leave", methods=BOTH)
def leave(code: str, person: str) -> Page:
    """Record that somebody left."""
    return staff_changes.leave(desk_of(code), person)


@screen.route("/<person>/come-back", methods=BOTH)
def come_back(code: str, person: str) -> Page:
    """Record that somebody works here again."""
    return staff_changes.come_back(desk_of(code), person)


@screen.route("/<person>/forget", methods=BOTH)
def forget(code: str, person: str) -> Page:
    """Take away for ever what names somebody."""
    return staff_changes.forget(desk_of(code), person)


@screen.route("/<person>/roles", methods=BOTH)
def roles(code: str, person: str) -> Page:
    """Grant and withdraw roles."""
    return staff_roles.roles(desk_of(code), person)


@screen.route("/<person>/reset", methods=BOTH)
def reset(code: str, person: str) -> Page:
    """Give somebody a new PIN or passphrase on a slip."""
    return staff_slips.reset(desk_of(code), person)


@screen.get("/disputes")
def disputes(code: str) -> Page:
    """Who made these attempts? What people said was not them."""
    return claims.claims(desk_of(code))


@screen.route("/disputes/<attempt>", methods=BOTH)
def dispute(code: str, attempt: str) -> Page:
    """Decide whose an attempt was."""
    return claims.claim(desk_of(code), attempt)


@screen.route("/slips", methods=BOTH)
def slips(code: str) -> Page:
    """Print first slips for many."""
    return staff_slips.slips_page(desk_of(code))


@screen.route("/retention", methods=BOTH)
def retention(code: str) -> Page:
    """Who left so long ago that they may be forgotten."""
    return staff_retention.retention(desk_of(code))


@screen.route("/import", methods=BOTH)
def import_csv(code: str) -> Page:
    """Add and change many people from a list of a spreadsheet."""
    return staff_import.import_list(desk_of(code))
