"""Who calls: people by their numbers and plates, tickets that belong together, and callers who are not let in."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import At, Base


class ContactRow(Base):
    """A person. `name` is what they called themselves last; `folded` is the form of it that is searched."""

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_seen_at_id", "seen_at", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    folded: Mapped[str]
    created_at: Mapped[At]
    seen_at: Mapped[At]


class ContactNumberRow(Base):
    """A telephone number, which belongs to one person."""

    __tablename__ = "contact_number"
    __table_args__ = (Index("ix_contact_number_contact", "contact"),)

    number: Mapped[str] = mapped_column(primary_key=True)
    contact: Mapped[str]


class ContactPlateRow(Base):
    """A plate that a person has called about; several people may call about one vehicle."""

    __tablename__ = "contact_plate"
    __table_args__ = (Index("ix_contact_plate_contact", "contact"),)

    plate: Mapped[str] = mapped_column(primary_key=True)
    contact: Mapped[str] = mapped_column(primary_key=True)


class ContactMergeRow(Base):
    """`gone` was found to be the same person as `kept`, by whom; not any more once it is undone."""

    __tablename__ = "contact_merge"
    __table_args__ = (Index("ix_contact_merge_kept", "kept"), Index("ix_contact_merge_gone", "gone"))

    id: Mapped[str] = mapped_column(primary_key=True)
    kept: Mapped[str]
    gone: Mapped[str]
    at: Mapped[At]
    by: Mapped[str]
    undone_at: Mapped[At | None]
    undone_by: Mapped[str | None]


class TicketLinkRow(Base):
    """Two tickets about one matter. `goes_on`: `ticket` was closed because its caller went on with `other`."""

    __tablename__ = "ticket_link"
    __table_args__ = (Index("ix_ticket_link_ticket", "ticket"), Index("ix_ticket_link_other", "other"))

    id: Mapped[str] = mapped_column(primary_key=True)
    ticket: Mapped[str]
    other: Mapped[str]
    goes_on: Mapped[bool]
    call: Mapped[str | None]
    at: Mapped[At]
    by: Mapped[str]
    undone_at: Mapped[At | None]
    undone_by: Mapped[str | None]


class BlockedCallerRow(Base):
    """A number that is not let in: why, by whom, since when and until when (empty: until somebody unblocks it)."""

    __tablename__ = "blocked_caller"

    number: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[At]
    until: Mapped[At | None]
