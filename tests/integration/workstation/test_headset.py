"""A headset of software in real calls: who hears whom, what rings where, and what a pulled plug does."""

import asyncio
from pathlib import Path

from tests.audio import has_tone, level_of, sounding_s, tone
from tests.integration.desk.people import eventually
from tests.integration.phones import caller
from tests.integration.workstation.conftest import SeatAt
from tests.integration.workstation.pulse import RATE, SoundCard, saved

HEADSET = ("--audio", "alsa:headset", "--no-echo-cancellation")  # which would take a lasting tone for noise
RING_HZ = 425


async def test_caller_and_operator_hear_each_other_through_the_headset(
    seat: SeatAt, card: SoundCard, tmp_path: Path
) -> None:
    said, heard = tone(tmp_path / "said.wav", 1000, 2), tmp_path / "heard.wav"
    async with (
        seat(*HEADSET, "--auto-answer", home=card.home) as here,
        card.speaking(440),
        caller(here.uri, say=said, seconds=5, save=heard) as call,
    ):
        await here.phone.says("talking")
        await asyncio.sleep(1)
        in_the_ear = await card.listen(2)
        assert await call.ended() == 0
    assert has_tone(in_the_ear[RATE // 2 :], RATE, 1000)
    assert level_of(in_the_ear[RATE // 2 :], RATE, 440) < -40  # nobody hears themselves
    samples, rate = saved(heard)
    assert has_tone(samples[2 * rate : 4 * rate], rate, 440)


async def test_the_meters_show_both_directions(seat: SeatAt, card: SoundCard, tmp_path: Path) -> None:
    said = tone(tmp_path / "said.wav", 1000, 2, level_db=-20)
    async with (
        seat(*HEADSET, "--auto-answer", home=card.home) as here,
        card.speaking(440),
        caller(here.uri, say=said, seconds=6),
    ):
        await here.phone.says("talking")
        await asyncio.sleep(2)
        async with here.operator.page() as page:
            levels = (await page.next("softphone"))["levels"]
    assert abs(levels["in_db"] - -10) < 2
    assert abs(levels["out_db"] - -20) < 2


async def test_the_microphone_is_muted_and_the_operator_hears_on(seat: SeatAt, card: SoundCard, tmp_path: Path) -> None:
    said, heard = tone(tmp_path / "said.wav", 1000, 2), tmp_path / "heard.wav"
    async with (
        seat(*HEADSET, "--auto-answer", home=card.home) as here,
        card.speaking(440),
        caller(here.uri, say=said, seconds=5, save=heard) as call,
    ):
        await here.phone.says("talking")
        here.order("mute")
        await asyncio.sleep(1)
        in_the_ear = await card.listen(1.5)
        assert await call.ended() == 0
    assert has_tone(in_the_ear[RATE // 2 :], RATE, 1000)
    samples, rate = saved(heard)
    assert sounding_s(samples[rate:], rate, 440) == 0


async def test_a_pulled_headset_is_told_and_the_call_goes_on_when_it_is_back(
    seat: SeatAt, card: SoundCard, tmp_path: Path
) -> None:
    heard = tmp_path / "heard.wav"
    async with (
        seat(*HEADSET, "--auto-answer", home=card.home) as here,
        here.operator.page() as page,
        caller(here.uri, seconds=12, save=heard) as call,
    ):
        await here.phone.says("talking")
        await card.pull("ear", "mouth")
        await here.phone.says("headset is gone")
        while (await page.next("softphone"))["headset"]:
            pass
        assert here.up  # the call is not over
        await asyncio.sleep(2)
        await card.plug("ear", "mouth")
        here.phone.lines.clear()
        async with card.speaking(440):
            await here.phone.says("headset is there")
            while not (await page.next("softphone"))["headset"]:
                pass
            assert await call.ended() == 0
    samples, rate = saved(heard)
    assert sounding_s(samples, rate, 440) > 1
    assert has_tone(samples[-rate:], rate, 440)


async def test_a_muted_microphone_stays_muted_over_a_pulled_headset(
    seat: SeatAt, card: SoundCard, tmp_path: Path
) -> None:
    heard = tmp_path / "heard.wav"
    async with (
        seat(*HEADSET, "--auto-answer", home=card.home) as here,
        caller(here.uri, seconds=8, save=heard) as call,
    ):
        await here.phone.says("talking")
        here.order("mute")
        await card.pull("ear", "mouth")
        await here.phone.says("headset is gone")
        await card.plug("ear", "mouth")
        here.phone.lines.clear()
        async with card.speaking(440):
            await here.phone.says("headset is there")
            assert await call.ended() == 0
    samples, rate = saved(heard)
    assert sounding_s(samples, rate, 440) == 0


async def test_between_calls_a_pulled_headset_is_away_until_it_is_back(seat: SeatAt, card: SoundCard) -> None:
    async with seat(*HEADSET, home=card.home) as here:
        await card.pull("ear", "mouth")
        await eventually(lambda: not here.up)
        await card.plug("ear", "mouth")
        await eventually(lambda: here.up)


async def test_it_rings_in_the_headset(seat: SeatAt, card: SoundCard) -> None:
    async with seat(*HEADSET, home=card.home) as here, caller(here.uri, seconds=20) as call:
        await here.phone.says("ringing")
        in_the_ear = await card.listen(5.5)
        assert sounding_s(in_the_ear, RATE, RING_HZ) > 0.8
        here.order("answer")
        await here.phone.says("talking")
        await asyncio.sleep(0.5)  # what the sound server has been given already
        assert sounding_s(await card.listen(5.5), RATE, RING_HZ) == 0
        call.hang_up()


async def test_it_rings_on_a_loudspeaker_instead_and_stops_at_the_answer(seat: SeatAt, card: SoundCard) -> None:
    await card.plug("speaker")
    async with (
        seat(*HEADSET, "--ring", "alsa:speaker", home=card.home) as here,
        caller(here.uri, seconds=30) as call,
    ):
        await here.phone.says("ringing")
        in_the_room, in_the_ear = await card.listen(5.5, "speaker"), await card.listen(5.5)
        assert sounding_s(in_the_room, RATE, RING_HZ) > 0.8
        assert sounding_s(in_the_ear, RATE, RING_HZ) == 0
        here.order("answer")
        await here.phone.says("talking")
        await asyncio.sleep(0.5)
        assert sounding_s(await card.listen(5.5, "speaker"), RATE, RING_HZ) == 0
        call.hang_up()
