"""Brings waiting callers and ready operators together, so that nobody waits while somebody is free for them."""

from heapq import heapify, heappop, heappush

from hotline.attendance import Attendance
from hotline.line import Caller, Place
from hotline.offers import Offers
from hotline.operators import Operator
from hotline.presence import OperatorState
from hotline.roster import Roster
from hotline.waiting import WaitingRoom

_Next = tuple[Place, str]
"""A caller's place, and the operator on whose behalf it is looked at (`""`: on the caller's own)."""


class Matcher:
    """Matches only what changed: before each event nobody could be matched, so only the newly free can be now."""

    def __init__(self, roster: Roster, waiting: WaitingRoom, offers: Offers, attendance: Attendance) -> None:
        self._roster = roster
        self._attendance = attendance
        self._waiting = waiting
        self._offers = offers

    def settle(self, now: float) -> None:
        """Offer until no newly free caller or operator can be matched, in the order of the callers' places.

        O((changed + offered) · log n): an operator becoming ready looks at the head of their queues' lines.
        """
        agenda = self._agenda(now)
        while agenda:
            place, name = heappop(agenda)
            self._offer(place, now)
            if name:
                self._look_again(agenda, self._roster.get(name), now)

    def _agenda(self, now: float) -> list[_Next]:
        agenda: list[_Next] = [(caller.place, "") for caller in self._waiting.offerable]
        freed = list(self._roster.freed)
        self._waiting.offerable.clear()
        self._roster.freed.clear()
        heapify(agenda)
        for operator in freed:
            self._look_again(agenda, operator, now)
        return agenda

    def _look_again(self, agenda: list[_Next], operator: Operator, now: float) -> None:
        if operator.state is not OperatorState.READY:
            return
        place = self._first_for(operator)
        if place is not None:
            heappush(agenda, (place, operator.name))
        else:
            self._offers.join(operator, now)

    def _first_for(self, operator: Operator) -> Place | None:
        """The caller who waits longest, at the highest priority, in any queue of the operator (PEERS.md 10)."""
        heads = (self._waiting.line(queue).first_for(operator.skills) for queue in operator.seats)
        return min((head for head in heads if head is not None), default=None)

    def _offer(self, place: Place, now: float) -> None:
        caller = self._waiting.find(place.call)
        if caller is None or caller.offer is not None:
            return
        wanted = self._wanted(caller, now)
        if wanted is not None:
            self._offers.open_to(caller, wanted, now)
            return
        chosen = self._roster.pool(caller.queue).choose(caller.skills)
        if chosen:
            self._offers.open(caller, chosen, now)

    def _wanted(self, caller: Caller, now: float) -> Operator | None:
        """The next of those who are to be asked before all others, if they can take a call; a wrap-up waits for it."""
        while caller.first:
            operator = self._roster.get(caller.first.pop(0))
            if operator.state is OperatorState.WRAP_UP and operator.pending is None:
                self._attendance.wrapped_up(operator, now)
            if operator.state is OperatorState.READY:
                return operator
        return None
