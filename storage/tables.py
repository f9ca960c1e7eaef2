"""Every table. The migrations build exactly this; a test compares the two on both databases.

Tables that the journal writes carry no foreign keys to each other: a record that is refused must not
take the records of the same call with it, least of all the ticket. Texts have no length limit, for the same reason.
"""

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Identity, Index, Integer, false, true
from sqlalchemy.orm import Mapped, mapped_column

import storage.alarm_tables
import storage.audit_tables
import storage.contacts_tables
import storage.factor_tables
import storage.knowledge_tables
import storage.matrix_tables
import storage.open311_tables
import storage.vehicle_tables
import storage.webhook_tables  # noqa: F401  tables of their own, for the metadata
from storage.columns import At, Base

_BIG_ID = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts rows only on INTEGER
_LONG_AGO = "1970-01-01 00:00:00"  # SQLite adds a column only with a default that stands still
_JSON_OR_NULL = JSON(none_as_null=True)


class CallRow(Base):
    """One call of one caller, from INVITE to hang-up."""

    __tablename__ = "call"
    __table_args__ = (
        Index("ix_call_started_at_id", "started_at", "id"),
        Index("ix_call_number_started_at", "number", "started_at"),
        Index("ix_call_operator_started_at", "operator", "started_at"),
        Index("ix_call_ended_at", "ended_at"),
        Index("ix_call_ticket", "ticket"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    direction: Mapped[str]
    number: Mapped[str]
    called: Mapped[str]
    trunk: Mapped[str]
    node: Mapped[str]
    sip_call_id: Mapped[str]
    queue: Mapped[str | None]
    kind: Mapped[str | None]
    language: Mapped[str | None]
    operator: Mapped[str | None]
    ticket: Mapped[str | None]
    started_at: Mapped[At]
    answered_at: Mapped[At | None]
    queued_at: Mapped[At | None]
    connected_at: Mapped[At | None]
    ended_at: Mapped[At | None]
    ended_by: Mapped[str | None]
    end_reason: Mapped[str | None]
    wait_s: Mapped[float | None]
    outcome: Mapped[str | None]
    outcome_note: Mapped[str | None]
    quality: Mapped[dict[str, Any] | None] = mapped_column(_JSON_OR_NULL)
    diverted_from: Mapped[str] = mapped_column(server_default="")


class TicketRow(Base):
    """One ticket of the SOP. `version` rises by one with every change and is what saves compare and swap on."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_created_at_number", "created_at", "number"),
        Index("ix_ticket_caller_number_created_at", "caller_number", "created_at"),
        Index("ix_ticket_step_created_at", "step", "created_at"),
        Index("ix_ticket_operator_created_at", "operator", "created_at"),
        Index("ix_ticket_call_id", "call_id"),
        Index("ix_ticket_callback_since", "callback_since"),
        Index("ix_ticket_closed_at_number", "closed_at", "number"),
        Index("ix_ticket_plate_created_at", "plate", "created_at"),
        Index("ix_ticket_escalation_state_escalation_to", "escalation_state", "escalation_to"),
    )

    number: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    step: Mapped[str]
    kind: Mapped[str | None]
    queue: Mapped[str | None]
    caller_number: Mapped[str]
    caller_name: Mapped[str]
    plate: Mapped[str]
    region: Mapped[str]
    description: Mapped[str]
    category: Mapped[str]
    answer: Mapped[str]
    operator: Mapped[str | None]
    call_id: Mapped[str | None]
    language: Mapped[str]
    origin: Mapped[str] = mapped_column(server_default="call")
    created_at: Mapped[At]
    taken_at: Mapped[At | None]
    closed_at: Mapped[At | None]
    closed_as: Mapped[str | None]
    callback_reason: Mapped[str | None]
    callback_since: Mapped[At | None]
    callback_due_at: Mapped[At | None]
    callback_number: Mapped[str | None]
    callback_tries: Mapped[list[dict[str, Any]] | None] = mapped_column(_JSON_OR_NULL)
    callback_last_result: Mapped[str | None]
    escalation: Mapped[dict[str, Any] | None] = mapped_column(_JSON_OR_NULL)
    escalation_state: Mapped[str | None]
    escalation_to: Mapped[str | None]
    message: Mapped[str | None]
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    haystack: Mapped[str]


class TicketChangeRow(Base):
    """Who changed which field of a ticket from what to what. Append-only."""

    __tablename__ = "ticket_change"
    __table_args__ = (Index("ix_ticket_change_ticket_id", "ticket", "id"),)

    id: Mapped[int] = mapped_column(_BIG_ID, Identity(), primary_key=True)
    ticket: Mapped[str]
    version: Mapped[int]
    at: Mapped[At]
    by: Mapped[str]
    field: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str | None]


class EventRow(Base):
    """One fact of the event log (METRICS.md), append-only: a trigger refuses update and delete.

    `key` comes from the writer and makes replaying a spool harmless.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_at_id", "at", "id"), Index("ix_event_call", "call"))

    id: Mapped[int] = mapped_column(_BIG_ID, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    at: Mapped[At]
    call: Mapped[str | None]
    queue: Mapped[str | None]
    operator: Mapped[str | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class RecordingRow(Base):
    """A sound file of a call: a message that the caller left, or the talk with one operator.

    `operator` and `started_at` are empty for what was recorded before calls could be handed on.
    """

    __tablename__ = "recording"
    __table_args__ = (Index("ix_recording_call", "call"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    call: Mapped[str]
    kind: Mapped[str]
    path: Mapped[str]
    duration_s: Mapped[float]
    bytes: Mapped[int] = mapped_column(BigInteger)
    stored_at: Mapped[At]
    operator: Mapped[str | None]
    started_at: Mapped[At | None]


class AccountRow(Base):
    """A person who signs in. The username is the operator's id everywhere and never changes."""

    __tablename__ = "account"

    username: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    language: Mapped[str]
    phone: Mapped[str]
    unit: Mapped[str]
    active: Mapped[bool]
    password_hash: Mapped[str]
    created_at: Mapped[At]
    phone_kind: Mapped[str] = mapped_column(server_default="browser")
    auto_answer: Mapped[bool] = mapped_column(server_default=false())
    email: Mapped[str] = mapped_column(server_default="")
    email_notices: Mapped[bool] = mapped_column(server_default=true())
    password_temporary: Mapped[bool] = mapped_column(server_default=false())
    second_factor: Mapped[bool] = mapped_column(server_default=false())


class SessionRow(Base):
    """A browser that is signed in. Only the hash of its token is kept."""

    __tablename__ = "session"
    __table_args__ = (Index("ix_session_username", "username"), Index("ix_session_expires_at", "expires_at"))

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(ForeignKey("account.username", ondelete="CASCADE"))
    created_at: Mapped[At]
    expires_at: Mapped[At]
    seen_at: Mapped[At] = mapped_column(server_default=_LONG_AGO)
    proved_at: Mapped[At] = mapped_column(server_default=_LONG_AGO)
    factor: Mapped[str] = mapped_column(server_default="")
    address: Mapped[str] = mapped_column(server_default="")
    browser: Mapped[str] = mapped_column(server_default="")
    challenge: Mapped[str | None]
    vouched: Mapped[bool] = mapped_column(server_default=false())


class PhoneTokenRow(Base):
    """What an operator's `sambut softphone` signs in with; one for each operator. Only the token's hash is kept."""

    __tablename__ = "phone_token"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(ForeignKey("account.username", ondelete="CASCADE"), unique=True)
    created_at: Mapped[At]


class NumberSeriesRow(Base):
    """How far the ticket numbers of a year have been given out in blocks."""

    __tablename__ = "number_series"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next: Mapped[int]


class NumberBlockRow(Base):
    """A run of ticket numbers, `first` to `last` inclusive: held by a node, or (node empty) free to be taken."""

    __tablename__ = "number_block"
    __table_args__ = (Index("ix_number_block_node", "node"),)

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
    node: Mapped[str]
