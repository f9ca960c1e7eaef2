"""Operators come, go, pause, and finish their calls."""

from collections.abc import Mapping, Sequence

from config.queues import QueueRules
from hotline.deadlines import Deadlines, Due
from hotline.effects import StopReason
from hotline.estimate import ServiceTimes
from hotline.offers import Offers
from hotline.operators import Operator
from hotline.presence import PENDING_OFFLINE, PHONE_UNREACHABLE, OperatorState
from hotline.roster import Roster

_BUSY = frozenset({OperatorState.TALKING, OperatorState.WRAP_UP})


class Attendance:
    """What an operator asks for happens at once, or after the call when there is one (PEERS.md 3 and 7)."""

    def __init__(
        self,
        rules: Sequence[QueueRules],
        roster: Roster,
        offers: Offers,
        deadlines: Deadlines,
        service: Mapping[str, ServiceTimes],
    ) -> None:
        self._wrap_up_s = {rule.name: rule.wrap_up_s for rule in rules}
        self._wrap_up_outside_s = rules[0].wrap_up_s
        self._roster = roster
        self._offers = offers
        self._deadlines = deadlines
        self._service = service

    def ready(self, operator: Operator, now: float) -> None:
        """Ready for calls; ends a wrap-up, and takes back a pause that was to come after the call."""
        operator.phone_away, operator.set_aside = False, None
        if operator.state is OperatorState.WRAP_UP:
            operator.pending = None
            self.wrapped_up(operator, now)
        elif operator.state in (OperatorState.TALKING, OperatorState.READY, OperatorState.RINGING):
            self._after_call(operator, None)
        elif operator.state in (OperatorState.OFFLINE, OperatorState.PAUSED):
            self._come_in(operator, now)

    def pause(self, operator: Operator, reason: str, now: float) -> None:
        """Paused, or to be paused after the call and its wrap-up. The same reason again changes nothing."""
        if operator.state in _BUSY:
            self._after_call(operator, reason)
        elif (operator.state, operator.reason) != (OperatorState.PAUSED, reason):
            self._step_out(operator, OperatorState.PAUSED, reason, now)

    def last_call(self, operator: Operator, reason: str) -> None:
        """One more call and its wrap-up, then the pause."""
        if operator.state in (*_BUSY, OperatorState.READY, OperatorState.RINGING):
            self._after_call(operator, reason)

    def phone_gone(self, operator: Operator, now: float) -> None:
        """Nothing can ring at the operator's: no offers until the phone is back (PEERS.md 5)."""
        operator.phone_away = True
        if operator.state in (OperatorState.READY, OperatorState.RINGING):
            operator.set_aside = operator.pending
            self._step_out(operator, OperatorState.PAUSED, PHONE_UNREACHABLE, now)

    def put_on_pause(self, operator: Operator, reason: str, now: float) -> None:
        """The queue itself pauses an operator whose phone failed, in place of whatever they had asked for."""
        operator.pending = None
        self._roster.move(operator, OperatorState.PAUSED, now, reason=reason)

    def phone_back(self, operator: Operator, now: float) -> None:
        """Undoes what the phone's absence did, and nothing that the operator asked for."""
        operator.phone_away = False
        if operator.reason == PHONE_UNREACHABLE:
            asked = operator.set_aside
            self.ready(operator, now)
            self._after_call(operator, asked)

    def offline(self, operator: Operator, now: float) -> None:
        """Offline, or to be offline after the call. A wrap-up ends at once: nobody is there to finish it."""
        if operator.state in _BUSY:
            self._after_call(operator, PENDING_OFFLINE)
        elif operator.state is not OperatorState.OFFLINE:
            self._step_out(operator, OperatorState.OFFLINE, None, now)
        if operator.state is OperatorState.WRAP_UP:
            self.wrapped_up(operator, now)

    def call_ended(self, operator: Operator, now: float) -> None:
        """The operator's call is over; the wrap-up runs for as long as the call's queue gives."""
        wrap_up_s = self._wrap_up_s.get(operator.queue or "", self._wrap_up_outside_s)
        until = now + wrap_up_s
        operator.idle_since, operator.offer = now, None
        self._roster.move(operator, OperatorState.WRAP_UP, now, call=operator.call, until=until)
        if wrap_up_s > 0:
            self._deadlines.set(Due.WRAP_UP, operator.name, until)
        else:
            self.wrapped_up(operator, now)

    def wrapped_up(self, operator: Operator, now: float) -> None:
        """The wrap-up is over: on to what the operator asked for meanwhile, else ready."""
        self._deadlines.cancel(Due.WRAP_UP, operator.name)
        if operator.queue is not None:
            self._service[operator.queue].add(now, now - operator.rung_at)
            operator.queue = None
        self.freed(operator, now)

    def freed(self, operator: Operator, now: float) -> None:
        """The operator has nothing in hand any more: on to what they asked for, else ready."""
        pending, operator.pending = operator.pending, None
        if pending is None and operator.phone_away:
            self._roster.move(operator, OperatorState.PAUSED, now, reason=PHONE_UNREACHABLE)
        elif pending is None:
            self._roster.move(operator, OperatorState.READY, now)
        elif pending == PENDING_OFFLINE:
            self._roster.move(operator, OperatorState.OFFLINE, now)
        else:
            self._roster.move(operator, OperatorState.PAUSED, now, reason=pending)

    def _come_in(self, operator: Operator, now: float) -> None:
        if operator.state is OperatorState.OFFLINE:
            operator.idle_since = now  # who signs on again does not jump ahead of those who were here
        operator.non_responses = operator.set_back = 0
        self._roster.move(operator, OperatorState.READY, now)

    def _step_out(self, operator: Operator, state: OperatorState, reason: str | None, now: float) -> None:
        operator.pending = None
        offer = self._offers.find(operator.offer)
        if offer is not None:
            self._offers.let_go(offer, operator, StopReason.PRESENCE_CHANGED)
        self._roster.move(operator, state, now, reason=reason)
        if offer is not None:
            self._offers.end_if_silent(offer, now)

    def _after_call(self, operator: Operator, pending: str | None) -> None:
        if operator.pending != pending:
            operator.pending = pending
            self._roster.announce(operator)
