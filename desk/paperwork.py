"""What the store holds, onto paper: forms and registers in the installation's terms."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from config import Installation, Language
from config.base import Bilingual
from config.sop import Matrix
from desk.press import Press
from desk.times import Clock
from hotline.clocks import Clocks
from hotline.numbers import mask
from hotline.ticket import Ticket
from paper import times
from paper.jobs import Job, Product
from paper.letterhead import located
from paper.period import Period
from paper.register import Cell, Rows, Span
from paper.ticket_sheet import Names, Sheets, TicketSheet
from paper.words import word
from storage import Store


class Paperwork:
    """Everything here may raise `StoreUnavailable` and `PressFailed`."""

    def __init__(
        self, store: Store, installation: Installation, matrix: Callable[[], Matrix], press: Press, clock: Clock
    ) -> None:
        settings, paper = installation.settings, installation.paper
        self._store = store
        self._installation = installation
        self._matrix = matrix
        self._press = press
        self._clock = clock
        self._clocks = Clocks.of(installation)
        self._zone = ZoneInfo(installation.hours.timezone)
        self._paper = paper.model_copy(update={"letterhead": located(paper.letterhead, settings.config)})

    async def form(self, ticket: Ticket, language: Language) -> bytes:
        """One ticket's form."""
        sheets = await self._sheets()
        return await self._press.form(self._paper, sheets.sheet(ticket, language, self._clock()))

    async def forms(self, tickets: AsyncIterator[Ticket], title: str, language: Language, out: Path) -> int:
        """Many forms in one file, a page each. Returns how many; without any, there is no file."""
        first = await anext(tickets, None)
        if first is None:
            return 0
        content = self._each_sheet(first, tickets, language)
        return await self._press.print(self._job(Product.FORMS, out, language, title), content)

    async def form_files(self, tickets: AsyncIterator[Ticket], language: Language, folder: Path) -> int:
        """A file for each ticket in `folder`, in place of one that is there. Returns how many."""
        first = await anext(tickets, None)
        if first is None:
            return 0
        content = self._each_sheet(first, tickets, language)
        return await self._press.print(self._job(Product.FORM_FILES, folder, language, ""), content)

    async def register(self, product: Product, period: Period, language: Language, out: Path) -> int:
        """The register of the tickets opened in `period`. Returns how many there were."""
        job = self._job(product, out, language, period.name(language))
        return await self._press.print(job, self._rows(period, language))

    def opened_in(self, period: Period) -> AsyncIterator[Ticket]:
        """The tickets opened in `period`, oldest first."""
        return self._store.tickets.iterate(*period.bounds(self._zone))

    def _job(self, product: Product, out: Path, language: Language, title: str) -> Job:
        at = self._clock()
        return Job(
            product=product,
            out=out,
            paper=self._paper,
            language=language,
            title=title,
            span=Span(title, self._zone.key),
            as_of=word("as_of", language, at=times.moment(at, self._zone, language)),
            signed_on=times.day_words(datetime.fromtimestamp(at, self._zone).date(), language),
        )

    async def _each_sheet(
        self, first: Ticket, rest: AsyncIterator[Ticket], language: Language
    ) -> AsyncIterator[TicketSheet]:
        sheets = await self._sheets()
        yield sheets.sheet(first, language, self._clock())
        async for ticket in rest:
            yield sheets.sheet(ticket, language, self._clock())

    async def _rows(self, period: Period, language: Language) -> AsyncIterator[list[Cell]]:
        rows = Rows(self._matrix(), await self._names(), language)
        async for ticket in self.opened_in(period):
            yield rows.row(ticket)

    async def _sheets(self) -> Sheets:
        return Sheets(self._matrix(), await self._names(), self._clocks, self._zone, address_of(self._installation))

    async def _names(self) -> Names:
        installation = self._installation
        people = {account.username: account.name for account in await self._store.accounts.list()}
        offices = {office.code: Bilingual(id=office.name, en=office.name) for office in installation.offices}
        return Names(people, {**offices, **{unit.code: unit.label for unit in installation.units}})


def address_of(installation: Installation) -> str:
    """Where the pages are: `public_url`, else this machine's own listener, for trying out."""
    settings = installation.settings
    scheme = "http" if settings.http_certificate is None else "https"
    return settings.public_url or f"{scheme}://{settings.http_bind}:{settings.http_port}"


def without_number(ticket: Ticket) -> Ticket:
    """The ticket for eyes that may not see the caller's number whole."""
    callback = ticket.callback and replace(ticket.callback, number=mask(ticket.callback.number))
    return replace(ticket, caller_number=mask(ticket.caller_number), callback=callback)
