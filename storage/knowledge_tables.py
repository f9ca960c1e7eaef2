"""The tables of knowledge articles. Their full-text index is no table of ours: see `storage.knowledge_search`."""

from datetime import date

from sqlalchemy import BigInteger, Date, Identity, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import At, Base

_BIG_ID = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts rows only on INTEGER


class ArticleVersionRow(Base):
    """One version of one article: its words, and what was decided about them. The words never change.

    `article` is the id of the article's first version. One version of an article at the most is approved.
    """

    __tablename__ = "article_version"
    __table_args__ = (UniqueConstraint("article", "number"), Index("ix_article_version_state", "state"))

    id: Mapped[int] = mapped_column(_BIG_ID, Identity(), primary_key=True)
    article: Mapped[int] = mapped_column(_BIG_ID)
    number: Mapped[int]
    title: Mapped[str]
    subject: Mapped[str]
    language: Mapped[str]
    body: Mapped[str]
    answer: Mapped[str]
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[At]
    decided_by: Mapped[str | None]
    decided_at: Mapped[At | None]
    reason: Mapped[str]


class ArticleUseRow(Base):
    """An article was put into the answer of a ticket, for the first time."""

    __tablename__ = "article_use"

    article: Mapped[int] = mapped_column(_BIG_ID, primary_key=True, autoincrement=False)
    ticket: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
    at: Mapped[At]
    by: Mapped[str]
