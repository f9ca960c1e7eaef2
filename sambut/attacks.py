"""Tells the admins that somebody tries passwords, or floods the SIP ports: once in a while, not at each refusal."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import structlog

from desk.hub import Hub
from sambut import letters
from sambut.clock import Clock
from sambut.contain import contained
from storage import Role

log = structlog.get_logger(__name__)

WINDOW_S = 600.0
"""Refusals within so long count together."""
QUIET_S = 3600.0
"""After an alarm there is none of its kind for so long."""
LOOK_EVERY_S = 10.0
SIP_COUNTERS = ("strangers", "too_many", "too_much", "connections_refused")
"""Of `sip.door.COUNTERS`: what was refused to somebody."""

Tell = Callable[[str, int], None]
"""What is told in `letters`, and how many there were."""


class Threshold:
    """Of things that are counted: whether there were `most` within `WINDOW_S`. Time comes in as `now` (seconds)."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._counted: deque[tuple[float, int]] = deque()
        self._sum = 0
        self._quiet_until = float("-inf")

    def reached(self, count: int, now: float) -> int:
        """Count so many more. How many there were, if that is to be told now; else 0."""
        self._sum += count
        if self._counted and now - self._counted[-1][0] < 1:  # a flood does not fill the memory
            now, before = self._counted.pop()
            count += before
        self._counted.append((now, count))
        while self._counted and self._counted[0][0] <= now - WINDOW_S:
            self._sum -= self._counted.popleft()[1]
        if not self._most or self._sum < self._most or now < self._quiet_until:
            return 0
        self._quiet_until = now + QUIET_S
        return self._sum


class Refusing(Protocol):
    """`sip.ports.Agent`, as far as it is asked here."""

    def refusals(self) -> Mapping[str, int]: ...


class Attacks:
    """Belongs to the event loop's thread. `sign_ins` and `sip` are how many refusals are told of; 0 for never."""

    def __init__(self, *, sign_ins: int, sip: int, agent: Refusing, hub: Hub, clock: Clock) -> None:
        self._sign_ins = Threshold(sign_ins)
        self._sip = Threshold(sip)
        self._agent = agent
        self._hub = hub
        self._clock = clock
        self._refused_before = 0
        self._also: list[Tell] = []
        self._lately: dict[str, tuple[float, int]] = {}

    def tell_also(self, tell: Tell) -> None:
        """From now on the admins are told this way too, beside log, page and status."""
        self._also.append(tell)

    def sign_in_refused(self) -> None:
        """Somebody was not let in: a password, a second factor, a softphone's token."""
        self._tell_if(letters.SIGN_INS_REFUSED, self._sign_ins.reached(1, self._clock()))

    async def watch(self) -> None:
        """Look at the SIP door's counters again and again, until cancelled."""
        while True:
            with contained("sip_refusals_not_counted"):
                self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    def look(self) -> None:
        """Once."""
        counters = self._agent.refusals()
        refused = sum(counters.get(name, 0) for name in SIP_COUNTERS)
        more, self._refused_before = max(0, refused - self._refused_before), refused
        self._tell_if(letters.SIP_REFUSED, self._sip.reached(more, self._clock()))

    def warnings(self) -> Sequence[str]:
        """For the status page, as long as it is quiet after an alarm."""
        since = self._clock() - QUIET_S
        return [
            f"{_WORDS[about]}: {count} within {WINDOW_S / 60:g} minutes; the log names the addresses (deploy/fail2ban)"
            for about, (at, count) in self._lately.items()
            if at > since
        ]

    def _tell_if(self, about: str, count: int) -> None:
        if count == 0:
            return
        log.error(f"many_{about}", count=count, window_s=WINDOW_S)
        self._lately[about] = (self._clock(), count)
        self._hub.publish("notice", {"code": about, "level": "warning", "count": count}, [Role.ADMIN])
        for tell in self._also:
            tell(about, count)


_WORDS = {letters.SIGN_INS_REFUSED: "many sign-ins were refused", letters.SIP_REFUSED: "many SIP packets were refused"}
