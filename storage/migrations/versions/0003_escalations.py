"""The question that a ticket has with a coordinator or a PIC (SOP step 5b)"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

INDEX = "ix_ticket_escalation_state_escalation_to"


def upgrade() -> None:
    op.add_column("ticket", sa.Column("escalation", sa.JSON(), nullable=True))
    op.add_column("ticket", sa.Column("escalation_state", sa.String(), nullable=True))
    op.add_column("ticket", sa.Column("escalation_to", sa.String(), nullable=True))
    op.create_index(INDEX, "ticket", ["escalation_state", "escalation_to"])


def downgrade() -> None:
    op.drop_index(INDEX, "ticket")
    for name in ("escalation_to", "escalation_state", "escalation"):
        op.drop_column("ticket", name)
