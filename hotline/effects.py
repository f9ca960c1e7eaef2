"""What the distributor asks the outside to do. The switchboard turns each into SIP, pushes and rows."""

from dataclasses import dataclass
from enum import StrEnum

from hotline.facts import Fact
from hotline.presence import Presence


class StopReason(StrEnum):
    """Why a phone stops ringing."""

    ANSWERED_ELSEWHERE = "answered_elsewhere"
    CALLER_LEFT = "caller_left"
    NO_ANSWER = "no_answer"
    PRESENCE_CHANGED = "presence_changed"
    PHONE_FORWARDED = "phone_forwarded"


@dataclass(frozen=True, slots=True)
class ScreenPop:
    """Show the call on this operator's screen, and on no other. Always stands before the `Ring` of the same offer."""

    offer: str
    call: str
    operator: str


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring this operator's phone. The distributor withdraws the offer itself at `deadline` (Unix seconds)."""

    offer: str
    call: str
    operator: str
    deadline: float


@dataclass(frozen=True, slots=True)
class StopRinging:
    """End the operator's leg of this offer, whatever it is doing; the caller is not touched."""

    offer: str
    call: str
    operator: str
    reason: StopReason


@dataclass(frozen=True, slots=True)
class Connect:
    """Bridge the caller, who waited `wait_s` seconds, and the operator who answered this offer."""

    offer: str
    call: str
    operator: str
    wait_s: float


@dataclass(frozen=True, slots=True)
class WaitExpired:
    """The caller waited as long as the queue allows and has left the line: take the flow's way out."""

    call: str
    queue: str


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """The operator's presence is now this."""

    operator: str
    presence: Presence


@dataclass(frozen=True, slots=True)
class Log:
    """Append this row to the event log."""

    fact: Fact


Effect = ScreenPop | Ring | StopRinging | Connect | WaitExpired | PresenceChanged | Log
