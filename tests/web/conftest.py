"""Who is signed in: the administrator of an establishment's server, or of a national one."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from anhnh_lms.people.founding import Founding, found
from anhnh_lms.people.places import describe

from ..support import PASSPHRASE, SECRETS, Founded, People, sign_in


@pytest.fixture
def admin(client: FlaskClient, founded: Founded) -> FlaskClient:
    """The administrator of MA-1, signed in."""
    sign_in(client, founded.number, founded.passphrase)
    return client


@pytest.fixture
def country(app: Flask) -> People:
    """A national server with MA-1 and MA-2, nobody signed in; registers people, of MA-1 unless told otherwise."""
    wish = Founding("MA", "", national=True, staff_number="N-0001", name_latin="Nadia Tazi", language="en")
    with app.app_context():
        head = found(SECRETS.pins, "key", wish, PASSPHRASE)
        for code in ("MA-1", "MA-2"):
            describe(code, "MA", {"name": f"Prison {code}", "timezone": "Africa/Casablanca"}, head)
    return People(app, "MA-1", "MA")


@pytest.fixture
def nation(client: FlaskClient, country: People) -> FlaskClient:
    """The administrator of the national server, signed in."""
    sign_in(client, "N-0001", PASSPHRASE)
    return client
