"""The rules of retention wherever personal data lie: in the store, and as paper in the archive's folder."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, tzinfo
from pathlib import Path

from config.retention import KeepDays
from desk.archive import PaperArchive, archive_of
from hotline.retention import cutoffs
from storage.privacy import Cutoffs, Person, Privacy, Tally


class RetentionRules:
    """The rules of one installation, carried out on its store and its data folder.

    Everything here may raise `StoreUnavailable`, and `OSError` when a file cannot be removed.
    """

    def __init__(self, privacy: Privacy, keep_days: KeepDays, data: Path, zone: tzinfo) -> None:
        self._privacy = privacy
        self._keep_days = keep_days
        self._data = data
        self._zone = zone
        self._archive = archive_of(data)

    async def overdue(self, now: float) -> Tally:
        """What would be erased at `now` (Unix seconds)."""
        found, paper = self._cutoffs(now)
        tally = await self._privacy.overdue(found)
        return replace(tally, paper=len(await asyncio.to_thread(_filed_before, self._archive, paper)))

    async def erase_overdue(self, now: float) -> Tally:
        """Erase it; what was erased."""
        found, paper = self._cutoffs(now)
        tally = await self._privacy.erase_overdue(found, now, self._data)
        return replace(tally, paper=await asyncio.to_thread(_remove, await self._filed(paper)))

    async def erase_person(self, person: Person, now: float) -> Tally:
        """Erase one person's data, the forms of their closed tickets too. Registers on paper stay until their time."""
        closed = {ticket.number for ticket in person.tickets} - set(person.open)
        tally = await self._privacy.erase_person(person, now, self._data)
        return replace(tally, paper=await asyncio.to_thread(_remove_forms, self._archive, closed))

    async def _filed(self, before: date) -> list[Path]:
        return await asyncio.to_thread(_filed_before, self._archive, before)

    def _cutoffs(self, now: float) -> tuple[Cutoffs, date]:
        overdue = cutoffs(self._keep_days, now)
        paper = datetime.fromtimestamp(overdue.pop("paper"), self._zone).date()
        return Cutoffs(**overdue), paper


def _filed_before(archive: PaperArchive, before: date) -> list[Path]:
    """Every file of the days before this one, and the registers of months that ended before it."""
    days = [file for file in archive.folder.glob("*/*/*/*") if _begun(archive, file.parent) < before]
    months = [file for file in archive.folder.glob("*/*/*.*") if _next_month(_begun(archive, file.parent)) <= before]
    return sorted(file for file in (*days, *months) if file.is_file())


def _begun(archive: PaperArchive, folder: Path) -> date:
    """The day of a day's folder, or the first of a month's; what is no such folder is never old."""
    parts = folder.relative_to(archive.folder).parts
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2]) if len(parts) > 2 else 1)
    except ValueError:
        return date.max.replace(day=1)


def _next_month(first: date) -> date:
    return date.max if first.year == date.max.year else date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _remove(files: list[Path]) -> int:
    for file in files:
        file.unlink(missing_ok=True)
    return len(files)


def _remove_forms(archive: PaperArchive, tickets: set[str]) -> int:
    return _remove([file for file in archive.folder.glob("*/*/*/*.pdf") if file.stem in tickets])
