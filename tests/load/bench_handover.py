"""From the click that passes a question on (SOP step 5b) to the other's screen, while 100 operators type."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import numpy as np

from storage import Role
from tests.load.figures import Figure, Report, at_most
from tests.load.pages import Pages, cookie, open_pages
from tests.load.subjects import Person, hotline, operators
from tests.load.typists import PHRASE_S, EditedTicket, at_step_5, typing

TYPING = 100
ROUNDS, QUICK_ROUNDS = 150, 30
TARGET_MS = 200
COORDINATOR = Person("koko", Role.COORDINATOR, "token-of-koko")


async def run(report: Report, folder: Path, quick: bool) -> None:
    people = operators(TYPING)
    asker = people[0]
    async with hotline(folder, [*people, COORDINATOR]) as subject, open_pages(subject, [*people, COORDINATOR]) as pages:
        tickets = {person.username: await at_step_5(pages, person) for person in people}
        async with (
            typing(pages, people[1:], tickets, PHRASE_S),
            _inbox(pages, COORDINATOR) as desk,
            _inbox(pages, asker) as own,
        ):
            passes = [
                each
                for _ in range(QUICK_ROUNDS if quick else ROUNDS)
                for each in await _round(pages, asker, tickets[asker.username], desk, own)
            ]
    note = f"{len(passes)} hand-overs, {TYPING} operators typing, {len(people) + 3} pages, SQLite"
    taken = np.array(passes) * 1000
    report.add(
        Figure("handover", "click → on the other's screen, p50", float(np.percentile(taken, 50)), "ms", note=note),
        Figure(
            "handover",
            "click → on the other's screen, p99",
            float(np.percentile(taken, 99)),
            "ms",
            at_most(TARGET_MS),
            note=note,
        ),
    )


async def _round(
    pages: Pages, asker: Person, ticket: EditedTicket, desk: "asyncio.Queue[float]", own: "asyncio.Queue[float]"
) -> list[float]:
    """A question to the coordinator and back; how long each took to be on the other's screen, in seconds."""
    began = time.perf_counter()
    await ticket.act(pages, asker, "escalate", question="Apakah sudah masuk?", way="wait")
    to_coordinator = await desk.get() - began
    await ticket.act(pages, COORDINATOR, "accept")
    began = time.perf_counter()
    await ticket.act(pages, COORDINATOR, "answer_operator", text="Sudah masuk.")
    to_operator = await own.get() - began
    await ticket.act(pages, asker, "told")
    return [to_coordinator, to_operator]


@asynccontextmanager
async def _inbox(pages: Pages, person: Person) -> "AsyncIterator[asyncio.Queue[float]]":
    """When (on `perf_counter`'s clock) something new came into this person's inbox, by another tab of theirs."""
    news: asyncio.Queue[float] = asyncio.Queue()
    headers = {"Origin": pages.base, "Cookie": cookie(pages.base, person)}

    async def read() -> None:
        async for message in socket:
            at = time.perf_counter()
            if '"type":"inbox"' in message.data[:64] and json.loads(message.data)["what"] == "new":
                news.put_nowait(at)

    async with pages.http.ws_connect(f"{pages.base}/ws", headers=headers, max_msg_size=0) as socket:
        reader = asyncio.create_task(read())
        yield news
        reader.cancel()
        with suppress(asyncio.CancelledError):
            await reader
