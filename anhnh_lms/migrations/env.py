"""Alembic's entry: runs on the connection of the unit of work that `record.schema.upgrade` opened."""

from alembic import context

from anhnh_lms import tables  # noqa: F401  (every kept table must be known)
from anhnh_lms.db import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
context.run_migrations()
