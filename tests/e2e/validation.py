"""Questions of SOP step 5b, made over HTTP for pages to look at."""

from typing import Any

from playwright.async_api import ViewportSize

from tests.integration.hotline import Person

PHONE = ViewportSize(width=360, height=740)
"""What a PIC looks at."""

FIELDS = {
    "caller_name": "Siti Aminah",
    "plate": "D 1234 ABC",
    "region": "kota-bandung-i-pajajaran",
    "kind": "pengaduan",
    "description": "Sudah bayar, status belum lunas",
    "category": "pengaduan-mutasi",
}
QUESTION = "Apakah pembayaran sudah masuk?"


async def act(person: Person, ticket: dict[str, Any], action: str, **words: str) -> dict[str, Any]:
    status, answer = await person.send(
        "POST", f"/tickets/{ticket['number']}/actions/{action}", {"version": ticket["version"], **words}
    )
    assert status == 200, answer
    return dict(answer)


async def at_the_answer(operator: Person) -> dict[str, Any]:
    """A ticket that was opened by hand and walked to step 5."""
    status, opened = await operator.send("POST", "/tickets", {"caller_number": "081234567890", **FIELDS})
    assert status == 201, opened
    ticket = dict(opened)
    for action in ("greet", "identify", "record", "classify"):
        ticket = await act(operator, ticket, action)
    return ticket


async def a_question(operator: Person) -> dict[str, Any]:
    """Such a ticket, put to the coordinators."""
    ticket = await at_the_answer(operator)
    return await act(
        operator, ticket, "escalate", question=QUESTION, way="call_back", promised_at="2099-01-01T10:00:00Z"
    )
