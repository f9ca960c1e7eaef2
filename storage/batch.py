"""Many records folded into few statements. Pure: no database here."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, assert_never

from storage.mapping import ticket_row
from storage.records import (
    CallAnswered,
    CallConnected,
    CallEnded,
    CallOutcome,
    CallQuality,
    CallStarted,
    EventLogged,
    Record,
    RecordingStored,
    TicketOpened,
    TicketSaved,
)
from storage.tables import CallRow

_EMPTY_CALL: dict[str, Any] = dict.fromkeys(column.name for column in CallRow.__table__.columns)


@dataclass(slots=True)
class Batch:
    """Rows to insert and changes to make, in the order in which they must be written.

    A call that starts and changes within one batch is one insert; changes of one call are one update.
    """

    calls: dict[str, dict[str, Any]] = field(default_factory=dict)
    tickets: dict[str, dict[str, Any]] = field(default_factory=dict)
    call_changes: dict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    saves: list[TicketSaved] = field(default_factory=list)
    recordings: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)


def fold(records: Iterable[Record]) -> Batch:
    """The batch that does what the records do one after the other. Raises `ValueError` on a duplicate key."""
    batch = Batch()
    for record in records:
        _add(batch, record)
    return batch


def _add(batch: Batch, record: Record) -> None:
    match record:
        case CallStarted():
            _insert(batch.calls, record.call, _call_row(record))
        case TicketOpened():
            _open_ticket(batch, record)
        case CallAnswered() | CallConnected() | CallEnded() | CallOutcome() | CallQuality():
            _change_call(batch, record.call, _call_change(record))
        case TicketSaved():
            batch.saves.append(record)
        case RecordingStored():
            batch.recordings.append(_recording_row(record))
        case EventLogged():
            batch.events.append(event_row(record))
        case _:
            assert_never(record)


def _insert(rows: dict[str, dict[str, Any]], key: str, row: dict[str, Any]) -> None:
    if key in rows:
        raise ValueError(f"{key} is in the batch already")
    rows[key] = row


def _change_call(batch: Batch, call: str, change: dict[str, Any]) -> None:
    row = batch.calls.get(call)
    (batch.call_changes[call] if row is None else row).update(change)


def _open_ticket(batch: Batch, record: TicketOpened) -> None:
    ticket = record.ticket
    _insert(batch.tickets, ticket.number, {**ticket_row(ticket), "queue": record.queue})
    if ticket.call_id is None:
        return
    change: dict[str, Any] = {"ticket": ticket.number, "kind": ticket.kind, "language": ticket.language}
    if record.queue is not None:
        change |= {"queue": record.queue, "queued_at": ticket.created_at}
    _change_call(batch, ticket.call_id, change)


def _call_row(record: CallStarted) -> dict[str, Any]:
    return {
        **_EMPTY_CALL,
        "id": record.call,
        "direction": record.direction,
        "number": record.number,
        "called": record.called,
        "trunk": record.trunk,
        "node": record.node,
        "sip_call_id": record.sip_call_id,
        "ticket": record.ticket,
        "operator": record.operator,
        "diverted_from": record.diverted_from,
        "started_at": record.at,
    }


def _call_change(record: CallAnswered | CallConnected | CallEnded | CallOutcome | CallQuality) -> dict[str, Any]:
    match record:
        case CallAnswered():
            return {"answered_at": record.at}
        case CallConnected():
            return {"connected_at": record.at, "operator": record.operator, "wait_s": record.wait_s}
        case CallEnded():
            return {"ended_at": record.at, "ended_by": record.by, "end_reason": record.reason}
        case CallOutcome():
            return {"outcome": record.code, "outcome_note": record.note}
        case CallQuality():
            figures = ("mos", "loss_percent", "jitter_ms")
            return {"quality": {name: getattr(record, name) for name in figures}}


def _recording_row(record: RecordingStored) -> dict[str, Any]:
    return {
        "id": record.id,
        "call": record.call,
        "kind": record.kind,
        "path": record.path,
        "duration_s": record.duration_s,
        "bytes": record.bytes,
        "stored_at": record.at,
        "operator": record.operator,
        "started_at": record.started_at,
    }


def event_row(record: EventLogged) -> dict[str, Any]:
    """The row of a fact."""
    fact = record.fact
    return {
        "key": record.key,
        "name": fact.name,
        "at": fact.at,
        "call": fact.call,
        "queue": fact.queue,
        "operator": fact.operator,
        "data": dict(fact.data),
    }
