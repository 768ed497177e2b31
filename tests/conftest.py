"""The fixtures: a server's data, the application, an establishment, its people, a browser.

A test that must hold on both databases carries `@pytest.mark.both_databases`. Tests whose programs
the machine lacks are left out, and the end of the run says so; with ANHNH_TEST_ALL=1 it then fails.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from hypothesis import settings as hypothesis_settings

from anhnh_lms import create_app
from anhnh_lms.config import Settings, said
from anhnh_lms.db import db
from anhnh_lms.people.founding import Founding, found
from anhnh_lms.record import schema
from anhnh_lms.record.secrets import save_secrets

from . import support

pytest_plugins = ["tests.postgres.fixtures", "tests.browser.fixtures"]
hypothesis_settings.register_profile("tests", deadline=None, max_examples=60, print_blob=True)
hypothesis_settings.load_profile("tests")

SQLITE = "anhnh.sqlite3"


# -- groups of tests that need a program ------------------------------------------------------------------


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.definition.get_closest_marker("both_databases"):
        server = pytest.param("postgresql", marks=pytest.mark.postgres)
        metafunc.parametrize("database", ["sqlite", server], indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for group in support.GROUPS:
        mine = [item for item in items if item.get_closest_marker(group.marker)]
        if mine and not group.present():
            for item in mine:
                item.add_marker(pytest.mark.skip(reason=f"{support.LEFT_OUT}{group.marker}, without {group.wanted}"))


def _left_out(config: pytest.Config) -> dict[str, int]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    counts: dict[str, int] = {}
    for report in reporter.stats.get("skipped", ()) if reporter else ():
        text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if support.LEFT_OUT in text:
            reason = text.split(support.LEFT_OUT)[1]
            counts[reason] = counts.get(reason, 0) + 1
    return counts


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for reason, number in _left_out(config).items():
        terminalreporter.write_line(f"{support.LEFT_OUT}{number} tests of the group {reason}", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if os.environ.get("ANHNH_TEST_ALL") == "1" and exitstatus == 0 and _left_out(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


# -- a server's data ----------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the developer's shell reaches a test."""
    for variable, _, _ in Settings.documentation():
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.delenv("ANHNH_SETTINGS", raising=False)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Which database: "sqlite" unless the test is run on both."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with secrets and an upgraded, empty SQLite database, made once."""
    folder = tmp_path_factory.mktemp("template")
    save_secrets(folder, support.SECRETS)
    made = create_app(Settings(data=folder))
    with made.app_context():
        schema.upgrade()
        db.session.remove()
        db.engine.dispose()
    return folder


@pytest.fixture
def settings(tmp_path: Path, template: Path, database: str, request: pytest.FixtureRequest) -> Settings:
    """Settings of a server of its own: an upgraded, empty database in a temporary folder."""
    folder = tmp_path / "data"
    if database == "postgresql":
        save_secrets(folder, support.SECRETS)
        return Settings(data=folder, database_url=request.getfixturevalue("postgresql_url"), language="en")
    shutil.copytree(template, folder)
    return Settings(data=folder, language="en")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on an empty server. Screens without their own rate of errors: exceptions show."""
    made = create_app(settings)
    made.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=True)
    made.test_client_class = support.Browser
    yield made
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app_context(app: Flask) -> Iterator[Flask]:
    """The application with its context open, for tests of the rooms below the screens."""
    with app.app_context():
        yield app
        db.session.remove()


@pytest.fixture
def founded(app: Flask) -> support.Founded:
    """The server set up for the establishment MA-1, with an administrator."""
    wish = Founding(
        "MA", "MA-1", {"name": "Prison locale de Salé", "name_ar": "السجن المحلي بسلا", "region": "Rabat",
                       "timezone": "Africa/Casablanca", "languages": "ar fr"},
        staff_number="A-0001", name_latin="Amina Benali", name_arabic="أمينة بنعلي", language="en",
    )  # fmt: skip
    with app.app_context():
        person = found(support.SECRETS.pins, "key", wish, support.PASSPHRASE)
    return support.Founded("MA-1", "MA", person, "A-0001", support.PASSPHRASE)


@pytest.fixture
def people(app: Flask, founded: support.Founded) -> support.People:
    """Registers members of staff of the founded establishment."""
    return support.People(app, founded.code, founded.country)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a screen, with cookies of its own."""
    return app.test_client()


@pytest.fixture
def runner(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskCliRunner:
    """Runs commands of `anhnh` on the same data: `runner.invoke(command, [...])`."""
    kept: Settings = app.config["SETTINGS"]
    for name, (variable, _, _) in zip(Settings.__dataclass_fields__, Settings.documentation(), strict=True):
        monkeypatch.setenv(variable, said(getattr(kept, name)))
    return app.test_cli_runner()
