"""Who is signed in: the administrator of an establishment's server, or of a national one."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ..support import PASSPHRASE, Founded, People, found_nation, sign_in


@pytest.fixture
def admin(client: FlaskClient, founded: Founded) -> FlaskClient:
    """The administrator of MA-1, signed in."""
    sign_in(client, founded.number, founded.passphrase)
    return client


@pytest.fixture
def country(app: Flask) -> People:
    """A national server with MA-1 and MA-2, nobody signed in; registers people, of MA-1 unless told otherwise."""
    with app.app_context():
        return found_nation(app)


@pytest.fixture
def nation(client: FlaskClient, country: People) -> FlaskClient:
    """The administrator of the national server, signed in."""
    sign_in(client, "N-0001", PASSPHRASE)
    return client
