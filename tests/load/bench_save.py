"""A ticket's save over HTTP while 100 operators type at once, on SQLite and on PostgreSQL."""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from tests.integration.postgres import running_postgres
from tests.load.figures import Figure, Report, at_most
from tests.load.pages import Pages, open_pages
from tests.load.subjects import Subject, hotline, operators
from tests.load.typists import PHRASE_S, WORD_S, EditedTicket, at_step_5, typing

TYPING = 100
SECONDS, QUICK_SECONDS = 40.0, 10.0
IDLE_S = 5.0
LOG_FILES = 5
TARGET_MS = {"SQLite": 30, "PostgreSQL": 15}


async def run(report: Report, folder: Path, quick: bool) -> None:
    seconds = QUICK_SECONDS if quick else SECONDS
    await _on(report, folder, "SQLite", None, seconds)
    with _postgres() as url:
        await _on(report, folder, "PostgreSQL", url, seconds)


@contextmanager
def _postgres() -> Iterator[str]:
    """An empty database on a server that is as careful as Debian's: each commit is flushed to the medium.

    Like one that has run for a day, it has the next files of its log at hand; a new server makes each when it is needed
    (16 MB, flushed), and whoever commits then waits for that.
    """
    with running_postgres(settings={"max_connections": "50"}) as server:
        for _ in range(LOG_FILES):
            server.sql("SELECT pg_logical_emit_message(true, '', ''), pg_switch_wal()")
        server.sql("CHECKPOINT")
        yield server.url(server.new_database())


async def _on(report: Report, folder: Path, kind: str, database: str | None, seconds: float) -> None:
    people = operators(TYPING)
    async with hotline(folder, people, database=database) as subject, open_pages(subject, people) as pages:
        tickets = {person.username: await at_step_5(pages, person) for person in people}
        idle = await _cpu_s(subject, IDLE_S) / IDLE_S
        for every_s, after in ((PHRASE_S, "phrase"), (WORD_S, "word")):
            target = TARGET_MS[kind] if every_s == PHRASE_S else None
            figures = await _typed(subject, pages, tickets, every_s, seconds, idle)
            _tell(report, kind, f"a save after each {after}", figures, target)


async def _typed(
    subject: Subject, pages: Pages, tickets: dict[str, EditedTicket], every_s: float, seconds: float, idle: float
) -> tuple[np.ndarray, float]:
    """The saves' milliseconds, and the service's CPU for one, without what it costs to stand idle (share of a core)."""
    async with typing(pages, operators(TYPING), tickets, every_s) as saves:
        began = time.monotonic()
        cpu_s = await _cpu_s(subject, seconds)
        ended = time.monotonic()
    taken_ms = 1000 * np.array(saves.between(began, ended))
    return taken_ms, 1000 * (cpu_s - idle * seconds) / len(taken_ms)


async def _cpu_s(subject: Subject, seconds: float) -> float:
    before = subject.process.cpu_s()
    await asyncio.sleep(seconds)
    return subject.process.cpu_s() - before


def _tell(report: Report, kind: str, how: str, figures: tuple[np.ndarray, float], target: float | None) -> None:
    saves, cpu_ms = figures
    note = f"{len(saves)} saves, {TYPING} operators typing with a page each; load {os.getloadavg()[0]:.1f}"
    name = f"{kind}, {how}"
    goal = None if target is None else at_most(target)
    report.add(
        Figure("save", f"{name}, p50", float(np.percentile(saves, 50)), "ms", note=note),
        Figure("save", f"{name}, p99", float(np.percentile(saves, 99)), "ms", goal, note=note),
        Figure("save", f"{name}, CPU of the service", cpu_ms, "ms per save", note="above what it costs to stand idle"),
    )
