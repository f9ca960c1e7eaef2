"""What is kept: calls, tickets, the event log, recordings, accounts. SQLite by default, PostgreSQL by URL."""

from storage.accounts import Account, PhoneKind, Role
from storage.calls import Call, CallQuery, CallState
from storage.errors import (
    AlreadyExists,
    BadCursor,
    Conflict,
    JournalClosed,
    JournalFull,
    NewerDatabase,
    NotFound,
    NumbersExhausted,
    StoreError,
    StoreRefused,
    StoreUnavailable,
)
from storage.journal import JournalStats
from storage.paging import Page
from storage.recordings import Recording
from storage.recovery import Recovery
from storage.sessions import Session
from storage.store import Store, open_store
from storage.ticket_log import TicketChange
from storage.ticket_search import TicketQuery

__all__ = [
    "Account",
    "AlreadyExists",
    "BadCursor",
    "Call",
    "CallQuery",
    "CallState",
    "Conflict",
    "JournalClosed",
    "JournalFull",
    "JournalStats",
    "NewerDatabase",
    "NotFound",
    "NumbersExhausted",
    "Page",
    "PhoneKind",
    "Recording",
    "Recovery",
    "Role",
    "Session",
    "Store",
    "StoreError",
    "StoreRefused",
    "StoreUnavailable",
    "TicketChange",
    "TicketQuery",
    "open_store",
]
