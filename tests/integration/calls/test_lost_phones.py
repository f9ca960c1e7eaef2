"""A phone that vanishes in mid-call: the caller is told at once, and served by the next operator (PEERS.md 5)."""

import asyncio
import os
import signal
from pathlib import Path

from tests.audio import Samples, has_tone, read, rms_db, tone
from tests.integration.hotline import Hotline, next_message
from tests.integration.phones import caller, softphone

TOLD_WITHIN_S = 3.0
SECOND_HZ = 1300


async def test_a_caller_whose_operators_phone_dies_hears_so_and_talks_with_the_next_operator(
    straight: Hotline, tmp_path: Path
) -> None:
    first, second = await straight.sign_in("operator1"), await straight.sign_in("operator2")
    said, heard = tone(tmp_path / "second.wav", SECOND_HZ, 60, 8000), tmp_path / "heard.wav"
    talks = tone(tmp_path / "first.wav", 900, 60, 8000)
    async with (
        softphone("operator1", audio=f"file:{talks},") as (one, one_uri),
        softphone("operator2", audio=f"file:{said},") as (two, uri),
    ):
        await first.ready(one_uri)
        async with caller(straight.uri, save=heard, seconds=120) as call:
            await one.says("talking")
            await second.ready(uri)
            socket = await first.socket()
            await asyncio.sleep(1)
            one.process.send_signal(signal.SIGKILL)
            async with asyncio.timeout(TOLD_WITHIN_S):
                notice = await next_message(socket, "notice")
            assert notice["code"] == "phone_lost"
            await two.says("talking")
            live = await first.get("/live")
            assert live["calls"][0]["operator"] == "operator2"
            assert {each["operator"]: each["reason"] for each in live["operators"]}["operator1"] in (
                None,
                "phone_unreachable",
            )
            await asyncio.sleep(2)
            call.hang_up()
            await call.ended()
        samples, rate = read(heard)
        assert has_tone(samples[-rate:], rate, SECOND_HZ)
        assert _longest_silence_s(samples, rate) < TOLD_WITHIN_S
        today = (await first.get("/live"))["today"]
        assert (today["offered"], today["answered"], today["abandoned"]) == (1, 1, 0)


async def test_a_phone_that_only_freezes_counts_as_gone_and_rings_no_more(straight: Hotline, tmp_path: Path) -> None:
    first = await straight.sign_in("operator1")
    async with softphone("operator1") as (one, uri):
        await first.ready(uri)
        async with caller(straight.uri, seconds=120) as call:
            await one.says("talking")
            await asyncio.sleep(1)
            os.kill(one.process.pid, signal.SIGSTOP)
            try:
                async with asyncio.timeout(2 * TOLD_WITHIN_S):
                    while (await first.get("/live"))["calls"][0]["state"] != "waiting":
                        await asyncio.sleep(0.1)
            finally:
                os.kill(one.process.pid, signal.SIGCONT)
            call.hang_up()
            await call.ended()


def _longest_silence_s(samples: Samples, rate: int) -> float:
    window, longest, run = round(0.1 * rate), 0, 0
    for start in range(0, len(samples) - window, window):
        run = run + 1 if rms_db(samples[start : start + window]) < -55 else 0
        longest = max(longest, run)
    return longest * 0.1
