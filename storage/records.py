"""What the journal takes. Each record is plain data, survives a round trip through JSON, and may be applied twice."""

import json
import os
import time
from dataclasses import dataclass, field
from typing import Literal

from pydantic import TypeAdapter

from hotline.facts import Fact
from hotline.ticket import Ticket


def new_key() -> str:
    """A unique key of 32 hex characters that sorts roughly by time, which keeps the index on it compact."""
    return f"{time.time_ns():016x}{os.urandom(8).hex()}"


@dataclass(frozen=True, slots=True)
class CallStarted:
    """An INVITE came in (or, for `direction="out"`, went out). `number` is the caller's, `called` the one dialled,
    `diverted_from` that of the phone which sent the caller on to us.

    `ticket` and `operator` are of a call back: what it is about, and who calls.
    """

    call: str
    at: float
    number: str
    called: str
    trunk: str
    node: str
    sip_call_id: str
    direction: Literal["in", "out"] = "in"
    ticket: str | None = None
    operator: str | None = None
    diverted_from: str = ""


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """The hotline itself answered (200 OK); no operator is involved yet."""

    call: str
    at: float


@dataclass(frozen=True, slots=True)
class TicketOpened:
    """A ticket exists. Its `call_id` call, if any, is marked as queued in `queue` since the ticket's `created_at`."""

    ticket: Ticket
    queue: str | None = None


@dataclass(frozen=True, slots=True)
class CallConnected:
    """The caller is bridged to an operator after `wait_s` seconds in the queue."""

    call: str
    at: float
    operator: str
    wait_s: float


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The call is over: whose hang-up it was is kept."""

    call: str
    at: float
    by: Literal["caller", "operator", "system"]
    reason: str


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """What came of the call, by a code of outcomes.yaml; said again, the last one counts."""

    call: str
    code: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CallQuality:
    """How the worse leg of the call sounded: mean opinion score (1 to 4.5), packets lost (%), jitter (ms)."""

    call: str
    mos: float
    loss_percent: float
    jitter_ms: float


@dataclass(frozen=True, slots=True)
class TicketSaved:
    """The switchboard changed a ticket from `before` to `after`.

    Only the fields that differ between the two are applied to what is stored, and only where nobody
    else changed them meanwhile (see `storage.merge`).
    """

    before: Ticket
    after: Ticket
    at: float
    by: str = "system"


@dataclass(frozen=True, slots=True)
class RecordingStored:
    """A finished sound file. `path` is relative to the data folder; `id` is what a ticket's `message` refers to.

    A talk has one for each `operator` (a username, empty for an outside number) who had the caller; `started_at` puts
    them in their order.
    """

    call: str
    path: str
    duration_s: float
    bytes: int
    at: float
    kind: Literal["call", "message"] = "call"
    id: str = field(default_factory=new_key)
    operator: str | None = None
    started_at: float | None = None


@dataclass(frozen=True, slots=True)
class EventLogged:
    """A fact for the event log."""

    fact: Fact
    key: str = field(default_factory=new_key)


Record = (
    CallStarted
    | CallAnswered
    | TicketOpened
    | CallConnected
    | CallEnded
    | CallOutcome
    | CallQuality
    | TicketSaved
    | RecordingStored
    | EventLogged
)

_ADAPTERS: dict[str, TypeAdapter[Record]] = {
    kind.__name__: TypeAdapter(kind)
    for kind in (
        CallStarted,
        CallAnswered,
        TicketOpened,
        CallConnected,
        CallEnded,
        CallOutcome,
        CallQuality,
        TicketSaved,
        RecordingStored,
        EventLogged,
    )
}


def to_json(record: Record) -> dict[str, object]:
    """The record as JSON-ready data with its type's name."""
    name = type(record).__name__
    return {"record": name, "data": _ADAPTERS[name].dump_python(record, mode="json")}


def from_json(data: object) -> Record:
    """The record that `to_json` described. Raises `ValueError` for anything else."""
    if not isinstance(data, dict):
        raise ValueError("a record is a JSON object")
    adapter = _ADAPTERS.get(str(data.get("record")))
    if adapter is None:
        raise ValueError(f"unknown record {data.get('record')!r}")
    return adapter.validate_python(_upgraded(data.get("data")))


def _upgraded(data: object) -> object:
    """A spool may be older than the program: a call back without `due_at` was due at once."""
    for ticket in (data.get("ticket"), data.get("before"), data.get("after")) if isinstance(data, dict) else ():
        callback = ticket.get("callback") if isinstance(ticket, dict) else None
        if isinstance(callback, dict):
            callback.setdefault("due_at", callback.get("since"))
    return data


def to_line(records: tuple[Record, ...]) -> str:
    """One line of a spool: the records of one write."""
    return json.dumps([to_json(record) for record in records], separators=(",", ":"))


def from_line(line: str) -> tuple[Record, ...]:
    """The records of one line of a spool. Raises `ValueError` when the line is damaged."""
    data = json.loads(line)
    if not isinstance(data, list):
        raise ValueError("a spool line is a JSON list")
    return tuple(from_json(item) for item in data)
