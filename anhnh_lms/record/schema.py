"""Making and upgrading the database: kept tables by alembic's migrations, views by rebuilding."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, select, text

from ..db import ViewBase, db, unit_of_work
from . import tables_of_views, views
from .tables import EntryRow, SettingRow

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def upgrade() -> bool:
    """Bring the database to this program's form. Returns whether anything had to be done."""
    changed = _migrate()
    with db.engine.connect() as connection:
        present = set(inspect(connection).get_table_names())
    with unit_of_work():
        _alone()
        kept = db.session.execute(select(SettingRow.value).where(SettingRow.name == "views")).scalar()
        wanted = str(tables_of_views.VERSION)
        complete = set(ViewBase.metadata.tables) <= present
        if kept == wanted and complete:
            return changed
        connection = db.session.connection()
        ViewBase.metadata.drop_all(connection)
        ViewBase.metadata.create_all(connection)
        if db.session.execute(select(EntryRow.seq).limit(1)).first():
            views.rebuild()
        db.session.merge(SettingRow(name="views", value=wanted))
    return True


def _alone() -> None:
    """Hosts that share a database upgrade it one after the other; within SQLite writers do anyhow."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext('anhnh upgrade'))"))


def migrations() -> ScriptDirectory:
    """Every form that the kept tables ever had, in order."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _migrate() -> bool:
    from alembic import command
    from alembic.runtime.migration import MigrationContext

    config, head = _config(), migrations().get_current_head()
    with unit_of_work():
        _alone()
        connection: Any = db.session.connection()
        if MigrationContext.configure(connection).get_current_revision() == head:
            return False
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True
