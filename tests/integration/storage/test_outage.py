"""While the database is away, writes are kept on disk; when it is back, they are replayed in their order."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from storage import JournalClosed, Store, StoreUnavailable, engine, open_store
from storage.records import CallEnded, TicketOpened, TicketSaved, to_line
from tests.integration.storage.outage import Outage
from tests.integration.storage.samples import NOON, call_id, started, ticket


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_S", 0.1)


@pytest.fixture
async def away(outage: Outage, store: Store) -> Outage:
    """The database has just gone away, under a store that used it before."""
    await store.ping()
    outage.begin()
    return outage


async def test_what_is_written_while_the_database_is_away_is_acknowledged_and_replayed(
    store: Store, away: Outage
) -> None:
    opened = ticket(1, call=1)
    await asyncio.wait_for(store.journal.write(started(1), TicketOpened(opened, "utama")), 10)
    assert store.journal.spooling

    away.end()
    await store.journal.settle()

    assert not store.journal.spooling
    assert await store.tickets.get(opened.number) == opened
    call = await store.calls.get(call_id(1))
    assert call is not None and call.ticket == opened.number


async def test_the_replay_keeps_the_order_of_the_writes(store: Store, away: Outage) -> None:
    """Each write changes the same ticket again; out of order, the changes would not fit each other."""
    current = ticket(1)
    await store.journal.write(TicketOpened(current))
    for word in ("satu", "dua", "tiga", "empat"):
        changed = replace(current, description=word, version=current.version + 1)
        await store.journal.write(TicketSaved(current, changed, NOON))
        current = changed

    away.end()
    last = replace(current, description="lima", version=current.version + 1)
    await store.journal.write(TicketSaved(current, last, NOON))
    await store.journal.settle()

    written = [change.after for change in await store.tickets.changes(current.number)]
    assert written == ["satu", "dua", "tiga", "empat", "lima"]


async def test_a_spool_left_by_an_earlier_process_is_replayed_at_the_start(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "left"
    folder.mkdir()
    lines = [to_line((started(1),)), to_line((CallEnded(call_id(1), NOON + 9, "caller", "normal"),)), '[{"rec']
    (folder / "0000000007.jsonl").write_text("\n".join(lines))

    async with await open_store(url, spool=folder) as store:
        await store.start()
        call = await store.calls.get(call_id(1))

    assert call is not None and call.ended_at == NOON + 9
    assert list(folder.glob("*.jsonl")) == []
    assert json.loads((folder / "records.refused").read_text())["why"] == "torn line"


async def test_a_spool_that_was_stored_already_is_harmless(url: str, tmp_path: Path) -> None:
    """A crash between commit and the removal of the file."""
    records = (started(1), TicketOpened(ticket(1, call=1), "utama"))
    folder = tmp_path / "left"
    for _ in range(2):
        folder.mkdir(exist_ok=True)
        (folder / "0000000001.jsonl").write_text(to_line(records) + "\n")
        async with await open_store(url, spool=folder) as store:
            await store.start()
            assert store.journal.stats().refused == 0
            assert await store.tickets.get("HTL-2025-000001") == ticket(1, call=1)


async def test_people_are_told_that_the_database_is_away(store: Store, away: Outage) -> None:
    with pytest.raises(StoreUnavailable):
        await store.tickets.save(ticket(1), 1, "operator1", NOON)


async def test_numbers_last_while_the_database_is_away(store: Store, outage: Outage) -> None:
    await store.numbers.reserve(2025)
    outage.begin()

    numbers = [store.numbers.next(2025) for _ in range(700)]

    assert numbers[0] == "HTL-2025-000001"
    assert numbers[-1] == "HTL-2025-000700"


async def test_closing_during_an_outage_keeps_what_waits(outage: Outage, url: str, tmp_path: Path) -> None:
    store = await open_store(url, spool=tmp_path / "spool2")
    await store.start()
    outage.begin()
    waiting = store.journal.write(started(1))
    await store.close()
    await waiting
    outage.end()

    async with await open_store(url, spool=tmp_path / "spool2") as again:
        await again.start()
        assert await again.calls.get(call_id(1)) is not None


async def test_when_neither_database_nor_disk_can_be_written_the_write_is_held_on_to(
    store: Store, away: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("storage.spool._append_durably", _disk_full)
        pending = store.journal.write(started(1))
        await asyncio.sleep(0.5)
        assert not pending.done()
    await asyncio.wait_for(pending, 10)
    away.end()
    await store.journal.settle()

    assert await store.calls.get(call_id(1)) is not None


async def test_a_write_that_could_be_kept_nowhere_fails_when_the_journal_closes(
    store: Store, away: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.spool._append_durably", _disk_full)
    held, waiting = store.journal.write(started(1)), store.journal.write(started(2))
    await asyncio.sleep(0.3)
    later = store.journal.write(started(3))

    await store.journal.close(timeout_s=0.1)

    outcomes = await asyncio.gather(held, waiting, later, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [JournalClosed] * 3


def _disk_full(path: Path, text: str) -> None:
    raise OSError(28, "No space left on device")
