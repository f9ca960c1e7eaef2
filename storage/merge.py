"""Two people (or the switchboard and an operator) changed the same ticket: nothing of theirs is lost. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from hotline.ticket import Callback, Escalation, Ticket

TOGETHER: tuple[tuple[str, ...], ...] = (
    ("step", "steps", "closed_at", "closed_as"),
    ("operator", "taken_at"),
    ("callback",),
    ("escalation",),
    ("message",),
    ("call_id",),
    ("language",),
    ("origin",),
    ("kind",),
    ("caller_number",),
    ("caller_name",),
    ("plate",),
    ("region",),
    ("description",),
    ("category",),
    ("answer",),
)
"""Fields that make sense only with each other; each group is taken whole from one side."""

LOGGED = (
    "caller_name",
    "plate",
    "region",
    "kind",
    "description",
    "category",
    "answer",
    "operator",
    "step",
    "closed_as",
    "callback",
    "escalation",
    "message",
)
"""Fields whose changes a ticket's log shows."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a ticket before and after, as text (None for empty)."""

    field: str
    before: str | None
    after: str | None


def merge(before: Ticket, after: Ticket, current: Ticket) -> Ticket:
    """`current` with those changes from `before` to `after` that nobody else made meanwhile.

    A group of fields that both sides changed stays as it is in `current`: a person's work wins over
    the switchboard's. Applying the same change again changes nothing. `version` rises by one if
    anything changed.
    """
    mine: dict[str, Any] = {}
    for group in TOGETHER:
        if _values(before, group) == _values(current, group):
            mine |= {name: getattr(after, name) for name in group}
    merged = replace(current, **mine)
    return current if merged == current else replace(merged, version=current.version + 1)


def changes(before: Ticket, after: Ticket) -> Iterator[Change]:
    """The logged fields that differ."""
    for name in LOGGED:
        was, now = _text(getattr(before, name)), _text(getattr(after, name))
        handed_on = name == "escalation" and before.escalation != after.escalation
        if was != now or handed_on:  # each hand-over shows, also one that leaves the question where it is
            yield Change(name, was, now)


def _values(ticket: Ticket, group: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(ticket, name) for name in group)


def _text(value: Any) -> str | None:
    if isinstance(value, Callback):
        return _callback_text(value)
    if isinstance(value, Escalation):
        return f"{value.state}: {value.to}" if value.to else value.state.value
    return None if value in (None, "") else str(value)


def _callback_text(callback: Callback) -> str:
    """A call back is told by its reason and its last try: `missed`, then `missed, try 2: busy`."""
    if callback.last_result is None:
        return callback.reason
    return f"{callback.reason}, try {len(callback.tries)}: {callback.last_result}"
