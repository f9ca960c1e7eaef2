"""Every caller who waits in some queue: entering, leaving, and waiting too long."""

from collections.abc import Sequence
from enum import StrEnum

from config.queues import QueueRules
from hotline.deadlines import Deadlines, Due
from hotline.effects import WaitExpired
from hotline.facts import EventName
from hotline.line import Caller, Line, Place, Skills
from hotline.outbox import Outbox


class LeaveReason(StrEnum):
    """How a caller leaves a queue without an operator (METRICS.md: abandon or flow-out)."""

    ABANDONED = "abandoned"
    CALLBACK = "callback"
    VOICEMAIL = "voicemail"
    KEY = "key"
    TIMEOUT = "timeout"


_FACT_OF = {
    LeaveReason.ABANDONED: EventName.ABANDON,
    LeaveReason.CALLBACK: EventName.CALLBACKREQUEST,
    LeaveReason.VOICEMAIL: EventName.VOICEMAIL,
    LeaveReason.KEY: EventName.EXITWITHKEY,
    LeaveReason.TIMEOUT: EventName.EXITWITHTIMEOUT,
}


NO_SKILLS: Skills = frozenset()
AT_THE_FRONT = 10_000
"""Priority above any that an installation gives: who has waited already does not wait behind those who came later."""

CALLBACK_WITHIN_S = 4 * 3600.0
"""A place-holder whose turn has not come by then leaves the line; its ticket stays in the list of callbacks."""


class WaitingRoom:
    """The lines of all queues. `offerable` collects callers who became free to be offered, until they are matched."""

    def __init__(self, rules: Sequence[QueueRules], deadlines: Deadlines, outbox: Outbox) -> None:
        self._rules = {rule.name: rule for rule in rules}
        self._lines = {rule.name: Line() for rule in rules}
        self._callers: dict[str, Caller] = {}
        self._entered = 0
        self._deadlines = deadlines
        self._outbox = outbox
        self.offerable: list[Caller] = []

    def find(self, call: str) -> Caller | None:
        """The caller, if they wait in some queue."""
        return self._callers.get(call)

    def line(self, queue: str) -> Line:
        """The line of one queue. Raises `ValueError` for an unknown one."""
        if queue not in self._lines:
            raise ValueError(f"no such queue: {queue}")
        return self._lines[queue]

    def position(self, caller: Caller) -> int:
        """1 for the caller who is next in their queue."""
        return self._lines[caller.queue].position(caller)

    def enter(self, call: str, queue: str, now: float, priority: int, skills: Skills) -> None:
        """The caller joins the queue's line. Raises `ValueError` for an unknown queue."""
        caller = self._join(call, queue, now, priority + self._rules_of(queue).priority, skills)
        data = {"position": caller.original_position, "priority": -caller.place.negative_priority}
        self._outbox.log(EventName.ENTERQUEUE, now, call=call, queue=queue, data=data)

    def enter_again(self, call: str, queue: str, now: float, priority: int, first: Sequence[str]) -> Caller:
        """A caller who had an operator, or a place-holder, is (back) in line; those in `first` are asked first.

        Not a new offered call (METRICS.md), and the event says so. Raises `ValueError` for an unknown queue.
        """
        caller = self._join(call, queue, now, priority, NO_SKILLS)
        caller.first = list(first)
        data = {"position": caller.original_position, "priority": priority, "again": 1}
        self._outbox.log(EventName.ENTERQUEUE, now, call=call, queue=queue, data=data)
        return caller

    def keep_place(self, caller: Caller, placeholder: str, now: float) -> None:
        """The caller hangs up and is called when their turn comes: a flow-out that leaves a place-holder in line."""
        self.leave(caller, now, LeaveReason.CALLBACK)
        self._stand(caller.place._replace(call=placeholder), caller.queue, now)

    def enter_to_call_back(self, placeholder: str, queue: str, now: float, priority: int) -> None:
        """A place-holder for a caller who was counted as one before."""
        self._entered += 1
        self._stand(Place(-priority, now, self._entered, placeholder), queue, now)

    def _stand(self, place: Place, queue: str, now: float) -> None:
        caller = self._add(Caller(place.call, queue, place, NO_SKILLS, now + CALLBACK_WITHIN_S, callback=True))
        self.offerable.append(caller)

    def _join(self, call: str, queue: str, now: float, priority: int, skills: Skills) -> Caller:
        expires_at = now + self._rules_of(queue).max_wait_s
        self._entered += 1
        caller = self._add(Caller(call, queue, Place(-priority, now, self._entered, call), skills, expires_at))
        self.offerable.append(caller)
        return caller

    def _add(self, caller: Caller) -> Caller:
        line = self.line(caller.queue)
        self._callers[caller.call] = caller
        line.enter(caller)
        caller.original_position = line.position(caller)
        self._deadlines.set(Due.WAIT, caller.call, caller.expires_at)
        return caller

    def _rules_of(self, queue: str) -> QueueRules:
        self.line(queue)  # raises for an unknown one
        return self._rules[queue]

    def taken_up(self, caller: Caller, offer: str) -> None:
        """A phone rings for the caller: their wait cannot expire meanwhile."""
        caller.offer = offer
        self._lines[caller.queue].offered(caller)
        self._deadlines.cancel(Due.WAIT, caller.call)

    def come_back(self, caller: Caller, now: float) -> None:
        """No phone rings for the caller any more: back to the same place, or out if they have waited long enough."""
        if now >= caller.expires_at:
            self.expire(caller, now)
            return
        caller.offer = None
        self._lines[caller.queue].offerable(caller)
        self._deadlines.set(Due.WAIT, caller.call, caller.expires_at)
        self.offerable.append(caller)

    def expire(self, caller: Caller, now: float) -> None:
        """The caller has waited as long as the queue allows, and leaves the line."""
        self.leave(caller, now, LeaveReason.TIMEOUT)
        self._outbox.add(WaitExpired(caller.call, caller.queue))

    def leave(self, caller: Caller, now: float, how: LeaveReason) -> None:
        """The caller leaves unanswered. A place-holder has been counted already."""
        if not caller.callback:
            self._log_leaving(caller, now, how)
        self.remove(caller)

    def _log_leaving(self, caller: Caller, now: float, how: LeaveReason) -> None:
        data = {
            "position": self.position(caller),
            "original_position": caller.original_position,
            "wait_s": now - caller.since,
        }
        self._outbox.log(_FACT_OF[how], now, call=caller.call, queue=caller.queue, data=data)

    def remove(self, caller: Caller) -> None:
        """The caller is out of the line, for whatever reason."""
        self._deadlines.cancel(Due.WAIT, caller.call)
        self._lines[caller.queue].leave(caller)
        del self._callers[caller.call]
