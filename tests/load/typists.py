"""Operators who type into their tickets: each save is what the page sends (`web/src/state/editor.ts`).

The page sends a field when its typist has paused for half a second. At 40 words a minute a word takes 1.5 s, so saves
come every two seconds at the most; who writes phrases and listens in between sends one in four or so.
"""

import asyncio
import json
import random
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import astuple, dataclass, field
from typing import Any

import aiohttp

from storage import Role
from tests.load.pages import Pages
from tests.load.subjects import ROOT, Person

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


@dataclass(slots=True)
class Saves:
    """What typists have done, known once they have ended: when each save began (`time.monotonic`) and its seconds."""

    taken: list[tuple[float, float]] = field(default_factory=list)

    def between(self, since: float, until: float) -> list[float]:
        """Seconds of the saves that began then."""
        return [seconds for began, seconds in self.taken if since <= began < until]


@asynccontextmanager
async def typing(
    pages: Pages, people: Sequence[Person], tickets: Mapping[str, EditedTicket], every_s: float
) -> AsyncIterator[Saves]:
    """Everybody types while the block runs, from before it, and knows the versions of their tickets afterwards.

    They do so in a process of their own: in this one a save's answer would wait for what 100 pages are being pushed,
    while real pages are on 100 computers. Raises `RuntimeError` if a save failed.
    """
    plan = {
        "base": pages.base,
        "every_s": every_s,
        "tokens": {person.username: person.token for person in people},
        "tickets": {person.username: astuple(tickets[person.username]) for person in people},
    }
    command = [sys.executable, "-m", __name__]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE)
    saves = Saves()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(plan).encode() + b"\n")
    try:
        if not await process.stdout.readline():
            raise RuntimeError("the typists could not begin")
        await asyncio.sleep(every_s)  # by then everybody has typed something
        yield saves
        process.stdin.close()  # then they end
        told, _ = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        raise RuntimeError("a typist's save failed")
    result = json.loads(told)
    saves.taken = [(began, seconds) for began, seconds in result["saves"]]
    for username, version in result["versions"].items():
        tickets[username].version = version


async def _type(plan: Mapping[str, Any], enough: asyncio.Event) -> dict[str, Any]:
    """A save that fails ends it with an `ExceptionGroup`."""
    saves, chance = list[tuple[float, float]](), random.Random(4)  # always the same pauses
    tickets = {username: EditedTicket(*ticket) for username, ticket in plan["tickets"].items()}
    every_s = plan["every_s"]

    async def types(person: Person, pages: Pages) -> None:
        ticket, pause_s = tickets[person.username], chance.uniform(0, every_s)
        while not await _happened(enough, within_s=pause_s):
            began = time.monotonic()
            await ticket.save(pages, person, description=f"Jatuh tempo pajak, kata ke-{ticket.version}")
            saves.append((began, time.monotonic() - began))
            pause_s = chance.uniform(0.5, 1.5) * every_s

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http, asyncio.TaskGroup() as typists:
        for username, token in plan["tokens"].items():
            typists.create_task(types(Person(username, Role.OPERATOR, token), Pages(http, plan["base"])))
    return {"saves": saves, "versions": {username: ticket.version for username, ticket in tickets.items()}}


async def _main() -> None:
    plan, enough = json.loads(sys.stdin.readline()), asyncio.Event()
    # A save on its way when the input ends is waited for: without its answer nobody knows the ticket's version.
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), enough.set)
    print("typing", flush=True)
    print(json.dumps(await _type(plan, enough)))


async def _happened(event: asyncio.Event, within_s: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            return await event.wait()
    return False


if __name__ == "__main__":
    asyncio.run(_main())
