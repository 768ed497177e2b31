"""People who act: a `User` as a request would have it, without signing in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from anhnh_lms.db import db
from anhnh_lms.people import persons
from anhnh_lms.people.access import User
from anhnh_lms.people.persons import roles_of
from anhnh_lms.people.places import establishment
from anhnh_lms.record.tables_of_views import PersonRow

from ..support import Founded, People, found_nation

Acting = Callable[..., User]


def user(person: str, level: str = "passphrase") -> User:
    """The person as if signed in; needs an open context."""
    row = db.session.get(PersonRow, person)
    assert row is not None
    place = establishment(row.establishment) if row.establishment else None
    found = User(
        id=row.id, name_latin=row.name_latin, name_arabic=row.name_arabic, staff_number=row.staff_number,
        function=row.function, language=row.language, country=row.country, home=row.establishment,
        home_name=place.name if place else "", home_name_ar=place.name_ar if place else "",
        timezone=place.timezone if place else "UTC", region=place.region if place else "", level=level,
        must_change=False, roles=tuple(roles_of(person)) if level == "passphrase" else (),
    )  # fmt: skip
    db.session.rollback()
    return found


@pytest.fixture
def acting() -> Acting:
    return user


@pytest.fixture
def admin(founded: Founded, app_context: Flask) -> User:
    """The administrator of MA-1, with a context open for the whole test."""
    return user(founded.administrator)


@pytest.fixture
def nation(app: Flask, app_context: Flask) -> People:
    """A national server with MA-1 and MA-2; registers people, of MA-1 unless told otherwise."""
    return found_nation(app)


@pytest.fixture
def boss(nation: People) -> User:
    """Who administers the national server."""
    head = persons.with_number("MA", "N-0001")
    assert head is not None
    return user(head.id)
