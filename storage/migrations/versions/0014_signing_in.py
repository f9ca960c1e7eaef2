"""Second factors, known devices, and what is told of a session"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0017"

_FACTORS = ("device", "recovery_code", "passkey", "totp")


def upgrade() -> None:
    # Not in batch mode: on SQLite that drops the old `account`, and by cascade what belongs to it.
    for name in ("password_temporary", "second_factor"):
        op.add_column("account", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    for column in _of_session():
        op.add_column("session", column)
    op.execute("UPDATE session SET seen_at = CURRENT_TIMESTAMP")
    op.create_table(
        "totp",
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offered", sa.String(), nullable=True),
        sa.Column("used_step", sa.Integer(), nullable=False, server_default="0"),
        _of_an_account("totp"),
        sa.PrimaryKeyConstraint("username", name="pk_totp"),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        _of_an_account("passkey"),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
    )
    op.create_index("ix_passkey_username", "passkey", ["username"])
    op.create_table(
        "recovery_code",
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        _of_an_account("recovery_code"),
        sa.PrimaryKeyConstraint("username", "code_hash", name="pk_recovery_code"),
    )
    op.create_table(
        "device",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        _of_an_account("device"),
        sa.PrimaryKeyConstraint("token_hash", "username", name="pk_device"),
    )
    op.create_index("ix_device_username_seen_at", "device", ["username", "seen_at"])


def downgrade() -> None:
    for table in _FACTORS:
        op.drop_table(table)
    for column in _of_session():
        op.drop_column("session", column.name)
    for name in ("second_factor", "password_temporary"):
        op.drop_column("account", name)


def _of_session() -> Iterator[sa.Column[Any]]:
    for name in ("seen_at", "proved_at"):
        yield sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default="1970-01-01 00:00:00")
    for name in ("factor", "address", "browser"):
        yield sa.Column(name, sa.String(), nullable=False, server_default="")
    yield sa.Column("challenge", sa.String(), nullable=True)


def _of_an_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["username"], ["account.username"], name=f"fk_{table}_username_account", ondelete="CASCADE"
    )
