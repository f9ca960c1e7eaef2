"""`kill -9` in the middle of writing: everything that was acknowledged is there, and each part of it."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

from storage import Call, CallQuery, Store, TicketQuery, open_store
from tests.integration.storage.outage import Outage
from tests.integration.storage.samples import NOON, call_id, ticket
from tests.integration.storage.test_recovery import mark
from tests.integration.storage.victim import WORDS


async def _victim(url: str, spool: Path, *more: str) -> Process:
    module = "tests.integration.storage.victim"
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, url, str(spool), *more, stdout=PIPE, stderr=DEVNULL, env=environment
    )


async def _acknowledged(process: Process, at_least: int) -> list[int]:
    assert process.stdout is not None
    return [int(await asyncio.wait_for(process.stdout.readline(), 30)) for _ in range(at_least)]


async def _kill(process: Process) -> list[int]:
    """What the process still said before it died, but for a last line it could not finish."""
    process.send_signal(signal.SIGKILL)
    rest, _ = await process.communicate()
    return [int(line) for line in rest.decode().split("\n")[:-1]]


async def _assert_all_there(store: Store, numbers: list[int]) -> None:
    calls = await _all_calls(store)
    tickets = {found.number async for found in store.tickets.iterate(NOON, NOON + 1)}
    facts = {found.call async for found in store.events.between(NOON, NOON + 1)}
    for number in numbers:
        assert calls[call_id(number)].ticket == ticket(number).number
        assert ticket(number).number in tickets
        assert call_id(number) in facts


async def _all_calls(store: Store) -> dict[str, Call]:
    page = await store.calls.search(CallQuery(limit=500))
    calls = list(page.items)
    while page.next is not None:
        page = await store.calls.search(CallQuery(limit=500, cursor=page.next))
        calls += page.items
    return {call.id: call for call in calls}


async def _all_owed(store: Store) -> set[str]:
    """The numbers of the tickets that owe somebody a call."""
    page = await store.tickets.search(TicketQuery(callback=True, limit=500))
    owed = {found.number for found in page.items}
    while page.next is not None:
        page = await store.tickets.search(TicketQuery(callback=True, limit=500, cursor=page.next))
        owed |= {found.number for found in page.items}
    return owed


async def test_every_acknowledged_write_survives_and_is_recovered(url: str, tmp_path: Path) -> None:
    process = await _victim(url, tmp_path / "spool")
    numbers = await _acknowledged(process, 300)
    numbers += await _kill(process)

    async with await open_store(url, spool=tmp_path / "spool", node="node1") as store:
        await store.start()
        await _assert_all_there(store, numbers)
        done = await store.recover(NOON + 100, mark)
        owed = await _all_owed(store)

    assert {call.id for call in done.calls} >= {call_id(number) for number in numbers}
    assert len(owed) == len(done.tickets) == len(done.calls) == len(done.facts) >= 300


async def test_every_acknowledged_word_survives_with_who_typed_it(url: str, tmp_path: Path) -> None:
    process = await _victim(url, tmp_path / "spool", "typing")
    numbers = await _acknowledged(process, 200)
    numbers += await _kill(process)

    async with await open_store(url, spool=tmp_path / "spool", node="node1") as store:
        for number in numbers:
            saved, log = (
                await store.tickets.get(ticket(number).number),
                await store.tickets.changes(ticket(number).number),
            )
            assert saved is not None
            assert (saved.version, saved.description) == (2, WORDS)
            assert [(each.by, each.after) for each in log] == [("operator1", WORDS)]


async def test_what_was_acknowledged_while_the_database_was_away_survives_too(
    url: str, tmp_path: Path, outage: Outage
) -> None:
    process = await _victim(url, tmp_path / "spool")
    numbers = await _acknowledged(process, 50)
    outage.begin()
    while not list((tmp_path / "spool").glob("*.jsonl")):
        numbers += await _acknowledged(process, 1)
    numbers += await _acknowledged(process, 200)
    numbers += await _kill(process)
    outage.end()

    async with await open_store(url, spool=tmp_path / "spool", node="node1") as store:
        await store.start()
        assert not store.journal.spooling
        await _assert_all_there(store, numbers)
