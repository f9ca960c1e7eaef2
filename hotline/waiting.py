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
        line = self.line(queue)
        rules = self._rules[queue]
        self._entered += 1
        place = Place(-(priority + rules.priority), now, self._entered, call)
        caller = self._callers[call] = Caller(call, queue, place, skills, now + rules.max_wait_s)
        line.enter(caller)
        caller.original_position = line.position(caller)
        self._deadlines.set(Due.WAIT, call, caller.expires_at)
        self.offerable.append(caller)
        data = {"position": caller.original_position, "priority": priority + rules.priority}
        self._outbox.log(EventName.ENTERQUEUE, now, call=call, queue=queue, data=data)

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
        """The caller leaves unanswered."""
        data = {
            "position": self.position(caller),
            "original_position": caller.original_position,
            "wait_s": now - caller.since,
        }
        self.remove(caller)
        self._outbox.log(_FACT_OF[how], now, call=caller.call, queue=caller.queue, data=data)

    def remove(self, caller: Caller) -> None:
        """The caller is out of the line, for whatever reason."""
        self._deadlines.cancel(Due.WAIT, caller.call)
        self._lines[caller.queue].leave(caller)
        del self._callers[caller.call]
