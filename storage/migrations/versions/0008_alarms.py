"""Who has been told of what lies too long"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "alarm",
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("ticket", "clock", "since", "level", name="pk_alarm"),
    )
    op.create_index("ix_alarm_at", "alarm", ["at"])


def downgrade() -> None:
    op.drop_table("alarm")
