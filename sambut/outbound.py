"""Calls out: the operator's own phone first, then the outside number; what came of it goes on the ticket.

A caller who asked to be called back stands in the line as a place-holder: a call without a leg, which is dialled when
an operator has taken it. One retry, then the ticket's own plan (`hotline.callback_plan`).
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import structlog

from hotline.dialling import NumberRefusedError
from hotline.distributor import Distributor
from hotline.effects import Effect
from hotline.hands import NotFreeError
from hotline.ticket import Ticket, TryResult
from hotline.waiting import LeaveReason
from sambut.callers import NewSession
from sambut.calls import NO_LEG, Call, Calls, EndedBy
from sambut.clock import Clock
from sambut.facts import Journal
from sambut.handovers import Handovers
from sambut.outside import Outside
from sambut.people import Operator
from sambut.phones import PhoneAwayError, Phones
from sambut.sound import Sound
from sambut.tickets import CallTickets
from sip.events import LegId
from sip.ports import Agent
from sip.statuses import Unanswered, why_unanswered
from storage.records import CallAnswered, CallStarted, new_key

log = structlog.get_logger(__name__)


class CannotCallError(Exception):
    """No call can be placed; `code` is the API's."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class Outbound:
    """Every call that we place to the outside, until it is answered or has failed."""

    def __init__(
        self,
        *,
        agent: Agent,
        calls: Calls,
        phones: Phones,
        outside: Outside,
        handovers: Handovers,
        distributor: Distributor,
        distribute: Callable[[Iterable[Effect]], None],
        tickets: CallTickets,
        sound: Sound,
        journal: Journal,
        node: str,
        new_session: NewSession,
        adopt: Callable[[Call, str, LegId], None],
        let_go: Callable[[LegId], None],
        show: Callable[[Call, Operator, Callable[[], bool]], None],
        notify: Callable[[str, str, Call, dict[str, Any]], None],
        retry_s: Callable[[str], float],
        changed: Callable[[Call], None],
        clock: Clock,
    ) -> None:
        self._agent = agent
        self._calls = calls
        self._phones = phones
        self._outside = outside
        self._handovers = handovers
        self._distributor = distributor
        self._distribute = distribute
        self._tickets = tickets
        self._sound = sound
        self._journal = journal
        self._node = node
        self._new_session = new_session
        self._adopt = adopt
        self._let_go = let_go
        self._show = show
        self._notify = notify
        self._retry_s = retry_s
        self._changed = changed
        self._clock = clock
        self._own_phones: dict[LegId, str] = {}  # an operator's phone that rings so that the call can be placed
        self._placeholders: dict[str, str] = {}  # by number: the call that stands in line
        self._retried: set[str] = set()
        self._stopping = False
        self._timers: dict[str, asyncio.TimerHandle] = {}

    # --- from a ticket --------------------------------------------------------------------------------------------

    def call_about(self, ticket: Ticket, number: str, person: Operator) -> Call:
        """The operator wants to call `number` about a ticket. Raises `CannotCallError`."""
        try:
            route = self._outside.route(number, person.username)
        except NumberRefusedError as error:
            raise CannotCallError("number_not_allowed", str(error)) from error
        if any(_is_about(call, ticket) for call in self._calls):
            raise CannotCallError("already_calling", "there is a call about this ticket already")
        if self._stopping:
            raise CannotCallError("stopping", "the service is stopping; call after it is back")
        if self._phones.state(person) == "away":
            raise CannotCallError("phone_away", "your phone is not there")
        call = self._new(route.number, ticket, None)
        call.operator = person.username
        try:
            self._distribute(self._distributor.calls_out(person.username, call.id, self._clock()))
        except NotFreeError as error:
            raise CannotCallError("operator_busy", str(error)) from error
        self._calls.add(call)
        self._show(call, person, lambda: call.ended_at is None)
        self._ring_own_phone(call, person)
        return call

    # --- place-holders --------------------------------------------------------------------------------------------

    def keep_place(self, caller: Call, number: str) -> None:
        """A waiting caller wants to be called back: one place-holder each, where they stood (PEERS.md 9)."""
        now = self._clock()
        if self._stopping or number in self._placeholders:
            self._distribute(self._distributor.caller_left(caller.id, now, LeaveReason.CALLBACK))
            return
        placeholder = self._new(number, caller.ticket, caller.queue)
        placeholder.queued_at, placeholder.waiting = caller.queued_at, True
        placeholder.kind, placeholder.language = caller.kind, caller.language
        placeholder.ticket_stored = caller.ticket_stored
        self._placeholders[number] = placeholder.id
        self._calls.add(placeholder)
        self._distribute(self._distributor.keep_place(caller.id, placeholder.id, now))
        self._changed(placeholder)

    def turn_has_come(self, call: Call, operator: str, leg: LegId) -> None:
        """An operator has taken the place-holder: dial."""
        self._placeholders.pop(call.number, None)
        call.waiting, call.operator = False, operator
        self._dial(call, leg)

    def gave_up_waiting(self, call: Call) -> None:
        """The turn did not come in time. The ticket is in the list of callbacks already."""
        self._placeholders.pop(call.number, None)
        self._forget(call)

    def drop_placeholders(self) -> None:
        """The service stops: the tickets know who is to be called."""
        self._stopping = True
        for call in self._calls:
            if not call.placed and call.waiting:
                self._distribute(self._distributor.caller_left(call.id, self._clock()))
                self._forget(call)
        for timer in self._timers.values():
            timer.cancel()

    def give_up(self, call: Call, by: EndedBy = "system", reason: str = "shutdown") -> None:
        """Nobody waits for the answer any more: the service stops, or the operator thinks better of it. No try."""
        call.ended_by, call.end_reason = call.ended_by or by, call.end_reason or reason
        own = [leg for leg, call_id in self._own_phones.items() if call_id == call.id]
        for leg in (call.leg, *own):
            self._agent.hang_up(leg)
        if not call.placed and not own:
            self._failed(call, "failed", reason)

    def reached(self, number: str) -> None:
        """Somebody talks with this person: whatever was to call them is not needed any more (PEERS.md 9)."""
        self._retried.discard(number)
        retry = self._timers.pop(number, None)
        if retry is not None:
            retry.cancel()
        placeholder = self._calls.get(self._placeholders.pop(number, ""))
        if placeholder is not None:
            self._distribute(self._distributor.caller_left(placeholder.id, self._clock()))
            self._forget(placeholder)

    # --- what phones do -------------------------------------------------------------------------------------------

    def owns(self, leg: LegId) -> bool:
        return leg in self._own_phones

    def own_phone_answered(self, leg: LegId) -> None:
        call = self._calls.get(self._own_phones.pop(leg))
        if call is None:
            self._let_go(leg)
        else:
            self._dial(call, leg)

    def own_phone_ended(self, leg: LegId, status: int) -> None:
        call = self._calls.get(self._own_phones.pop(leg))
        if call is not None:
            forwarded = why_unanswered(status) is Unanswered.FORWARDED
            self._failed(call, "failed", "phone_forwarded" if forwarded else "phone_away")

    def answered(self, call: Call) -> None:
        """The called party is on the line."""
        if call.operator is None or call.operator_leg is None or call.answered_at is not None:
            return
        self._stop_timer(call)
        self.reached(call.number)
        call.answered_at = self._clock()
        self._journal.write(CallAnswered(call.id, call.answered_at))
        self._tickets.tried(call, "answered", call.operator)
        self._sound.quiet(call.operator_leg)
        self._handovers.begin(call, call.operator, call.operator_leg)
        self._phones.tune(call.operator, call.leg)

    def early_sound(self, call: Call) -> None:
        """The network says something before the answer (busy, an announcement): better than our ringing tone."""
        if call.answered_at is None and call.operator_leg is not None:
            self._agent.mixer.bridge(call.leg, call.operator_leg)

    def ended(self, call: Call, status: int, cause: int = 0) -> None:
        """The outside leg is over before it was answered."""
        if call.answered_at is None:
            why = why_unanswered(status, cause)
            result = _result(why, rang=call.rang)
            self._failed(call, result, why.value if why in _TOLD_AS_IT_IS else result)

    # --- underneath -----------------------------------------------------------------------------------------------

    def _new(self, number: str, ticket: Ticket | None, queue: str | None) -> Call:
        key, now = new_key(), self._clock()
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        stored.set_result(None)
        return Call(
            id=key,
            leg=NO_LEG,
            number=number,
            called=number,
            trunk="",
            started_at=now,
            session=self._new_session(key, number),
            direction="out",
            ticket=ticket,
            ticket_stored=stored,
            queue=queue,
            language="id" if ticket is None else ticket.language,
            kind=None if ticket is None else ticket.kind,
        )

    def _ring_own_phone(self, call: Call, person: Operator) -> None:
        try:
            leg, on_the_line = self._phones.ring_to_talk(person)
        except PhoneAwayError as error:
            log.warning("own_phone_not_called", call=call.id, reason=str(error))
            self._failed(call, "failed", "phone_away")
            return
        if on_the_line:
            self._dial(call, leg)
        else:
            self._own_phones[leg] = call.id
            self._deadline(call, leg)

    def _deadline(self, call: Call, leg: LegId) -> None:
        """A phone that nobody answers rings for so long and no longer."""
        self._stop_timer(call)
        self._timers[call.id] = asyncio.get_running_loop().call_later(self._outside.ring_s, self._agent.hang_up, leg)

    def _dial(self, call: Call, operator_leg: LegId) -> None:
        operator = call.operator or ""
        call.operator_leg = operator_leg
        self._adopt(call, operator, operator_leg)
        try:
            leg = self._outside.dial(call.number, operator, wide=True)
        except NumberRefusedError as error:
            log.warning("not_dialled", call=call.id, reason=str(error))
            self._failed(call, "failed", "failed")
            return
        self._calls.place(call, leg)
        call.started_at = self._clock()
        self._sound.ringback(operator_leg)
        ticket = None if call.ticket is None else call.ticket.number
        started = CallStarted(call.id, call.started_at, call.number, call.number, "", self._node, "", "out")
        self._journal.write(replace(started, ticket=ticket, operator=operator))
        self._deadline(call, leg)
        log.info("dialled", call=call.id, operator=operator)
        self._changed(call)

    def _failed(self, call: Call, result: TryResult, reason: str) -> None:
        self._stop_timer(call)
        operator = call.operator or ""
        call.end_reason = call.end_reason or reason
        if call.ended_by is None:  # an operator who thinks better of it has not tried, nor has a service that stops
            self._tickets.tried(call, result, operator)
            self._notify(operator, "callback_failed", call, {"reason": reason})
        if call.operator_leg is not None:
            self._let_go(call.operator_leg)
            call.operator_leg = None
        self._distribute(self._distributor.call_over(call.id, self._clock(), "system"))
        if call.placed:
            self._try_once_more(call)
        self._forget(call)

    def _try_once_more(self, call: Call) -> None:
        """Of a place-holder: its caller was promised a call when the turn came, and may just have been busy."""
        queue = call.queue
        if queue is None or self._stopping or call.number in self._retried:
            self._retried.discard(call.number)
            return
        self._retried.add(call.number)
        delay = self._retry_s(queue)
        self._timers[call.number] = asyncio.get_running_loop().call_later(delay, self._again, call, queue)

    def _again(self, call: Call, queue: str) -> None:
        self._timers.pop(call.number, None)
        again = self._new(call.number, call.ticket, queue)
        again.queued_at, again.waiting = self._clock(), True
        self._placeholders[call.number] = again.id
        self._calls.add(again)
        self._distribute(self._distributor.call_back_again(again.id, queue, self._clock()))
        self._changed(again)

    def _forget(self, call: Call) -> None:
        """A call without a leg ends here; one with a leg when that is over."""
        if not call.placed:
            call.waiting, call.ended_at, call.ended_by = False, self._clock(), "system"
            self._calls.remove(call)
        self._changed(call)

    def _stop_timer(self, call: Call) -> None:
        timer = self._timers.pop(call.id, None)
        if timer is not None:
            timer.cancel()


_TOLD_AS_IT_IS = frozenset({Unanswered.NO_SUCH_NUMBER, Unanswered.FORWARDED})
"""What the operator is told and the register keeps, though on the ticket it is a try that failed."""


def _result(why: Unanswered, *, rang: bool) -> TryResult:
    match why:
        case Unanswered.BUSY:
            return "busy"
        case Unanswered.DECLINED | Unanswered.NO_ANSWER:
            return "no_answer"
        case Unanswered.CANCELLED | Unanswered.SILENT if rang:  # else our trunk says nothing
            return "no_answer"
        case _:
            return "failed"


def _is_about(call: Call, ticket: Ticket) -> bool:
    """Whether somebody is, or gets, on the line about this ticket; a place-holder only waits."""
    same = call.ticket is not None and call.ticket.number == ticket.number
    return same and (call.placed or not call.waiting)
