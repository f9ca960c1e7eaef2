"""What has to be looked after from time to time: stray legs, endless calls, pages that are gone, and midnight."""

import asyncio
from collections.abc import Callable, Iterable, Sequence

import structlog

from desk.hub import Hub
from hotline.distributor import Distributor
from hotline.effects import Effect
from hotline.presence import OperatorState
from sambut.callers import Callers
from sambut.calls import Calls
from sambut.clock import Clock
from sambut.contain import contained
from sambut.facts import FactLog
from sambut.people import People
from sip.events import LegId
from sip.ports import Agent

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 5.0
ACKNOWLEDGED_WITHIN_S = 32.0  # 64 × T1: an answer without ACK by then is given up (RFC 3261 section 13.3.1.4)
LONGEST_CALL_S = 4 * 3600.0  # nobody talks that long: a leg whose end got lost (PEERS.md 1)
PAGE_GONE_S = 30.0  # a reload takes a second or two; a closed page is not coming back


class Housekeeping:
    """Each round mends what no event told of. An operator who never opened a page (a script) is left alone."""

    def __init__(
        self,
        *,
        agent: Agent,
        calls: Calls,
        callers: Callers,
        owned: Sequence[Callable[[LegId], bool]],
        people: People,
        distributor: Distributor,
        distribute: Callable[[Iterable[Effect]], None],
        facts: FactLog,
        hub: Hub,
        clock: Clock,
    ) -> None:
        self._agent = agent
        self._calls = calls
        self._callers = callers
        self._owned = (calls.owns, *owned)
        self._people = people
        self._distributor = distributor
        self._distribute = distribute
        self._facts = facts
        self._hub = hub
        self._clock = clock
        self._strays: set[int] = set()
        self._seen: dict[str, float] = {}  # operator -> when their page was last open
        self._midnight = facts.midnight()

    async def run(self) -> None:
        """Look around until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            with contained("housekeeping_failed"):
                self.look()

    def look(self) -> None:
        """One round."""
        now = self._clock()
        self._hang_up_strays()
        self._end_endless_calls(now)
        self._sign_off_the_absent(now)
        if self._facts.midnight() != self._midnight:
            self._midnight = self._facts.midnight()
            self._distribute(self._distributor.new_day(now))

    def _hang_up_strays(self) -> None:
        standing = [leg for leg in self._agent.legs if not self._agent.is_hung_up(leg)]
        orphans = {leg for leg in standing if not any(owns(leg) for owns in self._owned)}
        for leg in orphans & self._strays:  # twice in a row: not one that is just coming up
            log.error("stray_leg", leg=leg)
            self._agent.hang_up(leg)
        self._strays = orphans

    def _end_endless_calls(self, now: float) -> None:
        for call in self._calls:
            lasted_s = now - call.started_at
            if call.direction == "in" and call.answered_at is None and lasted_s > ACKNOWLEDGED_WITHIN_S:
                self._callers.end(call, "system", "not_acknowledged")
            elif call.placed and lasted_s > LONGEST_CALL_S:
                log.error("endless_call", call=call.id)
                self._callers.end(call, "system", "too_long")

    def _sign_off_the_absent(self, now: float) -> None:
        """An operator who is ready in front of a closed page would not see the pop (PEERS.md 15)."""
        for username in [person.username for person in self._people.all()]:
            if self._hub.connected(username):
                self._seen[username] = now
                continue
            state = self._distributor.presence(username).state
            if state is OperatorState.OFFLINE:
                self._seen.pop(username, None)
            elif state is OperatorState.READY and now - self._seen.get(username, now) > PAGE_GONE_S:
                log.warning("operator_without_page", operator=username)
                self._distribute(self._distributor.offline(username, now))
