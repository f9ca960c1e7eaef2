"""Trunks: registration with digest credentials, several at once, and callers without a number."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.integration.hotline import Hotline, Person, hotline
from tests.integration.sip_tools import call, sipp

SETTINGS = """
trunks:
  - name: provider
    registration: {{registrar: "127.0.0.1:{port}", username: "1500", password: {password}}}
  - name: elsewhere
    peers: [192.0.2.0/24]
"""


async def trunk(person: Person, name: str) -> Any:
    """What the status page says of a trunk, once it says something of its registration."""
    async with asyncio.timeout(15):
        while True:
            trunks = (await person.get("/status"))["trunks"]
            found = next(each for each in trunks if each["name"] == name)
            if found["status"] is not None:
                return found
            await asyncio.sleep(0.1)


@pytest.mark.parametrize(("password", "registered"), [("rahasia-trunk", True), ("bukan-itu", False)])
async def test_a_trunk_registers_with_its_credentials_and_the_status_page_tells(
    tmp_path: Path, spoken_prompts: Path, password: str, registered: bool
) -> None:
    async with sipp(tmp_path, "registrar.xml") as registrar:
        settings = SETTINGS.format(port=registrar.port, password=password)
        async with hotline(tmp_path, spoken_prompts, files={"settings.yaml": settings}) as house:
            admin = await house.sign_in("admin")
            assert (await trunk(admin, "provider"))["registered"] is registered
            result = await call(tmp_path, "caller.xml", house.sip, milliseconds=300)
            assert result.passed, "the registrar may send calls without being named among the peers"
            assert (await admin.get("/calls"))["items"][0]["number"] == "+6281234567890"
            assert password not in house.log_text


async def test_a_withheld_number_is_welcome_too(house: Hotline, tmp_path: Path) -> None:
    result = await call(tmp_path, "caller.xml", house.sip, numbers=["anonymous"], milliseconds=300)
    assert result.passed, result
    supervisor = await house.sign_in("supervisor")
    assert (await supervisor.get("/calls"))["items"][0]["number"] == ""
