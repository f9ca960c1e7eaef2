"""Every kind of ticket on every page, export and night job: nothing that a ticket can be stops the month's paper."""

import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pypdf
import pytest
from python_calamine import CalamineWorkbook

from config.retention import KeepDays
from desk.archive import archive_of
from desk.context import DESK
from desk.retention import RetentionRules
from desk.routes import ROUTES
from desk.routing import PREFIX
from hotline.clocks import Clocks
from hotline.contacts import continued
from hotline.ticket import Step, Ticket
from sambut.alarms import Alarms
from sambut.audiences import Audiences
from sambut.facts import FactLog
from sambut.paper import Filing, Nightly
from storage import Store
from storage.contacts_blocked import BlockedCaller
from storage.filings import Filing as PortalFiling
from tests.integration.desk.conftest import Arrive, TestClock
from tests.integration.desk.every_ticket import CALLER, every_ticket
from tests.integration.desk.house import House
from tests.integration.desk.people import Person, browser

ZONE = ZoneInfo("Asia/Jakarta")
ERASED = "+6281111111111"
EVERYBODY = ("admin", "supervisor", "coordinator", "pic", "operator1", "operator2")
READS = [row.path for row in ROUTES if row.method == "GET"]
OF_ONE_TICKET = [path for path in READS if path.startswith("/tickets/{number}") and path.count("{") == 1]
OF_ALL = [path for path in READS if "{" not in path and not path.startswith(("/forms.", "/register."))]


@pytest.fixture
async def arrive(address: str) -> AsyncIterator[Arrive]:
    """With patience: two hundred forms take their time where others work too."""
    async with AsyncExitStack() as stack:

        async def somebody(username: str) -> Person:
            person = await stack.enter_async_context(browser(address, patience_s=90))
            assert (await person.sign_in(username)).status == 200
            return person

        yield somebody


@pytest.fixture
async def tickets(built: House, clock: TestClock) -> list[Ticket]:
    """All of them, of yesterday; some go on in another, were erased, filed by a portal, or are a blocked caller's."""
    yesterday = datetime.fromtimestamp(clock(), ZONE).replace(hour=12, minute=0, second=0) - timedelta(days=1)
    at, store = yesterday.timestamp(), built.store
    opened = every_ticket(built.installation.matrix, at)
    for ticket in opened:
        if ticket.origin == "open311":
            await store.filings.file(
                ticket, PortalFiling(ticket.number, "key", at, "a@b.example", "Jl. 1", -6.9, 107.6)
            )
        else:
            await store.tickets.open(ticket)
    new, old, erased = (Ticket(f"HTL-2026-70000{number}", at - number, caller_number=CALLER) for number in (1, 2, 3))
    gone = replace(
        erased, caller_number=ERASED, caller_name="Budi", step=Step.CLOSED, closed_at=at, closed_as="answered"
    )
    for each in (new, old, gone):
        await store.tickets.open(each)
    await store.links.go_on(new, old, continued(new, at), replace(old, version=2), "operator1", at)
    await store.links.link(old.number, opened[0].number, "operator1", at)
    await _erase(store, built)
    await store.blocked.block(BlockedCaller(CALLER, "spam", "supervisor", at))
    await store.contacts.catch_up()
    return [*opened, new, old, gone]


async def _erase(store: Store, built: House) -> None:
    person = await store.privacy.person(number=ERASED)
    await store.privacy.erase_person(person, built.switchboard.clock(), built.installation.settings.data)


async def answers(person: Person, paths: list[str]) -> set[tuple[int, str]]:
    """What went wrong inside, and where."""
    return {(reply.status, path) for path in paths if (reply := await person.get(PREFIX + path)).status >= 500}


@pytest.mark.parametrize("who", EVERYBODY)
async def test_every_page_of_every_ticket_is_shown(arrive: Arrive, tickets: list[Ticket], who: str) -> None:
    person, read = await arrive(who), 0
    for ticket in tickets if who == "coordinator" else tickets[::19]:
        paths = [path.replace("{number}", ticket.number) for path in OF_ONE_TICKET]
        assert await answers(person, [path for path in paths if not path.endswith(".pdf")]) == set()
        read += 1
    assert read > 5


@pytest.mark.parametrize("who", EVERYBODY)
async def test_every_list_and_every_export_holds_them_all(arrive: Arrive, tickets: list[Ticket], who: str) -> None:
    day = date.fromtimestamp(tickets[0].created_at)
    spans = ("", f"?from={day - timedelta(days=2)}&to={day + timedelta(days=2)}")
    person = await arrive(who)
    assert await answers(person, [path + span for path in OF_ALL for span in spans]) == set()


async def test_the_paper_of_their_day_has_a_row_and_a_form_for_each(arrive: Arrive, tickets: list[Ticket]) -> None:
    supervisor, day = await arrive("supervisor"), datetime.fromtimestamp(tickets[0].created_at, ZONE).date()
    for language in ("id", "en"):
        span = f"?from={day}&language={language}"
        sheet = await supervisor.get(f"{PREFIX}/register.xlsx{span}")
        assert sheet.status == 200, sheet.body
        rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet.raw)).get_sheet_by_index(0).to_python()
        listed = {str(cell) for row in rows for cell in row}
        assert {ticket.number for ticket in tickets} <= listed
        assert (await supervisor.get(f"{PREFIX}/register.pdf{span}")).status == 200
        form = await supervisor.get(f"{PREFIX}/tickets/HTL-2026-700001/form.pdf?language={language}")
        words = {"id": "diteruskan pada tiket lain", "en": "goes on in another ticket"}[language]
        assert form.status == 200 and words in str(listed)
    forms = await supervisor.get(f"{PREFIX}/forms.pdf?from={day}")
    assert len(pypdf.PdfReader(io.BytesIO(forms.raw)).pages) == len(tickets)


async def test_the_night_files_watches_counts_and_erases_them_all(
    built: House, tickets: list[Ticket], clock: TestClock
) -> None:
    store, installation, data = built.store, built.installation, built.installation.settings.data
    clock.ahead += 86_400
    filing = Filing(built.app[DESK].paperwork, store, archive_of(data), ZONE, "id")
    first = datetime.fromtimestamp(tickets[0].created_at, ZONE).date()
    await Nightly(filing, archive_of(data), installation.paper.archive, ZONE, clock).look()
    assert archive_of(data).form(first, "HTL-2026-700001").exists()
    assert list(archive_of(data).folder.glob(f"{first:%Y/%m}/register-*.xlsx"))
    clock.ahead += 40 * 86_400
    told: list[Any] = []
    alarms = Alarms(
        store=store,
        clocks=Clocks.of(installation),
        rules=installation.escalation,
        audiences=Audiences(store),
        facts=FactLog(store.journal, installation.queues, ZONE, clock),
        pages=_Pages(told),
        clock=clock,
    )
    await alarms.look()
    assert told
    days = KeepDays(recordings=1, caller=1, words=1, paper=1, audit=366)
    rules = RetentionRules(store.privacy, days, data, ZONE)
    overdue = await rules.overdue(clock())
    erased = await rules.erase_overdue(clock())
    assert (erased.tickets_caller, erased.tickets_words, erased.paper) == (
        overdue.tickets_caller,
        overdue.tickets_words,
        overdue.paper,
    )
    assert erased.tickets_caller > 50
    await filing.day(first)  # once more, of what is left


class _Pages:
    def __init__(self, told: list[Any]) -> None:
        self._told = told

    def send(self, username: str, kind: str, payload: Any) -> None:
        self._told.append((username, kind, payload))
