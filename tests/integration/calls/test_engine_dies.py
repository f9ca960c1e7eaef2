"""The engine's process dies, hangs, or is not listened to, with real calls up: who notices what (docs/failures.md)."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.audio import has_tone, read, tone
from tests.integration.hotline import STRAIGHT_FLOW, Hotline, Person, hotline, next_message
from tests.integration.phones import UserAgent, caller, softphone

OPERATOR_HZ = 700
TOLD_WITHIN_S = 3.0
GOODBYE_WITHIN_S = 5.0
"""On a machine that does ten other things; a quiet one takes half a second (docs/performance.md)."""


@pytest.fixture
async def apart(tmp_path: Path, spoken_prompts: Path) -> AsyncIterator[Hotline]:
    """With menus, and its engine in a process of its own."""
    async with hotline(tmp_path, spoken_prompts, ENGINE="process") as running:
        yield running


@pytest.fixture
async def straight_apart(tmp_path: Path, spoken_prompts: Path) -> AsyncIterator[Hotline]:
    files = {"flow.yaml": STRAIGHT_FLOW}
    async with hotline(tmp_path, spoken_prompts, files=files, ENGINE="process") as running:
        yield running


def logged(house: Hotline, event: str) -> list[dict[str, Any]]:
    """The lines of this event."""
    lines = [json.loads(line) for line in house.log_text.splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == event]


def signal_engine(house: Hotline, number: int) -> None:
    os.kill(logged(house, "engine_started")[-1]["pid"], number)


async def until(holds: Any, within_s: float = 15) -> None:
    async with asyncio.timeout(within_s):
        while not holds():
            await asyncio.sleep(0.05)


async def restarted(house: Hotline, times: int = 1) -> None:
    await until(lambda: len(logged(house, "engine_restarted")) >= times)


async def owed(operator: Person) -> list[str]:
    """Why people are to be called back."""
    return [ticket["callback"]["reason"] for ticket in (await operator.get("/tickets", callback="true"))["items"]]


async def last_call(operator: Person) -> dict[str, Any]:
    found: dict[str, Any] = (await operator.get("/calls"))["items"][0]
    return found


async def in_state(operator: Person, state: str) -> None:
    async with asyncio.timeout(20):
        while not any(call["state"] == state for call in (await operator.get("/live"))["calls"]):
            await asyncio.sleep(0.05)


async def presence(operator: Person) -> str:
    states = {each["operator"]: each["state"] for each in (await operator.get("/live"))["operators"]}
    return str(states[operator.username])


async def the_next_call_is_answered(house: Hotline) -> None:
    since = time.monotonic()
    async with caller(house.uri, seconds=1) as call:
        assert await call.ended(20) == 0, call.lines
    print(f"the next call was over {time.monotonic() - since:.2f} s after it was begun")


@asynccontextmanager
async def talking(house: Hotline, operator: Person, heard: Path) -> AsyncIterator[tuple[UserAgent, UserAgent]]:
    """A caller and the operator's softphone, which says a tone."""
    says = await asyncio.to_thread(tone, heard.with_name("operator.wav"), OPERATOR_HZ, 60, 8000)
    async with softphone(audio=f"file:{says},") as (phone, uri):
        await operator.ready(uri)
        async with caller(house.uri, save=heard, seconds=90) as call:
            await phone.says("talking")
            await in_state(operator, "talking")
            yield call, phone


async def test_who_talks_when_the_engine_is_killed_is_called_back_and_the_next_one_is_served(
    straight_apart: Hotline, tmp_path: Path
) -> None:
    house, heard = straight_apart, tmp_path / "heard.wav"
    operator, boss = await house.sign_in("operator1"), await house.sign_in("supervisor")
    socket = await boss.socket()
    async with talking(house, operator, heard) as (call, phone):
        await asyncio.sleep(3)
        signal_engine(house, signal.SIGKILL)
        async with asyncio.timeout(TOLD_WITHIN_S):
            while (notice := await next_message(socket, "notice"))["code"] != "engine_lost":
                pass
        assert notice["level"] == "warning"
        await phone.says("ended", GOODBYE_WITHIN_S)
        assert await call.ended(20) == 0
        await restarted(house)
        stored = await last_call(operator)
        assert (stored["ended_by"], stored["end_reason"]) == ("system", "sip_503")
        assert await owed(operator) == ["interrupted"]
        async with asyncio.timeout(10):
            while (recording := (await last_call(operator))["recording"]) is None:
                await asyncio.sleep(0.1)
        assert recording["duration_s"] > 2, "up to the kill"
        async with asyncio.timeout(15):
            while await presence(operator) != "ready":
                await asyncio.sleep(0.1)
        async with caller(house.uri, seconds=60) as again:
            await in_state(operator, "talking")
            again.hang_up()
            await again.ended()
    samples, rate = read(heard)
    assert has_tone(samples[-2 * rate : -rate], rate, OPERATOR_HZ)
    assert len(logged(house, "engine_lost")) == 1
    await socket.close()


