"""The calls that are up on this node, and the legs they are made of. State only; others decide."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal

from config import Kind, Language
from hotline.conversation import Turn, caller_on_hold
from hotline.ticket import Ticket
from ivr.session import IvrSession
from sip.events import LegId

EndedBy = Literal["caller", "operator", "system"]
Direction = Literal["in", "out"]
TargetKind = Literal["operator", "queue", "coordinator", "pic", "number"]

NO_LEG: LegId = 0
"""Of a call that is not placed yet. Commands for it do nothing, as for a leg that has ended."""


class CallState(StrEnum):
    """Where the caller is; the names are the API's (CONTRACT.md)."""

    IVR = "ivr"
    WAITING = "waiting"
    RINGING = "ringing"
    TALKING = "talking"
    HOLD = "hold"
    MESSAGE = "message"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a call can be passed to or consulted about: a username, a queue's name, or a number (E.164)."""

    kind: TargetKind
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Sounding:
    """How a leg sounds: mean opinion score (1 to 4.5), packets lost (%), jitter (ms)."""

    mos: float
    loss_percent: float
    jitter_ms: float


@dataclass(slots=True)
class Third:
    """Whom the operator consults, or who has taken the call over outside of the queues; `since` is Unix seconds."""

    target: Target
    since: float
    leg: LegId = NO_LEG
    answered: bool = False

    @property
    def username(self) -> str | None:
        """The person, if it is one of the house."""
        return None if self.target.kind == "number" else self.target.id


@dataclass(slots=True)
class Call:
    """One outside party's call from INVITE to BYE. Times are Unix seconds.

    `turn` is what goes on while an operator has it. A call that we place (`direction` "out") waits in a queue as a
    place-holder first, or belongs to an operator from the beginning; `leg` is there once it is dialled.
    """

    id: str
    leg: LegId
    number: str
    called: str
    trunk: str
    started_at: float
    session: IvrSession  # of a call that we place: one that has not begun, until it comes into a queue
    language: Language = "id"
    queue: str | None = None
    kind: Kind | None = None
    answered_at: float | None = None
    queued_at: float | None = None
    connected_at: float | None = None
    ended_at: float | None = None
    ended_by: EndedBy | None = None
    end_reason: str | None = None
    wait_s: float | None = None
    operator: str | None = None
    operator_leg: LegId | None = None
    had_by: set[str] = field(default_factory=set)  # operators who have spoken with the caller
    ticket: Ticket | None = None
    ticket_stored: "asyncio.Future[None] | None" = None
    message: Path | None = None
    direction: Direction = "in"
    diverted_from: str = ""  # whose phone sent the caller on to us (RFC 5806)
    turn: Turn | None = None
    third: Third | None = None
    muted: bool = False
    outcome: str | None = None  # that of whoever had it last, as far as one was said
    outcomes: dict[str, str] = field(default_factory=dict)  # what each operator says came of their part
    sounding: dict[LegId, "Sounding"] = field(default_factory=dict)  # the latest of each leg
    worst_mos: float | None = None
    bad: bool = False
    parts: int = 0  # recordings begun: one for each who had the caller
    part_since: float = 0.0
    part_with: str = ""  # a username, empty where an outside number has the caller
    playing: int = 0
    waiting: bool = False
    rang: bool = False  # of a call that we place: the network has said something of it
    leaving: bool = False  # the operator has passed the call on, and the third's phone still rings
    turn_lost: Turn | None = None  # what went on when the operator's phone vanished
    muted_lost: bool = False
    unplugged: bool = False  # on hold because the operator's headset was pulled
    operator_lost: bool = False  # the operator's phone is gone; they have a moment to come back
    last_words: bool = False
    ringing: set[str] = field(default_factory=set)
    timer: asyncio.TimerHandle | None = None

    @property
    def state(self) -> CallState:
        if self.ended_at is not None:
            return CallState.ENDED
        if self.connected_at is not None:
            held = self.leaving or self.operator_lost or (self.turn is not None and caller_on_hold(self.turn))
            return CallState.HOLD if held else CallState.TALKING
        if self.message is not None:
            return CallState.MESSAGE
        if self.ringing:
            return CallState.RINGING
        if self.waiting:
            return CallState.WAITING
        return CallState.IVR if self.direction == "in" else CallState.RINGING

    @property
    def quality(self) -> Sounding | None:
        """That of the leg which sounds worst now."""
        return min(self.sounding.values(), key=lambda each: each.mos, default=None)

    @property
    def placed(self) -> bool:
        """Whether there is a leg to the outside party; not so for a place-holder."""
        return self.leg != NO_LEG


@dataclass(slots=True)
class OperatorLeg:
    """A call on offer to an operator, or in their hands; `leg` is their phone once it has been called.

    `offer` is empty for a call that the operator places.
    """

    offer: str
    call: str
    operator: str
    leg: LegId = NO_LEG


class Calls:
    """Finds calls by id and by leg. Each leg belongs to exactly one call; one that belongs to none is a stray."""

    def __init__(self) -> None:
        self._by_id: dict[str, Call] = {}
        self._by_leg: dict[LegId, str] = {}

    def add(self, call: Call) -> None:
        self._by_id[call.id] = call
        if call.placed:
            self._by_leg[call.leg] = call.id

    def place(self, call: Call, leg: LegId) -> None:
        """The call is dialled: `leg` is its outside party's."""
        call.leg = leg
        self._by_leg[leg] = call.id

    def remove(self, call: Call) -> None:
        self._by_id.pop(call.id, None)
        self._by_leg.pop(call.leg, None)

    def get(self, call_id: str) -> Call | None:
        return self._by_id.get(call_id)

    def of_leg(self, leg: LegId) -> Call | None:
        """The call whose caller's leg this is."""
        call_id = self._by_leg.get(leg)
        return None if call_id is None else self._by_id.get(call_id)

    def owns(self, leg: LegId) -> bool:
        return leg in self._by_leg

    def of_operator(self, operator: str) -> Call | None:
        """The call that the operator has."""
        return next(
            (call for call in self._by_id.values() if call.operator == operator and call.turn is not None), None
        )

    def about(self, ticket: str) -> Call | None:
        """The call about this ticket that an operator has."""
        return next((call for call in self if call.turn is not None and _number(call) == ticket), None)

    def placed(self) -> int:
        """Calls with a leg to the outside."""
        return len(self._by_leg)

    def __iter__(self) -> Iterator[Call]:
        return iter(list(self._by_id.values()))

    def __len__(self) -> int:
        return len(self._by_id)


def _number(call: Call) -> str | None:
    return None if call.ticket is None else call.ticket.number
