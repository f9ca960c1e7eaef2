"""`sambut vehicles import`: a file of vehicles becomes the local table."""

import shutil
from getpass import getuser
from pathlib import Path

import click

from config import Installation
from sambut.clock import steady_clock
from sambut.commands import opened_store
from storage import StoreUnavailable
from storage.vehicles import EditionLost, ImportRunning
from vehicles.importing import Importing, Progress, Report, TooManyRefused, importing_of
from vehicles.refusals import FileRefused

SHOWN = 20
"""Refused rows that are printed; the report's file has all of them."""
STEPS = 1000


async def import_file(installation: Installation, file: Path, report: Path | None) -> int:
    """Import and say how it went; `report` also gets the refused rows. Returns the exit status."""
    async with opened_store(installation) as store:
        importing = importing_of(installation, store.vehicles, steady_clock())
        try:
            result = await _run(importing, file)
        except TooManyRefused as refused:
            _tell_refused(refused.report, importing, report)
            return _nothing_changed(refused.message.en)
        except FileRefused as refused:
            return _nothing_changed(refused.message.en)
        except (ImportRunning, EditionLost, StoreUnavailable) as error:
            return _nothing_changed(str(error))
    click.echo(f"{result.rows} vehicles are in the table now")
    _tell_refused(result, importing, report)
    return 0


async def _run(importing: Importing, file: Path) -> Report:
    with click.progressbar(length=STEPS, label=f"importing {file.name}") as bar:

        def told(progress: Progress) -> None:
            bar.update(int(progress.share * STEPS) - bar.pos)

        return await importing.run(file, file.name, getuser(), told)


def _tell_refused(result: Report, importing: Importing, report: Path | None) -> None:
    if result.refused == 0:
        return
    click.echo(f"{result.refused} rows were refused:", err=True)
    for each in result.refusals[:SHOWN]:
        place = f"row {each.row}" + (f", {each.column}" if each.column else "")
        click.echo(f"  {place}: {each.message.en}" + (f" ({each.value!r})" if each.value else ""), err=True)
    if report is not None:
        shutil.copyfile(importing.report, report)
    click.echo(f"all of them: {report or importing.report}", err=True)


def _nothing_changed(reason: str) -> int:
    click.echo(f"nothing was changed: {reason}", err=True)
    return 1
