"""Which operator has which call: from the queue, by transfer, or beside the queue (a consultation, a call out)."""

from hotline.attendance import Attendance
from hotline.facts import EventName, Value
from hotline.line import Caller
from hotline.operators import Operator
from hotline.outbox import Outbox
from hotline.presence import OperatorState
from hotline.roster import Roster

_MAY_ENGAGE = frozenset({OperatorState.READY, OperatorState.WRAP_UP, OperatorState.PAUSED})


class NotFreeError(Exception):
    """The operator has something else in hand; `state` says what."""

    def __init__(self, operator: str, state: OperatorState) -> None:
        super().__init__(f"{operator} is {state.value}")
        self.state = state


class Hands:
    """At most one call per operator and one operator per call; a consulted operator is busy, but has no call."""

    def __init__(self, roster: Roster, attendance: Attendance, outbox: Outbox) -> None:
        self._roster = roster
        self._attendance = attendance
        self._outbox = outbox
        self._holders: dict[str, Operator] = {}

    def __contains__(self, call: str) -> bool:
        return call in self._holders

    def take(self, caller: Caller, operator: Operator, now: float) -> None:
        """The operator answered a caller of the queue."""
        self._holders[caller.call] = operator
        operator.queue = caller.queue
        operator.answered_today += 1
        operator.non_responses = operator.set_back = 0
        self._roster.move(operator, OperatorState.TALKING, now, call=caller.call)

    def let_go(self, call: str, now: float, name: EventName, **data: Value) -> Operator | None:
        """The holder's part is over under this name; they wrap up. None when nobody holds the call."""
        operator = self._holders.pop(call, None)
        if operator is None:
            return None
        handled = {**data, "handled_s": now - operator.since}
        self._outbox.log(name, now, call=call, queue=operator.queue, operator=operator.name, data=handled)
        self._attendance.call_ended(operator, now)
        return operator

    def engage(self, operator: Operator, call: str, now: float, name: EventName) -> None:
        """The operator is busy with this call beside the queue, and is offered nothing. Raises `NotFreeError`.

        A pause is taken up again afterwards.
        """
        if operator.state not in _MAY_ENGAGE:
            raise NotFreeError(operator.name, operator.state)
        asked, operator.pending = operator.pending, None  # what was to come after the wrap-up comes after this
        if operator.state is OperatorState.WRAP_UP:
            self._attendance.wrapped_up(operator, now)
        elif operator.state is OperatorState.PAUSED and not operator.phone_away:
            asked = operator.reason
        operator.pending = asked
        self._outbox.log(name, now, call=call, operator=operator.name)
        self._roster.move(operator, OperatorState.TALKING, now, call=call)

    def take_over(self, call: str, operator: Operator, queue: str | None, now: float) -> None:
        """What the operator is engaged with is theirs from now on: a call out, or a caller who was handed over.

        A caller of a queue is connected again, which no figure counts as another answered call.
        """
        if queue is not None:
            data = {"again": 1}
            self._outbox.log(EventName.CONNECT, now, call=call, queue=queue, operator=operator.name, data=data)
        self._holders[call] = operator
        operator.queue, operator.rung_at = queue, now
        self._roster.move(operator, OperatorState.TALKING, now, call=call)

    def disengage(self, operator: Operator, now: float, name: EventName) -> None:
        """The operator is done with what was beside the queue, without a wrap-up."""
        if operator.state is not OperatorState.TALKING or self._holders.get(operator.call or "") is operator:
            return
        self._outbox.log(name, now, call=operator.call, operator=operator.name)
        self._attendance.freed(operator, now)
