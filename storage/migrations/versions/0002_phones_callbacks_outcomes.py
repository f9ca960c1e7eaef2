"""Kinds of operator phones and their tokens; planned call-backs; outcome and quality of calls; recordings in parts"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def new_columns() -> Iterator[tuple[str, sa.Column[Any]]]:
    """The table of each new column, and the column."""
    yield "account", sa.Column("phone_kind", sa.String(), nullable=False, server_default="browser")
    yield "account", sa.Column("auto_answer", sa.Boolean(), nullable=False, server_default=sa.false())
    yield "call", sa.Column("outcome", sa.String(), nullable=True)
    yield "call", sa.Column("outcome_note", sa.String(), nullable=True)
    yield "call", sa.Column("quality", sa.JSON(), nullable=True)
    yield "recording", sa.Column("operator", sa.String(), nullable=True)
    yield "recording", sa.Column("started_at", sa.DateTime(timezone=True), nullable=True)
    yield "ticket", sa.Column("callback_due_at", sa.DateTime(timezone=True), nullable=True)
    yield "ticket", sa.Column("callback_number", sa.String(), nullable=True)
    yield "ticket", sa.Column("callback_tries", sa.JSON(), nullable=True)
    yield "ticket", sa.Column("callback_last_result", sa.String(), nullable=True)


def upgrade() -> None:
    # Not in batch mode: on SQLite that copies a table and drops the old one, and with `account` would go, by cascade,
    # every session.
    for table, column in new_columns():
        op.add_column(table, column)
    op.create_table(
        "phone_token",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["username"], ["account.username"], name="fk_phone_token_username_account", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_phone_token"),
        sa.UniqueConstraint("username", name="uq_phone_token_username"),
    )
    # Until now every phone was a SIP address, and every caller on the list was to be called at once.
    op.execute("UPDATE account SET phone_kind = 'sip' WHERE phone <> ''")
    op.execute(
        "UPDATE ticket SET callback_due_at = callback_since, callback_number = '', callback_tries = '[]' "
        "WHERE callback_reason IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_table("phone_token")
    for table, column in new_columns():
        op.drop_column(table, column.name)
