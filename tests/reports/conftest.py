"""A server that gathers the establishments of several countries, for the tests of reports."""

from __future__ import annotations

import pytest
from flask import Flask

from .life import gather


@pytest.fixture
def gathered(app_context: Flask) -> Flask:
    """The application on a server that gathers MA-1, MA-2 (Morocco) and ML-1 (Mali), with its context open."""
    gather()
    return app_context
