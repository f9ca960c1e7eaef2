"""Tickets to rows and back, and the text that a ticket is found by."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from hotline.ticket import Callback, StepTime, Ticket
from storage.columns import to_microseconds

Row = RowMapping | Mapping[str, Any]

_STEPS: TypeAdapter[tuple[StepTime, ...]] = TypeAdapter(tuple[StepTime, ...])
_TICKET: TypeAdapter[Ticket] = TypeAdapter(Ticket)
_SAME_NAME = (
    "number",
    "version",
    "step",
    "kind",
    "caller_number",
    "caller_name",
    "plate",
    "region",
    "description",
    "category",
    "answer",
    "operator",
    "call_id",
    "language",
    "created_at",
    "taken_at",
    "closed_at",
    "closed_as",
    "message",
)


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    """Every column that a ticket decides (all but `queue`)."""
    callback = ticket.callback
    return {
        **{name: getattr(ticket, name) for name in _SAME_NAME},
        "callback_reason": callback.reason if callback else None,
        "callback_since": callback.since if callback else None,
        "steps": _STEPS.dump_python(ticket.steps, mode="json"),
        "haystack": haystack(ticket),
    }


def ticket_of(row: Row) -> Ticket:
    """The ticket that a row holds."""
    reason = row["callback_reason"]
    return _TICKET.validate_python(
        {
            **{name: row[name] for name in _SAME_NAME},
            "callback": Callback(reason, row["callback_since"]) if reason else None,
            "steps": row["steps"],
        }
    )


def as_stored(ticket: Ticket) -> Ticket:
    """The ticket as it reads after a round trip: times in whole microseconds. Comparing needs both sides so."""
    return ticket_of({**ticket_row(ticket), **_rounded_times(ticket)})


def _rounded_times(ticket: Ticket) -> dict[str, float | None]:
    since = ticket.callback.since if ticket.callback else None
    times = {"taken_at": ticket.taken_at, "closed_at": ticket.closed_at, "callback_since": since}
    rounded = {name: None if at is None else to_microseconds(at) for name, at in times.items()}
    return {**rounded, "created_at": to_microseconds(ticket.created_at)}


def haystack(ticket: Ticket) -> str:
    """What a text search looks into, one field a line, folded as `fold` folds the needle.

    The plate stands there as written and without spaces, so that both ways of typing it find it.
    """
    fields = (
        ticket.number,
        ticket.caller_name,
        ticket.plate,
        ticket.plate.replace(" ", ""),
        ticket.caller_number,
        ticket.description,
        ticket.answer,
    )
    return "\n".join(fold(field) for field in fields if field)


def fold(text: str) -> str:
    """Case does not matter, in any script, nor does the length of white space."""
    return " ".join(text.casefold().split())
