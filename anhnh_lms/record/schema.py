"""Making and upgrading the database: kept tables by alembic's migrations, views by rebuilding."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy import Connection, inspect, select, text

from ..db import ViewBase, db, unit_of_work
from . import copies, tables_of_views, views
from .tables import EntryRow, SettingRow

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

HEAD = "0002"  # the newest of the migrations
MIGRATIONS = Path(__file__).parent.parent / "migrations"


def upgrade() -> bool:
    """Bring the database to this program's form. Returns whether anything had to be done.

    What was recorded is copied first (`copies`). Each step is done whole or not at all and finds out by itself
    whether it is still to be done, so after a power cut in the middle the next call does the rest."""
    folder = current_app.config.get("MARKER_FOLDER")
    target = f"{HEAD}/{tables_of_views.VERSION}"
    if _is_up_to_date():
        if folder is not None and copies.notes(folder).get("upgrade"):
            copies.note(folder, upgrade={})
        return False
    if folder is not None and _holds_entries():
        _copy_first(folder, target)
    _migrate()
    _remake_views()
    if folder is not None and copies.notes(folder).get("upgrade"):
        copies.note(folder, upgrade={})
    return True


def _is_up_to_date() -> bool:
    """Asked without alembic: nearly every start finds that nothing is to be done, and alembic takes 11 MB."""
    with db.engine.connect() as connection:
        return revision(connection) == HEAD and _views_stand(connection)


def revision(connection: Connection) -> str:
    """The last migration that was made of this database, "" if there was none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def _views_stand(connection: Connection) -> bool:
    present = set(inspect(connection).get_table_names())
    kept = connection.execute(select(SettingRow.value).where(SettingRow.name == "views")).scalar()
    return kept == str(tables_of_views.VERSION) and set(ViewBase.metadata.tables) <= present


def _holds_entries() -> bool:
    with db.engine.connect() as connection:
        there = inspect(connection).has_table(EntryRow.__tablename__)
        return there and connection.execute(select(EntryRow.seq).limit(1)).first() is not None


def _copy_first(folder: Path, target: str) -> None:
    """A copy of the database as it was before this upgrade began: not of one that was begun and interrupted."""
    with copies.turn(folder):
        begun = copies.notes(folder).get("upgrade", {})
        if begun.get("to") == target and begun.get("copy") in {copy.name for copy in copies.listed(folder)}:
            return
        made = copies.make(folder, Path(str(db.engine.url.database)), copies.UPGRADE)
        copies.note(folder, upgrade={"to": target, "copy": made.name})


def _remake_views() -> None:
    with unit_of_work():
        _alone()
        connection = db.session.connection()
        if _views_stand(connection):
            return
        ViewBase.metadata.drop_all(connection)
        ViewBase.metadata.create_all(connection)
        if db.session.execute(select(EntryRow.seq).limit(1)).first():
            views.rebuild()
        db.session.merge(SettingRow(name="views", value=str(tables_of_views.VERSION)))


def knows(revision: str) -> bool:
    """Whether a database of that revision was written by this program or an older one ("": an empty one)."""
    return not revision or any(step.revision == revision for step in migrations().walk_revisions())


def migrations() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _alone() -> None:
    """Hosts that share a database upgrade it one after the other; within SQLite writers do anyhow."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext('anhnh upgrade'))"))


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
