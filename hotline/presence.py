"""What an operator is doing, as others see it."""

from dataclasses import dataclass
from enum import StrEnum


class OperatorState(StrEnum):
    """The states an operator can be in; SOP.md: siap, jeda, menutup tiket."""

    OFFLINE = "offline"
    READY = "ready"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"


SERVING = frozenset({OperatorState.READY, OperatorState.RINGING, OperatorState.TALKING, OperatorState.WRAP_UP})
"""States in which an operator takes calls, now or after the present one."""

NON_RESPONSE = "non_response"
"""Pause reason the distributor sets when a phone rang in vain too often."""

PHONE_UNREACHABLE = "phone_unreachable"
"""Pause reason the distributor sets when a phone is busy or gone (PEERS.md 5)."""

PHONE_FORWARDED = "phone_forwarded"
"""Pause reason the distributor sets when a phone sends its calls elsewhere: it is away until the operator is ready."""

PENDING_OFFLINE = "offline"
"""`Presence.pending` of an operator who goes offline after the call."""


@dataclass(frozen=True, slots=True)
class Presence:
    """An operator's state since `since` (Unix seconds).

    `reason` is the pause reason; `call` the call that rings, is up, or is being wrapped up; `pending` the pause
    reason (or `"offline"`) that takes effect after the call; `until` the end of the wrap-up (Unix seconds).
    """

    state: OperatorState
    since: float
    reason: str | None = None
    call: str | None = None
    pending: str | None = None
    until: float | None = None


UNKNOWN = Presence(OperatorState.OFFLINE, 0.0)
"""The presence of somebody who never signed on."""
