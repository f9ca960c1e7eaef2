"""A start while the database is away: numbers that the node kept, writes in the spool, what its arrival does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hotline.ticket import CallbackReason, Ticket
from storage import NumbersExhausted, Store, StoreUnavailable, open_store
from storage.numbers import AHEAD, BLOCK, KEPT
from storage.records import CallEnded, TicketOpened
from tests.integration.storage.samples import NOON, call_id, started, ticket

YEAR = 2025


@asynccontextmanager
async def _node(url: str, folder: Path, name: str = "node1") -> AsyncIterator[Store]:
    numbers = folder / f"{name}.json"
    async with await open_store(url, spool=folder / name, node=name, numbers_file=numbers) as store:
        yield store


async def _open(store: Store) -> None:
    await store.migrate()
    await store.start()
    await store.recover(NOON + 50, _mark, began=NOON)
    await store.numbers.reserve(YEAR)
    await store.arrived()


def _mark(each: Ticket, reason: CallbackReason, at: float) -> Ticket:
    return each


def _serial(number: str) -> int:
    return int(number[-6:])


async def test_a_node_keeps_numbers_for_a_start_without_the_database(url: str, tmp_path: Path) -> None:
    async with _node(url, tmp_path) as store:
        await _open(store)
        assert _serial(store.numbers.next(YEAR)) == 1
    async with _node(url, tmp_path) as store:
        store.start_without_database()
        assert [_serial(store.numbers.next(YEAR)) for _ in range(KEPT)] == list(range(2, 2 + KEPT))
        with pytest.raises(NumbersExhausted):
            store.numbers.next(YEAR)
    async with _node(url, tmp_path) as store:
        await _open(store)
        assert sum(block.left for block in store.numbers._held[YEAR]) > BLOCK // 2, "none was lost for the others"


async def test_what_a_node_keeps_no_other_node_gives(url: str, tmp_path: Path) -> None:
    async with _node(url, tmp_path) as store:
        await _open(store)
        store.numbers.next(YEAR)
    async with _node(url, tmp_path, "node2") as other:
        await _open(other)
        taken = {_serial(other.numbers.next(YEAR)) for _ in range(BLOCK // 2)}
    async with _node(url, tmp_path) as store:
        store.start_without_database()
        assert taken.isdisjoint(_serial(store.numbers.next(YEAR)) for _ in range(KEPT))


async def test_after_a_crash_the_file_gives_no_number_that_may_have_been_given(url: str, tmp_path: Path) -> None:
    crashed = await open_store(url, spool=tmp_path / "node1", node="node1", numbers_file=tmp_path / "node1.json")
    await _open(crashed)
    given = {crashed.numbers.next(YEAR) for _ in range(3 * AHEAD)}
    if crashed.numbers._noting is not None:
        await crashed.numbers._noting
    given |= {crashed.numbers.next(YEAR) for _ in range(AHEAD // 2 - 1)}
    await crashed.journal.close()
    await crashed._database.close()  # but not the store itself, which would return its numbers

    async with _node(url, tmp_path) as store:
        store.start_without_database()
        again = {store.numbers.next(YEAR) for _ in range(50)}
    assert given.isdisjoint(again)


async def test_the_file_of_another_node_is_not_used(url: str, tmp_path: Path) -> None:
    async with _node(url, tmp_path) as store:
        await _open(store)
    (tmp_path / "node1.json").rename(tmp_path / "copy.json")
    async with _node(url, tmp_path, "copy") as store:
        store.start_without_database()
        with pytest.raises(NumbersExhausted):
            store.numbers.next(YEAR)


@pytest.mark.parametrize("content", ["", "{", '{"node": "node1", "prefix": "HTL", "blocks": [[2025, "x"]]}'])
async def test_a_damaged_file_gives_no_number(content: str, url: str, tmp_path: Path) -> None:
    (tmp_path / "node1.json").write_text(content)
    async with _node(url, tmp_path) as store:
        store.start_without_database()
        with pytest.raises(NumbersExhausted):
            store.numbers.next(YEAR)


async def test_what_came_before_the_database_is_stored_on_its_arrival_and_goes_on(url: str, tmp_path: Path) -> None:
    """A call of before the crash is closed; one that began since the start is not: somebody is talking."""
    async with _node(url, tmp_path) as store:
        await _open(store)
        await store.journal.write(started(1, at=NOON - 100))
    (tmp_path / "node1.json").unlink()
    async with _node(url, tmp_path) as store:
        store.start_without_database()
        await store.journal.write(started(2, at=NOON + 10), TicketOpened(ticket(7, call=2), "utama"))
        await store.journal.write(started(3, at=NOON + 20))
        await store.journal.write(CallEnded(call_id(3), NOON + 25, "caller", "hang_up"))
        with pytest.raises(StoreUnavailable, match="not reached since the start"):
            await store.ping()
        with pytest.raises(StoreUnavailable):
            await store.tickets.get("HTL-2025-000007")
        assert store.journal.spooling

        await _open(store)

        calls = [await store.calls.get(call_id(number)) for number in (1, 2, 3)]
        assert [None if call is None else call.end_reason for call in calls] == ["interrupted", None, "hang_up"]
        assert await store.tickets.get("HTL-2025-000007") is not None
        assert store.here and not store.journal.spooling
        assert store.journal.stats().refused == 0


async def test_a_number_given_before_the_arrival_is_not_given_after_it(url: str, tmp_path: Path) -> None:
    async with _node(url, tmp_path) as store:
        await _open(store)
    async with _node(url, tmp_path) as store:
        store.start_without_database()
        before = [store.numbers.next(YEAR) for _ in range(20)]  # no ticket of theirs was stored
        await _open(store)
        assert store.numbers.next(YEAR) not in before


async def test_what_a_start_does_with_the_database_is_done_once_when_it_arrives(url: str, tmp_path: Path) -> None:
    done: list[str] = []

    async def work() -> None:
        if len(done) < 2:
            done.append("tried")
            if len(done) == 1:
                raise StoreUnavailable("gone again")

    async with _node(url, tmp_path) as store:
        store.start_without_database()
        await store.once_here(work)
        assert done == []
        with pytest.raises(StoreUnavailable):
            await _open(store)
        await _open(store)
        await store.once_here(work)
    assert done == ["tried", "tried"]
