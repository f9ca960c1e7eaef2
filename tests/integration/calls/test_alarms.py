"""The whole service by a short rule: a question that nobody takes rises to the next level, also over a restart."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.integration.hotline import Hotline, Person, hotline, next_message

SHORT_RULES = """
working_hours: []
levels:
  asked:
    - {after_s: 1, tell: [coordinators]}
    - {after_s: 25, tell: [supervisors]}
"""

FIELDS = {
    "caller_name": "Siti Aminah",
    "plate": "D 1234 ABC",
    "region": "p3dw-bandung-1",
    "kind": "informasi",
    "description": "Berapa dendanya?",
}


@pytest.fixture
async def strict(tmp_path: Path, spoken_prompts: Path) -> AsyncIterator[Hotline]:
    """A hotline in which everything is told at once."""
    async with hotline(tmp_path, spoken_prompts, files={"escalation.yaml": SHORT_RULES}) as running:
        yield running


async def move(person: Person, ticket: dict[str, Any], action: str, **fields: str) -> dict[str, Any]:
    path = f"/tickets/{ticket['number']}/actions/{action}"
    status, answer = await person.send("POST", path, {"version": ticket["version"], **fields})
    assert status == 200, answer
    return answer


async def ask_coordinators(operator: Person) -> dict[str, Any]:
    """A ticket whose question waits for a coordinator."""
    _, offices = await operator.send("GET", "/offices")
    _, categories = await operator.send("GET", "/categories")
    category = next(each["code"] for each in categories["items"] if each["kind"] == "informasi")
    fields = {**FIELDS, "region": offices["items"][0]["code"], "category": category}
    status, ticket = await operator.send("POST", "/tickets", fields)
    assert status == 201, ticket
    for action in ("greet", "identify", "record", "classify"):
        ticket = await move(operator, ticket, action)
    return await move(operator, ticket, "escalate", question="Apakah denda dihapus?", way="wait")


async def next_alarm(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    while True:
        notice = await next_message(socket, "notice", within_s=40)
        if notice["code"].startswith("overdue_"):
            return notice


async def test_a_question_nobody_takes_is_told_to_coordinators_and_after_a_restart_to_supervisors(
    strict: Hotline,
) -> None:
    async with await (await strict.sign_in("coordinator")).socket() as coordinators_page:
        ticket = await ask_coordinators(await strict.sign_in("operator1"))
        told = await next_alarm(coordinators_page)
    assert (told["code"], told["ticket"], told["level"]) == ("overdue_asked", ticket["number"], "warning")

    await strict.stop()
    await strict.start()
    supervisor, coordinator = await strict.sign_in("supervisor"), await strict.sign_in("coordinator")
    async with await supervisor.socket() as supervisors_page, await coordinator.socket() as coordinators_page:
        told = await next_alarm(supervisors_page)
        assert (told["code"], told["ticket"]) == ("overdue_asked", ticket["number"])
        with pytest.raises(TimeoutError):
            await next_message(coordinators_page, "notice", within_s=2)
