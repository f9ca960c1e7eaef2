"""A ticket with everything on it, and its sheet."""

import io
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pypdf

import config
from config.base import Bilingual, Language
from hotline.clocks import Clocks
from hotline.ticket import Escalation, EscalationState, Handover, Step, StepTime, Ticket
from paper.form import one_form
from paper.ticket_sheet import Names, Sheets, TicketSheet

HERE = config.load(None, {})
ZONE = ZoneInfo("Asia/Jakarta")
NOON = 1_795_582_800.0  # 25 November 2026, 12:00 in Jakarta, a Wednesday in working hours
ADDRESS = "https://hotline.kantor.example"
PEOPLE = {"operator1": "Ayu Lestari", "coordinator": "Koko Koordinator", "pic": "Pipit"}
UNITS = {office.code: Bilingual(id=office.name, en=office.name) for office in HERE.offices}
NAMES = Names(PEOPLE, UNITS)
_LASTED = ((Step.GREETING, 10, 6), (Step.IDENTITY, 60, 48), (Step.RECORD, 60, 75), (Step.ANSWER, 300, 190))


def steps() -> tuple[StepTime, ...]:
    """Greeting to answer without `classify`; recording took a quarter of a minute too long."""
    runs, at = [], NOON
    for step, standard_s, lasted_s in _LASTED:
        runs.append(StepTime(step, at, at + lasted_s, standard_s, "operator1"))
        at += lasted_s
    return tuple(runs)


def a_ticket(**fields: Any) -> Ticket:
    usual: dict[str, Any] = {
        "step": Step.CLOSED,
        "kind": "informasi",
        "caller_number": "+6281234567890",
        "caller_name": "Siti Nurhaliza",
        "plate": "D 1234 ABC",
        "region": "kota-cimahi",
        "category": "informasi-pkb",
        "description": "Menanyakan pajak tahunan.",
        "answer": "Rp 2.345.000, jatuh tempo 3 Desember.",
        "operator": "operator1",
        "taken_at": NOON,
        "closed_at": NOON + 319,
        "closed_as": "answered",
        "steps": steps(),
    }
    return Ticket("HTL-2026-000123", NOON - 10, **{**usual, **fields})


def an_escalation(handovers: int = 3, text: str = "Mohon dicek.") -> Escalation:
    given = tuple(
        Handover(NOON + 130 + 10 * turn, "operator1", "escalate", "kota-cimahi", f"{text} {turn}")
        for turn in range(handovers)
    )
    return Escalation(
        state=EscalationState.TOLD,
        way="wait",
        question="Apakah blokir sudah dibuka?",
        asked_at=NOON + 130,
        asked_by="operator1",
        to="",
        coordinator="coordinator",
        answer="Sudah dibuka.",
        answered_at=NOON + 200,
        told_at=NOON + 210,
        handovers=given,
    )


def the_sheet(ticket: Ticket | None = None, language: Language = "id", at: float = NOON + 3600) -> TicketSheet:
    sheets = Sheets(HERE.matrix, NAMES, Clocks.of(HERE), ZONE, ADDRESS)
    return sheets.sheet(ticket or a_ticket(), language, at)


def the_form(ticket: Ticket | None = None, language: Language = "id", **paper: Any) -> bytes:
    return one_form(HERE.paper.model_copy(update=paper), the_sheet(ticket, language))


def pages(pdf: bytes) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def closed_long_ago(number: int) -> Ticket:
    """One of many."""
    return replace(a_ticket(), number=f"HTL-2026-{number:06d}", created_at=NOON + number)
