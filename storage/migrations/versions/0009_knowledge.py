"""Knowledge articles, their use, and their full-text index"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "article_version",
        sa.Column("id", big, sa.Identity(), nullable=False),
        sa.Column("article", big, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("title", "subject", "language", "body", "answer")),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_article_version"),
        sa.UniqueConstraint("article", "number", name="uq_article_version_article_number"),
    )
    op.create_index("ix_article_version_state", "article_version", ["state"])
    op.create_table(
        "article_use",
        sa.Column("article", big, nullable=False, autoincrement=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("article", "ticket", name="pk_article_use"),
    )
    _make_index()


def _make_index() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE article_text USING fts5(title, answer, body, prefix='2 3 4')")
        return
    op.execute("CREATE TABLE article_text (id BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)")
    op.execute("CREATE INDEX ix_article_text_words ON article_text USING gin (words)")


def downgrade() -> None:
    for table in ("article_text", "article_use", "article_version"):
        op.drop_table(table)
