"""Offers: one caller, the operators whose phones ring for them, and how that ends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from config.queues import QueueRules
from hotline.deadlines import Deadlines, Due
from hotline.effects import Ring, ScreenPop, StopReason, StopRinging
from hotline.line import Caller
from hotline.operators import Operator
from hotline.outbox import Outbox
from hotline.presence import OperatorState
from hotline.roster import Roster
from hotline.strategies import Candidate, Level, level_of
from hotline.waiting import WaitingRoom


@dataclass(slots=True, eq=False)
class Offer:
    """A running offer, until `deadline` (Unix seconds). `level` is the last level among those rung at first."""

    id: str
    caller: Caller
    deadline: float
    level: Level
    ringing: dict[str, Operator] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)


class Offers:
    """All running offers. No operator is in two of them, and no caller has two."""

    def __init__(
        self,
        rules: Sequence[QueueRules],
        roster: Roster,
        waiting: WaitingRoom,
        deadlines: Deadlines,
        outbox: Outbox,
    ) -> None:
        self._ring_s = {rule.name: rule.ring_s for rule in rules}
        self._open_to_all: dict[str, dict[str, Offer]] = {
            rule.name: {} for rule in rules if rule.strategy == "ring_all"
        }
        self._offers: dict[str, Offer] = {}
        self._made = 0
        self._roster = roster
        self._waiting = waiting
        self._deadlines = deadlines
        self._outbox = outbox

    def find(self, offer: str | None) -> Offer | None:
        """The offer, while it runs."""
        return None if offer is None else self._offers.get(offer)

    def open(self, caller: Caller, chosen: Iterable[Candidate], now: float) -> None:
        """Ring the chosen operators' phones for the caller."""
        candidates = list(chosen)
        offer = self._made_for(caller, max(candidate.level for candidate in candidates), now)
        if caller.queue in self._open_to_all:
            self._open_to_all[caller.queue][offer.id] = offer
        for candidate in candidates:
            self._ring(offer, self._roster.get(candidate.operator), now)

    def open_to(self, caller: Caller, operator: Operator, now: float) -> None:
        """Ring this operator's phone and no other for the caller, whatever the queue's strategy."""
        self._ring(self._made_for(caller, (False, 0), now), operator, now)

    def _made_for(self, caller: Caller, level: Level, now: float) -> Offer:
        self._made += 1
        offer = Offer(f"{caller.call}:{self._made}", caller, now + self._ring_s[caller.queue], level)
        self._offers[offer.id] = offer
        self._deadlines.set(Due.OFFER, offer.id, offer.deadline)
        self._waiting.taken_up(caller, offer.id)
        return offer

    def join(self, operator: Operator, now: float) -> bool:
        """Ring a newly ready operator too for a caller whom a ring_all queue offers already. False: there is none."""
        for queue, seat in operator.seats.items():
            for offer in self._open_to_all.get(queue, {}).values():
                able = offer.caller.skills <= operator.skills and level_of(operator, seat) <= offer.level
                if able and operator.name not in offer.failed:
                    self._ring(offer, operator, now)
                    return True
        return False

    def let_go(self, offer: Offer, operator: Operator, reason: StopReason, *, silence: bool = True) -> None:
        """The operator is out of the offer; `silence` also stops the phone, where it did not fail by itself."""
        del offer.ringing[operator.name]
        operator.offer = None
        operator.ended_offer = (offer.id, reason)
        if silence:
            self._outbox.add(StopRinging(offer.id, offer.caller.call, operator.name, reason))

    def withdraw(self, offer: Offer, reason: StopReason, now: float) -> None:
        """The offer is over for all whose phones still ring; they are ready again."""
        self._close(offer)
        for operator in list(offer.ringing.values()):
            self.let_go(offer, operator, reason)
            self._roster.move(operator, OperatorState.READY, now)

    def end_if_silent(self, offer: Offer, now: float) -> None:
        """When no phone rings any more, the offer is over and its caller is back in line."""
        if not offer.ringing:
            self._close(offer)
            self._waiting.come_back(offer.caller, now)

    def crossed(self, offer: str, operator: str) -> None:
        """An answer to an offer that is over: hang up that leg, unless it only repeats the answer that was taken."""
        known = self._roster.find(operator)
        if known is not None and known.offer == offer:
            return
        ended = known.ended_offer if known is not None else None
        reason = ended[1] if ended is not None and ended[0] == offer else StopReason.CALLER_LEFT
        call = offer.rpartition(":")[0]
        self._outbox.add(StopRinging(offer, call, operator, reason))

    def _ring(self, offer: Offer, operator: Operator, now: float) -> None:
        call = offer.caller.call
        offer.ringing[operator.name] = operator
        operator.offer, operator.rung_at = offer.id, now
        self._roster.move(operator, OperatorState.RINGING, now, call=call)
        self._outbox.add(ScreenPop(offer.id, call, operator.name))
        self._outbox.add(Ring(offer.id, call, operator.name, offer.deadline))

    def _close(self, offer: Offer) -> None:
        self._deadlines.cancel(Due.OFFER, offer.id)
        del self._offers[offer.id]
        self._open_to_all.get(offer.caller.queue, {}).pop(offer.id, None)
