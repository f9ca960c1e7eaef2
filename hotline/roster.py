"""Who the operators are, which queues they serve, and the only place where their state changes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.queues import QueueRules
from hotline.effects import PresenceChanged
from hotline.facts import EventName
from hotline.line import Skills
from hotline.operators import Operator, Seat
from hotline.outbox import Outbox
from hotline.pool import ReadyPool
from hotline.presence import SERVING, OperatorState


@dataclass(frozen=True, slots=True)
class _Served:
    rules: QueueRules
    pool: ReadyPool


class Roster:
    """Operators by name, for each queue the pool of those who are ready, and the numbers of those who serve the same.

    `freed` collects operators who became ready, until they are matched.
    """

    def __init__(self, rules: Sequence[QueueRules], outbox: Outbox) -> None:
        self._queues = {rule.name: _Served(rule, ReadyPool(rule.name, rule.strategy)) for rule in rules}
        self._operators: dict[str, Operator] = {}
        self._crews: Counter[frozenset[str]] = Counter()
        self._outbox = outbox
        self.freed: list[Operator] = []

    def find(self, name: str) -> Operator | None:
        """The operator, if they were ever heard of."""
        return self._operators.get(name)

    def get(self, name: str) -> Operator:
        """The operator; one who was never heard of gets a seat in every queue whose rules admit them."""
        operator = self._operators.get(name)
        if operator is None:
            operator = self._operators[name] = Operator(name)
            self._seat(operator, self._admitted(name))
        return operator

    def pool(self, queue: str) -> ReadyPool:
        """The ready operators of a queue."""
        return self._queues[queue].pool

    @property
    def crews(self) -> Mapping[frozenset[str], int]:
        """How many operators take calls, now or after the present one, of exactly these queues."""
        return self._crews

    def reseat(self, name: str, queues: Mapping[str, int], skills: Skills) -> Operator:
        """Give the operator exactly these queues (with penalties) and skills. Raises `ValueError` for unknown ones."""
        unknown = queues.keys() - self._queues.keys()
        if unknown:
            raise ValueError(f"no such queue: {', '.join(sorted(unknown))}")
        operator = self.get(name)
        self._take_out(operator)
        operator.skills = skills
        self._seat(operator, queues)
        self._put_in(operator)
        return operator

    def new_day(self) -> None:
        """Forget today's counts of answered calls."""
        for operator in self._operators.values():
            self._take_out(operator)
            operator.answered_today = 0
            self._put_in(operator)

    def move(
        self,
        operator: Operator,
        state: OperatorState,
        now: float,
        *,
        reason: str | None = None,
        call: str | None = None,
        until: float | None = None,
    ) -> None:
        """The operator is in another state from now on; says so, and logs what the move means."""
        self._log_move(operator, state, now, reason)
        self._take_out(operator)
        operator.state, operator.since = state, now
        operator.reason, operator.call, operator.until = reason, call, until
        self._put_in(operator)
        self.announce(operator)

    def announce(self, operator: Operator) -> None:
        """Tell the others how the operator's presence is now."""
        self._outbox.add(PresenceChanged(operator.name, operator.presence))

    def _admitted(self, name: str) -> dict[str, int]:
        members = {queue: served.rules.members for queue, served in self._queues.items()}
        listed = {queue: penalties[name] for queue, penalties in members.items() if penalties and name in penalties}
        return {queue: 0 for queue, penalties in members.items() if penalties is None} | listed

    def _seat(self, operator: Operator, queues: Mapping[str, int]) -> None:
        operator.seats = {queue: Seat(penalty, self._rank(operator, queue)) for queue, penalty in queues.items()}

    def _rank(self, operator: Operator, queue: str) -> int:
        """Members named in the rules keep the order of the rules; others follow in the order they first came."""
        if queue in operator.seats:
            return operator.seats[queue].rank
        listed = list(self._queues[queue].rules.members or ())
        if operator.name in listed:
            return listed.index(operator.name)
        return len(listed) + list(self._operators).index(operator.name)

    def _take_out(self, operator: Operator) -> None:
        self._crews[frozenset(operator.seats)] -= operator.state in SERVING
        if operator.state is OperatorState.READY:
            for queue in operator.seats:
                self.pool(queue).remove(operator)

    def _put_in(self, operator: Operator) -> None:
        self._crews[frozenset(operator.seats)] += operator.state in SERVING
        if operator.state is OperatorState.READY:
            for queue in operator.seats:
                self.pool(queue).add(operator)
            self.freed.append(operator)

    def _log_move(self, operator: Operator, state: OperatorState, now: float, reason: str | None) -> None:
        was, name, queue = operator.state, operator.name, operator.queue
        if was is OperatorState.WRAP_UP:
            acw_s = now - operator.since
            self._outbox.log(
                EventName.WRAPUP, now, call=operator.call, queue=queue, operator=name, data={"acw_s": acw_s}
            )
        if was is OperatorState.OFFLINE and state is not OperatorState.OFFLINE:
            self._outbox.log(EventName.ADDMEMBER, now, operator=name)
        if state is OperatorState.PAUSED:
            self._outbox.log(EventName.PAUSE, now, operator=name, data={"reason": reason})
        elif state is OperatorState.OFFLINE:
            self._outbox.log(EventName.REMOVEMEMBER, now, operator=name)
        elif was is OperatorState.PAUSED:
            self._outbox.log(EventName.UNPAUSE, now, operator=name)
