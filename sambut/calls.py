"""The calls that are up on this node, and the legs they are made of. State only; others decide."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal

from config import Kind, Language
from hotline.ticket import Ticket
from ivr.session import IvrSession
from sip.events import LegId

EndedBy = Literal["caller", "operator", "system"]


class CallState(StrEnum):
    """Where the caller is; the names are the API's (CONTRACT.md)."""

    IVR = "ivr"
    WAITING = "waiting"
    RINGING = "ringing"
    TALKING = "talking"
    HOLD = "hold"
    MESSAGE = "message"
    ENDED = "ended"


@dataclass(slots=True)
class Call:
    """One caller's call from INVITE to BYE. Times are Unix seconds."""

    id: str
    leg: LegId
    number: str
    called: str
    trunk: str
    started_at: float
    session: IvrSession
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
    ticket: Ticket | None = None
    ticket_stored: "asyncio.Future[None] | None" = None
    message: Path | None = None
    playing: int = 0
    waiting: bool = False
    held: bool = False
    last_words: bool = False
    ringing: set[str] = field(default_factory=set)
    timer: asyncio.TimerHandle | None = None

    @property
    def state(self) -> CallState:
        if self.ended_at is not None:
            return CallState.ENDED
        if self.connected_at is not None:
            return CallState.HOLD if self.held else CallState.TALKING
        if self.message is not None:
            return CallState.MESSAGE
        if self.ringing:
            return CallState.RINGING
        return CallState.WAITING if self.waiting else CallState.IVR


@dataclass(slots=True)
class OperatorLeg:
    """A call on offer to an operator, or in their hands; `leg` is their phone once it has been called."""

    offer: str
    call: str
    operator: str
    leg: LegId | None = None


class Calls:
    """Finds calls by id and by leg. Each leg belongs to exactly one call; one that belongs to none is a stray."""

    def __init__(self) -> None:
        self._by_id: dict[str, Call] = {}
        self._by_leg: dict[LegId, str] = {}

    def add(self, call: Call) -> None:
        self._by_id[call.id] = call
        self._by_leg[call.leg] = call.id

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

    def __iter__(self) -> Iterator[Call]:
        return iter(list(self._by_id.values()))

    def __len__(self) -> int:
        return len(self._by_id)
