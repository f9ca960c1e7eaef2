"""`sambut paper`: files a day, a month or a ticket by hand, in the archive or in another folder."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from config import Installation
from config.base import Language
from desk.archive import PaperArchive, archive_of
from desk.matrix import CategoryMatrix
from desk.paperwork import Paperwork
from desk.press import Press, PressFailed
from paper.period import Period
from sambut.clock import steady_clock
from sambut.commands import opened_store
from sambut.paper import Filing
from storage import Store, StoreUnavailable


async def day(installation: Installation, of: date, out: Path | None, language: Language | None) -> None:
    """The forms and the register of a day."""
    async with _filing(installation, out, language) as (filing, archive, _):
        forms = await filing.day(of)
        _tell(archive, Period.of_day(of))
        click.echo(f"{forms} forms in {archive.form(of, '').parent}")


async def month(installation: Installation, of: date, out: Path | None, language: Language | None) -> None:
    """The register of the month that has this day."""
    async with _filing(installation, out, language) as (filing, archive, _):
        await filing.month(of.year, of.month)
        _tell(archive, Period.of_month(of.year, of.month))


async def ticket(installation: Installation, number: str, out: Path | None, language: Language | None) -> None:
    """The form of one ticket."""
    async with _filing(installation, out, language) as (filing, _, store):
        found = await store.tickets.get(number)
        if found is None:
            raise click.ClickException(f"there is no ticket {number}")
        click.echo(await filing.ticket(found))


@asynccontextmanager
async def _filing(
    installation: Installation, out: Path | None, language: Language | None
) -> AsyncIterator[tuple[Filing, PaperArchive, Store]]:
    clock, zone = steady_clock(), ZoneInfo(installation.hours.timezone)
    archive = archive_of(installation.settings.data) if out is None else PaperArchive(out)
    try:
        async with opened_store(installation) as store:
            matrix = CategoryMatrix(installation.matrix, store.matrix, clock, [])
            await matrix.load()
            paperwork = Paperwork(store, installation, lambda: matrix.current, Press(), clock)
            yield Filing(paperwork, store, archive, zone, language or installation.paper.language), archive, store
    except (StoreUnavailable, PressFailed, OSError) as error:
        raise click.ClickException(str(error)) from error


def _tell(archive: PaperArchive, period: Period) -> None:
    for path in archive.registers(period):
        click.echo(path)
