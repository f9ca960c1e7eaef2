"""An import from beginning to end: a file is read beside the service, judged, and only then becomes the table."""

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar

from config import Installation
from vehicles.leftovers import remove_leftovers
from vehicles.port import ImportTarget
from vehicles.refusals import FileRefused, Refusal
from vehicles.report import write_report
from vehicles.stage import Stage

BREATH_S = 0.001
"""Between two batches, so that what calls write comes in between on any database."""
SHOWN_REFUSALS = 200
"""Refused rows that are told at once; the report's file has all of them."""

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_MESSAGE_BYTES = 64 * 1024
"""The reader's longest line: a heading of many columns is shortened before."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`share` of the whole import that is done, 0 to 1, and rows read or stored so far in this phase."""

    phase: Literal["reading", "storing"]
    share: float
    rows: int


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a file: `rows` are in the table now, `refused` are not; the first of those are in `refusals`."""

    rows: int
    refused: int
    refusals: tuple[Refusal, ...]


class TooManyRefused(FileRefused):
    """More of the rows are bad than the installation allows; `report` says which."""

    def __init__(self, report: Report, limit: float) -> None:
        self.report = report
        super().__init__("too_many_refused", refused=report.refused, rows=report.rows + report.refused, limit=limit)


@dataclass(frozen=True, slots=True)
class Importing:
    """How this installation imports. `areas`: letters that plates may begin with; `folder` is for scratch files.

    `report` is the CSV file that gets every refused row.
    """

    target: ImportTarget
    areas: Collection[str]
    refused_percent: float
    folder: Path
    report: Path
    clock: Callable[[], float]

    async def run(self, file: Path, name: str, by: str, told: Callable[[Progress], None]) -> Report:
        """Make the file's vehicles the table. Raises `FileRefused`, and what the target raises; then nothing changed.

        `name` is the file as people know it, `by` who imports it.
        """
        async with _scratch(self.folder, self.clock()) as scratch:
            path = scratch / "stage.db"
            await self._read(file, path, told)
            async with _staged(path) as stage:
                report = await _to_its_end(self._judge, stage)
                await self._store(stage, report, name, by, told)
        return report

    async def _read(self, file: Path, stage: Path, told: Callable[[Progress], None]) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "vehicles.reader",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_MESSAGE_BYTES,
        )
        try:
            job = {"file": str(file), "stage": str(stage), "areas": sorted(self.areas)}
            await _follow(process, job, told)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    def _judge(self, stage: Stage) -> Report:
        """Raises `TooManyRefused`."""
        rows, refused = stage.counts()
        write_report(self.report, stage.refusals())
        report = Report(rows, refused, tuple(stage.refusals(SHOWN_REFUSALS)))
        if rows == 0 or refused > (rows + refused) * self.refused_percent / 100:
            raise TooManyRefused(report, self.refused_percent)
        return report

    async def _store(self, stage: Stage, report: Report, name: str, by: str, told: Callable[[Progress], None]) -> None:
        edition = await self.target.begin(name, by, self.clock())
        try:
            await self._fill(edition, stage, report.rows, told)
            await self.target.finish(edition, report.refused, self.clock())
        except BaseException:
            await asyncio.shield(self.target.abandon(edition, self.clock()))
            raise

    async def _fill(self, edition: int, stage: Stage, rows: int, told: Callable[[Progress], None]) -> None:
        last, stored = "", 0
        while records := await _to_its_end(stage.records, last):
            await self.target.add(edition, records, self.clock())
            last, stored = records[-1]["plate"], stored + len(records)
            told(Progress("storing", 0.5 + stored / rows / 2, stored))
            await asyncio.sleep(BREATH_S)


def importing_of(installation: Installation, target: ImportTarget, clock: Callable[[], float]) -> Importing:
    """As the installation wants it: what is refused goes to `imports/refused.csv` in its data folder."""
    folder = installation.settings.data / "imports"
    return Importing(
        target, installation.areas, installation.vehicles.refused_percent, folder, folder / "refused.csv", clock
    )


@asynccontextmanager
async def _scratch(folder: Path, now: float) -> AsyncIterator[Path]:
    """A folder of this import alone inside `folder`, gone afterwards; so is what killed ones have left there."""
    scratch = await _to_its_end(_new_scratch, folder, now)
    try:
        yield Path(scratch.name)
    finally:
        await _to_its_end(scratch.cleanup)


def _new_scratch(folder: Path, now: float) -> tempfile.TemporaryDirectory[str]:
    folder.mkdir(parents=True, exist_ok=True)
    remove_leftovers(folder, now)
    return tempfile.TemporaryDirectory(dir=folder, prefix="import-")


@asynccontextmanager
async def _staged(path: Path) -> AsyncIterator[Stage]:
    stage = await _to_its_end(Stage, path)
    try:
        yield stage
    finally:
        await _to_its_end(stage.close)


async def _to_its_end(
    work: Callable[Arguments, Result], *arguments: Arguments.args, **more: Arguments.kwargs
) -> Result:
    """Run it in a thread. Who breaks off waits for it all the same: nothing is closed under a thread's feet."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *arguments, **more))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


async def _follow(process: asyncio.subprocess.Process, job: dict[str, Any], told: Callable[[Progress], None]) -> None:
    """Give the reader its job and pass on what it tells. Raises `FileRefused`."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(job).encode() + b"\n")
    async for line in process.stdout:
        match json.loads(line):
            case {"share": share, "rows": rows}:
                told(Progress("reading", share / 2, rows))
            case {"refused": code, "values": values}:
                raise FileRefused(code, **values)
            case {"done": True}:
                return
    raise FileRefused("reader_died")
