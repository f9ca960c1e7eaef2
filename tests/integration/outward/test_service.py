"""Webhooks of the whole service: set up by the admin, fed by real tickets, over restarts and kill -9."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.integration.conftest import spoken_prompts
from tests.integration.hotline import Hotline, HotlineDied, Person, hotline
from tests.integration.outward.receiver import Receiver, receiver

__all__ = ["spoken_prompts"]

TICKET = {"caller_name": "Siti Aminah", "kind": "informasi", "category": "informasi-pkb", "description": "pajak"}


@pytest.fixture
async def house(tmp_path: Path, spoken_prompts: Path) -> AsyncIterator[Hotline]:
    async with hotline(tmp_path, spoken_prompts, WEBHOOK_INSIDE="true") as running:
        yield running


async def _set_up(admin: Person, there: Receiver, *events: str) -> str:
    new = {"name": "Portal", "url": there.url, "events": list(events)}
    status, made = await admin.send("POST", "/webhooks", new)
    assert status == 201, made
    there.secret = made["secret"]
    await asyncio.sleep(1.2)  # the outbox looks for new webhooks every second
    return str(made["id"])


async def _tried(admin: Person, webhook: str) -> dict[str, Any]:
    """The only delivery, once it was tried."""
    async with asyncio.timeout(30):
        while True:
            items = (await admin.get(f"/webhooks/{webhook}/deliveries"))["items"]
            if items and items[0]["tries"] > 0:
                return dict(items[0])
            await asyncio.sleep(0.1)


async def test_what_was_tried_in_vain_arrives_after_kill_9_with_the_same_id(house: Hotline) -> None:
    async with receiver() as there:
        there.answer = lambda count: (503, "sebentar")
        admin, operator = await house.sign_in("admin"), await house.sign_in("operator1")
        webhook = await _set_up(admin, there, "ticket.opened")
        assert (await operator.send("POST", "/tickets", TICKET))[0] == 201
        tried = await _tried(admin, webhook)
        assert (tried["state"], tried["status"], tried["answer"]) == ("waiting", 503, "sebentar")

        await house.kill()
        there.answer = lambda count: (204, "")
        await house.start()
        again = await house.sign_in("admin")
        status, _ = await again.send("POST", f"/webhooks/{webhook}/deliveries/{tried['id']}/again")
        assert status == 202
        await there.until(len(there.ids) + 1, 30)

    assert set(there.ids) == {tried["id"]}
    assert "Siti" not in str(there.got)


async def test_a_filed_request_and_an_operator_s_steps_are_told_in_their_order(house: Hotline) -> None:
    async with receiver() as there:
        admin, operator = await house.sign_in("admin"), await house.sign_in("operator1")
        await _set_up(admin, there, "ticket.opened", "ticket.moved", "ticket.changed")
        _, key = await admin.send("POST", "/api-keys", {"name": "Portal"})
        form = {
            "api_key": key["key"],
            "service_code": "informasi-pkb",
            "address_string": "Bandung",
            "phone": "0812345678",
        }
        async with (
            aiohttp.ClientSession() as portal,
            portal.post(f"http://{house.http}/open311/v2/requests.json", data=form) as answer,
        ):
            assert answer.status == 201
            (filed,) = await answer.json()
        number = filed["service_request_id"]
        _, taken = await operator.send("POST", f"/tickets/{number}/actions/take", {"version": 1})
        await operator.send("PATCH", f"/tickets/{number}", {"version": taken["version"], "answer": "rahasia"})
        await there.until(3, 30)

    assert [each["event"] for each in there.got] == ["ticket.opened", "ticket.changed", "ticket.changed"]
    assert [each["ticket"]["version"] for each in there.got] == [1, 2, 3]
    assert {each["ticket"]["origin"] for each in there.got} == {"open311"}
    assert "rahasia" not in str(there.got) and "812345678" not in str(there.got)


async def test_an_authority_that_cannot_be_used_is_named_at_the_start(tmp_path: Path, spoken_prompts: Path) -> None:
    nothing = tmp_path / "nothing.pem"
    nothing.write_text("no certificate\n")
    with pytest.raises(HotlineDied, match=r"cannot use webhook_ca .*nothing\.pem"):
        async with hotline(tmp_path, spoken_prompts, WEBHOOK_CA=str(nothing)):
            pass
