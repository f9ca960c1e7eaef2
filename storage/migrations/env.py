"""Called by Alembic: migrates the connection that `storage.migrate` opened, inside its transaction."""

from alembic import context

from storage.columns import Base
from storage.tables import CallRow

assert CallRow.metadata is Base.metadata  # importing the tables is what fills the metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    compare_type=True,
)
context.run_migrations()
