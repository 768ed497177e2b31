"""Making and upgrading the database."""

from __future__ import annotations

import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy import select, text

from anhnh_lms.db import Base, db, unit_of_work
from anhnh_lms.record import schema, tables_of_views, views
from anhnh_lms.record.tables import SettingRow

from .writers import rows

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("founded", "app_context")]


def is_current() -> bool:
    """Whether the views are of this program's version."""
    kept = db.session.execute(select(SettingRow.value).where(SettingRow.name == "views")).scalar()
    db.session.rollback()
    return kept == str(tables_of_views.VERSION)


def test_upgrade_when_run_again_then_nothing_has_to_be_done() -> None:
    assert schema.upgrade() is False
    assert is_current()


def test_upgrade_when_the_views_are_of_another_version_then_they_are_made_again() -> None:
    before = rows()
    with unit_of_work():
        db.session.merge(SettingRow(name="views", value="0"))
        db.session.execute(text("UPDATE v_person SET active = 0"))
    assert not is_current()
    assert schema.upgrade() is True
    assert rows() == before
    assert is_current()


def test_upgrade_when_a_view_table_is_missing_then_the_views_are_made_again() -> None:
    before = rows()
    with unit_of_work():
        db.session.execute(text("DROP TABLE v_duty"))
    assert schema.upgrade() is True
    assert rows() == before
    assert views.differences() == []


def test_head_when_compared_with_the_migrations_then_it_is_the_newest_of_them() -> None:
    assert schema.migrations().get_current_head() == schema.HEAD
    with db.engine.connect() as connection:
        assert schema.revision(connection) == schema.HEAD


def test_migrations_when_run_then_the_tables_are_what_the_models_say() -> None:
    with db.engine.connect() as connection:
        views_too = {"include_object": lambda _o, name, kind, *_: not (kind == "table" and name.startswith("v_"))}
        context = MigrationContext.configure(connection, opts={"compare_type": True, **views_too})
        assert compare_metadata(context, Base.metadata) == []


def test_upgrade_when_two_hosts_start_at_once_then_both_succeed(app: Flask) -> None:
    with unit_of_work():
        for name in reversed(Base.metadata.sorted_tables):
            db.session.execute(text(f"DROP TABLE {name.name}"))
        db.session.execute(text("DROP TABLE alembic_version"))
    failures: list[BaseException] = []

    def start() -> None:
        try:
            with app.app_context():
                schema.upgrade()
        except BaseException as error:
            failures.append(error)

    hosts = [threading.Thread(target=start) for _ in range(3)]
    for host in hosts:
        host.start()
    for host in hosts:
        host.join()
    assert failures == []
    assert is_current()
