"""A learner at a PC, before whom a course lies."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import support
from tests.learning import school
from tests.web.taking import Taking


@pytest.fixture
def taking(app: Flask, founded: support.Founded, people: support.People, client: FlaskClient) -> Taking:
    with app.app_context():
        course = school.publish()
    return Taking(app, client, people.register(name_latin="Salma Idrissi"), course)
