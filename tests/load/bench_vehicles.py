"""The vehicle table: the import of a million rows by the command line, look-ups, and what calls notice of an import."""

import asyncio
import os
import random
import resource
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

import config
from storage import Store, open_store
from tests.load.bench_storage import Caller, Measured, steady
from tests.load.figures import Figure, Report, at_most
from vehicles.importing import importing_of

ROWS, QUICK_ROWS = 1_000_000, 100_000
BESIDE_CALLS = 200_000
"""Rows of the import that runs while calls are written at 50 a second."""
ALONE_S = 10.0
"""Seconds of calls without an import, for comparison."""
LOOK_UPS = 5_000
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HEADING = "No. Polisi;Merk;Tipe;Tahun;Warna;Wilayah Samsat;Wilayah Pemilik;PKB;Denda;Total;Jatuh Tempo\n"


async def run(report: Report, folder: Path, quick: bool) -> None:
    """Issue 4: a million rows in a minute or so."""
    rows = QUICK_ROWS if quick else ROWS
    file = folder / "vehicles.csv"
    write_file(file, rows)
    took = await _command_line(folder, file)
    name = f"import of {rows:,} rows by CSV"
    report.add(
        Figure(
            "vehicles", name, took.seconds, "s", None if quick else at_most(60), note="sambut vehicles import, SQLite"
        ),
        Figure("vehicles", f"{name}: processor time of both processes", took.cpu_s, "s"),
        Figure("vehicles", f"{name}: peak of one process", took.peak_mb, "MB"),
    )
    async with await open_store(took.database, spool=folder / "spool") as store:
        await store.start()
        milliseconds = await _look_ups(store, rows)
        report.add(Figure("vehicles", f"look-up among {rows:,}, p99", float(np.percentile(milliseconds, 99)), "ms"))
        write_file(file, min(rows, BESIDE_CALLS))
        await _beside_calls(report, store, file, folder)


def plate(number: int) -> str:
    """A plate of its own for each number."""
    number, digits = divmod(number, 9999)
    return f"D {digits + 1} {LETTERS[number // 26 % 26]}{LETTERS[number % 26]}"


def write_file(path: Path, rows: int) -> None:
    """A CSV file of so many vehicles, in no order of their plates."""
    order = list(range(rows))
    random.Random(1).shuffle(order)
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADING)
        for n in order:
            tax, fine = 100_000 + n % 900 * 1_000, n % 50 * 1_000
            due = date(2026, 1, 1) + timedelta(days=n % 365)
            file.write(
                f"{plate(n)};HONDA;VARIO {n % 9}25;{2000 + n % 25};HITAM;P3DW Kota Bandung I Pajajaran;Kota Bandung;"
                f"{tax};{fine};{tax + fine};{due:%d-%m-%Y}\n"
            )


@dataclass(frozen=True, slots=True)
class Imported:
    """What the command took: wall-clock and processor seconds, and the memory of the larger of its two processes."""

    seconds: float
    cpu_s: float
    peak_mb: float
    database: str


async def _command_line(folder: Path, file: Path) -> Imported:
    database = f"sqlite:///{folder}/sambut.db"
    environment = {**os.environ, "SAMBUT_DATA": str(folder), "SAMBUT_DATABASE_URL": database}
    command = [str(Path(sys.executable).with_name("sambut")), "vehicles", "import", str(file)]
    began = time.perf_counter()
    status, usage = await asyncio.to_thread(_run, command, environment)
    if status != 0:
        raise RuntimeError(f"the import ended with {os.waitstatus_to_exitcode(status)}")
    seconds = time.perf_counter() - began
    return Imported(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, database)


def _run(command: list[str], environment: dict[str, str]) -> tuple[int, resource.struct_rusage]:
    """Its wait status and what it used, its own child included. What it prints is thrown away."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    _, status, usage = os.wait4(os.posix_spawn(command[0], command, environment, file_actions=quiet), 0)
    return status, usage


async def _look_ups(store: Store, rows: int) -> list[float]:
    """Milliseconds of each, one after the other."""
    dice, took = random.Random(2), []
    for _ in range(LOOK_UPS):
        wanted = plate(dice.randrange(rows))
        began = time.perf_counter()
        if await store.vehicles.find(wanted) is None:
            raise RuntimeError(f"{wanted} is not in the table")
        took.append((time.perf_counter() - began) * 1000)
    return took


async def _beside_calls(report: Report, store: Store, file: Path, folder: Path) -> None:
    """Tickets are written at 50 a second while the table is imported in the same process, as in the service."""
    alone, beside = Measured(), Measured()
    await steady(Caller(store, alone), ALONE_S)
    importing = importing_of(config.load(environ={"SAMBUT_DATA": str(folder)}), store.vehicles, time.time)
    job = asyncio.create_task(importing.run(file, file.name, "bench", lambda _: None))
    while not job.done():
        await steady(Caller(store, beside), 1.0)
    await job
    for name, measured in (("without an import", alone), ("during an import", beside)):
        milliseconds = np.array(measured.latencies) * 1000
        for share in (50, 99):
            value = float(np.percentile(milliseconds, share))
            note = f"{len(milliseconds):,} tickets, 50 a second"
            report.add(Figure("vehicles", f"ticket write {name}, p{share}", value, "ms", note=note))
