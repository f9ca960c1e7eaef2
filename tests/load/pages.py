"""Operators at their pages: a WebSocket each, signed in, made ready over the HTTP API."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from storage import Role
from tests.load.subjects import Person, Subject

COOKIES = {"http": "sambut", "https": "__Host-sambut"}
HEARTBEAT_S = 5.0


@dataclass(frozen=True, slots=True)
class Pop:
    """A screen pop as a page received it, Unix seconds."""

    at: float
    operator: str
    call: str
    queued_at: str


Listener = Callable[[Person, Mapping[str, Any]], None]
"""Is told what the server says of a page's headset."""


@dataclass(slots=True)
class Pages:
    """Every open page. `ports` are their local TCP ports, by username."""

    http: aiohttp.ClientSession
    base: str
    listener: Listener | None = None
    pops: list[Pop] = field(default_factory=list)
    ports: dict[str, int] = field(default_factory=dict)
    messages: int = 0
    closed: int = 0
    _sockets: dict[str, aiohttp.ClientWebSocketResponse] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def open(self, person: Person) -> "asyncio.Task[None]":
        """Open this person's page; the task that reads it is to be cancelled in the end."""
        socket = await self.http.ws_connect(f"{self.base}/ws", headers=self._headers(person), max_msg_size=0)
        self._sockets[person.username] = socket
        self.ports[person.username] = int(socket.get_extra_info("sockname")[1])
        return asyncio.create_task(self._read(socket, person))

    async def ask(self, person: Person, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The JSON of the answer. Raises `aiohttp.ClientResponseError`."""
        address = f"{self.base}/api/v1{path}"
        async with self.http.request(method, address, json=body or {}, headers=self._headers(person)) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def ready(self, person: Person) -> None:
        """The operator takes calls from now on."""
        await self.ask(person, "PUT", "/me/presence", {"state": "ready"})

    async def say(self, person: Person, message: Mapping[str, Any]) -> None:
        """Send over the page's WebSocket."""
        await self._sockets[person.username].send_str(json.dumps(message))

    async def pop_after(self, count: int, within_s: float = 20) -> Pop:
        """The first pop after so many, once it is there. Raises `TimeoutError`."""
        async with asyncio.timeout(within_s):
            while len(self.pops) <= count:
                self._news.clear()
                await self._news.wait()
        return self.pops[count]

    def _headers(self, person: Person) -> dict[str, str]:
        return {"Origin": self.base, "Cookie": cookie(self.base, person)}

    async def _read(self, socket: aiohttp.ClientWebSocketResponse, person: Person) -> None:
        """The clock is read before anything else is done with a message."""
        heart = asyncio.create_task(_beat(socket))
        try:
            async for message in socket:
                at = time.time()
                self.messages += 1
                head = message.data[:64]
                if '"type":"screen_pop"' in head:
                    call = json.loads(message.data)["call"]
                    self.pops.append(Pop(at, person.username, call["id"], call["queued_at"]))
                    self._news.set()
                elif self.listener is not None and '"type":"headset' in head:
                    self.listener(person, json.loads(message.data))
            self.closed += 1
        finally:
            heart.cancel()


def cookie(base: str, person: Person) -> str:
    """By which this person's page is signed in."""
    return f"{COOKIES[base.partition(':')[0]]}={person.token}"


async def _beat(socket: aiohttp.ClientWebSocketResponse) -> None:
    """As the real page does (web/src/api/socket.ts), each page in its own time."""
    await asyncio.sleep(random.uniform(0, HEARTBEAT_S))
    with suppress(ConnectionError):
        while not socket.closed:
            await socket.send_str('{"type":"ping"}')
            await asyncio.sleep(HEARTBEAT_S)


@asynccontextmanager
async def open_pages(subject: Subject, people: Sequence[Person], *, ready: bool = True) -> AsyncIterator[Pages]:
    """Everybody signs on: the page is open first, then the operator says ready, if their phones are there."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, ssl=False)) as session:
        pages = Pages(session, subject.base)
        readers = [await pages.open(person) for person in people]
        for person in people:
            if ready and person.role is Role.OPERATOR:
                await pages.ready(person)
        try:
            yield pages
        finally:
            for reader in readers:
                reader.cancel()
            await asyncio.gather(*readers, return_exceptions=True)
