"""What a person proves themselves with besides the password, and the browsers in which they have done so."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import At, Base


class TotpRow(Base):
    """The secret that a person's authenticator app shares with us, sealed. `used_step` is that of the last code.

    What is `offered` lets nobody in before its first code.
    """

    __tablename__ = "totp"

    username: Mapped[str] = mapped_column(ForeignKey("account.username", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str | None]
    since: Mapped[At | None]
    offered: Mapped[str | None]
    used_step: Mapped[int] = mapped_column(server_default="0")


class PasskeyRow(Base):
    """A passkey: what its authenticator signs with stays there, we keep the public half (base64url)."""

    __tablename__ = "passkey"
    __table_args__ = (Index("ix_passkey_username", "username"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(ForeignKey("account.username", ondelete="CASCADE"))
    name: Mapped[str]
    public_key: Mapped[str]
    sign_count: Mapped[int]
    created_at: Mapped[At]
    used_at: Mapped[At | None]


class RecoveryCodeRow(Base):
    """A code for the day on which the phone is lost. Only its hash is kept, and that until it is used."""

    __tablename__ = "recovery_code"

    username: Mapped[str] = mapped_column(ForeignKey("account.username", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(primary_key=True)


class SubjectRow(Base):
    """By which id (issuer and `sub`) of the OpenID Connect provider this person signs in."""

    __tablename__ = "openid_subject"

    subject: Mapped[str] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(ForeignKey("account.username", ondelete="CASCADE"), unique=True)


class DeviceRow(Base):
    """A browser in which this person has signed in before. Only the hash of its cookie is kept."""

    __tablename__ = "device"
    __table_args__ = (Index("ix_device_username_seen_at", "username", "seen_at"),)

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(ForeignKey("account.username", ondelete="CASCADE"), primary_key=True)
    seen_at: Mapped[At]
