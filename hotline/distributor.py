"""Which waiting caller rings which operator: the hotline's queues. No I/O and no clock: time comes in as `now`.

Events go in as method calls, effects come out as a list, in the order in which they are to be carried out. Events that
come twice, or too late to matter, change nothing.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Literal

from config.queues import QueueRules
from hotline.attendance import Attendance
from hotline.deadlines import Deadlines, Due
from hotline.effects import Connect, Effect, StopReason
from hotline.estimate import ServiceTimes, estimated_wait_s, operators_for
from hotline.facts import EventName
from hotline.hands import Hands
from hotline.line import Skills, Waiting
from hotline.matching import Matcher
from hotline.offers import Offer, Offers
from hotline.operators import Operator
from hotline.outbox import Outbox
from hotline.presence import NON_RESPONSE, PHONE_FORWARDED, PHONE_UNREACHABLE, UNKNOWN, OperatorState, Presence
from hotline.roster import Roster
from hotline.waiting import AT_THE_FRONT, NO_SKILLS, LeaveReason, WaitingRoom


class Failure(StrEnum):
    """Why an operator's phone did not answer."""

    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    FORWARDED = "forwarded"


_PHONE_IS_AWAY = {
    Failure.BUSY: PHONE_UNREACHABLE,
    Failure.UNREACHABLE: PHONE_UNREACHABLE,
    Failure.FORWARDED: PHONE_FORWARDED,
}
"""Failures after which ringing the phone again is useless, and how its operator is shown.

The others are the operator's and count as non-responses.
"""


