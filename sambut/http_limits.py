"""How many connections the pages' listener holds, in all and for one address, and how many handshakes it begins.

Who is above is cut off at once. Where somebody has signed in there is room when strangers have taken all of theirs.
How long a connection may stay without a whole head of a request is aiohttp's own `keepalive_timeout`: it runs from the
first moment on, and anew from each answer.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from ipaddress import ip_network
from typing import Literal

import structlog

from config import Settings
from config.trunks import THIS_MACHINE
from desk.security import Network, among

IDLE_S = 20.0
"""Without a request for so long a connection is closed; browsers open another one when they need it."""
TOLD_EVERY_S = 10.0
"""An address that is above a limit is told in the log so often at the most, and so are the limits in all."""
HANDSHAKES_PER_S, HANDSHAKES_AT_ONCE = 100.0, 300.0
"""TLS handshakes of strangers in all: each takes some 1.5 ms of the loop that all calls are on."""
HANDSHAKES_OF_ONE_PER_S, HANDSHAKES_OF_ONE_AT_ONCE = 20.0, 60.0
MOST_ADDRESSES = 4096
"""That are remembered; the one that was silent longest makes room."""
ROOM_FOR_KNOWN = 1.25
"""So many times the limit in all, for an address where somebody has signed in."""

Limit = Literal["address", "handshakes_of_address", "all", "handshakes"]
OF_ONE_ADDRESS = ("address", "handshakes_of_address")
"""These are whoever's it is; the others are met by everybody, and nobody is to be shut out for them."""

_log = structlog.get_logger(__name__)


class Bucket:
    """So many a second, and at once after a pause."""

    def __init__(self, per_second: float, at_once: float, now: float) -> None:
        self._per_second = per_second
        self._at_once = at_once
        self._tokens = at_once
        self._at = now

    def has(self, now: float) -> bool:
        """Whether one more is within the limit."""
        self._tokens = min(self._at_once, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        return self._tokens >= 1

    def take(self) -> None:
        self._tokens -= 1


class ConnectionLimits:
    """Counts the connections of one server.

    `free` are networks whose addresses stand for many people, or for us. `ours` have room when strangers have taken
    theirs, as an address where somebody has signed in.
    """

    def __init__(
        self,
        *,
        in_all: int,
        per_address: int,
        free: Sequence[Network],
        ours: Sequence[Network] = (),
        now: Callable[[], float],
    ) -> None:
        self._in_all = in_all
        self._per_address = per_address
        self._free = free
        self._ours = ours
        self._now = now
        self._open: dict[object, str] = {}
        self._of: Counter[str] = Counter()
        self._told: dict[str, float] = {}
        self._known: dict[str, None] = {}
        self._handshakes = Bucket(HANDSHAKES_PER_S, HANDSHAKES_AT_ONCE, now())
        self._handshakes_of: dict[str, Bucket] = {}

    def came(self, connection: object, address: str, *, is_secure: bool = False) -> bool:
        """Whether it may stay. It is counted until it went, in either case. Of IPv6 a network of 64 bits is one."""
        counted = _counted_by(address)
        self._open[connection] = counted
        self._of[counted] += 1
        limit = self._above(address, counted, is_secure)
        if limit in OF_ONE_ADDRESS:
            self._tell(address, "http_too_many", limit=limit, source=address)
        elif limit is not None:
            self._tell(limit, "http_full", limit=limit)
        return limit is None

    def went(self, connection: object) -> None:
        """It is over. Harmless for one that is not known."""
        address = self._open.pop(connection, None)
        if address is not None:
            self._of[address] -= 1
            if not self._of[address]:
                del self._of[address]

    def knows(self, address: str) -> None:
        """Somebody is signed in there."""
        address = _counted_by(address)
        self._known.pop(address, None)
        self._known[address] = None
        if len(self._known) > MOST_ADDRESSES:
            del self._known[next(iter(self._known))]

    def _above(self, address: str, counted: str, is_secure: bool) -> Limit | None:
        """Which limit one more connection of this address is above, if any."""
        if self._of[counted] > self._per_address and not among(address, self._free):
            return "address"
        is_known = counted in self._known or among(address, self._ours)
        if len(self._open) > self._in_all * (ROOM_FOR_KNOWN if is_known else 1):
            return "all"
        return self._above_handshakes(counted) if is_secure and not is_known else None

    def _above_handshakes(self, address: str) -> Limit | None:
        """One that is within the limits is counted."""
        now = self._now()
        mine = self._handshakes_of.pop(address, None)
        if mine is None:
            mine = Bucket(HANDSHAKES_OF_ONE_PER_S, HANDSHAKES_OF_ONE_AT_ONCE, now)
        self._handshakes_of[address] = mine
        if len(self._handshakes_of) > MOST_ADDRESSES:
            del self._handshakes_of[next(iter(self._handshakes_of))]
        if not mine.has(now):
            return "handshakes_of_address"
        if not self._handshakes.has(now):
            return "handshakes"
        mine.take()
        self._handshakes.take()
        return None

    def _tell(self, what: str, event: str, **more: str) -> None:
        now = self._now()
        self._told = {each: at for each, at in self._told.items() if now - at < TOLD_EVERY_S}
        if what not in self._told:
            self._told[what] = now
            _log.warning(event, **more)


def _counted_by(address: str) -> str:
    """Whom an address stands for: one host has as many of IPv6's as it likes, out of one network of 64 bits."""
    if ":" not in address:
        return address
    return str(ip_network((address, 64), strict=False).network_address)


def limits_of(settings: Settings, now: Callable[[], float]) -> ConnectionLimits:
    """As the settings want it. This machine and named proxies have no limit of their own.

    There is room for this machine (its health check) and for where operators' phones lie: the office.
    """
    office = [network for network in settings.phone_networks if not isinstance(network, str)]
    return ConnectionLimits(
        in_all=settings.http_connections,
        per_address=settings.http_connections_per_address,
        free=(*THIS_MACHINE, *settings.trusted_proxies),
        ours=(*THIS_MACHINE, *office),
        now=now,
    )
