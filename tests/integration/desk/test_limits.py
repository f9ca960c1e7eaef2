"""What one address, account or slow sender may take of the service: the listener as `sambut serve` opens it."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from ipaddress import ip_network
from pathlib import Path

import pytest
from aiohttp import WSServerHandshakeError
from structlog.testing import capture_logs

from config import Settings
from config.trunks import THIS_MACHINE
from desk import routing, sockets, uploads
from sambut import http_limits, service
from sambut import listening as listener
from sambut.http_limits import ConnectionLimits
from tests.integration.calls.test_secure import self_signed
from tests.integration.desk.conftest import Arrive
from tests.integration.desk.house import House
from tests.integration.desk.people import browser

HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"


@asynccontextmanager
async def listening(
    built: House,
    in_all: int = 1000,
    per_address: int = 1000,
    free: bool = False,
    https: ssl.SSLContext | None = None,
) -> AsyncIterator[str]:
    """The pages' own listener; returns host:port."""
    limits = ConnectionLimits(
        in_all=in_all, per_address=per_address, free=THIS_MACHINE if free else (), now=time.monotonic
    )
    async with AsyncExitStack() as stack:
        yield await service._listen(stack, built.app, "127.0.0.1", 0, https, limits)


async def open_at(address: str, source: str = "127.0.0.1") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = address.split(":")
    return await asyncio.open_connection(host, int(port), local_addr=(source, 0))


async def ended(reader: asyncio.StreamReader, within_s: float = 5.0) -> bool:
    """Whether the service closes it within so long."""
    try:
        async with asyncio.timeout(within_s):
            while await reader.read(4096):
                pass
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True


async def test_heads_that_come_slowly_are_not_waited_for(built: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "IDLE_S", 1.0)
    async with listening(built) as address:
        slow = [await open_at(address) for _ in range(200)]
        since = time.monotonic()
        for number, (_, writer) in enumerate(slow):
            writer.write(HEAD[: number % len(HEAD)])
        await asyncio.sleep(0.7)
        for _, writer in slow:
            writer.write(b"X")  # one more byte now and then does not help
        assert all(await asyncio.gather(*(ended(reader) for reader, _ in slow)))
        assert time.monotonic() - since < 4
        for _, writer in slow:
            writer.close()


async def test_one_address_has_so_many_connections_and_no_more(built: House) -> None:
    async with listening(built, per_address=5) as address:
        with capture_logs() as told:
            taken = [await open_at(address) for _ in range(5)]
            above = [await open_at(address) for _ in range(20)]
            assert all([await ended(reader) for reader, _ in above])
        reader, writer = taken[0]
        writer.write(HEAD + b"\r\n")
        assert b" 200 " in await asyncio.wait_for(reader.readline(), 5)
        lines = [(each["event"], each["limit"], each["source"]) for each in told if each["event"] == "http_too_many"]
        assert lines == [("http_too_many", "address", "127.0.0.1")]
        for _, each in (*taken, *above):
            each.close()
        await asyncio.sleep(0.2)
        again, after = await open_at(address)
        after.write(HEAD + b"\r\n")
        assert b" 200 " in await asyncio.wait_for(again.readline(), 5)
        after.close()


async def test_all_together_have_so_many_and_proxies_only_that(built: House) -> None:
    async with listening(built, in_all=8, per_address=2, free=True) as address:
        taken = [await open_at(address) for _ in range(8)]
        reader, writer = await open_at(address)
        assert await ended(reader)
        assert not await ended(taken[0][0], 0.2)
        for _, each in (*taken, (reader, writer)):
            each.close()


def https(folder: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*self_signed(folder))
    return context


async def test_who_never_begins_a_handshake_is_counted_and_cut_off(
    built: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "HANDSHAKE_WITHIN_S", 0.5)
    async with listening(built, per_address=5, https=https(tmp_path)) as address:
        silent = [await open_at(address) for _ in range(5)]
        above, one_more = await open_at(address)
        assert await ended(above, 0.3)
        assert all(await asyncio.gather(*(ended(reader) for reader, _ in silent)))
        reader, writer = await open_at(address)
        assert not await ended(reader, 0.2), "the others are not counted any more"
        for _, each in (*silent, (above, one_more), (reader, writer)):
            each.close()


async def test_handshakes_of_strangers_are_so_many_a_second(
    built: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_limits, "HANDSHAKES_OF_ONE_AT_ONCE", 4)
    monkeypatch.setattr(http_limits, "HANDSHAKES_OF_ONE_PER_S", 0.001)
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE

    async def shakes(address: str, source: str) -> bool:
        host, port = address.split(":")
        try:
            _, writer = await asyncio.open_connection(host, int(port), ssl=trusting, local_addr=(source, 0))
        except OSError:
            return False
        writer.close()
        return True

    async with listening(built, https=https(tmp_path)) as address:
        assert [await shakes(address, "127.0.0.5") for _ in range(6)] == [True] * 4 + [False] * 2
        assert await shakes(address, "127.0.0.6")


