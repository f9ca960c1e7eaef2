"""Callers who come, are greeted, wait and go: 50 a second with every ticket stored in SQLite; then as many as hold."""

import asyncio
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from tests.load.figures import Figure, Report, at_most
from tests.load.processes import busy_share, machine_cpu
from tests.load.sipp import Callers, callers
from tests.load.subjects import SUPERVISOR, Subject, bare_engine, hotline

RATE, SECONDS, QUICK_SECONDS = 50, 60, 10
WARM_S, QUICK_WARM_S = 120, 10  # for two minutes the library's pools grow to what so many calls need, then no more
RAMP, RAMP_S = (100, 150, 200), 20
GREETED_S, WAITS_S = 0.5, 0.5
TRANSACTIONS_S = 35.0  # a SIP transaction is kept 32 s after its end (RFC 3261, timers H, J): until then all grows
FLAT_MB = 20.0  # what the allocator may keep after a minute's load


@dataclass(frozen=True, slots=True)
class Run:
    """`missing` is how many of the successful calls have no stored ticket; `rss_before_mb` is `TRANSACTIONS_S` in."""

    failed: int
    missing: int
    cpu_ms_per_call: float
    machine_busy: float
    rss_before_mb: float
    rss_after_mb: float


async def run(report: Report, folder: Path, quick: bool) -> None:
    seconds = QUICK_SECONDS if quick else SECONDS
    async with bare_engine(folder) as engine:
        bare = await _churn(engine, folder, RATE, QUICK_SECONDS)
    async with hotline(folder, [SUPERVISOR]) as subject:
        await _churn(subject, folder, RATE, QUICK_WARM_S if quick else WARM_S)
        _tell(report, await _churn(subject, folder, RATE, seconds), bare, seconds)
        for rate in () if quick else RAMP:
            if not await _holds(report, subject, folder, rate):
                break


def _tell(report: Report, ours: Run, bare: Run, seconds: int) -> None:
    note = f"{RATE}/s for {seconds} s"
    total = f"{ours.rss_after_mb:.0f} MB in the end"
    grown, peer_grown = ours.rss_after_mb - ours.rss_before_mb, bare.rss_after_mb - bare.rss_before_mb
    report.add(
        Figure("churn", "failed calls", ours.failed, "calls", at_most(0), bare.failed, note),
        Figure("churn", "calls without a stored ticket", ours.missing, "calls", at_most(0), None, note),
        Figure("churn", "memory grown from second 35 on", grown, "MB", at_most(FLAT_MB), peer_grown, total),
        Figure("churn", "CPU per call", ours.cpu_ms_per_call, "ms", None, bare.cpu_ms_per_call, note),
    )


async def _holds(report: Report, subject: Subject, folder: Path, rate: int) -> bool:
    """Whether every call went well and has its ticket at this rate."""
    seen = await _churn(subject, folder, rate, RAMP_S)
    lost = seen.failed + seen.missing
    note = f"{seen.failed} failed, {seen.cpu_ms_per_call:.1f} ms CPU per call, machine {seen.machine_busy:.0%} busy"
    report.add(Figure("churn", f"{rate}/s: failed or without a ticket", lost, "calls", note=note))
    return lost == 0


async def _churn(subject: Subject, folder: Path, rate: float, seconds: int) -> Run:
    plan = Callers(rate, round(rate * seconds), key_after_s=GREETED_S, hold_s=WAITS_S, speaks=False)
    before, cpu, machine = _tickets(subject), subject.process.cpu_s(), machine_cpu()
    async with callers(plan, subject.sip, folder) as sipp:
        await asyncio.sleep(min(TRANSACTIONS_S, seconds / 2))
        rss = subject.process.rss_mb()
        tally = await sipp.finish(seconds + 90)
    spent, busy = subject.process.cpu_s() - cpu, busy_share(machine, machine_cpu())
    await asyncio.sleep(2)  # the last batches and goodbyes
    return Run(
        failed=tally.failed,
        missing=tally.succeeded - (_tickets(subject) - before),
        cpu_ms_per_call=1000 * spent / max(1, tally.placed),
        machine_busy=busy,
        rss_before_mb=rss,
        rss_after_mb=subject.process.rss_mb(),
    )


def _tickets(subject: Subject) -> int:
    """Tickets in the database; the bare engine has none."""
    if not subject.http:
        return 0
    with sqlite3.connect(f"file:{subject.data}/sambut.db?mode=ro", uri=True) as database:
        return int(database.execute("SELECT count(*) FROM ticket").fetchone()[0])
