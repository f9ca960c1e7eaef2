"""Whose phone sent a caller on to us"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("call", sa.Column("diverted_from", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("call", "diverted_from")
