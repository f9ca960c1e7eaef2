"""Tables of the open standard: who may file requests, and what came with a request besides its ticket."""

from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import At, Base


class ApiKeyRow(Base):
    """A portal that may file requests. Only the hash of its key is kept; a withdrawn key stays, for tickets name it."""

    __tablename__ = "api_key"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[At]
    created_by: Mapped[str]
    last_used_at: Mapped[At | None]
    withdrawn_at: Mapped[At | None]


class FilingRow(Base):
    """What a portal sent with a request that has no place on the ticket: where, how else to answer, by which key."""

    __tablename__ = "filing"

    ticket: Mapped[str] = mapped_column(primary_key=True)
    api_key: Mapped[str]
    filed_at: Mapped[At]
    email: Mapped[str]
    address: Mapped[str]
    lat: Mapped[float | None]
    long: Mapped[float | None]
    account: Mapped[str]
    media_url: Mapped[str]
