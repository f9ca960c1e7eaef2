"""The operator's side: the pop first, then the ring, then the bridge; and whatever can go wrong between them."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Protocol

import structlog

from desk.shapes import ScreenPop as ScreenPopShape
from hotline.distributor import Distributor, Failure
from hotline.effects import Connect, Ring, ScreenPop, StopReason, StopRinging
from hotline.effects import Effect as QueueEffect
from sambut.calls import NO_LEG, Call, Calls, OperatorLeg
from sambut.clock import Clock
from sambut.contain import contained
from sambut.people import Operator, People
from sambut.phones import PhoneAwayError, Phones, Ringing
from sambut.tasks import Tasks
from sip.events import LegId
from sip.ports import Agent
from sip.statuses import Unanswered, why_unanswered

log = structlog.get_logger(__name__)

TEL = re.compile(r"\+\d+")  # a global number (RFC 3966): nothing else of what a stranger sent goes into a header
PopOf = Callable[[Call], Awaitable[ScreenPopShape]]

# How an operator's phone that was not answered reads to the queue. Anything else: it cannot be rung.
FAILURES = {
    Unanswered.BUSY: Failure.BUSY,
    Unanswered.DECLINED: Failure.REJECTED,
    Unanswered.NO_ANSWER: Failure.NO_ANSWER,
    Unanswered.CANCELLED: Failure.NO_ANSWER,
    Unanswered.FORWARDED: Failure.FORWARDED,
}


class Pages(Protocol):
    """The operators' screens."""

    async def pop(self, username: str, message: Mapping[str, Any]) -> bool: ...
    def send(self, username: str, kind: str, payload: Mapping[str, Any]) -> None: ...


