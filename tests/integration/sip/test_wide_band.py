"""Wide band where both have it: what a leg is offered, and what the bridge's resampler leaves of narrow band."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from sip.events import LegAnswered, LegId, MediaActive
from sip.mixer import RELEASE_AFTER_S
from sip.options import AgentOptions
from tests.audio import Samples, level_of, read, tone
from tests.integration.phones import softphone
from tests.integration.sip.an_agent import Watched, watched
from tests.integration.sip_tools import baresip

SAID_DB = -10.0  # of a tone that is written
BRIDGE = AgentOptions(
    port=0,
    rtp_ports=(31_000, 31_999),
    clock_rate=16000,
    codecs=("PCMA", "PCMU", "G722", "opus"),
    wide_codecs=("G722", "opus", "PCMA", "PCMU"),
)


@pytest.fixture
async def ours() -> AsyncIterator[Watched]:
    async with watched(BRIDGE, answers=True) as agent:
        yield agent


async def called(ours: Watched, phone: str, *, wide: bool = False) -> LegId:
    """Our leg to a phone that has answered; its sound flows."""
    leg = ours.agent.call(phone, wide=wide)
    await ours.tells(lambda: LegAnswered(leg) in ours.events and ours.told(MediaActive))
    return leg


@pytest.mark.parametrize("wide", [True, False])
async def test_a_phone_that_has_both_speaks_what_its_caller_does(wide: bool, ours: Watched) -> None:
    async with softphone() as (_, phone):
        leg = await called(ours, phone, wide=wide)

        assert ours.agent.is_wide(leg) is wide


async def test_a_phone_that_has_only_narrow_band_is_reached_all_the_same(ours: Watched, tmp_path: Path) -> None:
    async with baresip(tmp_path, tone(tmp_path / "said.wav", 440, 20)) as phone:
        leg = await called(ours, phone.uri, wide=True)

        assert not ours.agent.is_wide(leg)


async def test_a_caller_chooses(ours: Watched, tmp_path: Path) -> None:
    said = tone(tmp_path / "said.wav", 440, 20, rate=16000)
    async with baresip(tmp_path, said, codecs="G722/16000/1,PCMA/8000/1") as caller:
        await caller.dial(f"sip:hotline@{ours.agent.address}")
        await ours.tells(lambda: ours.told(MediaActive))

        assert ours.agent.is_wide(ours.told(MediaActive)[0].leg)


async def test_a_bridge_in_narrow_band_carries_no_other() -> None:
    options = replace(BRIDGE, clock_rate=8000, codecs=("G722",))
    async with softphone() as (_, phone), watched(options) as narrow:
        assert not narrow.agent.is_wide(await called(narrow, phone))


@pytest.mark.parametrize("hz", [300, 1000, 2000, 3000, 3400])
async def test_narrow_band_is_whole_on_a_bridge_in_wide_band_and_nothing_else_is_heard(
    hz: int, ours: Watched, tmp_path: Path
) -> None:
    """Going up from 8 kHz mirrors a tone above 4 kHz, were it not for the filter."""
    async with baresip(tmp_path, tone(tmp_path / "said.wav", hz, 20)) as phone:
        samples, rate = await heard_of(ours, await called(ours, phone.uri), tmp_path / "heard.wav")

    assert rate == 16000
    assert level_of(samples, rate, hz) == pytest.approx(SAID_DB, abs=0.3)
    assert level_of(samples, rate, 8000 - hz) < SAID_DB - 40


@pytest.mark.parametrize(("hz", "down_db"), [(2500, (-0.3, 0.3)), (5500, (40, 120)), (7000, (40, 120))])
async def test_what_a_narrowband_phone_cannot_hear_does_not_fold_into_what_it_can(
    hz: int, down_db: tuple[float, float], ours: Watched, tmp_path: Path
) -> None:
    async with baresip(tmp_path, tone(tmp_path / "said.wav", 440, 20, level_db=-80)) as phone:
        leg = await called(ours, phone.uri)
        ours.agent.mixer.play(leg, [tone(tmp_path / "played.wav", hz, 5, rate=16000)], 1)
        await asyncio.sleep(3)
        await phone.hang_up()
        await phone.wait_for("CALL_CLOSED")
        samples, rate = read(phone.heard())

    least, most = down_db
    assert least <= SAID_DB - level_of(samples[rate : 2 * rate], rate, min(hz, 8000 - hz)) <= most


async def heard_of(who: Watched, leg: LegId, file: Path) -> tuple[Samples, int]:
    """A second from the middle of what the leg says."""
    await asyncio.sleep(0.5)
    who.agent.mixer.record(leg, file)
    await asyncio.sleep(2)
    who.agent.mixer.stop_recording(leg)
    await asyncio.sleep(2 * RELEASE_AFTER_S)
    samples, rate = read(file)
    return samples[rate // 2 : rate // 2 + rate], rate
