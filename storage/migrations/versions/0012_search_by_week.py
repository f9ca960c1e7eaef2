"""On PostgreSQL, each word in the full-text index of tickets with its week in front

A search asks for it week by week, newest first (`storage.ticket_search`).
"""

from alembic import op

revision = "0012"
down_revision = "0011"

_WORDS = "array_to_tsvector(string_to_array(haystack, ' '))"
_WEEK = "floor(extract(epoch FROM created_at - timestamptz '1970-01-01 00:00:00+00') / 604800)::int::text"
_WORDS_OF_A_WEEK = (
    f"array_to_tsvector(string_to_array({_WEEK} || '|' || replace(haystack, ' ', ' ' || {_WEEK} || '|'), ' '))"
)


def upgrade() -> None:
    _index(_WORDS_OF_A_WEEK)


def downgrade() -> None:
    _index(_WORDS)


def _index(expression: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("DROP INDEX ix_ticket_text")
    # Without a list of what is still to be sorted in (fastupdate) no search reads that and no save has to empty it.
    op.execute(f"CREATE INDEX ix_ticket_text ON ticket USING gin (({expression})) WITH (fastupdate = off)")
