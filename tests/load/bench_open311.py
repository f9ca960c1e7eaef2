"""How long a portal's list of requests holds the event loop: `python tests/load/bench_open311.py [--url URL]`.

Prints JSON lines, medians of some lists: the longest time for which nothing else could run while a list was read, how
much of that was the loop's own work (its thread's processor time, which others on the machine do not change), and how
long the answer took. The desk is the whole one, on a store with as many tickets as fill the largest list; a thread of
its own reads. `--url`: an empty database instead of an SQLite file of its own.
"""

import argparse
import asyncio
import json
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import config  # noqa: E402 - the path above makes the script run from anywhere
from desk.open311.search import MOST  # noqa: E402
from desk.sign_in import token_hash  # noqa: E402
from storage.api_keys import ApiKey  # noqa: E402
from storage.filings import Filing  # noqa: E402
from tests.integration.desk.conftest import running  # noqa: E402
from tests.integration.desk.house import House, house  # noqa: E402
from tests.integration.storage.samples import full_ticket  # noqa: E402

ROUNDS = 10
LOOK_EVERY_S = 0.001


@dataclass
class Hold:
    """The longest stretch in which the loop did not come round: in seconds, and in its thread's processor time."""

    longest_s: float = 0.0
    longest_cpu_s: float = 0.0


@asynccontextmanager
async def watched() -> AsyncIterator[Hold]:
    """Whoever wants to run every millisecond notices when somebody else holds the loop."""
    hold = Hold()

    async def look() -> None:
        while True:
            before, cpu_before = time.perf_counter(), time.thread_time()
            await asyncio.sleep(LOOK_EVERY_S)
            hold.longest_s = max(hold.longest_s, time.perf_counter() - before - LOOK_EVERY_S)
            hold.longest_cpu_s = max(hold.longest_cpu_s, time.thread_time() - cpu_before)

    looking = asyncio.create_task(look())
    await asyncio.sleep(0)
    try:
        yield hold
        await asyncio.sleep(LOOK_EVERY_S * 2)  # the last stretch counts, too
    finally:
        looking.cancel()


async def fill(opened: House) -> str:
    """Tickets of a portal, as many as one answer may hold; the portal's key."""
    token, now = secrets.token_urlsafe(), opened.switchboard.clock()
    key = ApiKey("bench", "Portal", now, "admin")
    await opened.store.api_keys.add(key, token_hash(token))
    for serial in range(1, MOST + 1):
        at = now - serial * 60
        ticket = replace(full_ticket(serial), origin="open311", created_at=at, taken_at=at, closed_at=at + 30)
        filing = Filing(ticket.number, key.id, at, email="siti@example.org", address="Jalan Pajajaran 55")
        await opened.store.filings.file(ticket, filing)
    return token


def read(url: str) -> int:
    """How many bytes the list has."""
    with urlopen(url) as answer:
        return len(answer.read())


async def measure(url: str) -> dict[str, float]:
    """The list read some times."""
    size = await asyncio.to_thread(read, url)  # connections and caches are there from now on
    holds: list[Hold] = []
    seconds: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        async with watched() as hold:
            await asyncio.to_thread(read, url)
        seconds.append(time.perf_counter() - began)
        holds.append(hold)
    return {
        "bytes": size,
        "hold_p50_ms": _median_ms([hold.longest_s for hold in holds]),
        "hold_cpu_p50_ms": _median_ms([hold.longest_cpu_s for hold in holds]),
        "answer_p50_ms": _median_ms(seconds),
    }


def _median_ms(seconds: list[float]) -> float:
    return round(median(seconds) * 1000, 1)


@asynccontextmanager
async def portal_desk(folder: Path, database: dict[str, str]) -> AsyncIterator[tuple[str, str]]:
    """Where it listens, and the portal's key. Nobody is told to wait for reading too often."""
    eager = config.load(None, {}).open311.model_copy(update={"reads_per_minute": 10_000})
    async with house(folder, "not-a-secret", time.time, parts={"open311": eager}, **database) as opened:
        token = await fill(opened)
        async with running(opened.app) as base:
            yield base, token


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="an empty database")
    database = {"database_url": url} if (url := parser.parse_args().url) else {}
    with tempfile.TemporaryDirectory() as folder:
        async with portal_desk(Path(folder), database) as (base, token):
            for who, query in (("portal", f"?api_key={token}"), ("anybody", "")):
                for kind in ("json", "xml"):
                    figures = await measure(f"{base}/open311/v2/requests.{kind}{query}")
                    print(json.dumps({"bench": "open311", "who": who, "format": kind, **figures}), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
