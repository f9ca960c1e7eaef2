"""Who is calling, from the wire to the register: the same headers that the corpus has, through the real engine."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.hotline import Hotline, Person, hotline
from tests.integration.plain_caller import plain_call

NUMBER = "+6281234567890"
FROM_NOBODY = 'From: "Anonymous" <sip:anonymous@anonymous.invalid>;tag=1'
REMOTE_PARTY = f"Remote-Party-ID: <sip:{NUMBER}@pbx>;party=calling;privacy=off"
SETTINGS = """
trunks:
  - {name: provider, peers: [127.0.0.1]}
  - {name: pbx, peers: [127.0.0.2], identity: [p-asserted-identity, remote-party-id, from]}
"""


@pytest.fixture
async def house(tmp_path: Path, spoken_prompts: Path) -> AsyncIterator[Hotline]:
    async with hotline(tmp_path, spoken_prompts, files={"settings.yaml": SETTINGS}) as running:
        yield running


async def newest(person: Person, known: int) -> dict[str, Any]:
    """The call after those that were known, once it is over."""
    async with asyncio.timeout(10):
        while True:
            items: list[dict[str, Any]] = (await person.get("/calls"))["items"]
            if len(items) > known and items[0]["ended_at"] is not None:
                return items[0]
            await asyncio.sleep(0.05)


CALLS = [
    ([FROM_NOBODY, f"P-Asserted-Identity: <sip:{NUMBER}@t>", "Privacy: id"], "127.0.0.1", ""),
    ([FROM_NOBODY, f"P-Asserted-Identity: <sip:{NUMBER}@t>", "Privacy: ID;critical"], "127.0.0.1", ""),
    ([FROM_NOBODY, f"P-Asserted-Identity: <sip:{NUMBER}@t>"], "127.0.0.1", NUMBER),
    ([f'From: "sip:+6281100000000@x" <sip:{NUMBER}@t>;tag=1'], "127.0.0.1", NUMBER),
    (['From: "Siti"\r\n <sip:' + NUMBER + "@t>;tag=1"], "127.0.0.1", NUMBER),
    (["f: <sip:+62215551234;npdi@t>;tag=1"], "127.0.0.1", "+62215551234"),
    (["From: <sip:08953297088863@t;user=phone>;tag=1"], "127.0.0.1", "+628953297088863"),
    (["From: <sip:asterisk@127.0.0.1>;tag=1"], "127.0.0.1", ""),
    (["From: <sip:1500@pbx>;tag=1", REMOTE_PARTY], "127.0.0.1", "1500"),
    (["From: <sip:1500@pbx>;tag=1", REMOTE_PARTY], "127.0.0.2", NUMBER),
]


async def test_the_register_shows_who_called_as_the_trunk_says_it(house: Hotline) -> None:
    supervisor = await house.sign_in("supervisor")
    for known, (lines, source, number) in enumerate(CALLS):
        assert await plain_call(house.sip, lines, host=source) == 200, lines
        assert (await newest(supervisor, known))["number"] == number, lines
    assert NUMBER.removeprefix("+") not in house.log_text


async def test_whose_phone_sent_the_call_on_stands_in_the_register(house: Hotline) -> None:
    supervisor = await house.sign_in("supervisor")
    forwarded = ["From: <sip:0812@t>;tag=1", "Diversion: <sip:0215551234@t>;reason=no-answer"]
    assert await plain_call(house.sip, forwarded) == 200
    call = await newest(supervisor, 0)
    assert (call["number"], call["diverted_from"]) == ("0812", "+62215551234")
    assert await plain_call(house.sip, ["From: <sip:0812@t>;tag=1"]) == 200
    assert (await newest(supervisor, 1))["diverted_from"] == ""
