"""Tickets, calls and facts as the switchboard would make them."""

from dataclasses import replace

from hotline.facts import EventName, Fact
from hotline.ticket import Callback, CallbackTry, Step, StepTime, Ticket
from storage.records import CallStarted

NOON = 1_760_000_000.0
"""A moment in 2025."""

CALLER = "+6281234567890"
FORWARDER = "+62215551234"
"""Whose phone sent the caller on to us."""


def call_id(number: int) -> str:
    return f"{number:032x}"


def started(number: int, *, at: float = NOON, node: str = "node1", caller: str = CALLER) -> CallStarted:
    return CallStarted(
        call_id(number), at, caller, "100", "loopback", node, f"sip-{number}@127.0.0.1", diverted_from=FORWARDER
    )


def ticket(serial: int = 1, *, at: float = NOON, caller: str = CALLER, call: int | None = None) -> Ticket:
    owner = None if call is None else call_id(call)
    return Ticket(f"HTL-2025-{serial:06d}", at, caller_number=caller, call_id=owner)


def full_ticket(serial: int = 1) -> Ticket:
    """A ticket with something in every field."""
    return replace(
        ticket(serial, call=1),
        step=Step.CLOSED,
        kind="pengaduan",
        caller_name="Ibu Ratna Wulandari",
        plate="D 1234 ABC",
        region="kota-bandung-1",
        description="Sudah bayar, tetapi STNK belum disahkan.",
        category="pengaduan-stnk",
        answer="Silakan datang dengan bukti bayar.",
        operator="operator1",
        language="en",
        taken_at=NOON + 12.345678,
        closed_at=NOON + 200.5,
        closed_as="answered",
        callback=Callback(
            "missed", NOON + 5.25, None, "+62811000", (CallbackTry(NOON + 9.5, "operator1", "answered"),)
        ),
        message="m" * 32,
        steps=(
            StepTime(Step.GREETING, NOON + 12.345678, NOON + 20.0, 10.0, "operator1"),
            StepTime(Step.IDENTITY, NOON + 20.0, None, 60.0, "operator1"),
        ),
    )


def fact(name: EventName, number: int, at: float = NOON, **data: str | int | float | None) -> Fact:
    return Fact(name, at, call_id(number), "utama", None, data)
