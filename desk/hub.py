"""Pushes to people's pages. What many pages are sent is put together once, and nobody waits for a slow one.

With 200 pages open every push is 200 writes. So what comes within a moment is gathered, and each page gets it as one
write, of bytes that are the same for all pages of a role but for the numbers in them (`desk.frames`).
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, TypeVar

from desk.connection import Connection
from desk.frames import Block, blocks
from desk.message import Message, dump
from desk.roles import Permission, roles_with
from desk.times import Clock, rfc3339
from storage.accounts import Role

QUEUE_EVERY_S = 0.25  # at most four `queue` pushes a second, however many callers come and go
GATHER_PAGES = 100  # pushes are gathered for so long with so many pages open, for less with fewer, never for longer
GATHER_S = 0.05
GATHER_PATIENT_S = 0.5  # with 100 operators typing, writing their words to all pages was most of the work
PATIENT = frozenset({"ticket", "pong"})  # a page waits three seconds for the latter
PAGES_AT_ONCE = 20  # then whoever saves a ticket or answers a call has a turn: 100 writes take 5 ms

SIGNED_OUT = 4401  # WebSocket close code: the page goes to the sign-in form instead of connecting again

T = TypeVar("T")
Payload = Mapping[str, Any] | Callable[[], Mapping[str, Any]]


class Hub:
    """Every open socket, by account. All methods belong to the event loop's thread."""

    def __init__(self, clock: Clock = time.time, queue_every_s: float = QUEUE_EVERY_S) -> None:
        self._clock = clock
        self._queue_every_s = queue_every_s
        self._connections: dict[str, set[Connection]] = defaultdict(set)
        self._pending: tuple[Payload, frozenset[Role]] | None = None  # the latest `queue`, not sent yet
        self._next_queue: asyncio.TimerHandle | None = None
        self._gathered: list[Message] = []
        self._next_flush: asyncio.TimerHandle | None = None  # when the earliest of these has waited long enough
        self._writing: Iterator[None] = iter(())  # what is left of the last flush, a page a step
        self._next_write: asyncio.Handle | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    # -- sockets ---------------------------------------------------------------------------------------------------

    def attach(self, connection: Connection) -> None:
        """From now on the connection gets pushes; not those from before, which its snapshot holds already."""
        self._flush()
        self._finish_writing()
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

    def people(self) -> list[Connection]:
        """One tab of everybody who has a page open: who they are, and in which role."""
        return [next(iter(tabs)) for tabs in self._connections.values() if tabs]

    def disconnect(self, username: str, reason: str, *, only: str | None = None, but: str | None = None) -> None:
        """Close an account's sockets: all, those of one session, or those of every session but one."""
        for tab in list(self._connections.get(username, ())):
            if only in (None, tab.session) and tab.session != but:
                self._spawn(tab.close(SIGNED_OUT, reason))

    async def close(self) -> None:
        """The service ends: drop every socket and forget what was to be sent."""
        for timer in (self._next_queue, self._next_flush, self._next_write):
            if timer is not None:
                timer.cancel()
        self._next_queue = self._next_flush = self._next_write = self._pending = None
        self._gathered.clear()
        self._writing = iter(())
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
        self.send_to((username,), kind, payload)

    def send_to(
        self, usernames: Iterable[str], kind: str, payload: Mapping[str, Any], *, at_once: bool = False
    ) -> None:
        """Push the same to some accounts' tabs, numbers whole; `at_once`: for this nothing more is gathered."""
        here = frozenset(usernames) & self._connections.keys()
        if here:
            self._gather(Message(kind, self._now(), payload, usernames=here), at_once=at_once)

    def tell(self, tab: Connection, kind: str, payload: Mapping[str, Any]) -> None:
        """Tell one tab, after everything that was pushed to it before."""
        self._gather(Message(kind, self._now(), payload, tab=tab))

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
        if self._next_queue is None:
            self._send_queue()

    def _spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _send_queue(self) -> None:
        self._next_queue = None
        if self._pending is None:
            return
        (payload, audience), self._pending = self._pending, None
        self._broadcast("queue", payload, audience)
        self._next_queue = asyncio.get_running_loop().call_later(self._queue_every_s, self._send_queue)

    def _broadcast(self, kind: str, payload: Payload, audience: frozenset[Role]) -> None:
        if any(tab.role in audience for tab in self._everyone()):
            shown = payload() if callable(payload) else payload
            self._gather(Message(kind, self._now(), shown, roles=audience))

    def _gather(self, message: Message, *, at_once: bool = False) -> None:
        """Keep it for a moment, for less if something else is written sooner: the order is that of the calls."""
        self._gathered.append(message)
        loop = asyncio.get_running_loop()
        gather_s = 0.0 if at_once else GATHER_PATIENT_S if message.kind in PATIENT else GATHER_S
        due = loop.time() + gather_s * min(1.0, self.count() / GATHER_PAGES)
        if self._next_flush is not None and due < self._next_flush.when():
            self._next_flush.cancel()
            self._next_flush = None
        if self._next_flush is None:
            self._next_flush = loop.call_at(due, self._flush)

    def _flush(self) -> None:
        """Write what was gathered, `PAGES_AT_ONCE` pages in each turn of the loop."""
        if self._next_flush is not None:
            self._next_flush.cancel()
            self._next_flush = None
        self._finish_writing()
        messages, self._gathered = self._gathered, []
        self._writing = self._writes(messages)
        self._write_some()

    def _write_some(self) -> None:
        written = sum(1 for _ in islice(self._writing, PAGES_AT_ONCE))
        more = written == PAGES_AT_ONCE
        self._next_write = asyncio.get_running_loop().call_soon(self._write_some) if more else None

    def _finish_writing(self) -> None:
        """What comes next is to be written behind the last flush."""
        if self._next_write is not None:
            self._next_write.cancel()
            self._next_write = None
        for _ in self._writing:
            pass

    def _writes(self, messages: Sequence[Message]) -> Iterator[None]:
        """A step for each tab. All tabs of a role get the same, but for accounts that a message names.

        Of those, too, everybody who is sent the same gets the same bytes.
        """
        named = {name for message in messages for name in message.names}
        of_role: dict[Role, tuple[bytes, ...]] = {}
        made: dict[tuple[bytes, ...], list[Block]] = {}
        for tab in list(self._everyone()):
            if tab.username in named:
                mine = _for(tab, messages)
            else:
                mine = of_role[tab.role] if tab.role in of_role else of_role.setdefault(tab.role, _for(tab, messages))
            if mine not in made:
                made[mine] = list(blocks(mine))
            for block in made[mine]:
                tab.enqueue(block)
            yield

    def _everyone(self) -> Iterator[Connection]:
        return chain.from_iterable(self._connections.values())

    def _now(self) -> str:
        return rfc3339(self._clock())


def _for(tab: Connection, messages: Iterable[Message]) -> tuple[bytes, ...]:
    bodies = (message.for_(tab) for message in messages)
    return tuple(body for body in bodies if body is not None)


def _audience(kind: str) -> frozenset[Role]:
    match kind:
        case "ticket":
            return roles_with(Permission.READ_TICKETS)
        case "call" | "queue" | "operator":
            return roles_with(Permission.SEE_LIVE)
        case _:
            return frozenset(Role)
