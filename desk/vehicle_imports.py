"""Imports of the vehicle table that admins start: one at a time, in the background, its course to be asked for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import structlog
from aiohttp import web

from config import Installation
from config.base import Bilingual
from desk.problems import CATALOGUE, Problem
from desk.times import Clock
from desk.uploads import keep, remove
from desk.vehicle_shapes import JobState
from storage import Store, StoreUnavailable
from storage.vehicles import EditionLost, ImportRunning
from vehicles.importing import Importing, Progress, Report, TooManyRefused, importing_of
from vehicles.port import Vehicles
from vehicles.refusals import FileRefused
from vehicles.sources import source_of

MOST_BYTES = 1024**3
"""An upload that is longer is refused."""
NOTHING = Report(0, 0, ())

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One import as far as it has come. Times are Unix seconds, `share` is 0 to 1, `rows` are those read or stored.

    `report` and `message` (why nothing changed) come at the end.
    """

    file: str
    by: str
    started_at: float
    state: JobState = "reading"
    ended_at: float | None = None
    share: float = 0.0
    rows: int = 0
    report: Report = NOTHING
    message: Bilingual | None = None


class VehicleImports:
    """The imports of this node. `job` is the running one, else the last."""

    def __init__(self, importing: Importing, clock: Clock) -> None:
        self._importing = importing
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._receiving = False
        self.job: Job | None = None

    async def take(self, name: str, by: str, chunks: AsyncIterator[bytes]) -> Job:
        """Keep what is uploaded and begin to import it. Raises `Problem`: import_running, too_large."""
        if self._receiving or (self._task is not None and not self._task.done()):
            raise Problem("import_running")
        self._receiving = True
        try:
            file = await keep(chunks, self._importing.folder, MOST_BYTES)
        finally:
            self._receiving = False
        self.job = Job(name, by, self._clock())
        self._task = asyncio.get_running_loop().create_task(self._run(file, self.job), name="vehicle-import")
        return self.job

    async def close(self) -> None:
        """Break off what runs; the table stays as it was."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    @property
    def refused(self) -> Path:
        """The refused rows of the last import, all of them, as CSV."""
        return self._importing.report

    async def _run(self, file: Path, job: Job) -> None:
        try:
            self._end("done", await self._importing.run(file, job.file, job.by, self._told))
        except TooManyRefused as error:
            self._end("refused", error.report, error.message)
        except FileRefused as error:
            self._end("refused", NOTHING, error.message)
        except (ImportRunning, EditionLost) as error:
            self._fail(error, "import_running")
        except StoreUnavailable as error:
            self._fail(error, "unavailable")
        except Exception as error:  # noqa: BLE001  the outermost frame of the task: logged, and told on the page
            self._fail(error, "internal")
        finally:
            await remove(file)

    def _told(self, progress: Progress) -> None:
        assert self.job is not None
        self.job = replace(self.job, state=progress.phase, share=progress.share, rows=progress.rows)

    def _fail(self, error: Exception, code: str) -> None:
        _log.error("vehicle_import_failed", exc_info=error)
        kind = CATALOGUE[code]
        self._end("failed", NOTHING, Bilingual(id=kind.id, en=kind.en))

    def _end(self, state: JobState, report: Report, message: Bilingual | None = None) -> None:
        assert self.job is not None
        self.job = replace(
            self.job, state=state, ended_at=self._clock(), share=1.0, rows=report.rows, report=report, message=message
        )
        _log.info("vehicle_import_ended", state=state, rows=report.rows, refused=report.refused, username=self.job.by)


@dataclass(frozen=True, slots=True)
class VehicleDesk:
    """What the handlers about vehicles share."""

    source: Vehicles
    imports: VehicleImports

    async def close(self) -> None:
        await self.imports.close()
        await self.source.close()


VEHICLES = web.AppKey("vehicles", VehicleDesk)


def vehicle_desk(store: Store, installation: Installation, clock: Clock) -> VehicleDesk:
    """As the installation wants it; to be closed."""
    source = source_of(installation.vehicles, installation.settings, store.vehicles, clock)
    return VehicleDesk(source, VehicleImports(importing_of(installation, store.vehicles, clock), clock))
