"""Forms and registers over HTTP: what is on them, who may print them, and how a span is refused."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pypdf
import pytest

from config.base import Language
from hotline.ticket import Step, StepTime, Ticket
from tests.integration.desk.conftest import Arrive, TestClock
from tests.integration.desk.house import House
from tests.integration.desk.people import Person, Reply

CALLER = "+6281234567890"
ZONE = ZoneInfo("Asia/Jakarta")


def text_of(reply: Reply) -> str:
    assert reply.headers["Content-Type"] == "application/pdf"
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(reply.raw)).pages)


def ticket(number: int, at: float, **fields: Any) -> Ticket:
    run = StepTime(Step.GREETING, at + 5, at + 12, 10, "operator1")
    usual: dict[str, Any] = {
        "caller_number": CALLER,
        "caller_name": "Żaneta Đặng Nurhaliza",
        "plate": "D 1234 ABC",
        "region": "kota-cimahi",
        "kind": "informasi",
        "category": "informasi-pkb",
        "description": "Menanyakan pajak",
        "operator": "operator1",
        "steps": (run,),
    }
    return Ticket(f"HTL-2026-{number:06d}", at, **{**usual, **fields})


@pytest.fixture
async def opened(built: House, clock: TestClock) -> float:
    """Two tickets of today and one of yesterday. It is noon, so that today stays today. Returns now."""
    noon = datetime.fromtimestamp(clock(), ZONE).replace(hour=12, minute=0, second=0) + timedelta(days=1)
    clock.ahead = noon.timestamp() - clock()
    now = clock()
    for number, at in ((900001, now - 86_400), (900002, now - 60), (900003, now - 30)):
        await built.store.tickets.open(ticket(number, at))
    return now


def today(now: float) -> str:
    return datetime.fromtimestamp(now, ZONE).date().isoformat()


async def test_a_form_is_one_page_that_says_who_what_and_how_long(opened: float, arrive: Arrive) -> None:
    operator = await arrive("operator1")
    reply = await operator.get("/api/v1/tickets/HTL-2026-900002/form.pdf")
    text = text_of(reply)
    assert len(pypdf.PdfReader(io.BytesIO(reply.raw)).pages) == 1
    for expected in (
        "BADAN PENDAPATAN DAERAH",
        "HTL-2026-900002",
        "Żaneta Đặng Nurhaliza",
        "D 1234 ABC",
        "P3DW Kota Cimahi",
        "Pajak kendaraan bermotor (PKB)",
        "Asep Operator",
        "7 dtk",
    ):
        assert expected in text
    assert reply.headers["Content-Disposition"] == 'inline; filename="HTL-2026-900002.pdf"'
    assert reply.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("language", "words"), [("id", "Nama penelepon"), ("en", "Caller's name")])
async def test_a_form_speaks_the_language_that_is_asked_for(
    opened: float, arrive: Arrive, language: Language, words: str
) -> None:
    operator = await arrive("operator1")
    assert words in text_of(await operator.get(f"/api/v1/tickets/HTL-2026-900002/form.pdf?language={language}"))


async def test_the_number_is_whole_for_whoever_has_the_ticket_and_masked_for_other_operators(
    opened: float, arrive: Arrive
) -> None:
    path = "/api/v1/tickets/HTL-2026-900002/form.pdf"
    assert CALLER in text_of(await (await arrive("operator1")).get(path))
    assert CALLER in text_of(await (await arrive("coordinator")).get(path))
    others = text_of(await (await arrive("operator2")).get(path))
    assert CALLER not in others
    assert "+62812•••7890" in others


async def test_all_forms_of_a_day_come_in_one_file_a_page_each(opened: float, arrive: Arrive) -> None:
    supervisor = await arrive("supervisor")
    reply = await supervisor.get(f"/api/v1/forms.pdf?from={today(opened)}")
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(reply.raw)).pages]
    assert ["HTL-2026-900002" in pages[0], "HTL-2026-900003" in pages[1], len(pages)] == [True, True, 2]


async def test_a_day_without_tickets_has_no_forms_but_an_empty_register(built: House, arrive: Arrive) -> None:
    supervisor = await arrive("supervisor")
    assert (await supervisor.get("/api/v1/forms.pdf?from=2020-01-01")).code == "not_found"
    assert "Tidak ada tiket" in text_of(await supervisor.get("/api/v1/register.pdf?from=2020-01-01"))


async def test_a_register_holds_the_tickets_of_its_days_with_totals(opened: float, arrive: Arrive) -> None:
    supervisor = await arrive("supervisor")
    text = text_of(await supervisor.get("/api/v1/register.pdf"))
    assert "HTL-2026-900002" in text
    assert "HTL-2026-900001" not in text
    assert "Halaman 1 dari" in text
    yesterday = (datetime.fromtimestamp(opened, UTC) - timedelta(days=1)).astimezone(ZONE).date()
    both = text_of(await supervisor.get(f"/api/v1/register.pdf?from={yesterday}&to={today(opened)}"))
    assert "HTL-2026-900001" in both


async def test_a_register_as_a_spreadsheet_is_kept_under_its_name(opened: float, arrive: Arrive) -> None:
    reply = await (await arrive("coordinator")).get("/api/v1/register.xlsx?from=2026-11-01&to=2026-11-30")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="register-2026-11.xlsx"'
    assert reply.raw[:2] == b"PK"


@pytest.mark.parametrize("span", ["from=2026-11-02&to=2026-11-01", "from=2024-01-01&to=2026-01-01", "from=9999-12-31"])
async def test_a_span_that_makes_no_sense_is_refused(arrive: Arrive, span: str) -> None:
    reply = await (await arrive("supervisor")).get(f"/api/v1/register.pdf?{span}")
    assert (reply.status, reply.code) == (422, "invalid")


@pytest.mark.parametrize("path", ["register.pdf", "register.xlsx", "forms.pdf", "paper/archive"])
async def test_operators_print_forms_but_no_registers(arrive: Arrive, path: str) -> None:
    operator: Person = await arrive("operator1")
    assert (await operator.get(f"/api/v1/{path}")).code == "forbidden"
