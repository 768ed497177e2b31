"""A server that gathers the establishments of several countries, for the tests of reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from anhnh_lms import clock

from .life import gather


@pytest.fixture(autouse=True)
def right_clock() -> Iterator[None]:
    """From before the founding on, so that the record knows no later date than the test's."""
    with clock.fixed_at(datetime(2026, 6, 14, 12, tzinfo=UTC)):
        yield


@pytest.fixture
def gathered(app_context: Flask) -> Flask:
    """The application on a server that gathers MA-1, MA-2 (Morocco) and ML-1 (Mali), with its context open."""
    gather()
    return app_context
