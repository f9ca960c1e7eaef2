"""What it costs to keep a call on SQLite: `python tests/load/bench_storage.py [--seconds 10] [--url URL]`.

Prints JSON lines. Each call writes what a real one does, in four writes: start and answer, ticket and
entry into the queue, connection with the ticket taken, end. The latency is that of the ticket's write,
the one that a screen pop waits for. Then the register is searched with as many tickets as have come together.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from hotline.facts import EventName, Fact  # noqa: E402 - the path above makes the script run from anywhere
from hotline.ticket import Ticket  # noqa: E402
from storage import Store, TicketQuery, open_store  # noqa: E402
from storage.records import (  # noqa: E402
    CallAnswered,
    CallConnected,
    CallEnded,
    CallStarted,
    EventLogged,
    TicketOpened,
    TicketSaved,
    new_key,
)

CALLS_PER_S = 50
"""The rate that issue 2 names."""
AT_ONCE = 500
"""Calls in flight when as many as possible are written."""
SEARCHES = 20


@dataclass
class Measured:
    """Latencies of the tickets' writes, in seconds, and what the run took."""

    latencies: list[float] = field(default_factory=list)
    wall_s: float = 0.0
    cpu_s: float = 0.0

    def figures(self) -> dict[str, float]:
        ordered = sorted(self.latencies)
        calls = len(ordered)
        return {
            "calls": calls,
            "tickets_per_s": round(calls / self.wall_s, 1),
            "p50_ms": _ms(ordered[calls // 2]),
            "p99_ms": _ms(ordered[calls * 99 // 100]),
            "max_ms": _ms(ordered[-1]),
            "cpu_ms_per_call": _ms(self.cpu_s / calls),
        }


class Caller:
    """Writes whole calls."""

    def __init__(self, store: Store, measured: Measured) -> None:
        self._store = store
        self._measured = measured
        self._year = time.gmtime().tm_year

    async def call(self) -> None:
        write, call, now = self._store.journal.write, new_key(), time.time()
        number = f"+62812{hash(call) % 10**8:08d}"
        start = CallStarted(call, now, number, "100", "loopback", "sambut", f"{call}@127.0.0.1")
        await write(start, CallAnswered(call, now))
        opened = Ticket(await self._number(), now, caller_number=number, call_id=call, kind="informasi")
        began = time.perf_counter()
        await write(TicketOpened(opened, "utama"), _fact(EventName.ENTERQUEUE, call, now, position=1))
        self._measured.latencies.append(time.perf_counter() - began)
        taken = replace(opened, operator="operator1", taken_at=now, version=2)
        connected = CallConnected(call, now, "operator1", 3.0)
        await write(connected, TicketSaved(opened, taken, now), _fact(EventName.CONNECT, call, now, wait_s=3.0))
        await write(
            CallEnded(call, now, "caller", "normal"), _fact(EventName.COMPLETECALLER, call, now, handled_s=60.0)
        )

    async def _number(self) -> str:
        await self._store.numbers.reserve(self._year)  # costs a transaction only when a block runs low
        return self._store.numbers.next(self._year)


def _fact(name: EventName, call: str, at: float, **data: float) -> EventLogged:
    return EventLogged(Fact(name, at, call, "utama", "operator1", data))


async def steady(caller: Caller, seconds: float) -> None:
    """Calls come at an even rate, whether the earlier ones are done or not."""
    began = time.perf_counter()
    async with asyncio.TaskGroup() as calls:
        for number in range(int(seconds * CALLS_PER_S)):
            await asyncio.sleep(max(0.0, began + number / CALLS_PER_S - time.perf_counter()))
            calls.create_task(caller.call())


async def full_speed(caller: Caller, seconds: float) -> None:
    """A fixed number of callers, each of whom begins the next call when one is over."""
    end = time.perf_counter() + seconds

    async def again_and_again() -> None:
        while time.perf_counter() < end:
            await caller.call()

    await asyncio.gather(*(again_and_again() for _ in range(AT_ONCE)))


async def measure(store: Store, run: Callable[[Caller, float], Awaitable[None]], seconds: float) -> Measured:
    measured = Measured()
    wall, cpu = time.perf_counter(), time.process_time()
    await run(Caller(store, measured), seconds)
    measured.wall_s, measured.cpu_s = time.perf_counter() - wall, time.process_time() - cpu
    return measured


async def search_times(store: Store, query: TicketQuery) -> dict[str, float]:
    took = []
    total = 0
    for _ in range(SEARCHES):
        began = time.perf_counter()
        total = (await store.tickets.search(query)).total
        took.append(time.perf_counter() - began)
    return {"found": total, "p50_ms": _ms(sorted(took)[SEARCHES // 2]), "max_ms": _ms(max(took))}


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _print(benchmark: str, figures: dict[str, float]) -> None:
    print(json.dumps({"benchmark": f"storage.{benchmark}", **figures}), flush=True)


@asynccontextmanager
async def _store(url: str | None) -> AsyncIterator[Store]:
    with tempfile.TemporaryDirectory(prefix="sambut-bench-") as folder:
        target = url or f"sqlite:///{folder}/sambut.db"
        async with await open_store(target, spool=Path(folder) / "spool") as store:
            await store.migrate()
            await store.start()
            yield store


async def main(url: str | None, seconds: float) -> None:
    async with _store(url) as store:
        _print("steady_50_per_s", (await measure(store, steady, seconds)).figures())
        _print("full_speed", (await measure(store, full_speed, seconds)).figures())
        stats = store.journal.stats()
        _print("batches", {"writes": stats.written, "batches": stats.batches, "largest": stats.largest_batch})
        _print("search_all", await search_times(store, TicketQuery()))
        _print("search_text", await search_times(store, TicketQuery(text="8123")))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each of the two runs lasts")
    parser.add_argument("--url", help="an empty database; default: a new SQLite file")
    given = parser.parse_args()
    asyncio.run(main(given.url, given.seconds))
