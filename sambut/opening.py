"""The database at the start: opened before the first call, or waited for while calls come in already."""

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from config import Installation
from hotline.procedure import Procedure
from sambut.clock import Clock
from sambut.updating import copy_before
from storage import Store, StoreUnavailable

log = structlog.get_logger(__name__)

RETRY_S = 2.0
RETRY_FAILED_S = 60.0
"""Of a database that is here, and cannot be brought to this version."""


class Opening:
    """Brings the database to this version, replays the spool, closes what a crash left open, reserves numbers.

    `alive_at` is the last sign of life of an earlier process, in Unix seconds.
    """

    def __init__(
        self, store: Store, installation: Installation, procedure: Procedure, clock: Clock, alive_at: float
    ) -> None:
        self._store = store
        self._installation = installation
        self._zone = ZoneInfo(installation.hours.timezone)
        self._procedure = procedure
        self._clock = clock
        self._alive_at = alive_at
        self._began: float | None = None
        self._copy_before = copy_before(installation.settings)

    async def open(self) -> None:
        """Raises `StoreUnavailable`; `StoreRefused`, `NewerDatabase`, `BackupError` if trying again makes no sense."""
        store, now = self._store, self._clock()
        await store.migrate(self._copy_before)
        await store.start()
        mark = self._procedure.mark_for_callback
        found = await store.recover(now, mark, alive_at=self._alive_at, began=self._began)
        if found.calls:
            log.warning("recovered", interrupted_calls=len(found.calls), to_call_back=len(found.tickets))
        await store.numbers.reserve(datetime.fromtimestamp(now, self._zone).year)
        await store.arrived()

    def begin_without(self) -> None:
        """Calls are taken from now on, into the spool; `wait` brings the database in."""
        self._began = self._clock()
        self._store.start_without_database()
        log.warning("started_without_database", calls="answered, kept in the spool", people="cannot sign in yet")

    async def wait(self) -> None:
        """Until the database is here. What else goes wrong is told once: calls are safe, and somebody may mend it."""
        told, pause_s = "", RETRY_S
        while not self._store.here:
            await asyncio.sleep(pause_s)
            try:
                await self.open()
            except StoreUnavailable:
                pause_s = RETRY_S  # the store tells of its outage itself
            except Exception as error:
                pause_s = RETRY_FAILED_S
                if str(error) != told:
                    log.error("database_not_opened", exc_info=error)
                    told = str(error)
        log.info("database_here", after_s=round(self._clock() - (self._began or 0.0), 1))
