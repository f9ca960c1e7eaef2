"""The agent as the service has it: what cannot be done is told as an event, after the command has returned."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sip.events import (
    IncomingCall,
    LegAnswered,
    LegEnded,
    LineOffer,
    MediaActive,
    PlaybackFinished,
    RecordingClosed,
    RecordingFailed,
    SipEvent,
)
from sip.inside import InsideAgent
from sip.options import AgentOptions
from tests.audio import read, tone
from tests.integration.phones import softphone
from tests.integration.sip.an_agent import Told

OPTIONS = AgentOptions(port=0, rtp_ports=(33200, 33299), legs=8, line_bind="127.0.0.1")


class Inside(Told):
    def __init__(self) -> None:
        super().__init__()
        self.agent = InsideAgent(OPTIONS, self.on_event)

    def on_event(self, event: SipEvent) -> None:
        self.tell(event)
        if isinstance(event, IncomingCall):
            self.agent.answer(event.leg)


@pytest.fixture
async def ours() -> AsyncIterator[Inside]:
    made = Inside()
    await made.agent.open()
    try:
        yield made
    finally:
        await made.agent.close()


@pytest.mark.parametrize("uri", ["no uri at all", "sip:phone@127.0.0.1;transport=tls"])
async def test_a_call_that_cannot_be_placed_ends_with_503(ours: Inside, uri: str) -> None:
    leg = ours.agent.call(uri)
    assert ours.events == [], "not before its number is known"
    await ours.tells(lambda: ours.told(LegEnded))
    (end,) = ours.told(LegEnded)
    assert (end.leg, end.status, end.by_us) == (leg, 503, False) and "cannot call" in end.reason
    assert ours.agent.legs == []


async def test_our_calls_have_odd_numbers_and_those_that_come_in_even_ones(ours: Inside) -> None:
    async with softphone() as (phone, uri):
        ours_first, ours_second = ours.agent.call("sip:nobody@127.0.0.1:9"), ours.agent.call(uri)
        await ours.tells(lambda: LegAnswered(ours_second) in ours.events)
        ours.agent.hang_up(ours_second)
        await phone.says("ended")
        phone.type(f"call sip:hotline@{ours.agent.address}")
        await ours.tells(lambda: ours.told(IncomingCall))
        assert (ours_first, ours_second, ours.told(IncomingCall)[0].leg) == (1, 3, 2)


async def test_a_recording_is_whole_when_it_is_told_to_be(ours: Inside, tmp_path: Path) -> None:
    async with softphone(audio=f"file:{tone(tmp_path / 'said.wav', 440, 30)},") as (_, uri):
        leg = ours.agent.call(uri)
        await ours.tells(lambda: ours.told(MediaActive))
        for name, seconds in (("first.wav", 1.0), ("second.wav", 0.5)):
            file = tmp_path / name
            ours.agent.mixer.record(leg, file)
            await asyncio.sleep(seconds)
            ours.agent.mixer.stop_recording(leg)
            await ours.tells(lambda file=file: any(each.file == file for each in ours.told(RecordingClosed)))  # type: ignore[misc]
            samples, rate = read(file)
            closed = ours.told(RecordingClosed)[-1]
            assert closed.seconds == pytest.approx(len(samples) / rate) and closed.seconds > seconds / 2


async def test_a_recording_ends_with_its_leg(ours: Inside, tmp_path: Path) -> None:
    async with softphone() as (_, uri):
        leg = ours.agent.call(uri)
        await ours.tells(lambda: ours.told(MediaActive))
        ours.agent.mixer.record(leg, tmp_path / "cut.wav")
        await asyncio.sleep(0.5)
        ours.agent.hang_up(leg)
        await ours.tells(lambda: ours.told(RecordingClosed))
        assert ours.told(RecordingClosed)[0].seconds > 0.2
        ours.agent.mixer.record(leg, tmp_path / "late.wav")
        await ours.tells(lambda: RecordingClosed(leg, tmp_path / "late.wav", 0.0) in ours.events)


async def test_files_that_cannot_be_used_are_told(ours: Inside, tmp_path: Path) -> None:
    async with softphone() as (_, uri):
        leg = ours.agent.call(uri)
        await ours.tells(lambda: ours.told(MediaActive))
        ours.agent.mixer.play_music(leg, tmp_path / "gone.wav")
        ours.agent.mixer.play(leg, [tmp_path / "gone.wav"], 7)
        assert not ours.told(PlaybackFinished)
        await ours.tells(lambda: PlaybackFinished(leg, 7) in ours.events)
        ours.agent.mixer.record(leg, tmp_path / "no folder" / "said.wav")
        await ours.tells(lambda: ours.told(RecordingFailed))
        assert ours.told(RecordingFailed)[0].file == tmp_path / "no folder" / "said.wav"


async def test_a_line_whose_answer_cannot_be_used_ends(ours: Inside) -> None:
    leg = ours.agent.open_line("operator1")
    await ours.tells(lambda: ours.told(LineOffer))
    ours.agent.answer_line(leg, "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVP 0\r\n")
    await ours.tells(lambda: ours.told(LegEnded))
    assert ours.told(LegEnded)[0].leg == leg
