"""Silence and quality of real legs: a phone is frozen, thawed, put on hold and hung up under the agent's eyes."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sip.events import LegAnswered, LegEnded, LegHeard, LegSilent, Quality
from sip.options import AgentOptions
from tests.integration.phones import UserAgent, softphone
from tests.integration.sip.an_agent import Watched, watched
from tests.integration.sip_tools import call

TIMEOUT_S = 1.0


def options(**more: float) -> AgentOptions:
    return AgentOptions(
        port=0, rtp_ports=(31_000, 31_999), rtp_timeout_s=TIMEOUT_S, quality_every_s=more.get("every", 5.0)
    )


@asynccontextmanager
async def talking(every_s: float = 5.0) -> AsyncIterator[tuple[Watched, int, UserAgent]]:
    """An agent of ours in a call with a softphone in another process."""
    async with softphone() as (phone, uri), watched(options(every=every_s)) as line:
        leg = line.agent.call(uri)
        await line.tells(lambda: line.told(LegAnswered))
        yield line, leg, phone


async def test_a_phone_that_is_frozen_is_told_within_the_time_out_and_heard_again_when_it_thaws() -> None:
    async with talking() as (line, leg, phone):
        await asyncio.sleep(1.5)
        assert line.told(LegSilent) == []
        loop = asyncio.get_running_loop()
        phone.process.send_signal(signal.SIGSTOP)
        frozen_at = loop.time()
        try:
            await line.tells(lambda: line.told(LegSilent))
            took_s = loop.time() - frozen_at
            await asyncio.sleep(1.5)
        finally:
            phone.process.send_signal(signal.SIGCONT)
        await line.tells(lambda: line.told(LegHeard))
    assert [event.leg for event in line.told(LegSilent)] == [leg]  # once, however long it lasts
    assert TIMEOUT_S <= line.told(LegSilent)[0].since_s < TIMEOUT_S + 0.5
    assert TIMEOUT_S - 0.25 <= took_s < TIMEOUT_S + 0.5


async def test_a_phone_that_is_killed_is_told_once() -> None:
    async with talking() as (line, leg, phone):
        await asyncio.sleep(0.5)
        phone.process.kill()
        await line.tells(lambda: line.told(LegSilent))
        await asyncio.sleep(2.5)
    assert line.told(LegSilent) == [LegSilent(leg, line.told(LegSilent)[0].since_s)]
    assert line.told(LegHeard) == []


async def test_a_caller_who_holds_longer_than_the_time_out_is_not_silent(tmp_path: Path) -> None:
    async with watched(options(), answers=True) as line:
        result = await call(tmp_path, "caller_reinvite.xml", line.agent.address, milliseconds=1800, echo=True)
        assert result.passed, result
    assert line.told(LegSilent) == []


async def test_a_caller_who_never_sends_anything_is_not_silent(tmp_path: Path) -> None:
    async with watched(options(), answers=True) as line:
        assert (await call(tmp_path, "caller.xml", line.agent.address, milliseconds=2500)).passed
        await line.tells(lambda: line.told(LegEnded))
    assert line.told(LegSilent) == line.told(Quality) == []


async def test_quality_is_told_every_so_often_and_once_at_the_end() -> None:
    async with talking(every_s=1.0) as (line, leg, _phone):
        await line.tells(lambda: len(line.told(Quality)) >= 3)
        line.agent.hang_up(leg)
        await line.tells(lambda: line.told(LegEnded))
    *now_and_then, last = line.told(Quality)
    assert [event.final for event in now_and_then] == [False] * len(now_and_then)
    assert last.final and line.events.index(last) < line.events.index(line.told(LegEnded)[0])
    for event in line.told(Quality):
        assert (event.leg, event.codec, event.clock_rate) == (leg, "opus", 48000)
        assert event.loss_percent < 5 and event.jitter_ms < 20 and event.mos > 3.8


async def test_a_short_call_that_the_far_end_ends_has_its_quality_too() -> None:
    async with talking() as (line, leg, phone):
        await asyncio.sleep(1.0)
        phone.hang_up()
        await line.tells(lambda: line.told(LegEnded))
    assert [(event.leg, event.final) for event in line.told(Quality)] == [(leg, True)]


async def test_a_call_that_is_held_and_resumed_has_one_quality_for_all_of_it(tmp_path: Path) -> None:
    async with watched(options(), answers=True) as line:
        assert (await call(tmp_path, "caller_reinvite.xml", line.agent.address, milliseconds=700, echo=True)).passed
        await line.tells(lambda: line.told(LegEnded))
    assert [event.final for event in line.told(Quality)] == [True]
    assert line.told(Quality)[0].loss_percent < 10