class Distributor:
    """Queues of one hotline. `now` is Unix seconds and never goes back; each event costs O(log n)."""

    def __init__(self, rules: Sequence[QueueRules]) -> None:
        self._rules = {rule.name: rule for rule in rules}
        self._outbox = Outbox()
        self._deadlines = Deadlines()
        self._service = {rule.name: ServiceTimes() for rule in rules}
        self._roster = Roster(rules, self._outbox)
        self._waiting = WaitingRoom(rules, self._deadlines, self._outbox)
        self._offers = Offers(rules, self._roster, self._waiting, self._deadlines, self._outbox)
        self._attendance = Attendance(rules, self._roster, self._offers, self._deadlines, self._service)
        self._matcher = Matcher(self._roster, self._waiting, self._offers, self._attendance)
        self._hands = Hands(self._roster, self._attendance, self._outbox)
        self._set_backs = 0

    # --- operators

    def set_members(
        self, operator: str, queues: Mapping[str, int], now: float, *, skills: Skills = NO_SKILLS
    ) -> list[Effect]:
        """The operator serves exactly these queues, each with a penalty. Raises `ValueError` for unknown queues.

        Operators for whom this is never called serve the queues whose rules admit them.
        """
        self._roster.reseat(operator, queues, skills)
        return self._settled(now)

    def ready(self, operator: str, now: float) -> list[Effect]:
        """The operator is there for calls; ends a wrap-up and takes back a pending pause."""
        self._attendance.ready(self._roster.get(operator), now)
        return self._settled(now)

    def pause(self, operator: str, reason: str, now: float) -> list[Effect]:
        """The operator pauses: at once, also while the phone rings, but after a call and its wrap-up."""
        self._attendance.pause(self._roster.get(operator), reason, now)
        return self._settled(now)

    def last_call(self, operator: str, reason: str, now: float) -> list[Effect]:
        """The operator takes one more call, then pauses; `ready` takes it back."""
        self._attendance.last_call(self._roster.get(operator), reason)
        return self._settled(now)

    def phone_gone(self, operator: str, now: float) -> list[Effect]:
        """The operator's phone cannot ring: who is offered there keeps the place and goes to the next operator."""
        self._attendance.phone_gone(self._roster.get(operator), now)
        return self._settled(now)

    def phone_back(self, operator: str, now: float) -> list[Effect]:
        """The phone is there again: ready, if its absence was what paused the operator."""
        self._attendance.phone_back(self._roster.get(operator), now)
        return self._settled(now)

    def offline(self, operator: str, now: float) -> list[Effect]:
        """The operator signs off: at once, but after the call when there is one."""
        self._attendance.offline(self._roster.get(operator), now)
        return self._settled(now)

    def wrap_up_over(self, operator: str, now: float) -> list[Effect]:
        """The operator has finished the ticket before the wrap-up's limit."""
        known = self._roster.get(operator)
        if known.state is OperatorState.WRAP_UP:
            self._attendance.wrapped_up(known, now)
        return self._settled(now)

    def new_day(self, now: float) -> list[Effect]:
        """Midnight where the hotline is: `fewest_calls` counts from nothing again."""
        self._roster.new_day()
        return self._settled(now)

    # --- callers

    def caller_entered(
        self, call: str, queue: str, now: float, *, priority: int = 0, skills: Skills = NO_SKILLS
    ) -> list[Effect]:
        """A caller enters the queue; higher priority goes first. Raises `ValueError` for an unknown queue."""
        if self._waiting.find(call) is None and call not in self._hands:
            self._waiting.enter(call, queue, now, priority, skills)
        return self._settled(now)

    def caller_left(self, call: str, now: float, how: LeaveReason = LeaveReason.ABANDONED) -> list[Effect]:
        """The caller is gone from the queue without an operator; a phone that rings for them stops."""
        caller = self._waiting.find(call)
        if caller is not None:
            offer = self._offers.find(caller.offer)
            self._waiting.leave(caller, now, how)
            if offer is not None:
                self._offers.withdraw(offer, StopReason.CALLER_LEFT, now)
        return self._settled(now)

    def call_over(self, call: str, now: float, by: Literal["caller", "operator", "system"]) -> list[Effect]:
        """The bridged call has ended and its operator wraps up. A caller who still waits counts as gone."""
        name = EventName.COMPLETECALLER if by == "caller" else EventName.COMPLETEOPERATOR
        if self._hands.let_go(call, now, name, by=by) is None:
            return self.caller_left(call, now)
        return self._settled(now)

    # --- transfers, and what operators do beside the queue

    def sent_back(
        self,
        call: str,
        queue: str,
        now: float,
        *,
        why: EventName,
        to: str = "",
        first: Sequence[str] = (),
        by: str = "",
    ) -> list[Effect]:
        """The operator gives the caller back to a queue: blind transfer (`why`, `to`), or their phone is gone.

        The caller stands at the front, and `first` are asked before all others. Raises `ValueError`.
        """
        self._waiting.line(queue)
        data = {name: value for name, value in (("to", to), ("by", by)) if value}
        self._hands.let_go(call, now, why, **data)
        if self._waiting.find(call) is None:
            self._waiting.enter_again(call, queue, now, AT_THE_FRONT, first)
        return self._settled(now)

    def handed_out(self, call: str, now: float, *, why: EventName, to: str) -> list[Effect]:
        """The operator's part is over, and the caller goes on with somebody else (PEERS.md 6)."""
        self._hands.let_go(call, now, why, to=to)
        return self._settled(now)

    def taken_over(self, call: str, operator: str, queue: str | None, now: float) -> list[Effect]:
        """An operator who was consulted has the call from now on."""
        self._hands.take_over(call, self._roster.get(operator), queue, now)
        return self._settled(now)

    def consulted(self, operator: str, call: str, now: float) -> list[Effect]:
        """A colleague asks this operator about a call. Raises `NotFreeError`."""
        self._hands.engage(self._roster.get(operator), call, now, EventName.CONSULT)
        return self._settled(now)

    def consulted_no_more(self, operator: str, now: float) -> list[Effect]:
        """The colleague has let go."""
        self._hands.disengage(self._roster.get(operator), now, EventName.CONSULTEND)
        return self._settled(now)

    def calls_out(self, operator: str, call: str, now: float) -> list[Effect]:
        """The operator calls somebody; `call_over` ends it, with a wrap-up. Raises `NotFreeError`."""
        known = self._roster.get(operator)
        self._hands.engage(known, call, now, EventName.CALLOUT)
        self._hands.take_over(call, known, None, now)
        return self._settled(now)

    # --- place-holders of callers who want to be called back

    def keep_place(self, call: str, placeholder: str, now: float) -> list[Effect]:
        """The caller hangs up, and `placeholder`, the call back to come, stands in their place in the line."""
        caller = self._waiting.find(call)
        if caller is not None:
            offer = self._offers.find(caller.offer)
            self._waiting.keep_place(caller, placeholder, now)
            if offer is not None:
                self._offers.withdraw(offer, StopReason.CALLER_LEFT, now)
        return self._settled(now)

    def call_back_again(self, placeholder: str, queue: str, now: float) -> list[Effect]:
        """The caller could not be reached at their turn: once more, before all others. Raises `ValueError`."""
        if self._waiting.find(placeholder) is None:
            self._waiting.enter_to_call_back(placeholder, queue, now, AT_THE_FRONT)
        return self._settled(now)

    # --- phones

    def answered(self, offer: str, operator: str, now: float) -> list[Effect]:
        """The operator's phone was answered: `Connect`, or `StopRinging` if that crossed the offer's end."""
        running = self._offers.find(offer)
        if running is None or operator not in running.ringing:
            self._offers.crossed(offer, operator)
        else:
            self._connect(running, running.ringing[operator], now)
        return self._settled(now)

    def failed(self, offer: str, operator: str, now: float, how: Failure) -> list[Effect]:
        """The operator's phone did not answer. The caller keeps the place and is offered to the next operator."""
        running = self._offers.find(offer)
        if running is not None and operator in running.ringing:
            self._fail(running, running.ringing[operator], how, now, silence=False)
            self._offers.end_if_silent(running, now)
        return self._settled(now)

    # --- time

    def next_deadline(self) -> float | None:
        """When `tick` must be called if nothing else happens."""
        return self._deadlines.next()

    def tick(self, now: float) -> list[Effect]:
        """End what has lasted long enough: offers, waits, wrap-ups."""
        while (deadline := self._deadlines.pop(now)) is not None:
            self._expire(deadline.due, deadline.owner, now)
        return self._settled(now)

    # --- questions

    def position(self, call: str) -> int:
        """The caller's place in their queue, 1 being next; 0 for somebody who does not wait."""
        caller = self._waiting.find(call)
        return 0 if caller is None else self._waiting.position(caller)

    def estimated_wait_s(self, call: str, now: float) -> float | None:
        """Seconds this caller is likely still to wait; 0 while a phone rings; None when it cannot be known."""
        caller = self._waiting.find(call)
        if caller is None:
            return None
        if caller.offer is not None:
            return 0.0
        mean_s = self._service[caller.queue].mean_s(now)
        if mean_s is None:
            return None
        serving = operators_for(caller.queue, self._roster.crews, self._waiting_work_s(mean_s, now))
        return estimated_wait_s(self._waiting.position(caller) - 1, serving, mean_s)

    def _waiting_work_s(self, usual_s: float, now: float) -> Mapping[str, float]:
        """Seconds of service that wait in each queue; a caller of a queue without recent service takes `usual_s`."""
        return {
            queue: len(self._waiting.line(queue)) * (times.mean_s(now) or usual_s or 1.0)
            for queue, times in self._service.items()
        }

    def free_in(self, queue: str) -> str | None:
        """An operator of this queue who is ready: the one whom the strategy rings next. Raises `KeyError`."""
        chosen = self._roster.pool(queue).choose(NO_SKILLS)
        return chosen[0].operator if chosen else None

    def presence(self, operator: str) -> Presence:
        """What the operator is doing; offline for somebody never heard of."""
        known = self._roster.find(operator)
        return UNKNOWN if known is None else known.presence

    def waiting(self, queue: str) -> Sequence[Waiting]:
        """Everybody in the queue's line, next one first. Raises `ValueError` for an unknown queue."""
        return list(self._waiting.line(queue))

    def _settled(self, now: float) -> list[Effect]:
        self._matcher.settle(now)
        return self._outbox.drain()

    def _connect(self, offer: Offer, operator: Operator, now: float) -> None:
        caller = offer.caller
        wait_s, position = now - caller.since, caller.original_position
        del offer.ringing[operator.name]
        self._waiting.remove(caller)
        self._outbox.add(Connect(offer.id, caller.call, operator.name, wait_s))
        data = {"wait_s": wait_s, "ring_s": now - operator.rung_at, "original_position": position}
        self._outbox.log(
            EventName.CONNECT, now, call=caller.call, queue=caller.queue, operator=operator.name, data=data
        )
        self._hands.take(caller, operator, now)
        self._offers.withdraw(offer, StopReason.ANSWERED_ELSEWHERE, now)

    def _fail(self, offer: Offer, operator: Operator, how: Failure, now: float, *, silence: bool) -> None:
        caller = offer.caller
        data = {"how": how.value, "ring_s": now - operator.rung_at}
        self._outbox.log(
            EventName.RINGNOANSWER, now, call=caller.call, queue=caller.queue, operator=operator.name, data=data
        )
        offer.failed.add(operator.name)
        self._offers.let_go(offer, operator, StopReason.NO_ANSWER, silence=silence)
        self._set_backs += 1
        operator.set_back = self._set_backs
        operator.non_responses += how is not Failure.FORWARDED
        if how in _PHONE_IS_AWAY:
            self._attendance.put_on_pause(operator, _PHONE_IS_AWAY[how], now)
        elif operator.non_responses >= self._rules[caller.queue].max_non_responses:
            self._attendance.put_on_pause(operator, NON_RESPONSE, now)
        else:
            self._roster.move(operator, OperatorState.READY, now)

    def _expire(self, due: Due, owner: str, now: float) -> None:
        if due is Due.OFFER and (offer := self._offers.find(owner)) is not None:
            for operator in list(offer.ringing.values()):
                self._fail(offer, operator, Failure.NO_ANSWER, now, silence=True)
            self._offers.end_if_silent(offer, now)
        elif due is Due.WAIT and (caller := self._waiting.find(owner)) is not None:
            self._waiting.expire(caller, now)
        elif due is Due.WRAP_UP:
            self._attendance.wrapped_up(self._roster.get(owner), now)