async def test_who_waits_when_the_engine_is_killed_is_missed(straight_apart: Hotline) -> None:
    house = straight_apart
    operator = await house.sign_in("operator1")
    async with caller(house.uri, seconds=60) as call:
        await in_state(operator, "waiting")
        signal_engine(house, signal.SIGKILL)
        assert await call.ended(20) == 0
    await restarted(house)
    assert await owed(operator) == ["missed"]
    assert (await operator.get("/live"))["today"]["abandoned"] == 1


async def test_who_is_in_a_menu_when_the_engine_is_killed_is_owed_nothing_and_may_call_again(apart: Hotline) -> None:
    operator = await apart.sign_in("operator1")
    async with caller(apart.uri, seconds=60) as call:
        await in_state(operator, "ivr")
        signal_engine(apart, signal.SIGKILL)
        assert await call.ended(20) == 0
    assert await owed(operator) == []
    await the_next_call_is_answered(apart)


async def test_a_phone_that_rings_when_the_engine_is_killed_stops_and_rings_for_the_next(
    straight_apart: Hotline,
) -> None:
    house = straight_apart
    operator = await house.sign_in("operator1")
    async with softphone(auto_answer=False) as (phone, uri):
        await operator.ready(uri)
        async with caller(house.uri, seconds=60) as call:
            await phone.says("ringing")
            signal_engine(house, signal.SIGKILL)
            assert await call.ended(20) == 0
        await restarted(house)
        assert await owed(operator) == ["missed"]


async def test_an_engine_that_hangs_is_replaced_and_who_talked_is_called_back(
    straight_apart: Hotline, tmp_path: Path
) -> None:
    house = straight_apart
    operator = await house.sign_in("operator1")
    async with talking(house, operator, tmp_path / "heard.wav") as (call, phone):
        await asyncio.sleep(1)
        since = time.monotonic()
        signal_engine(house, signal.SIGSTOP)
        await until(lambda: logged(house, "engine_lost"), 6)
        assert time.monotonic() - since < 3.6
        await phone.says("ended", GOODBYE_WITHIN_S)
        assert await call.ended(20) == 0
        assert await owed(operator) == ["interrupted"]
    await restarted(house)
    await the_next_call_is_answered(house)


async def test_calls_that_come_while_the_service_stands_still_are_answered_when_it_goes_on(apart: Hotline) -> None:
    """Eight seconds in which nobody reads the socket: the engine neither blocks nor forgets."""
    operator = await apart.sign_in("operator1")
    assert apart.process is not None
    async with caller(apart.uri, seconds=60) as before:
        await in_state(operator, "ivr")
        apart.process.send_signal(signal.SIGSTOP)
        try:
            async with caller(apart.uri, seconds=3) as one, caller(apart.uri, seconds=3) as two:
                await asyncio.sleep(8)
                assert before.process.returncode is None
                apart.process.send_signal(signal.SIGCONT)
                assert [await each.ended(30) for each in (one, two)] == [0, 0]
                assert all("answered after" in "\n".join(each.lines) for each in (one, two))
        finally:
            apart.process.send_signal(signal.SIGCONT)
        assert not logged(apart, "engine_lost"), "who stood still itself does not take the engine for dead"
        assert logged(apart, "service_silent")
        before.hang_up()
        await before.ended()
    assert (await operator.get("/live"))["calls"] == []


async def test_the_engine_ends_with_the_service_and_the_next_service_has_another(apart: Hotline) -> None:
    operator = await apart.sign_in("operator1")
    async with caller(apart.uri, seconds=60) as call:
        await in_state(operator, "ivr")
        pid = logged(apart, "engine_started")[-1]["pid"]
        await apart.kill()
        assert await call.ended(10) == 0, "it says goodbye for the dead service"
    await until(lambda: not Path(f"/proc/{pid}").exists())
    await apart.start()
    await the_next_call_is_answered(apart)


async def test_figures_and_the_status_page_tell_of_restarts(apart: Hotline) -> None:
    admin = await apart.sign_in("admin")

    async def figures() -> str:
        async with admin.http.get(f"http://{apart.http}/metrics") as response:
            return await response.text()

    assert "sambut_engine_up 1.0" in await figures() and "sambut_engine_restarts_total 0.0" in await figures()
    for times in range(1, 6):
        signal_engine(apart, signal.SIGKILL)
        await restarted(apart, times)
    assert "sambut_engine_restarts_total 5.0" in await figures()
    signal_engine(apart, signal.SIGKILL)
    await until(lambda: logged(apart, "engine_restarts_too_often"))
    assert "sambut_engine_up 0.0" in await figures()
    assert any("SIP engine dies" in warning for warning in (await admin.get("/status"))["warnings"])
    await restarted(apart, 6)
    assert not any("SIP engine dies" in warning for warning in (await admin.get("/status"))["warnings"])
    await the_next_call_is_answered(apart)
