"""A real service on loopback, in every mood; the adapter must give a vehicle, none, or say that it is down."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from config.vehicles import Breaker, VehicleService
from hotline.vehicle import VehicleSourceDown
from tests.integration.desk.conftest import running
from vehicles.http import MOST_BYTES, HttpVehicles

TOKEN = "a-secret-token"
PLATE = "D 1234 ABC"
HONDA = {"make": "HONDA", "tax_due": 250000, "fine": 0, "total": 250000, "due_date": "2026-11-24"}

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Peer:
    """The service. `answer` may be changed while it runs; `asked` are the requests that came."""

    def __init__(self, base: str, asked: list[web.Request]) -> None:
        self.base, self.asked = base, asked
        self.answer: Answer = self._honda

    async def _honda(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(HONDA)


def replying(**answer: Any) -> Answer:
    async def reply(_request: web.Request) -> web.StreamResponse:
        return web.Response(**answer)

    return reply


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    asked: list[web.Request] = []
    app = web.Application()

    async def handle(request: web.Request) -> web.StreamResponse:
        asked.append(request)
        return await found.answer(request)

    app.router.add_get("/vehicles/{plate}", handle)
    async with running(app) as base:
        found = Peer(base, asked)
        yield found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def open_adapter(peer: Peer, clock: Clock) -> AsyncIterator[Callable[..., HttpVehicles]]:
    opened: list[HttpVehicles] = []

    def adapter(**rules: Any) -> HttpVehicles:
        usual = {"url": f"{peer.base}/vehicles/{{plate}}", "timeout_s": 0.3, "cache_s": 0, "stale_s": 0}
        opened.append(HttpVehicles(VehicleService.model_validate({**usual, **rules}), TOKEN, clock))
        return opened[-1]

    yield adapter
    for each in opened:
        await each.close()


Open = Callable[..., HttpVehicles]


async def test_the_service_is_asked_for_the_plate_with_the_token(open_adapter: Open, peer: Peer) -> None:
    vehicle = await open_adapter().find(PLATE)

    assert vehicle is not None
    assert (vehicle.plate, vehicle.tax_due, vehicle.due_date) == (PLATE, 250_000, date(2026, 11, 24))
    request = peer.asked[0]
    assert request.match_info["plate"] == "D1234ABC"
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"


async def test_plate_style_and_token_header_are_the_installations(open_adapter: Open, peer: Peer) -> None:
    await open_adapter(plate_style="spaced", token_header="X-Api-Key", token_prefix="").find(PLATE)
    assert peer.asked[0].match_info["plate"] == PLATE
    assert peer.asked[0].headers["X-Api-Key"] == TOKEN


async def test_a_404_means_that_there_is_no_such_vehicle(open_adapter: Open, peer: Peer) -> None:
    peer.answer = replying(status=404, text="no such thing")
    assert await open_adapter().find(PLATE) is None


async def slow(_request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(1)
    return web.json_response(HONDA)


async def slow_body(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b'{"tax_due":')
    await asyncio.sleep(1)
    return response


async def cut_off(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def cut_off_in_the_body(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"tax_due":')
    assert request.transport is not None
    request.transport.close()
    return response


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (slow, "timeout"),
        (slow_body, "timeout"),
        (cut_off, "unreachable"),
        (cut_off_in_the_body, "unreachable"),
        (replying(status=500, text="oops"), "status_500"),
        (replying(status=503), "status_503"),
        (replying(status=401), "status_401"),
        (replying(status=302, headers={"Location": "/elsewhere"}), "status_302"),
        (replying(status=204), "status_204"),
        (replying(text="<html>maintenance</html>"), "unreadable"),
        (replying(body=b"\xff\xfe\x00garbage"), "unreadable"),
        (replying(text="[" * 100_000), "unreadable"),
        (replying(text="[]"), "unreadable"),
        (replying(text="null"), "unreadable"),
        (replying(text='{"tax_due": 1.5, "due_date": null}'), "unreadable_tax_due"),
        (replying(text='{"tax_due": 1, "due_date": "yesterday"}'), "unreadable_due_date"),
        (replying(text=" " * (MOST_BYTES + 1)), "too_long"),
    ],
)
async def test_whatever_is_no_answer_is_a_source_that_is_down(
    open_adapter: Open, peer: Peer, answer: Answer, reason: str
) -> None:
    peer.answer = answer
    with pytest.raises(VehicleSourceDown) as down:
        await open_adapter().find(PLATE)
    assert down.value.reason == reason


async def test_nobody_at_the_address_is_a_source_that_is_down(open_adapter: Open) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/{{plate}}"
    with pytest.raises(VehicleSourceDown, match="unreachable"):
        await open_adapter(url=url).find(PLATE)


async def test_a_service_that_fails_again_and_again_is_left_alone(open_adapter: Open, peer: Peer) -> None:
    adapter = open_adapter(breaker=Breaker(failures=2, pause_s=1))
    peer.answer = replying(status=500)
    reasons = []
    for _ in range(4):
        with pytest.raises(VehicleSourceDown) as down:
            await adapter.find(PLATE)
        reasons.append(down.value.reason)
    assert reasons == ["status_500", "status_500", "paused", "paused"]
    assert len(peer.asked) == 2

    peer.answer = replying(status=404)
    await asyncio.sleep(1.05)
    assert await adapter.find(PLATE) is None
    assert len(peer.asked) == 3


async def test_an_answer_is_kept_for_a_while(open_adapter: Open, peer: Peer, clock: Clock) -> None:
    adapter = open_adapter(cache_s=300)
    first = await adapter.find(PLATE)
    clock.now += 299
    assert await adapter.find(PLATE) == first
    assert len(peer.asked) == 1
    clock.now += 2
    again = await adapter.find(PLATE)
    assert again is not None
    assert (len(peer.asked), again.as_of) == (2, clock.now)


async def test_while_it_is_down_what_it_said_before_is_shown_as_stale_for_a_while(
    open_adapter: Open, peer: Peer, clock: Clock
) -> None:
    adapter = open_adapter(cache_s=300, stale_s=3600)
    first = await adapter.find(PLATE)
    peer.answer = replying(status=500)
    clock.now += 3600
    stale = await adapter.find(PLATE)
    assert first is not None
    assert stale is not None
    assert (stale.stale, stale.as_of, stale.tax_due) == (True, first.as_of, 250_000)
    clock.now += 1
    with pytest.raises(VehicleSourceDown):
        await adapter.find(PLATE)


async def test_that_there_was_none_is_never_said_of_a_source_that_is_down(
    open_adapter: Open, peer: Peer, clock: Clock
) -> None:
    adapter = open_adapter(cache_s=1, stale_s=3600)
    peer.answer = replying(status=404)
    assert await adapter.find(PLATE) is None
    peer.answer = replying(status=500)
    clock.now += 2
    with pytest.raises(VehicleSourceDown):
        await adapter.find(PLATE)


async def test_who_stops_waiting_does_not_count_as_a_failure(open_adapter: Open, peer: Peer) -> None:
    adapter = open_adapter(timeout_s=5, breaker=Breaker(failures=1, pause_s=3600))
    peer.answer = slow
    question = asyncio.create_task(adapter.find(PLATE))
    while not peer.asked:
        await asyncio.sleep(0.01)
    question.cancel()
    with pytest.raises(asyncio.CancelledError):
        await question
    peer.answer = replying(status=404)
    assert await adapter.find(PLATE) is None


async def test_the_log_says_what_failed_and_neither_plate_nor_token_nor_address(open_adapter: Open, peer: Peer) -> None:
    peer.answer = replying(status=500, text=f"{TOKEN} {PLATE}")
    with capture_logs() as log, pytest.raises(VehicleSourceDown) as down:
        await open_adapter().find(PLATE)
    assert [each["event"] for each in log] == ["vehicle_source_failed"]
    for secret in (TOKEN, PLATE, "D1234ABC", peer.base):
        assert secret not in str(log)
        assert secret not in str(down.value)


def test_the_token_is_not_in_what_a_setting_looks_like() -> None:
    import config

    settings = config.load(environ={"SAMBUT_VEHICLES_TOKEN": TOKEN}).settings
    assert settings.vehicles_token == TOKEN
    assert TOKEN not in repr(settings)
