"""The micro-benchmarks of the queue, the store and the suggestions, as figures of the report."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from tests.load.figures import Figure, Report, at_most

STORAGE_S, QUICK_STORAGE_S = 10, 3


async def queue(report: Report, _folder: Path, _quick: bool) -> None:
    """The queue's decision: 10,000 waiting, 1,000 operators, and how its cost grows."""
    rows = await _rows("tests.load.bench_queue")
    for row in rows:
        if row["benchmark"] == "queue.growth":
            growth = f"decision, cost ratio {row['from']} to {row['to']} waiting ({row['strategy']})"
            report.add(Figure("queue", growth, row["cost_ratio"], "×", at_most(row["log_ratio"]), note="target: log n"))
        elif row["waiting"] == 10_000:
            name = f"decision p99, 10,000 waiting ({row['strategy']})"
            report.add(Figure("queue", name, row["p99_us"] / 1000, "ms", at_most(1)))


async def storage(report: Report, _folder: Path, quick: bool) -> None:
    """The journal on SQLite: throughput and latency."""
    for row in await _rows("tests.load.bench_storage", "--seconds", str(QUICK_STORAGE_S if quick else STORAGE_S)):
        name = row.pop("benchmark").removeprefix("storage.")
        for figure, value in row.items():
            report.add(Figure("storage", f"{name}: {figure}", float(value), ""))


async def suggestions(report: Report, _folder: Path, _quick: bool) -> None:
    """The suggested categories: how often right on sentences that nothing has learnt, and how quick."""
    for row in await _rows("tests.load.bench_suggestions"):
        name = row.pop("benchmark").removeprefix("suggestions.")
        known = {True: ", kind known", False: ", kind unknown"}.get(row.pop("kind_known", None), "")
        for figure, value in row.items():
            report.add(Figure("suggestions", f"{name}{known}: {figure}", float(value), ""))


async def _rows(module: str, *arguments: str) -> list[dict[str, Any]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    return [json.loads(line) for line in printed.decode().splitlines()]
