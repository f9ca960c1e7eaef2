"""The local vehicle table: editions and their rows"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

IN_USE = sa.text("state IN ('filling', 'current')")


def upgrade() -> None:
    op.create_table(
        "vehicle_edition",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vehicle_edition"),
    )
    op.create_index(
        "uq_vehicle_edition_state",
        "vehicle_edition",
        ["state"],
        unique=True,
        sqlite_where=IN_USE,
        postgresql_where=IN_USE,
    )
    op.create_table(
        "vehicle",
        sa.Column("edition", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("plate", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("make", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("owner_region", sa.String(), nullable=False),
        sa.Column("tax_due", sa.BigInteger(), nullable=True),
        sa.Column("fine", sa.BigInteger(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("edition", "plate", name="pk_vehicle"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("vehicle")
    op.drop_table("vehicle_edition")
