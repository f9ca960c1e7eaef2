"""How many connections the pages' listener holds: in all, and for one address. Who is above is cut off at once.

How long a connection may stay without a whole head of a request is aiohttp's own `keepalive_timeout`: it runs from the
first moment on, and anew from each answer.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

import structlog
from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from config import Settings
from config.trunks import THIS_MACHINE
from desk.security import Network, among, plain_address

IDLE_S = 20.0
"""Without a request for so long a connection is closed; browsers open another one when they need it."""
TOLD_EVERY_S = 10.0
"""An address that is above the limit is told in the log so often at the most."""

_log = structlog.get_logger(__name__)


class ConnectionLimits:
    """Counts the connections of one server. `free` are networks whose addresses stand for many people, or for us."""

    def __init__(self, *, in_all: int, per_address: int, free: Sequence[Network], now: Callable[[], float]) -> None:
        self._in_all = in_all
        self._per_address = per_address
        self._free = free
        self._now = now
        self._open: dict[object, str] = {}
        self._of: Counter[str] = Counter()
        self._told: dict[str, float] = {}

    def guard(self, server: web.Server) -> None:
        """From now on this server's connections are counted, and those above the limits cut off."""
        made, lost = server.connection_made, server.connection_lost

        def connection_made(handler: RequestHandler, transport: asyncio.Transport) -> None:
            made(handler, transport)
            if not self.came(handler, _address_of(transport)):
                transport.abort()

        def connection_lost(handler: RequestHandler, exc: BaseException | None = None) -> None:
            self.went(handler)
            lost(handler, exc)

        server.connection_made = connection_made  # type: ignore[method-assign]
        server.connection_lost = connection_lost  # type: ignore[method-assign]

    def came(self, connection: object, address: str) -> bool:
        """Whether it may stay. It is counted until it went, in either case."""
        self._open[connection] = address
        self._of[address] += 1
        above = self._of[address] > self._per_address and not among(address, self._free)
        if not above and len(self._open) <= self._in_all:
            return True
        self._tell(address, "address" if above else "all")
        return False

    def went(self, connection: object) -> None:
        """It is over. Harmless for one that is not known."""
        address = self._open.pop(connection, None)
        if address is not None:
            self._of[address] -= 1
            if not self._of[address]:
                del self._of[address]

    def _tell(self, address: str, limit: str) -> None:
        now = self._now()
        self._told = {each: at for each, at in self._told.items() if now - at < TOLD_EVERY_S}
        if address not in self._told:
            self._told[address] = now
            _log.warning("http_too_many", limit=limit, source=address)


def limits_of(settings: Settings, now: Callable[[], float]) -> ConnectionLimits:
    """As the settings want it. This machine and named proxies have no limit of their own."""
    return ConnectionLimits(
        in_all=settings.http_connections,
        per_address=settings.http_connections_per_address,
        free=(*THIS_MACHINE, *settings.trusted_proxies),
        now=now,
    )


def _address_of(transport: asyncio.Transport) -> str:
    peer = transport.get_extra_info("peername")
    return plain_address(str(peer[0])) or "" if peer else ""
