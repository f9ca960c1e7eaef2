"""The table of what admins have edited in the category matrix."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Identity, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import At, Base


class MatrixRevisionRow(Base):
    """One edit of one cell: who, when, what it was before and after (the whole cell). Append-only.

    `number` counts a cell's edits from 1: of two people who edit what they both saw, the second is refused.
    """

    __tablename__ = "matrix_revision"
    __table_args__ = (UniqueConstraint("code", "number"), Index("ix_matrix_revision_at", "at"))

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True)
    code: Mapped[str]
    number: Mapped[int]
    at: Mapped[At]
    by: Mapped[str]
    action: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
