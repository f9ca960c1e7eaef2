"""Callers who come, are greeted, wait and go: 50 a second with every ticket stored in SQLite; then as many as hold."""

import asyncio
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from tests.load.figures import Figure, Report, at_most
from tests.load.sipp import Callers, callers
from tests.load.subjects import SUPERVISOR, Subject, hotline

RATE, SECONDS, QUICK_SECONDS = 50, 60, 10
RAMP, RAMP_S = (100, 150, 200), 20
GREETED_S, WAITS_S = 0.5, 0.5
FLAT_MB = 20.0  # what the allocator may keep after a minute's load


@dataclass(frozen=True, slots=True)
class Run:
    """`missing` is how many of the successful calls have no stored ticket."""

    failed: int
    missing: int
    cpu_ms_per_call: float
    rss_before_mb: float
    rss_after_mb: float


async def run(report: Report, folder: Path, quick: bool) -> None:
    seconds = QUICK_SECONDS if quick else SECONDS
    async with hotline(folder, [SUPERVISOR]) as subject:
        await _churn(subject, folder, RATE, 5)  # code, caches and pools are warm
        seen = await _churn(subject, folder, RATE, seconds)
        note = f"{RATE}/s for {seconds} s"
        total = f"{seen.rss_after_mb:.0f} MB in the end"
        grown = seen.rss_after_mb - seen.rss_before_mb
        report.add(
            Figure("churn", "failed calls", seen.failed, "calls", at_most(0), None, note),
            Figure("churn", "calls without a stored ticket", seen.missing, "calls", at_most(0), None, note),
            Figure("churn", "memory grown", grown, "MB", at_most(FLAT_MB), None, total),
            Figure("churn", "CPU per call", seen.cpu_ms_per_call, "ms", None, None, note),
        )
        for rate in () if quick else RAMP:
            seen = await _churn(subject, folder, rate, RAMP_S)
            lost = seen.failed + seen.missing
            cpu = f"{seen.cpu_ms_per_call:.1f} ms CPU per call"
            report.add(Figure("churn", f"{rate}/s: failed or without a ticket", lost, "calls", None, None, cpu))
            if lost:
                break


async def _churn(subject: Subject, folder: Path, rate: float, seconds: int) -> Run:
    plan = Callers(rate, round(rate * seconds), key_after_s=GREETED_S, hold_s=WAITS_S, speaks=False)
    before, rss, cpu = _tickets(subject), subject.process.rss_mb(), subject.process.cpu_s()
    async with callers(plan, subject.sip, folder) as sipp:
        tally = await sipp.finish(seconds + 90)
    await asyncio.sleep(2)  # the last batches and goodbyes
    stored = _tickets(subject) - before
    spent = 1000 * (subject.process.cpu_s() - cpu) / max(1, tally.placed)
    return Run(tally.failed, tally.succeeded - stored, spent, rss, subject.process.rss_mb())


def _tickets(subject: Subject) -> int:
    with sqlite3.connect(f"file:{subject.data}/sambut.db?mode=ro", uri=True) as database:
        return int(database.execute("SELECT count(*) FROM ticket").fetchone()[0])