class Operators:
    """Rings operators' phones for offers, and knows whose leg is whose. `begin` hands the caller to who answered."""

    def __init__(
        self,
        *,
        agent: Agent,
        calls: Calls,
        distributor: Distributor,
        distribute: Callable[[Iterable[QueueEffect]], None],
        phones: Phones,
        people: People,
        pages: Pages,
        pop_of: PopOf,
        tasks: Tasks,
        clock: Clock,
        changed: Callable[[Call], None],
    ) -> None:
        self._agent = agent
        self._calls = calls
        self._distributor = distributor
        self._distribute = distribute
        self._phones = phones
        self._people = people
        self._pages = pages
        self._pop_of = pop_of
        self._tasks = tasks
        self._clock = clock
        self._changed = changed
        self._legs: dict[LegId, OperatorLeg] = {}
        self._offers: dict[tuple[str, str], OperatorLeg] = {}  # running ones, by offer and operator
        self._ringing: dict[tuple[str, str], Ringing] = {}

    def owns(self, leg: LegId) -> bool:
        return leg in self._legs

    def call_of(self, leg: LegId) -> Call | None:
        """The call that the leg belongs to."""
        found = self._legs.get(leg)
        return None if found is None else self._calls.get(found.call)

    # --- what the queue asks for ----------------------------------------------------------------------------------

    def offer(self, pop: ScreenPop) -> None:
        """An offer begins; the phone is called by the `Ring` that follows, after the screen."""
        self._offers[pop.offer, pop.operator] = OperatorLeg(pop.offer, pop.call, pop.operator)
        call = self._calls.get(pop.call)
        if call is not None:
            call.ringing.add(pop.operator)
            self._changed(call)

    def ring(self, ring: Ring) -> None:
        offered = self._offers.get((ring.offer, ring.operator))
        self._tasks.start(self._pop_then_ring(ring, offered), f"offer {ring.offer}")

    def stop_ringing(self, stop: StopRinging) -> None:
        """The offer is withdrawn: the phone falls silent and the screen says why."""
        self._withdraw(stop.offer, stop.operator, stop.reason)

    def connect(self, connect: Connect, call: Call) -> LegId:
        """The offer was answered; returns the leg of who did. Raises `LookupError` for a phone that never rang."""
        self._ringing.pop((connect.offer, connect.operator), None)
        leg = self._offers.pop((connect.offer, connect.operator)).leg
        if leg == NO_LEG:
            raise LookupError(f"offer {connect.offer} was answered by a phone that was never called")
        call.wait_s = connect.wait_s
        call.ringing.clear()
        return leg

    # --- legs that come and go otherwise --------------------------------------------------------------------------

    def adopt(self, call: Call, operator: str, leg: LegId) -> None:
        """This leg is the operator's part of the call from now on."""
        self._legs[leg] = OperatorLeg("", call.id, operator, leg)

    def let_go(self, leg: LegId) -> None:
        """The operator's part is over: free the phone."""
        self._legs.pop(leg, None)
        self._phones.release(leg)

    def drop(self, leg: LegId) -> None:
        """A browser's line that rang for an offer is gone; the queue withdraws the offer."""
        self._legs.pop(leg, None)

    # --- what phones and pages tell -------------------------------------------------------------------------------

    def answered(self, leg: LegId) -> None:
        """A phone that rang for an offer was answered."""
        found = self._legs[leg]
        self._distribute(self._distributor.answered(found.offer, found.operator, self._clock()))
        call = self._calls.get(found.call)
        if call is None or call.operator_leg != leg:
            self.let_go(leg)  # the answer crossed the end of the offer

    def answer_from_page(self, call: Call, operator: str) -> None:
        """The page says "answer" to the offer. Raises as `Phones.answer` does."""
        for key, offered in list(self._offers.items()):
            person, ringing = self._people.get(operator), self._ringing.get(key)
            if (offered.call, offered.operator) == (call.id, operator) and person is not None and ringing is not None:
                on_the_line = self._phones.answer(person, ringing)
                self._own(offered, ringing.leg)
                if on_the_line:
                    self.answered(offered.leg)

    def key_pressed(self, leg: LegId, key: str) -> None:
        """A key from the operator's phone goes to the caller, as it would on any line."""
        call = self.call_of(leg)
        if call is not None and call.operator_leg == leg:
            self._agent.send_digits(call.leg, key)

    def ended(self, leg: LegId, status: int, by_us: bool, cause: int = 0) -> Call | None:
        """An operator's phone is silent again. Returns the call if it was in the operator's hands."""
        found = self._legs.pop(leg)
        call = self._calls.get(found.call)
        if call is not None and call.operator_leg == leg:
            return call
        if not by_us and (found.offer, found.operator) in self._offers:
            why = why_unanswered(status, cause)
            self._failed(found.offer, found.operator, FAILURES.get(why, Failure.UNREACHABLE))
        return None

    def refuse(self, call: Call, operator: str) -> None:
        """The operator does not want the call that rings, or is about to: the next one gets it."""
        for offered in list(self._offers.values()):
            if (offered.call, offered.operator) == (call.id, operator):
                self._failed(offered.offer, operator, Failure.REJECTED)

    def hang_up(self, call: Call) -> None:
        """The caller has gone: free the phone."""
        if call.operator_leg is not None:
            self.let_go(call.operator_leg)

    def moved(self, old: LegId, new: LegId) -> Call | None:
        """A browser's line was renewed. Returns the call it was in."""
        found = self._legs.pop(old, None)
        if found is None:
            return None
        self._own(found, new)
        ringing = self._ringing.get((found.offer, found.operator))
        if ringing is not None:
            ringing.leg = new
        call = self._calls.get(found.call)
        return call if call is not None and call.operator_leg == old else None

    # --- the offer ------------------------------------------------------------------------------------------------

    async def _pop_then_ring(self, ring: Ring, offered: OperatorLeg | None) -> None:
        call, operator = self._calls.get(ring.call), self._people.get(ring.operator)
        if call is None or operator is None:
            self._failed(ring.offer, ring.operator, Failure.UNREACHABLE)
            return
        with contained("screen_pop_failed", call=ring.call, operator=ring.operator):  # costs the pop, not the call
            await self._pop(ring, operator, call, offered)
        # No await below: between this look and the INVITE nothing may withdraw the offer unseen.
        if self._runs(offered):
            self._call_phone(ring, operator, call)

    async def _pop(self, ring: Ring, operator: Operator, call: Call, offered: OperatorLeg | None) -> None:
        pop = await self._pop_of(call)
        if self._runs(offered):
            operator.pop = pop
            shown = await self._pages.pop(ring.operator, pop)
            log.info("screen_pop", call=ring.call, operator=ring.operator, shown=shown)

    def _call_phone(self, ring: Ring, operator: Operator, call: Call) -> None:
        # RFC 3325: a desk phone shows the caller's number from here.
        headers = {"P-Asserted-Identity": f"<tel:{call.number}>"} if TEL.fullmatch(call.number) else {}
        try:
            ringing = self._phones.ring(operator, headers, call.leg)
        except PhoneAwayError as error:
            log.warning("phone_not_called", call=call.id, operator=ring.operator, reason=str(error))
            self._failed(ring.offer, ring.operator, Failure.UNREACHABLE)
            return
        self._ringing[ring.offer, ring.operator] = ringing
        self._own(self._offers[ring.offer, ring.operator], ringing.leg)

    def _own(self, offered: OperatorLeg, leg: LegId) -> None:
        offered.leg = leg
        if leg != NO_LEG:
            self._legs[leg] = offered

    def _failed(self, offer: str, operator: str, how: Failure) -> None:
        """The phone did not answer: the queue decides who is next."""
        forwarded = how is Failure.FORWARDED
        self._withdraw(offer, operator, StopReason.PHONE_FORWARDED if forwarded else StopReason.NO_ANSWER)
        self._distribute(self._distributor.failed(offer, operator, self._clock(), how))

    def _withdraw(self, offer: str, operator: str, reason: StopReason) -> None:
        """End what runs of this offer. For one that is over already nothing: its operator may have the next by now."""
        self._ringing.pop((offer, operator), None)
        offered = self._offers.pop((offer, operator), None)
        if offered is None:
            return
        if self._phones.standing(offered.leg):
            self._legs.pop(offered.leg, None)
        elif offered.leg != NO_LEG:
            self._agent.hang_up(offered.leg)
        call = self._calls.get(offered.call)
        if call is not None:
            call.ringing.discard(operator)
            self._changed(call)
        self._close_pop(operator, offered.call, reason)

    def _runs(self, offered: OperatorLeg | None) -> bool:
        """Whether it is still this one: where all phones ring, an operator who was away a moment is offered it anew."""
        return offered is not None and self._offers.get((offered.offer, offered.operator)) is offered

    def _close_pop(self, operator: str, call_id: str, reason: StopReason) -> None:
        person = self._people.get(operator)
        if person is None or person.pop is None or person.pop["call"]["id"] != call_id:
            return
        ticket = person.pop["ticket"]["number"]
        person.pop = None
        level = "warning" if reason in (StopReason.CALLER_LEFT, StopReason.PHONE_FORWARDED) else "info"
        notice = {"code": reason.value, "level": level, "call_id": call_id, "ticket": ticket}
        self._pages.send(operator, "notice", notice)
