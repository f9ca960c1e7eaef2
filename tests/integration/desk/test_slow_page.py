"""A page that does not read: it is cut off, and nobody waits for it."""

import asyncio
import base64
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from yarl import URL

import desk.connection
from tests.integration.desk.conftest import Arrive
from tests.integration.desk.house import House
from tests.integration.desk.people import Person, eventually

_FILLER = "x" * 20_000


@contextmanager
def deaf_page(person: Person) -> Iterator[socket.socket]:
    """A WebSocket whose owner never reads, with as little room in the kernel as it gives."""
    address = urlsplit(person.base)
    cookies = person.session.cookie_jar.filter_cookies(URL(person.base))
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.connect((address.hostname, address.port))
        lines = (
            "GET /ws HTTP/1.1",
            f"Host: {address.netloc}",
            f"Origin: {person.base}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Cookie: " + "; ".join(f"{m.key}={m.value}" for m in cookies.values()),
        )
        raw.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        yield raw


async def connected(built: House, count: int) -> None:
    await eventually(lambda: built.hub.count() == count)


async def test_a_page_that_does_not_read_is_cut_off_while_the_others_get_everything(
    built: House, arrive: Arrive
) -> None:
    deaf, supervisor = await arrive("operator1"), await arrive("supervisor")
    async with supervisor.page() as page:
        with deaf_page(deaf):
            await connected(built, 2)
            longest = 0.0
            for n in range(1000):
                began = time.perf_counter()
                built.hub.publish("notice", {"code": "noise", "n": n, "filler": _FILLER})
                longest = max(longest, time.perf_counter() - began)
                assert (await page.next("notice"))["n"] == n
            await connected(built, 1)
        assert longest < 0.5
        assert built.hub.connected("supervisor")
        assert not built.hub.connected("operator1")


async def test_a_pop_to_a_page_that_does_not_read_gives_up_soon_and_says_so(built: House, arrive: Arrive) -> None:
    deaf = await arrive("operator1")
    with deaf_page(deaf):
        await connected(built, 1)
        for _ in range(200):
            built.hub.send("operator1", "notice", {"filler": _FILLER})
        await asyncio.sleep(0.1)
        began = time.perf_counter()
        assert not await built.hub.pop("operator1", {"filler": _FILLER})
        assert time.perf_counter() - began < 2.0


async def test_a_deaf_tab_does_not_hold_back_the_pop_to_a_second_tab(
    built: House, arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.connection, "WRITTEN_WITHIN_S", 3.0)  # longer than a busy machine may take
    operator = await arrive("operator1")
    with deaf_page(operator):
        await connected(built, 1)
        for _ in range(200):
            built.hub.send("operator1", "notice", {"filler": _FILLER})
        async with operator.page() as page:
            began = time.perf_counter()
            assert await built.hub.pop("operator1", {"call": {"id": "c"}})
            assert (await page.next("screen_pop"))["call"] == {"id": "c"}
            assert time.perf_counter() - began < 1.0
