"""Tables of what goes out to programs and people: where events go, and the outboxes from which it is sent."""

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import At, Base


class WebhookRow(Base):
    """An address that is told of events. `secret` signs what is sent; it is sealed (`storage.sealed`).

    `failing_since` is the first of the failures that nothing but failures followed; `disabled_at` is when they had
    lasted too long.
    """

    __tablename__ = "webhook"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    url: Mapped[str]
    events: Mapped[list[str]] = mapped_column(JSON)
    secret: Mapped[str]
    active: Mapped[bool]
    created_at: Mapped[At]
    created_by: Mapped[str]
    failing_since: Mapped[At | None]
    disabled_at: Mapped[At | None]


class Outgoing:
    """What an outbox keeps: `waiting` until `next_at`, then `delivered`, or `failed` at `expires_at`."""

    id: Mapped[str] = mapped_column(primary_key=True)
    event: Mapped[str]
    ticket: Mapped[str]
    body: Mapped[str]
    state: Mapped[str]
    created_at: Mapped[At]
    next_at: Mapped[At]
    expires_at: Mapped[At]
    tries: Mapped[int]
    last_at: Mapped[At | None]
    last_status: Mapped[int | None]
    last_answer: Mapped[str]


class DeliveryRow(Outgoing, Base):
    """One event on its way to one webhook."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index("ix_webhook_delivery_state_next_at", "state", "next_at"),
        Index("ix_webhook_delivery_webhook_created_at", "webhook", "created_at"),
        Index("ix_webhook_delivery_ticket", "ticket"),
    )

    webhook: Mapped[str] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))


class MailRow(Outgoing, Base):
    """One thing that one person is to hear of by mail; what is due together goes out as one letter."""

    __tablename__ = "mail"
    __table_args__ = (
        Index("ix_mail_state_next_at", "state", "next_at"),
        Index("ix_mail_created_at", "created_at"),
    )

    person: Mapped[str] = mapped_column(ForeignKey("account.username"))
