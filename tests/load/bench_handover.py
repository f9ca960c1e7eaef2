"""From the click that passes a question on (SOP step 5b) to the other's screen, while 100 operators type."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from storage import Role
from tests.load.figures import Figure, Report, at_most
from tests.load.pages import COOKIE, Pages, open_pages
from tests.load.subjects import Person, hotline, operators

TYPING = 100
EVERY_S = 5.0  # each operator's page saves a field so often
ROUNDS, QUICK_ROUNDS = 150, 30
TARGET_MS, SAVE_TARGET_MS = 200, 30
COORDINATOR = Person("koko", Role.COORDINATOR, "token-of-koko")
FIELDS = {
    "caller_name": "Siti Aminah",
    "plate": "D 1234 ABC",
    "region": "kota-bandung-i-pajajaran",
    "kind": "informasi",
    "description": "Jatuh tempo pajak",
    "category": "informasi-pkb",
}


async def run(report: Report, folder: Path, quick: bool) -> None:
    people = operators(TYPING)
    saves: list[float] = []
    asker = people[0]
    async with hotline(folder, [*people, COORDINATOR]) as subject, open_pages(subject, [*people, COORDINATOR]) as pages:
        tickets = {person.username: await _at_step_5(pages, person) for person in people}
        async with (
            _typing(pages, people[1:], tickets, saves),
            _inbox(pages, COORDINATOR) as desk,
            _inbox(pages, asker) as own,
        ):
            passes = [
                each
                for _ in range(QUICK_ROUNDS if quick else ROUNDS)
                for each in await _round(pages, asker, tickets[asker.username], desk, own)
            ]
    note = f"{len(passes)} hand-overs, {TYPING} operators typing, {len(people) + 3} pages, SQLite"
    taken, saved = np.array(passes) * 1000, np.array(saves) * 1000
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
        Figure(
            "handover",
            "ticket save over HTTP, p99",
            float(np.percentile(saved, 99)),
            "ms",
            at_most(SAVE_TARGET_MS),
            note=f"{len(saved)} saves, {TYPING / EVERY_S:g}/s",
        ),
    )


@dataclass(slots=True)
class _Ticket:
    """A ticket as this bench last saw it."""

    number: str
    version: int


async def _at_step_5(pages: Pages, person: Person) -> _Ticket:
    opened = await pages.ask(person, "POST", "/tickets", {"caller_number": "081234567890", **FIELDS})
    ticket = _Ticket(opened["number"], opened["version"])
    for action in ("greet", "identify", "record", "classify"):
        await _act(pages, person, ticket, action)
    return ticket


async def _act(pages: Pages, person: Person, ticket: _Ticket, action: str, **said: Any) -> None:
    path = f"/tickets/{ticket.number}/actions/{action}"
    ticket.version = (await pages.ask(person, "POST", path, {"version": ticket.version, **said}))["version"]


async def _round(
    pages: Pages, asker: Person, ticket: _Ticket, desk: "asyncio.Queue[float]", own: "asyncio.Queue[float]"
) -> list[float]:
    """A question to the coordinator and back; how long each took to be on the other's screen, in seconds."""
    began = time.perf_counter()
    await _act(pages, asker, ticket, "escalate", question="Apakah sudah masuk?", way="wait")
    to_coordinator = await desk.get() - began
    await _act(pages, COORDINATOR, ticket, "accept")
    began = time.perf_counter()
    await _act(pages, COORDINATOR, ticket, "answer_operator", text="Sudah masuk.")
    to_operator = await own.get() - began
    await _act(pages, asker, ticket, "told")
    return [to_coordinator, to_operator]


@asynccontextmanager
async def _inbox(pages: Pages, person: Person) -> "AsyncIterator[asyncio.Queue[float]]":
    """When (on `perf_counter`'s clock) something new came into this person's inbox, by another tab of theirs."""
    news: asyncio.Queue[float] = asyncio.Queue()
    headers = {"Origin": pages.base, "Cookie": f"{COOKIE}={person.token}"}

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


@asynccontextmanager
async def _typing(
    pages: Pages, people: list[Person], tickets: Mapping[str, _Ticket], saves: list[float]
) -> AsyncIterator[None]:
    """Everybody saves a field every few seconds, not all at once."""

    async def types(person: Person, after_s: float) -> None:
        await asyncio.sleep(after_s)
        ticket, words = tickets[person.username], 0
        while True:
            words += 1
            began = time.perf_counter()
            body = {"version": ticket.version, "description": f"Jatuh tempo pajak, kata ke-{words}"}
            ticket.version = (await pages.ask(person, "PATCH", f"/tickets/{ticket.number}", body))["version"]
            saves.append(time.perf_counter() - began)
            await asyncio.sleep(max(0.0, EVERY_S - (time.perf_counter() - began)))

    writers = [asyncio.create_task(types(person, EVERY_S * index / len(people))) for index, person in enumerate(people)]
    try:
        yield
    finally:
        for writer in writers:
            writer.cancel()
        await asyncio.gather(*writers, return_exceptions=True)
