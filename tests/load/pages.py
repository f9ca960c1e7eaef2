"""Operators at their pages: a WebSocket each, signed in, made ready over the HTTP API."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from storage import Role
from tests.load.subjects import Person, Subject

COOKIE = "sambut"


@dataclass(frozen=True, slots=True)
class Pop:
    """A screen pop as a page received it, Unix seconds."""

    at: float
    operator: str
    call: str
    queued_at: str


@dataclass(slots=True)
class Pages:
    """Every open page. `ports` are their local TCP ports, by username."""

    pops: list[Pop] = field(default_factory=list)
    ports: dict[str, int] = field(default_factory=dict)
    messages: int = 0
    closed: int = 0


@asynccontextmanager
async def open_pages(subject: Subject, people: Sequence[Person]) -> AsyncIterator[Pages]:
    """Everybody signs on: the page is open first, then the operator says ready."""
    pages = Pages()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        readers = []
        for person in people:
            socket = await session.ws_connect(
                f"http://{subject.http}/ws", headers=_headers(subject, person), max_msg_size=0
            )
            local = socket.get_extra_info("sockname")
            pages.ports[person.username] = int(local[1])
            readers.append(asyncio.create_task(_read(socket, person.username, pages)))
        for person in people:
            if person.role is Role.OPERATOR:
                await _ready(session, subject, person)
        try:
            yield pages
        finally:
            for reader in readers:
                reader.cancel()
            await asyncio.gather(*readers, return_exceptions=True)


async def _ready(session: aiohttp.ClientSession, subject: Subject, person: Person) -> None:
    address = f"http://{subject.http}/api/v1/me/presence"
    async with session.put(address, json={"state": "ready"}, headers=_headers(subject, person)) as answer:
        answer.raise_for_status()


def _headers(subject: Subject, person: Person) -> dict[str, str]:
    return {"Origin": f"http://{subject.http}", "Cookie": f"{COOKIE}={person.token}"}


async def _read(socket: aiohttp.ClientWebSocketResponse, username: str, pages: Pages) -> None:
    """The clock is read before anything else is done with a message."""
    async for message in socket:
        at = time.time()
        pages.messages += 1
        if '"type":"screen_pop"' in message.data[:64]:
            call = json.loads(message.data)["call"]
            pages.pops.append(Pop(at, username, call["id"], call["queued_at"]))
    pages.closed += 1
