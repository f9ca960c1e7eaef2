"""Whose accounts the ids of an OpenID Connect provider are"""

import sqlalchemy as sa
from alembic import op

revision = "0014b"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "openid_subject",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["username"], ["account.username"], name="fk_openid_subject_username_account", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject", name="pk_openid_subject"),
        sa.UniqueConstraint("username", name="uq_openid_subject_username"),
    )


def downgrade() -> None:
    # No password: "" was unknown before, and fails there; this is no hash of anything.
    op.execute("UPDATE account SET password_hash = '!' WHERE password_hash = ''")
    op.drop_table("openid_subject")
