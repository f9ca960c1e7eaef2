"""Whose hang-up it was, and a far end that does not even answer it."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sip.events import IncomingCall, LegEnded, LegId, MediaActive
from sip.options import AgentOptions
from tests.integration.phones import UserAgent, softphone
from tests.integration.sip.an_agent import Watched, watched

OPTIONS = AgentOptions(port=0, rtp_ports=(33000, 33099), legs=4)


@asynccontextmanager
async def a_call() -> AsyncIterator[tuple[Watched, UserAgent, LegId]]:
    """A phone that has answered our call."""
    async with softphone() as (phone, uri), watched(OPTIONS) as us:
        leg = us.agent.call(uri)
        await phone.says("talking")
        await us.tells(lambda: us.told(MediaActive))
        yield us, phone, leg


async def ended(us: Watched, within_s: float = 5) -> LegEnded:
    await us.tells(lambda: us.told(LegEnded), within_s)
    return us.told(LegEnded)[0]


async def test_our_hang_up_is_ours() -> None:
    async with a_call() as (us, phone, leg):
        us.agent.hang_up(leg)
        assert (await ended(us)).by_us
        await phone.says("ended")


async def test_a_hang_up_of_the_far_end_is_not_ours_though_we_hang_up_before_we_learn_of_it() -> None:
    async with a_call() as (us, phone, leg):
        phone.type()  # Enter at the softphone hangs up
        time.sleep(1.0)  # noqa: ASYNC251  # the loop is busy; the library's own thread takes the BYE
        us.agent.hang_up(leg)
        end = await ended(us)
        assert (end.by_us, end.status) == (False, 200)


async def test_a_far_end_that_does_not_answer_our_hang_up_is_gone_within_three_seconds() -> None:
    async with a_call() as (us, phone, leg):
        phone.process.send_signal(signal.SIGSTOP)
        try:
            since = time.monotonic()
            us.agent.hang_up(leg)
            end = await ended(us)
            assert time.monotonic() - since < 3.0
            assert end.by_us and us.agent.legs == []
        finally:
            phone.process.send_signal(signal.SIGCONT)
        await phone.says("ended")
        await asyncio.sleep(1)
        assert len(us.told(LegEnded)) == 1, "told once"
        assert us.told(IncomingCall) == []
