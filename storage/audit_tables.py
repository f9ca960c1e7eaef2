"""Who looked at whose data. Append-only: the database refuses changes, and removal of what is younger than a year."""

from sqlalchemy import BigInteger, Identity, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import At, Base


class AuditRow(Base):
    """One look. `about` is the id of what was seen (a ticket, a contact, a call), never a number or a name.

    `page` is the page of ours that it was seen on, `note` the reason given, or what was looked for, masked.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_at_id", "at", "id"),
        Index("ix_audit_by_at", "by", "at"),
        Index("ix_audit_about_at", "about", "at"),
        Index("ix_audit_what_at", "what", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True)
    at: Mapped[At]
    by: Mapped[str]
    role: Mapped[str]
    what: Mapped[str]
    about: Mapped[str]
    page: Mapped[str]
    note: Mapped[str]
