"""The operator's side: the pop first, then the ring, then the bridge; and whatever can go wrong between them."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Protocol

import structlog

from desk.shapes import ScreenPop as ScreenPopShape
from hotline.distributor import Distributor, Failure
from hotline.effects import Connect, Ring, ScreenPop, StopReason, StopRinging
from hotline.effects import Effect as QueueEffect
from sambut.calls import Call, Calls, OperatorLeg
from sambut.clock import Clock
from sambut.contain import contained
from sambut.facts import Journal
from sambut.people import Operator, People
from sambut.recordings import Recorder
from sambut.tasks import Tasks
from sambut.tickets import CallTickets
from sip.agent import SipAgent
from sip.errors import SipError
from sip.events import LegId
from storage.records import CallConnected

log = structlog.get_logger(__name__)

TEL = re.compile(r"\+\d+")  # a global number (RFC 3966): nothing else of what a stranger sent goes into a header
PopOf = Callable[[Call], Awaitable[ScreenPopShape]]

# How a phone's final answer reads to the queue (RFC 3261 section 21). Anything else: nobody can be rung there.
FAILURES = {
    486: Failure.BUSY,
    600: Failure.BUSY,
    603: Failure.REJECTED,
    480: Failure.NO_ANSWER,
    487: Failure.NO_ANSWER,
}


class Pages(Protocol):
    """The operators' screens."""

    async def pop(self, username: str, message: Mapping[str, Any]) -> bool: ...
    def send(self, username: str, kind: str, payload: Mapping[str, Any]) -> None: ...


