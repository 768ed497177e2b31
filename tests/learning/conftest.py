"""A learner of the founded establishment, and the course published there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from anhnh_lms.content.course import Course
from anhnh_lms.db import db, unit_of_work
from anhnh_lms.learning.tables import CooldownRow
from anhnh_lms.people.access import User
from tests import support

from . import school


@pytest.fixture
def course(app_context: Flask, founded: support.Founded) -> Course:
    return school.publish()


@pytest.fixture
def learner(people: support.People, app_context: Flask) -> User:
    return school.user_of(people.register())


@pytest.fixture
def out_waited() -> Callable[[], None]:
    """Every wait between two attempts is over."""

    def over() -> None:
        with unit_of_work():
            db.session.query(CooldownRow).delete()

    return over
