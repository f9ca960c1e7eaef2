"""Called by Alembic: migrates the connection that `storage.migrate` opened, inside its transaction."""

from typing import Literal

from alembic import context

from storage.columns import Base, Moment, Words
from storage.migrate import is_ours
from storage.tables import CallRow

assert CallRow.metadata is Base.metadata  # importing the tables is what fills the metadata


def plain_type(kind: str, item: object, _context: object) -> str | Literal[False]:
    """A migration names the database's own types, so that it still means the same when ours change."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    return "sa.String()" if kind == "type" and isinstance(item, Words) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    compare_type=True,
    include_name=is_ours,
    render_item=plain_type,
    on_version_apply=context.config.attributes.get("told"),
)
context.run_migrations()
