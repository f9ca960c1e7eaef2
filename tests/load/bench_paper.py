"""Paper in bulk: `python -m tests.load.bench_paper [--rows 100000]`. Prints JSON lines.

A register of this many tickets out of SQLite as XLSX and as PDF, and a busy day's forms in one file, as a request has
them printed. `service_mb` is by how much the printing process's memory grew, `press_mb` the most that the press had;
each is measured with a tenth of the rows too, so that what grows with them is seen. `late_ms` is how late the loop's
turns came meanwhile (p99 and longest), which is what a call would feel.
"""

import argparse
import asyncio
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import insert

import config
from config.settings import Settings
from desk.paperwork import Paperwork
from desk.press import Press
from hotline.ticket import Step, StepTime, Ticket
from paper.jobs import Product
from paper.period import Period
from storage import open_store
from storage.engine import Database
from storage.mapping import ticket_row
from storage.tables import TicketRow

ROWS = 100_000
FORMS = 300
"""A busy day's tickets."""
CHUNK = 5000
TURN_S = 0.005
LOOK_S = 0.05
DAY = date(2026, 11, 25)
WORDS = "Menanyakan besar pajak kendaraan, denda dan tanggal jatuh tempo, lalu cara membayar lewat aplikasi. " * 2


def tickets(since: int, until: int) -> Iterator[Ticket]:
    """Closed tickets, all of one day."""
    opened = datetime(DAY.year, DAY.month, DAY.day, tzinfo=ZoneInfo("Asia/Jakarta")).timestamp()
    one = Ticket(
        "",
        opened,
        step=Step.CLOSED,
        kind="informasi",
        caller_number="+6281234567890",
        caller_name="Siti Nurhaliza Wulandari",
        plate="D 1234 ABC",
        region="kota-cimahi",
        category="informasi-pkb",
        description=WORDS,
        answer=WORDS,
        operator="operator1",
        closed_at=opened + 190,
        closed_as="answered",
        steps=(StepTime(Step.ANSWER, opened, opened + 190, 300, "operator1"),),
    )
    for number in range(since, until):
        yield replace(one, number=f"HTL-2026-{number:06d}", created_at=opened + number * 0.8)


async def stock(folder: Path, rows: int) -> None:
    """A database with this many tickets."""
    settings = Settings.model_validate({"data": folder})
    async with await open_store(settings.database_url, spool=folder / "spool") as store:
        await store.migrate()
    database = Database(settings.database_url)
    for since in range(0, rows, CHUNK):
        some = [{**ticket_row(each), "queue": None} for each in tickets(since, min(since + CHUNK, rows))]
        await database.write(lambda connection, some=some: connection.execute(insert(TicketRow), some))
    await database.close()


@asynccontextmanager
async def turns() -> AsyncIterator[list[float]]:
    """How late each turn of the loop came, in seconds."""
    late: list[float] = []

    async def take() -> None:
        while True:
            due = time.perf_counter() + TURN_S
            await asyncio.sleep(TURN_S)
            late.append(time.perf_counter() - due)

    taking = asyncio.create_task(take())
    try:
        yield late
    finally:
        taking.cancel()


@asynccontextmanager
async def press_size() -> AsyncIterator[list[float]]:
    """How large the press is, in MB, looked at again and again: what wait4 tells includes its time as our copy."""
    sizes = [0.0]

    async def look() -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            sizes.extend(_presses_mb())

    looking = asyncio.create_task(look())
    try:
        yield sizes
    finally:
        looking.cancel()


def _presses_mb() -> Iterator[float]:
    for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
        with suppress(OSError):  # it has just ended
            size = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{child}/status").read_text())
            if size and b"paper" in Path(f"/proc/{child}/cmdline").read_bytes():
                yield int(size[1]) / 1024


async def print_once(folder: Path, product: Product) -> dict[str, float]:
    """Prints everything in the folder's database once, in this process."""
    installation = replace(config.load(None, {}), settings=Settings.model_validate({"data": folder}))
    out = folder / f"{product.value}.out"
    async with await open_store(installation.settings.database_url, spool=folder / "spool") as store:
        paperwork = Paperwork(store, installation, lambda: installation.matrix, Press(), time.time)
        before, began = _peak_mb(), time.perf_counter()
        async with turns() as late, press_size() as press:
            count = await _print(paperwork, product, out)
        took = time.perf_counter() - began
    ordered = sorted(late)
    return {
        "count": count,
        "seconds": round(took, 2),
        "service_mb": round(_peak_mb() - before, 1),
        "press_mb": round(max(press), 1),
        "late_p99_ms": round(ordered[len(ordered) * 99 // 100] * 1000, 1),
        "late_max_ms": round(ordered[-1] * 1000, 1),
        "file_mb": round(out.stat().st_size / 1e6, 1),
    }


async def _print(paperwork: Paperwork, product: Product, out: Path) -> int:
    period = Period.of_day(DAY)
    if product is Product.FORMS:
        return await paperwork.forms(paperwork.opened_in(period), "forms", "id", out)
    return await paperwork.register(product, period, "id", out)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(rows: int) -> None:
    """Each product and size in a process of its own, because a process's peak never falls."""
    tenth = rows // 10
    sizes = [(Product.REGISTER_PDF, tenth), (Product.REGISTER_PDF, rows), (Product.REGISTER_XLSX, tenth)]
    for product, count in [(Product.FORMS, FORMS), *sizes, (Product.REGISTER_XLSX, rows)]:
        with tempfile.TemporaryDirectory(prefix="sambut-bench-paper-") as folder:
            asyncio.run(stock(Path(folder), count))
            ask = [sys.executable, "-m", "tests.load.bench_paper", "--folder", folder, "--product", product.value]
            print(subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip(), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--folder", type=Path, help="a data folder that was stocked")
    parser.add_argument("--product", type=Product)
    given = parser.parse_args()
    if given.folder is None:
        measure(given.rows)
    else:
        row = asyncio.run(print_once(given.folder, given.product))
        print(json.dumps({"benchmark": f"paper.{given.product.value}", **row}))
