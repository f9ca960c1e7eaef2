"""Pushes to people's pages. JSON is dumped once per message, not once per socket, and nobody waits for a slow one."""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any, TypeVar

from desk.connection import Connection
from desk.privacy import masked
from desk.roles import Permission, may, roles_with
from desk.times import Clock, rfc3339
from storage.accounts import Role

QUEUE_EVERY_S = 0.25  # at most four `queue` pushes a second, however many callers come and go

SIGNED_OUT = 4401  # WebSocket close code: the page goes to the sign-in form instead of connecting again

T = TypeVar("T")
Payload = Mapping[str, Any] | Callable[[], Mapping[str, Any]]


def dump(kind: str, at: str, payload: Mapping[str, Any]) -> bytes:
    """One message without its `seq`, which each connection puts in front."""
    return json.dumps({"type": kind, "at": at, **payload}, ensure_ascii=False, separators=(",", ":")).encode()


class Hub:
    """Every open socket, by account. All methods belong to the event loop's thread."""

    def __init__(self, clock: Clock = time.time, queue_every_s: float = QUEUE_EVERY_S) -> None:
        self._clock = clock
        self._queue_every_s = queue_every_s
        self._connections: dict[str, set[Connection]] = defaultdict(set)
        self._pending: tuple[Payload, frozenset[Role]] | None = None  # the latest `queue`, not sent yet
        self._next_flush: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    # -- sockets ---------------------------------------------------------------------------------------------------

    def attach(self, connection: Connection) -> None:
        """From now on the connection gets pushes."""
        self._connections[connection.username].add(connection)

    def detach(self, connection: Connection) -> None:
        """No more pushes; harmless when already gone."""
        tabs = self._connections.get(connection.username, set())
        tabs.discard(connection)
        if not tabs:
            self._connections.pop(connection.username, None)

    def count(self) -> int:
        """Open sockets, for the metrics page."""
        return sum(map(len, self._connections.values()))

    def connected(self, username: str) -> bool:
        """Whether this account has a page open."""
        return username in self._connections

    def disconnect(self, username: str, reason: str, *, only: str | None = None, but: str | None = None) -> None:
        """Close an account's sockets: all, those of one session, or those of every session but one."""
        for tab in list(self._connections.get(username, ())):
            if only in (None, tab.session) and tab.session != but:
                self._spawn(tab.close(SIGNED_OUT, reason))

    async def close(self) -> None:
        """The service ends: drop every socket and forget what was to be sent."""
        if self._next_flush is not None:
            self._next_flush.cancel()
            self._next_flush = None
        self._pending = None
        for connection in list(self._everyone()):
            connection.drop()
        await asyncio.gather(*self._tasks)

    # -- pushes ----------------------------------------------------------------------------------------------------

    async def pop(self, username: str, message: Mapping[str, Any]) -> bool:
        """Push a `screen_pop` to this operator's tabs only, past everything that is queued.

        True once it has been written to at least one socket; False when there is none or none takes it in time.
        """
        body = dump("screen_pop", self._now(), message)
        writes = [self._spawn(tab.write_now(body)) for tab in self._connections.get(username, ())]
        for written in asyncio.as_completed(writes):
            if await written:
                return True  # a second, slower tab gets its copy by itself
        return False

    def send(self, username: str, kind: str, payload: Mapping[str, Any]) -> None:
        """Push one message to one account's tabs, numbers whole."""
        tabs = self._connections.get(username)
        if tabs:
            body = dump(kind, self._now(), payload)
            for tab in list(tabs):
                tab.enqueue(body)

    def publish(self, kind: str, payload: Payload, roles: Iterable[Role] | None = None) -> None:
        """Push to everyone whose role is in `roles` (default: whoever may see this type).

        `queue` is coalesced to one per `queue_every_s`, the latest wins; `payload` may be a function, which is then
        called only when something is really sent. Caller numbers are masked for whoever may not see them.
        """
        audience = frozenset(_audience(kind) if roles is None else roles)
        if kind != "queue":
            self._broadcast(kind, payload, audience)
            return
        self._pending = (payload, audience)
        if self._next_flush is None:
            self._flush()

    def _spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _flush(self) -> None:
        self._next_flush = None
        if self._pending is None:
            return
        (payload, audience), self._pending = self._pending, None
        self._broadcast("queue", payload, audience)
        self._next_flush = asyncio.get_running_loop().call_later(self._queue_every_s, self._flush)

    def _broadcast(self, kind: str, payload: Payload, audience: Iterable[Role]) -> None:
        listeners = [tab for tab in self._everyone() if tab.role in audience]
        if not listeners:
            return
        variants = _Variants(kind, self._now(), payload() if callable(payload) else payload)
        for tab in listeners:
            tab.enqueue(variants.for_(tab))

    def _everyone(self) -> Iterable[Connection]:
        return [tab for tabs in self._connections.values() for tab in tabs]

    def _now(self) -> str:
        return rfc3339(self._clock())


class _Variants:
    """One message as the eyes of its readers may see it: whole or masked, each dumped at most once."""

    def __init__(self, kind: str, at: str, payload: Mapping[str, Any]) -> None:
        self._kind, self._at, self._payload = kind, at, payload
        call = payload.get("call")
        self._owner = call.get("operator") if isinstance(call, Mapping) else None
        self._dumped: dict[bool, bytes] = {}

    def for_(self, tab: Connection) -> bytes:
        whole = (
            self._kind == "ticket"  # a ticket's page shows the number: it is what a call back dials
            or tab.username == self._owner
            or may(tab.role, Permission.SEE_NUMBERS)
        )
        if whole not in self._dumped:
            payload = self._payload if whole else masked(self._payload)
            self._dumped[whole] = dump(self._kind, self._at, payload)
        return self._dumped[whole]


def _audience(kind: str) -> frozenset[Role]:
    match kind:
        case "ticket":
            return roles_with(Permission.READ_TICKETS)
        case "call" | "queue" | "operator":
            return roles_with(Permission.SEE_LIVE)
        case _:
            return frozenset(Role)
