"""Runs migrations on the connection that `schema.upgrade` is given."""

from alembic import context

from forecastle.storage.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
