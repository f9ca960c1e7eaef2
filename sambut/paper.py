"""The nightly archive (SOP: softcopy and hardcopy): a day's forms and its register, and at its end the month's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from config import Installation
from config.base import Language
from config.paper import Archive
from desk.archive import PaperArchive, archive_of
from desk.paperwork import Paperwork
from hotline.ticket import Ticket
from paper.jobs import Product
from paper.period import Period
from sambut.clock import Clock
from sambut.contain import contained
from sambut.tasks import Tasks
from storage import Store

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 300.0
LOOK_BACK_DAYS = 31  # older days are filed by hand (`sambut paper`): a year of them would take the night
_REGISTERS = ((Product.REGISTER_XLSX, "xlsx"), (Product.REGISTER_PDF, "pdf"))
_PRIVATE = 0o700


class Filing:
    """Files one day, one month or one ticket. A file appears whole, or not at all.

    Everything here may raise `StoreUnavailable`, `PressFailed` and `OSError`; what was filed by then stays.
    """

    def __init__(
        self, paperwork: Paperwork, store: Store, archive: PaperArchive, zone: ZoneInfo, language: Language
    ) -> None:  # fmt: skip
        self._paperwork = paperwork
        self._store = store
        self._archive = archive
        self._zone = zone
        self._language = language

    async def day(self, day: date) -> int:
        """The forms of the tickets opened on this day, and its register. Returns how many forms.

        A ticket of an earlier day that was closed on this one is printed again, where its form lies already. The
        register as PDF comes last: it says that the day was filed.
        """
        period = Period.of_day(day)
        forms = await self._forms(day, self._paperwork.opened_in(period))
        for opened, tickets in (await self._closed_later(period)).items():
            forms += await self._forms(opened, _each(tickets))
        await self._registers(period)
        log.info("paper_filed", day=period.stem, forms=forms)
        return forms

    async def month(self, year: int, month: int) -> None:
        """The register of a month."""
        period = Period.of_month(year, month)
        await self._registers(period)
        log.info("paper_filed", month=period.stem)

    async def ticket(self, ticket: Ticket) -> Path:
        """The form of one ticket as it stands now."""
        opened = self._opened(ticket)
        await self._forms(opened, _each([ticket]))
        return self._archive.form(opened, ticket.number)

    async def first_day(self, period: Period) -> date | None:
        """The first day of `period` on which a ticket was opened."""
        first = await anext(self._paperwork.opened_in(period), None)
        return None if first is None else self._opened(first)

    async def _forms(self, opened: date, tickets: AsyncIterator[Ticket]) -> int:
        folder = self._archive.form(opened, "").parent
        await asyncio.to_thread(self._make, folder)
        return await self._paperwork.form_files(tickets, self._language, folder)

    async def _registers(self, period: Period) -> None:
        for product, suffix in _REGISTERS:
            path = self._archive.register(period, suffix)
            await asyncio.to_thread(self._make, path.parent)
            async with whole(path) as part:
                await self._paperwork.register(product, period, self._language, part)

    async def _closed_later(self, period: Period) -> dict[date, list[Ticket]]:
        """Tickets closed in `period` and opened before it, by the day of their opening."""
        since, until = period.bounds(self._zone)
        found: dict[date, list[Ticket]] = {}
        async for ticket in self._store.tickets.closed_in(since, until):
            if ticket.created_at < since:
                found.setdefault(self._opened(ticket), []).append(ticket)
        return found

    def _opened(self, ticket: Ticket) -> date:
        return datetime.fromtimestamp(ticket.created_at, self._zone).date()

    def _make(self, folder: Path) -> None:
        self._archive.folder.mkdir(_PRIVATE, parents=True, exist_ok=True)
        folder.mkdir(_PRIVATE, parents=True, exist_ok=True)


class Nightly:
    """Files each day once it is over, at the time of `paper.yaml`; nights that were missed are made up for.

    What fails, because the database is away or the disk full, is tried again at the next look.
    """

    def __init__(
        self,
        filing: Filing,
        archive: PaperArchive,
        rules: Archive,
        zone: ZoneInfo,
        clock: Clock,
    ) -> None:
        self._filing = filing
        self._archive = archive
        self._rules = rules
        self._zone = zone
        self._clock = clock

    async def run(self) -> None:
        """Look around until cancelled."""
        while self._rules.enabled:
            with contained("paper_not_filed"):
                await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Files every day and month that is owed by now, the oldest first."""
        filed = await asyncio.to_thread(self._archive.filed_days)
        for day in await self._owed(filed):
            await self._filing.day(day)
            filed.add(day)
        for year, month in sorted({(day.year, day.month) for day in filed}):
            period = Period.of_month(year, month)
            if period.last in filed and not await asyncio.to_thread(self._archive.registers, period):
                await self._filing.month(year, month)

    async def _owed(self, filed: set[date]) -> list[date]:
        """Days without a register, from the first that has one; an archive that is still empty begins with a ticket."""
        yesterday = self._today() - timedelta(days=1)
        recent = Period(yesterday - timedelta(days=LOOK_BACK_DAYS - 1), yesterday)
        first = min(filed) if filed else await self._filing.first_day(recent)
        if first is None:
            return []
        every = (first + timedelta(days=number) for number in range((yesterday - first).days + 1))
        return [day for day in every if day not in filed and self._is_due(day)]

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock(), self._zone).date()

    def _is_due(self, day: date) -> bool:
        begins = datetime.combine(day + timedelta(days=1), self._rules.at, self._zone)
        return begins.timestamp() <= self._clock()


def start_nightly(installation: Installation, store: Store, paperwork: Paperwork, clock: Clock) -> Tasks:
    """The nightly archive of a running service; it ends when the tasks are closed."""
    zone, archive = ZoneInfo(installation.hours.timezone), archive_of(installation.settings.data)
    filing = Filing(paperwork, store, archive, zone, installation.paper.language)
    nightly = Nightly(filing, archive, installation.paper.archive, zone, clock)
    tasks = Tasks()
    tasks.start(nightly.run(), "paper")
    return tasks


async def _each(tickets: list[Ticket]) -> AsyncIterator[Ticket]:
    for ticket in tickets:
        yield ticket


@asynccontextmanager
async def whole(path: Path) -> AsyncIterator[Path]:
    """A file beside `path` to write to; it takes the place of `path` when it is done, and vanishes if it fails."""
    part = path.with_name(f"{path.name}.part")
    try:
        yield part
        await asyncio.to_thread(part.replace, path)
    finally:
        await asyncio.to_thread(part.unlink, missing_ok=True)
