"""Looks of one kind by time"""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_index("ix_audit_what_at", "audit", ["what", "at"])


def downgrade() -> None:
    op.drop_index("ix_audit_what_at", "audit")
