"""Our address as others see it: a name is looked up beside the calls, and no slow name server holds them up."""

import asyncio
import socket
import time

import pytest

from sip.lines import PublicAddress


@pytest.mark.parametrize("address", ["", "203.0.113.9"])
async def test_a_number_or_nothing_is_as_it_is(address: str) -> None:
    assert PublicAddress(address).number() == address


async def test_a_name_becomes_a_number() -> None:
    public = PublicAddress("localhost")
    async with asyncio.timeout(5):
        while public.number() != "127.0.0.1":
            await asyncio.sleep(0.01)


async def test_a_name_server_that_takes_its_time_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(_name: str) -> str:
        time.sleep(0.5)
        raise OSError

    monkeypatch.setattr(socket, "gethostbyname", slowly)
    since = time.monotonic()
    public = PublicAddress("hotline.example")
    assert public.number() == "" and time.monotonic() - since < 0.2
    await asyncio.sleep(0.7)
    assert public.number() == ""
