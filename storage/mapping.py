"""Tickets to rows and back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from hotline.ticket import Callback, CallbackTry, Escalation, StepTime, Ticket
from storage.columns import to_microseconds
from storage.ticket_words import words_of

Row = RowMapping | Mapping[str, Any]

_STEPS: TypeAdapter[tuple[StepTime, ...]] = TypeAdapter(tuple[StepTime, ...])
_TRIES: TypeAdapter[tuple[CallbackTry, ...]] = TypeAdapter(tuple[CallbackTry, ...])
_ESCALATION: TypeAdapter[Escalation] = TypeAdapter(Escalation)
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
    "origin",
    "created_at",
    "taken_at",
    "closed_at",
    "closed_as",
    "message",
)
_CALLBACK_COLUMNS = (
    "callback_reason",
    "callback_since",
    "callback_due_at",
    "callback_number",
    "callback_tries",
    "callback_last_result",
)


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    """Every column that a ticket decides (all but `queue`)."""
    return {
        **{name: getattr(ticket, name) for name in _SAME_NAME},
        **_callback_row(ticket.callback),
        **_escalation_row(ticket.escalation),
        "steps": _STEPS.dump_python(ticket.steps, mode="json"),
        "haystack": words_of(ticket),
    }


def ticket_of(row: Row) -> Ticket:
    """The ticket that a row holds."""
    return _TICKET.validate_python(
        {
            **{name: row[name] for name in _SAME_NAME},
            "callback": _callback_of(row),
            "escalation": row["escalation"],
            "steps": row["steps"],
        }
    )


def _callback_row(callback: Callback | None) -> dict[str, Any]:
    if callback is None:
        return dict.fromkeys(_CALLBACK_COLUMNS)
    return {
        "callback_reason": callback.reason,
        "callback_since": callback.since,
        "callback_due_at": callback.due_at,
        "callback_number": callback.number,
        "callback_tries": _TRIES.dump_python(callback.tries, mode="json"),
        "callback_last_result": callback.last_result,
    }


def _callback_of(row: Row) -> dict[str, Any] | None:
    if row["callback_reason"] is None:
        return None
    return {name: row[f"callback_{name}"] for name in ("reason", "since", "due_at", "number", "tries")}


def _escalation_row(escalation: Escalation | None) -> dict[str, Any]:
    """The whole as JSON, and beside it what inboxes are found by."""
    if escalation is None:
        return dict.fromkeys(("escalation", "escalation_state", "escalation_to"))
    return {
        "escalation": _ESCALATION.dump_python(escalation, mode="json"),
        "escalation_state": escalation.state.value,
        "escalation_to": escalation.to,
    }


def as_stored(ticket: Ticket) -> Ticket:
    """The ticket as it reads after a round trip: times in whole microseconds. Comparing needs both sides so."""
    callback = ticket.callback
    if callback is not None:
        callback = replace(callback, since=to_microseconds(callback.since), due_at=_rounded(callback.due_at))
    return replace(
        ticket,
        created_at=to_microseconds(ticket.created_at),
        taken_at=_rounded(ticket.taken_at),
        closed_at=_rounded(ticket.closed_at),
        callback=callback,
    )


def _rounded(at: float | None) -> float | None:
    return None if at is None else to_microseconds(at)


def fold(text: str) -> str:
    """Case does not matter, in any script, nor does the length of white space."""
    return " ".join(text.casefold().split())