async def test_where_somebody_is_signed_in_there_is_room_when_strangers_have_theirs(built: House) -> None:
    async with listening(built, in_all=8) as address, browser(f"http://{address}") as operator:
        assert (await operator.sign_in("operator1")).status == 200
        strangers = [await open_at(address, "127.0.0.5") for _ in range(9)]
        assert await ended(strangers[8][0])
        reader, writer = await open_at(address)
        writer.write(HEAD + b"\r\n")
        assert b" 200 " in await asyncio.wait_for(reader.readline(), 5)
        for _, each in (*strangers, (reader, writer)):
            each.close()


async def test_a_page_more_than_an_account_may_have_is_refused_in_words(
    arrive: Arrive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "MOST_PAGES", 3)
    operator = await arrive("operator1")
    async with AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(operator.page())
        with pytest.raises(WSServerHandshakeError) as refused:
            await stack.enter_async_context(operator.page())
        assert refused.value.status == 429
        async with (await arrive("operator2")).page():
            pass
    await asyncio.sleep(0.1)
    async with operator.page():
        pass


async def test_a_body_that_comes_slowly_is_not_waited_for(built: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "LINGER_S", 0.1)
    monkeypatch.setattr(routing, "BODY_WITHIN_S", 0.3)
    monkeypatch.setattr(uploads, "CHUNK_WITHIN_S", 0.3)

    async def drip() -> AsyncIterator[bytes]:
        yield b'{"username": '
        await asyncio.sleep(3)
        yield b'"x"}'

    async with listening(built) as address, browser(f"http://{address}") as admin:
        assert (await admin.sign_in("admin")).status == 200
        for path, kind in (("session", "json"), ("vehicles/import?name=a.csv", "octet-stream")):
            headers = {"Origin": admin.base, "Content-Type": f"application/{kind}"}
            since = time.monotonic()
            url = f"{admin.base}/api/v1/{path}"
            async with admin.session.post(url, data=drip(), headers=headers) as reply:
                assert (reply.status, (await reply.json(content_type=None))["code"]) == (408, "too_slow")
            assert time.monotonic() - since < 2


def test_counts_come_down_again_whoever_goes() -> None:
    limits = ConnectionLimits(in_all=3, per_address=2, free=(ip_network("10.0.0.0/8"),), now=lambda: 0.0)
    assert [limits.came(n, "192.0.2.1") for n in range(3)] == [True, True, False]
    limits.went(2)
    limits.went(2)
    assert limits.came(3, "10.0.0.1")
    assert not limits.came(4, "10.0.0.1")
    for each in range(5):
        limits.went(each)
    assert [limits.came(n, "10.0.0.1") for n in range(4)] == [True, True, True, False]


def test_of_ipv6_a_network_counts_as_one_and_who_it_was_is_told() -> None:
    with capture_logs() as told:
        limits = ConnectionLimits(in_all=100, per_address=2, free=THIS_MACHINE, now=lambda: 0.0)
        assert [limits.came(n, f"2001:db8::{n + 1}") for n in range(3)] == [True, True, False]
        assert [limits.came(f"own {n}", "::1") for n in range(3)] == [True, True, True]
    assert [each["source"] for each in told] == ["2001:db8::3"], "what fail2ban bans is an address, not its network"


def test_the_office_and_the_health_check_come_in_when_strangers_have_taken_all() -> None:
    settings = Settings.model_validate(
        {"http_connections": 50, "http_connections_per_address": 20, "phone_networks": ["10.20.0.0/16", "pbx.example"]}
    )
    limits = http_limits.limits_of(settings, lambda: 0.0)
    strangers = [f"192.0.2.{n}" for n in range(1, 6)]
    taken = [limits.came((n, each), each, is_secure=True) for each in strangers for n in range(10)]
    assert all(taken) and not limits.came("more", "192.0.2.9", is_secure=True)
    assert limits.came("office", "10.20.1.1", is_secure=True)
    assert limits.came("health", "127.0.0.1", is_secure=True)


def test_handshakes_in_all_come_back_with_time_and_who_is_signed_in_needs_none() -> None:
    now = 0.0
    limits = ConnectionLimits(in_all=10_000, per_address=10_000, free=(), now=lambda: now)
    at_once, per_s = int(http_limits.HANDSHAKES_AT_ONCE), int(http_limits.HANDSHAKES_PER_S)
    came = [limits.came(n, f"192.0.2.{n % 250}", is_secure=True) for n in range(at_once + 50)]
    assert came == [True] * at_once + [False] * 50
    limits.knows("192.0.2.255")
    assert limits.came(-1, "192.0.2.255", is_secure=True)
    now = 1.0
    assert sum(limits.came(-2 - n, f"192.0.2.{n % 250}", is_secure=True) for n in range(500)) == per_s


def test_a_host_of_ipv6_is_one_however_many_addresses_it_has() -> None:
    limits = ConnectionLimits(in_all=100, per_address=2, free=(), now=lambda: 0.0)
    assert [limits.came(n, f"2001:db8::{n}") for n in (1, 2, 3)] == [True, True, False]
    assert limits.came(4, "2001:db8:0:1::1")
    for each in range(5):
        limits.went(each)
    assert limits.came(5, "2001:db8::9")
