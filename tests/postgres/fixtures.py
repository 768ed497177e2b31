"""A private PostgreSQL server in a temporary folder, reached through a socket in it, for this run alone."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from .. import support

_numbers = count(1)


def _user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then another user of this machine runs it."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    return {}


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Path]:
    """A running server; yields the folder of its socket."""
    folder = Path(tempfile.mkdtemp(prefix="anhnh-pg-"))
    user, data = _user(), folder / "data"
    if user:
        os.chown(folder, user["user"], user["group"])
    initdb = Path(support.program("initdb"))
    subprocess.run(
        [initdb, "-D", data, "-U", "anhnh", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        check=True, capture_output=True, cwd=folder, **user,
    )  # fmt: skip
    options = {"listen_addresses": "", "unix_socket_directories": folder, "fsync": "off", "shared_buffers": "32MB"}
    arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [initdb.with_name("postgres"), "-D", data, *arguments], stdout=log, stderr=log, cwd=folder, **user
        )
    try:
        _wait(folder, server)
        yield folder
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _connect(folder: Path, name: str = "postgres") -> Any:
    import psycopg

    return psycopg.connect(host=str(folder), user="anhnh", dbname=name, autocommit=True)


def _wait(folder: Path, server: subprocess.Popen[bytes]) -> None:
    import psycopg

    for _ in range(300):
        try:
            _connect(folder).close()
        except psycopg.OperationalError:
            assert server.poll() is None, (folder / "log").read_text()
            time.sleep(0.1)
        else:
            return
    raise AssertionError((folder / "log").read_text())


def url_of(folder: Path, name: str) -> str:
    """SQLAlchemy's address of a database of the server."""
    return f"postgresql+psycopg://anhnh@/{name}?host={folder}"


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of an upgraded, empty database that others are copied from."""
    from anhnh_lms import create_app
    from anhnh_lms.config import Settings
    from anhnh_lms.db import db
    from anhnh_lms.record import schema

    name = "template_anhnh"
    with _connect(postgresql_server) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    settings = Settings(data=tmp_path_factory.mktemp("pg"), database_url=url_of(postgresql_server, name))
    app = create_app(settings)
    with app.app_context():
        schema.upgrade()
        db.session.remove()
        db.engine.dispose()
    return name


@pytest.fixture
def postgresql_url(postgresql_server: Path, postgresql_template: str) -> Iterator[str]:
    """A database of this test's own."""
    name = f"test_{next(_numbers)}"
    with _connect(postgresql_server) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
    yield url_of(postgresql_server, name)
    with _connect(postgresql_server) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
