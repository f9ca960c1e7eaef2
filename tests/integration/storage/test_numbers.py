"""Ticket numbers: every one once, none lost, none waited for."""

from pathlib import Path

import pytest

from storage import NumbersExhausted, Store, open_store
from storage.engine import Database
from storage.numbers import Numbers
from storage.records import TicketOpened
from tests.integration.storage.samples import ticket


async def test_numbers_begin_at_one_each_year(store: Store) -> None:
    await store.numbers.reserve(2025)

    assert [store.numbers.next(year) for year in (2025, 2025, 2026)] == [
        "HTL-2025-000001",
        "HTL-2025-000002",
        "HTL-2026-000001",
    ]


async def test_without_a_reserved_block_there_is_no_number(store: Store) -> None:
    with pytest.raises(NumbersExhausted):
        store.numbers.next(1999)


async def test_two_nodes_never_give_the_same_number(url: str) -> None:
    database = Database(url)
    nodes = [Numbers(database, node=name, prefix="HTL", block=10) for name in ("a", "b")]
    given = []
    for _ in range(3):
        for node in nodes:
            await node.reserve(2025)
            given += [node.next(2025) for _ in range(10)]
    for node in nodes:
        await node.close()
    await database.close()

    assert len(set(given)) == len(given) == 60


async def test_unused_numbers_are_given_out_after_the_next_start(url: str) -> None:
    database = Database(url)
    for expected in (["HTL-2025-000001", "HTL-2025-000002"], ["HTL-2025-000003", "HTL-2025-000004"]):
        numbers = Numbers(database, node="a", prefix="HTL", block=10)
        await numbers.reclaim()
        await numbers.reserve(2025)
        assert [numbers.next(2025) for _ in range(2)] == expected
        await numbers.close()
    await database.close()


async def test_after_a_crash_the_block_goes_on_behind_the_last_stored_ticket(url: str, tmp_path: Path) -> None:
    crashed = await open_store(url, spool=tmp_path / "spool", node="a")
    await crashed.start()
    await crashed.numbers.reserve(2025)
    stored = [crashed.numbers.next(2025) for _ in range(3)][1]
    await crashed.journal.write(TicketOpened(ticket(int(stored[-6:]))))
    await crashed.journal.close()
    await crashed._database.close()  # but not the store itself, which would return its numbers

    async with await open_store(url, spool=tmp_path / "spool", node="a") as again:
        await again.start()
        await again.numbers.reserve(2025)
        assert again.numbers.next(2025) == "HTL-2025-000003"


async def test_a_block_that_runs_low_is_refilled_behind_the_callers_back(url: str) -> None:
    database = Database(url)
    numbers = Numbers(database, node="a", prefix="HTL", block=4)
    await numbers.reserve(2025)
    given = []
    for _ in range(12):
        given.append(numbers.next(2025))
        if numbers._refill is not None:
            await numbers._refill
    await numbers.close()
    await database.close()

    assert given == [f"HTL-2025-{serial:06d}" for serial in range(1, 13)]
