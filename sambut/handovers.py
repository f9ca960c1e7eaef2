"""A caller passes from one pair of hands to the next, or back into the line: sound, recording, ticket, queue."""

from collections.abc import Callable, Iterable
from typing import Protocol

import structlog

from hotline.conversation import Turn
from hotline.distributor import Distributor
from hotline.effects import Effect
from hotline.facts import EventName
from sambut.calls import NO_LEG, Call
from sambut.clock import Clock
from sambut.conversations import Conversations
from sambut.facts import Journal
from sambut.recordings import Recorder
from sambut.tickets import CallTickets
from sip.events import LegId
from sip.ports import Agent
from storage.records import CallConnected

log = structlog.get_logger(__name__)


class OperatorLegs(Protocol):
    """Whose legs belong to operators (`sambut.operators`)."""

    def adopt(self, call: Call, operator: str, leg: LegId) -> None: ...
    def let_go(self, leg: LegId) -> None: ...


class Handovers:
    """Begins and ends an operator's part in a call. Each part has a recording of its own."""

    def __init__(
        self,
        *,
        agent: Agent,
        conversations: Conversations,
        legs: OperatorLegs,
        distributor: Distributor,
        distribute: Callable[[Iterable[Effect]], None],
        recorder: Recorder,
        tickets: CallTickets,
        journal: Journal,
        back_in_line: Callable[[Call, str], None],
        default_queue: str,
        changed: Callable[[Call], None],
        clock: Clock,
    ) -> None:
        self._agent = agent
        self._conversations = conversations
        self._legs = legs
        self._distributor = distributor
        self._distribute = distribute
        self._recorder = recorder
        self._tickets = tickets
        self._journal = journal
        self._back_in_line = back_in_line
        self._default_queue = default_queue
        self._changed = changed
        self._clock = clock

    def begin(self, call: Call, operator: str, leg: LegId) -> None:
        """The operator has the caller: bridge, record, and hand the ticket over."""
        now = self._clock()
        call.operator, call.operator_leg = operator, leg
        call.had_by.add(operator)
        call.connected_at = call.connected_at or now
        call.operator_lost = call.leaving = False
        self._conversations.begin(call)
        self._recorder.start(call, leg, operator)
        self._journal.write(CallConnected(call.id, call.connected_at, operator, call.wait_s or 0.0))
        self._tickets.take(call, operator)
        log.info("call_connected", call=call.id, operator=operator)
        self._changed(call)

    def to_operator(self, call: Call, operator: str, leg: LegId) -> None:
        """The consulted operator has the caller from now on."""
        self._legs.adopt(call, operator, leg)
        self._distribute(self._distributor.taken_over(call.id, operator, call.queue, self._clock()))
        self.begin(call, operator, leg)

    def resume(self, call: Call, leg: LegId) -> None:
        """The same operator is back, on another leg, and finds the call as it was: on hold, or muted."""
        self._legs.adopt(call, call.operator or "", leg)
        call.operator_leg, call.operator_lost = leg, False
        call.turn, call.muted = call.turn_lost or Turn.TALKING, call.muted_lost
        self._conversations.wire(call)
        self._recorder.start(call, leg, call.operator or "")
        self._changed(call)

    def move(self, call: Call, leg: LegId) -> None:
        """The operator's line was renewed: the talk goes on there, in a recording of its own."""
        old = call.operator_leg or NO_LEG
        turn, muted = call.turn, call.muted
        self._conversations.part(call)
        self._recorder.finish_part(call, old)
        call.operator_leg, call.turn, call.muted = leg, turn, muted
        self._conversations.wire(call)
        if turn is not None:
            self._recorder.start(call, leg, call.operator or "")
        if turn is Turn.CONFERENCE and call.third is not None:
            self._agent.mixer.record_with(call.third.leg, leg)

    def to_third(self, call: Call) -> None:
        """Somebody outside of the queues has the caller from now on; no operator listens, but it is recorded."""
        if call.third is None:
            return
        self._agent.mixer.bridge(call.leg, call.third.leg)
        target = call.third.target
        self._recorder.start(call, call.third.leg, "" if target.kind == "number" else target.id)
        self._changed(call)

    def leave(self, call: Call, *, attended: bool) -> None:
        """The operator's part ends by a transfer; they wrap up."""
        why = EventName.ATTENDEDTRANSFER if attended else EventName.BLINDTRANSFER
        to = call.third.target.label if call.third is not None else ""
        self.end_part(call)
        self._distribute(self._distributor.handed_out(call.id, self._clock(), why=why, to=to))

    def to_queue(self, call: Call, queue: str, label: str) -> None:
        """Blind transfer into a queue, at its front."""
        self.end_part(call)
        self._return(call, queue, EventName.BLINDTRANSFER, to=label)

    def come_back(self, call: Call) -> None:
        """A transfer failed after the operator had left: that operator is rung first, then everybody.

        Or it was the phone of whoever had the caller then that broke.
        """
        self._recorder.finish_part(call, NO_LEG)
        first = [call.operator] if call.operator else []
        self._return(call, self._queue(call), EventName.BLINDTRANSFER, first=first)

    def phone_lost(self, call: Call) -> None:
        """The operator's phone is gone for good: the caller is served by the next who is ready."""
        self._return(call, self._queue(call), EventName.COMPLETEOPERATOR, by="phone_lost")

    def end_part(self, call: Call) -> None:
        """The operator is parted from the caller, whose leg stays; the recording so far is kept."""
        leg = call.operator_leg
        self._conversations.part(call)
        self._recorder.finish_part(call, leg or NO_LEG)
        call.operator_leg = None
        if leg is not None:
            self._legs.let_go(leg)

    def _return(
        self, call: Call, queue: str, why: EventName, *, to: str = "", by: str = "", first: Iterable[str] = ()
    ) -> None:
        call.queue, call.operator, call.connected_at = queue, None, None
        call.operator_lost = call.leaving = False
        effects = self._distributor.sent_back(call.id, queue, self._clock(), why=why, to=to, by=by, first=list(first))
        call.waiting = True
        self._distribute(effects)
        self._back_in_line(call, "back_in_line")

    def _queue(self, call: Call) -> str:
        return call.queue or self._default_queue
