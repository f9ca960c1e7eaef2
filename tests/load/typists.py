"""Operators who type into their tickets: each save is what the page sends (`web/src/state/editor.ts`).

The page sends a field when its typist has paused for half a second. At 40 words a minute a word takes 1.5 s, so saves
come every two seconds at the most; who writes phrases and listens in between sends one in four or so.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from tests.load.pages import Pages
from tests.load.subjects import Person

PHRASE_S, WORD_S = 4.0, 2.0
"""Seconds between two saves of one operator, on average: after each phrase, after each word."""
FIELDS = {
    "caller_name": "Siti Aminah",
    "plate": "D 1234 ABC",
    "region": "kota-bandung-i-pajajaran",
    "kind": "informasi",
    "description": "Jatuh tempo pajak",
    "category": "informasi-pkb",
}


@dataclass(slots=True)
class EditedTicket:
    """A ticket as whoever edits it last saw it."""

    number: str
    version: int

    async def act(self, pages: Pages, person: Person, action: str, **said: Any) -> None:
        """Move it, or pass its question on. Raises `aiohttp.ClientResponseError`, as `save` does."""
        path = f"/tickets/{self.number}/actions/{action}"
        self.version = (await pages.ask(person, "POST", path, {"version": self.version, **said}))["version"]

    async def save(self, pages: Pages, person: Person, **fields: str) -> None:
        path = f"/tickets/{self.number}"
        self.version = (await pages.ask(person, "PATCH", path, {"version": self.version, **fields}))["version"]


async def at_step_5(pages: Pages, person: Person) -> EditedTicket:
    """A ticket opened by hand and taken as far as the caller's question."""
    opened = await pages.ask(person, "POST", "/tickets", {"caller_number": "081234567890", **FIELDS})
    ticket = EditedTicket(opened["number"], opened["version"])
    for action in ("greet", "identify", "record", "classify"):
        await ticket.act(pages, person, action)
    return ticket


@asynccontextmanager
async def typing(
    pages: Pages, people: Sequence[Person], tickets: Mapping[str, EditedTicket], every_s: float
) -> AsyncIterator[list[float]]:
    """Everybody types for as long as the block runs; how long each save took, in seconds.

    A save that fails ends the block with an `ExceptionGroup`.
    """
    saves, chance, enough = list[float](), random.Random(4), asyncio.Event()  # always the same pauses

    async def types(person: Person) -> None:
        ticket, pause_s = tickets[person.username], chance.uniform(0, every_s)
        while not await _happened(enough, within_s=pause_s):
            began = time.perf_counter()
            await ticket.save(pages, person, description=f"Jatuh tempo pajak, kata ke-{ticket.version}")
            saves.append(time.perf_counter() - began)
            pause_s = chance.uniform(0.5, 1.5) * every_s

    async with asyncio.TaskGroup() as typists:
        for person in people:
            typists.create_task(types(person))
        yield saves
        enough.set()  # a save on its way is waited for: without its answer nobody knows the ticket's version


async def _happened(event: asyncio.Event, within_s: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            return await event.wait()
    return False
