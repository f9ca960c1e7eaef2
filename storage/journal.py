"""Group commit for what happens on a call's way: nobody waits for a transaction of their own."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from storage.apply import apply, apply_unless_there
from storage.batch import fold
from storage.engine import Database
from storage.errors import JournalClosed, JournalFull, StoreUnavailable
from storage.pending import Entry
from storage.records import Record, from_line
from storage.spool import SEGMENT_LINES, Spool

log = structlog.get_logger(__name__)

MAX_WAITING = 20_000
"""Writes that may wait in memory: minutes of a busy hotline, some tens of megabytes."""
MAX_BATCH = SEGMENT_LINES
PACE_S = 0.01
"""Least time between the beginnings of two transactions: at 50 calls a second it halves their number, and with it
the processor time. A write that comes alone does not wait."""
RETRY_S = 1.0
"""Pause between two tries to reach a database that is away."""

_TOO_LATE = "the journal was closed before this could be stored"


@dataclass(frozen=True, slots=True)
class JournalStats:
    """Counts since the start. `spool_files` and `waiting` are of this moment; `last_commit_s` is in seconds."""

    waiting: int
    written: int
    batches: int
    largest_batch: int
    last_commit_s: float
    spooled: int
    spool_files: int
    refused: int


class Journal:
    """One task writes for everybody: what came in while a transaction was committing shares the next one.

    The records of one `write` are stored together or not at all. While the database is away, writes go
    to the spool on disk, count as stored there, and are replayed in their order when it is back; a
    write that the database refuses is tried alone, then put aside, and only its own future fails.
    """

    def __init__(self, database: Database, spool: Spool, *, retry_s: float = RETRY_S) -> None:
        self._database = database
        self._spool = spool
        self._retry_s = retry_s
        self._retry_at = self._began = 0.0  # monotonic
        self._waiting: deque[Entry] = deque()
        self._wake = asyncio.Event()
        self._settled = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None
        self._written = self._batches = self._largest = self._spooled = self._refused = 0
        self._last_commit_s = 0.0

    def start(self) -> None:
        """Begins to write, first of all what an earlier process left in the spool."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="journal")
            self._task.add_done_callback(_tell_if_it_died)

    def write(self, *records: Record) -> "asyncio.Future[None]":
        """Takes records to be stored together; returns at once.

        The future is done when they are in the database or flushed to the spool. It fails with the
        database's error if they are refused, `JournalFull`, or `JournalClosed`. Nobody needs to await it.
        """
        entry = Entry.of(records)
        if self._closing:
            entry.fail(JournalClosed("the journal is closed"))
        elif len(self._waiting) >= MAX_WAITING:
            log.error("journal_full", waiting=len(self._waiting))
            entry.fail(JournalFull(f"{MAX_WAITING} writes are waiting"))
        else:
            self._waiting.append(entry)
            self._settled.clear()
            self._wake.set()
        return entry.stored

    async def settle(self, timeout_s: float = 30.0) -> None:
        """Waits until everything written so far, and all of the spool, is in the database.

        Raises `StoreUnavailable` after `timeout_s` seconds.
        """
        try:
            async with asyncio.timeout(timeout_s):
                await self._settled.wait()
        except TimeoutError as error:
            raise StoreUnavailable(f"still {self._spool.segments} files in the spool") from error

    async def close(self, timeout_s: float = 10.0) -> None:
        """Stores what waits (in the database or the spool) and ends; later writes fail with `JournalClosed`."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=timeout_s)
            self._task.cancel()
            await asyncio.wait({self._task})
        while self._waiting:
            self._waiting.popleft().fail(JournalClosed(_TOO_LATE))

    @property
    def spooling(self) -> bool:
        """Whether the database is away, or its return is still being caught up with."""
        return not self._spool.empty

    def stats(self) -> JournalStats:
        return JournalStats(
            waiting=len(self._waiting),
            written=self._written,
            batches=self._batches,
            largest_batch=self._largest,
            last_commit_s=self._last_commit_s,
            spooled=self._spooled,
            spool_files=self._spool.segments,
            refused=self._refused,
        )

    async def _run(self) -> None:
        while not (self._closing and not self._waiting):
            await self._wait_for_work()
            await self._pace()
            if batch := self._take():
                await self._keep_or_say(batch)
            if self.spooling and time.monotonic() >= self._retry_at:
                await self._replay_first()
            if not self._waiting and not self.spooling:
                self._settled.set()

    async def _wait_for_work(self) -> None:
        pause = max(0.0, self._retry_at - time.monotonic()) if self.spooling else None
        if self._waiting or (pause is None and not self._settled.is_set()):
            return
        self._wake.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._wake.wait()

    async def _pace(self) -> None:
        pause = self._began + PACE_S - time.monotonic()
        if pause > 0 and 0 < len(self._waiting) < MAX_BATCH:
            await asyncio.sleep(pause)

    def _take(self) -> list[Entry]:
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), MAX_BATCH))]

    async def _keep_or_say(self, entries: Sequence[Entry]) -> None:
        try:
            await self._keep(entries)
        except asyncio.CancelledError:
            for entry in entries:
                entry.fail(JournalClosed(_TOO_LATE))
            raise

    async def _keep(self, entries: Sequence[Entry]) -> None:
        """Order is kept: behind a spool that is not empty, everything goes through the spool."""
        while True:
            if not self.spooling and await self._commit(entries):
                return
            if await self._put_on_spool(entries):
                return
            await asyncio.sleep(self._retry_s)  # neither database nor disk: hold on to it

    async def _commit(self, entries: Sequence[Entry]) -> bool:
        try:
            await self._commit_together(entries)
        except StoreUnavailable as error:
            log.debug("journal_waits", reason=str(error), writes=len(entries))  # the outage itself is told once
            self._retry_at = time.monotonic() + self._retry_s
            return False
        return True

    async def _commit_together(self, entries: Sequence[Entry]) -> None:
        self._began = began = time.monotonic()
        try:
            batch = fold(record for entry in entries for record in entry.records)
            await self._database.write(lambda connection: apply(connection, batch))
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - any other error is some record's fault: find out whose
            log.warning("journal_batch_refused", error=type(error).__name__, writes=len(entries))
            for entry in entries:
                await self._commit_alone(entry)
            return
        self._count_batch(len(entries), time.monotonic() - began)
        for entry in entries:
            entry.succeed()

    async def _commit_alone(self, entry: Entry) -> None:
        try:
            batch = fold(entry.records)
            await self._database.write(lambda connection: apply_unless_there(connection, batch))
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, it must not stop the others
            await self._refuse(entry, error)
            return
        self._count_batch(1, 0.0)
        entry.succeed()

    def _count_batch(self, writes: int, took_s: float) -> None:
        self._written += writes
        self._batches += 1
        self._largest = max(self._largest, writes)
        self._last_commit_s = took_s

    async def _refuse(self, entry: Entry, error: Exception) -> None:
        log.error("journal_record_refused", records=entry.kinds, error=type(error).__name__)
        self._refused += 1
        try:
            await asyncio.to_thread(self._spool.refuse, entry.line(), type(error).__name__)
        except (OSError, ValueError) as trouble:
            log.error("refused_record_lost", records=entry.kinds, error=type(trouble).__name__)
        entry.fail(error)

    async def _put_on_spool(self, entries: Sequence[Entry]) -> bool:
        open_entries = [entry for entry in entries if entry.still_to_store]
        lines = [line for entry in open_entries if (line := self._line_of(entry)) is not None]
        try:
            await asyncio.to_thread(self._spool.append, lines)
        except OSError as error:
            log.critical("spool_not_writable", error=type(error).__name__, writes=len(lines))
            return False
        self._spooled += len(lines)
        for entry in open_entries:
            entry.succeed()
        return True

    def _line_of(self, entry: Entry) -> str | None:
        try:
            return entry.line()
        except ValueError as error:
            self._refused += 1
            log.error("record_not_writable", records=entry.kinds, error=type(error).__name__)
            entry.fail(error)
            return None

    async def _replay_first(self) -> None:
        self._retry_at = time.monotonic() + self._retry_s  # unless this succeeds
        try:
            entries = [Entry.of(records) for records in await asyncio.to_thread(_read_first, self._spool)]
            if await self._commit(entries):
                await asyncio.to_thread(self._spool.drop_first)
                self._retry_at = 0.0
                log.info("spool_replayed", writes=len(entries), files_left=self._spool.segments)
        except OSError as error:
            log.critical("spool_not_readable", error=type(error).__name__)


def _read_first(spool: Spool) -> list[tuple[Record, ...]]:
    writes = []
    for line in spool.first():
        try:
            writes.append(from_line(line))
        except ValueError as error:
            log.error("spool_line_damaged", error=type(error).__name__)
            spool.refuse(line, "damaged line")
    return writes


def _tell_if_it_died(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("journal_died", error=type(error).__name__, exc_info=error)
