"""`kill -9` at any moment: the next start finds every ticket, and lists whom to call back."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from hotline.facts import EventName, Fact
from sambut.life import SHOW_EVERY_S
from storage import open_store
from tests.integration.hotline import Hotline, Person, next_message
from tests.integration.phones import UserAgent, caller, softphone


@asynccontextmanager
async def _call_in(state: str, house: Hotline, operator: Person) -> AsyncIterator[UserAgent]:
    """A caller who has come as far as `state`."""
    async with softphone(auto_answer=state == "talking") as (_phone, uri):
        if state in ("ringing", "talking"):
            await operator.ready(uri)
        async with caller(house.uri, keys="" if state == "greeting" else ",1", seconds=60) as call:
            wanted = {"greeting": "ivr"}.get(state, state)
            await _until(operator, lambda live: any(each["state"] == wanted for each in live["calls"]))
            yield call


async def _until(operator: Person, holds: Any, within_s: float = 20) -> None:
    async with asyncio.timeout(within_s):
        while not holds(await operator.get("/live")):
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("state", ["greeting", "waiting", "ringing", "talking"])
async def test_after_kill_9_the_caller_is_on_the_call_back_list(state: str, house: Hotline) -> None:
    operator = await house.sign_in("operator1")
    async with _call_in(state, house, operator) as call:
        await asyncio.sleep(0.5)  # the journal commits within milliseconds; a power cut after that loses nothing
        await house.kill()
        call.hang_up()
        await call.ended()
    await house.start()
    operator = await house.sign_in("operator1")
    stored = (await operator.get("/calls"))["items"][0]
    assert (stored["state"], stored["ended_by"], stored["end_reason"]) == ("ended", "system", "interrupted")
    owed = (await operator.get("/tickets", callback="true"))["items"]
    if state == "greeting":
        assert owed == [], "who never came to the queue has no ticket yet"
    else:
        assert [ticket["callback"]["reason"] for ticket in owed] == ["interrupted"]
        assert owed[0]["caller"]["number"] == "+6281234567890"
        assert (await operator.get("/live"))["callbacks_open"] == 1


async def test_a_recording_cut_short_by_kill_9_is_saved(house: Hotline) -> None:
    operator = await house.sign_in("operator1")
    async with _call_in("talking", house, operator) as call:
        await asyncio.sleep(2)
        await house.kill()
        call.hang_up()
        await call.ended()
    await house.start()
    operator = await house.sign_in("operator1")
    async with asyncio.timeout(10):
        while (await operator.get("/calls"))["items"][0]["recording"] is None:
            await asyncio.sleep(0.1)
    recording = (await operator.get("/calls"))["items"][0]["recording"]
    assert recording["duration_s"] > 1


@pytest.mark.parametrize("end", [Hotline.kill, Hotline.stop], ids=["kill -9", "SIGTERM"])
async def test_nobody_counts_as_ready_while_the_service_is_away(
    end: Callable[[Hotline], Awaitable[object]], house: Hotline
) -> None:
    operator = await house.sign_in("operator1")
    await operator.ready("sip:operator1@127.0.0.1:9")
    await asyncio.sleep(SHOW_EVERY_S + 1)
    await end(house)
    ended_at = time.time()
    await asyncio.sleep(2)
    await house.start()
    on, off = await _signs(house, "operator1")
    assert (on.name, off.name) == (EventName.ADDMEMBER, EventName.REMOVEMEMBER)
    assert on.at + 1 < off.at < ended_at + 1


async def _signs(house: Hotline, operator: str) -> list[Fact]:
    url = f"sqlite:///{house.folder / 'data' / 'sambut.db'}"
    async with await open_store(url, spool=house.folder / "no-spool") as store:
        return [fact async for fact in store.events.between(0.0, time.time() + 60) if fact.operator == operator]


async def test_sigterm_lets_a_call_finish_and_then_ends_it_politely(house: Hotline) -> None:
    operator = await house.sign_in("operator1")
    async with _call_in("waiting", house, operator) as call:
        assert await house.stop() == 0
        assert await call.ended() == 0
        assert "ended by the hotline" in "\n".join(call.lines)


async def test_the_pop_is_there_again_after_a_reload_and_goes_when_the_caller_goes(
    house: Hotline, tmp_path: Path
) -> None:
    operator = await house.sign_in("operator1")
    socket = await operator.socket()
    async with _call_in("ringing", house, operator) as call:
        pop = await next_message(socket, "screen_pop")
        again = await operator.socket()
        assert (await next_message(again, "snapshot"))["pop"]["ticket"]["number"] == pop["ticket"]["number"]
        await again.close()
        call.hang_up()
        notice = await next_message(socket, "notice")
        assert (notice["code"], notice["ticket"]) == ("caller_left", pop["ticket"]["number"])
    again = await operator.socket()
    assert (await next_message(again, "snapshot"))["pop"] is None
    ticket = await operator.get(f"/tickets/{pop['ticket']['number']}")
    assert ticket["callback"]["reason"] == "missed"
    await again.close()
    await socket.close()