class Operators:
    """Rings operators' phones for offers, and bridges the one who answers."""

    def __init__(
        self,
        *,
        agent: SipAgent,
        calls: Calls,
        distributor: Distributor,
        distribute: Callable[[Iterable[QueueEffect]], None],
        people: People,
        pages: Pages,
        pop_of: PopOf,
        recorder: Recorder,
        tickets: CallTickets,
        journal: Journal,
        tasks: Tasks,
        clock: Clock,
        changed: Callable[[Call], None],
    ) -> None:
        self._agent = agent
        self._calls = calls
        self._distributor = distributor
        self._distribute = distribute
        self._people = people
        self._pages = pages
        self._pop_of = pop_of
        self._recorder = recorder
        self._tickets = tickets
        self._journal = journal
        self._tasks = tasks
        self._clock = clock
        self._changed = changed
        self._legs: dict[LegId, OperatorLeg] = {}
        self._offers: dict[tuple[str, str], OperatorLeg] = {}  # running ones, by offer and operator

    def owns(self, leg: LegId) -> bool:
        return leg in self._legs

    # --- what the queue asks for ----------------------------------------------------------------------------------

    def offer(self, pop: ScreenPop) -> None:
        """An offer begins; the phone is called by the `Ring` that follows, after the screen."""
        self._offers[pop.offer, pop.operator] = OperatorLeg(pop.offer, pop.call, pop.operator)
        call = self._calls.get(pop.call)
        if call is not None:
            call.ringing.add(pop.operator)
            self._changed(call)

    def ring(self, ring: Ring) -> None:
        self._tasks.start(self._pop_then_ring(ring), f"offer {ring.offer}")

    def stop_ringing(self, stop: StopRinging) -> None:
        """The offer is withdrawn: the phone falls silent and the screen says why."""
        self._withdraw(stop.offer, stop.operator, stop.reason)

    def connect(self, connect: Connect, call: Call) -> None:
        """Bridge, record, and hand the ticket over."""
        leg = self._offers.pop((connect.offer, connect.operator)).leg
        if leg is None:
            raise LookupError(f"offer {connect.offer} was answered by a phone that was never called")
        now = self._clock()
        call.operator, call.operator_leg = connect.operator, leg
        call.connected_at, call.wait_s = now, connect.wait_s
        call.ringing.clear()
        self._agent.mixer.bridge(call.leg, leg)
        self._recorder.start(call)
        self._journal.write(CallConnected(call.id, now, connect.operator, connect.wait_s))
        self._tickets.take(call, connect.operator)
        log.info("call_connected", call=call.id, operator=connect.operator, wait_s=round(connect.wait_s, 2))
        self._changed(call)

    # --- what the telephone side tells ----------------------------------------------------------------------------

    def answered(self, leg: LegId) -> None:
        found = self._legs[leg]
        self._distribute(self._distributor.answered(found.offer, found.operator, self._clock()))
        call = self._calls.get(found.call)
        if call is None or call.operator_leg != leg:
            self._agent.hang_up(leg)  # the answer crossed the end of the offer

    def key_pressed(self, leg: LegId, key: str) -> None:
        """A key from the operator's phone goes to the caller, as it would on any line."""
        call = self._calls.get(self._legs[leg].call)
        if call is not None and call.operator_leg == leg:
            self._agent.send_digits(call.leg, key)

    def ended(self, leg: LegId, status: int, by_us: bool) -> None:
        """An operator's phone is silent again: refused, unreachable, or hung up."""
        found = self._legs.pop(leg)
        call = self._calls.get(found.call)
        if call is not None and call.operator_leg == leg:
            if not by_us and call.ended_by is None:
                call.ended_by, call.end_reason = "operator", "hang_up"
            self._agent.hang_up(call.leg)
        elif not by_us and (found.offer, found.operator) in self._offers:
            self._failed(found.offer, found.operator, FAILURES.get(status, Failure.UNREACHABLE))

    def refuse(self, call: Call, operator: str) -> None:
        """The operator does not want the call that rings, or is about to: the next one gets it."""
        for offered in list(self._offers.values()):
            if (offered.call, offered.operator) == (call.id, operator):
                self._failed(offered.offer, operator, Failure.REJECTED)

    def hang_up(self, call: Call) -> None:
        """The caller has gone, or the operator pressed the page's button: free the phone."""
        if call.operator_leg is not None:
            self._agent.hang_up(call.operator_leg)

    # --- the offer ------------------------------------------------------------------------------------------------

    async def _pop_then_ring(self, ring: Ring) -> None:
        call, operator = self._calls.get(ring.call), self._people.get(ring.operator)
        if call is None or operator is None:
            self._failed(ring.offer, ring.operator, Failure.UNREACHABLE)
            return
        with contained("screen_pop_failed", call=ring.call, operator=ring.operator):  # costs the pop, not the call
            await self._pop(ring, operator, call)
        # No await below: between this look and the INVITE nothing may withdraw the offer unseen.
        if self._open(ring):
            self._call_phone(ring, operator, call)

    async def _pop(self, ring: Ring, operator: Operator, call: Call) -> None:
        pop = await self._pop_of(call)
        if self._open(ring):
            operator.pop = pop
            shown = await self._pages.pop(ring.operator, pop)
            log.info("screen_pop", call=ring.call, operator=ring.operator, shown=shown)

    def _call_phone(self, ring: Ring, operator: Operator, call: Call) -> None:
        # RFC 3325: a desk phone shows the caller's number from here.
        headers = {"P-Asserted-Identity": f"<tel:{call.number}>"} if TEL.fullmatch(call.number) else {}
        try:
            leg = self._agent.call(operator.phone, headers)
        except SipError as error:
            log.warning("phone_not_called", call=call.id, operator=ring.operator, reason=str(error))
            self._failed(ring.offer, ring.operator, Failure.UNREACHABLE)
            return
        offered = self._offers[ring.offer, ring.operator]
        offered.leg = leg
        self._legs[leg] = offered

    def _failed(self, offer: str, operator: str, how: Failure) -> None:
        """The phone did not answer: the queue decides who is next."""
        self._withdraw(offer, operator, StopReason.NO_ANSWER)
        self._distribute(self._distributor.failed(offer, operator, self._clock(), how))

    def _withdraw(self, offer: str, operator: str, reason: StopReason) -> None:
        """End what runs of this offer. For one that is over already nothing: its operator may have the next by now."""
        offered = self._offers.pop((offer, operator), None)
        if offered is None:
            return
        if offered.leg is not None:
            self._agent.hang_up(offered.leg)
        call = self._calls.get(offered.call)
        if call is not None:
            call.ringing.discard(operator)
            self._changed(call)
        self._close_pop(operator, offered.call, reason)

    def _open(self, ring: Ring) -> bool:
        return (ring.offer, ring.operator) in self._offers

    def _close_pop(self, operator: str, call_id: str, reason: StopReason) -> None:
        person = self._people.get(operator)
        if person is None or person.pop is None or person.pop["call"]["id"] != call_id:
            return
        ticket = person.pop["ticket"]["number"]
        person.pop = None
        level = "warning" if reason is StopReason.CALLER_LEFT else "info"
        notice = {"code": reason.value, "level": level, "call_id": call_id, "ticket": ticket}
        self._pages.send(operator, "notice", notice)
