"""The agent in a process of its own: real calls through it, and what becomes of them when it dies or hangs."""

import asyncio
import signal
import stat
import time
from pathlib import Path

import pytest

from sip.door import Admission
from sip.errors import SipError
from sip.events import (
    IncomingCall,
    LegAnswered,
    LegEnded,
    LineOffer,
    MediaActive,
    PlaybackFinished,
    RecordingClosed,
    RecordingFailed,
)
from tests.audio import has_tone, read, tone
from tests.integration.link.an_engine import OPTIONS, Remote, is_gone, remote
from tests.integration.phones import caller, softphone

PHONE_HZ, PROMPT_HZ = 700, 1300


async def answered(ours: Remote, uri: str) -> int:
    leg = ours.agent.call(uri)
    await ours.tells(lambda: LegAnswered(leg) in ours.events and ours.told(MediaActive))
    return leg


async def test_a_call_is_heard_recorded_and_bridged_as_in_one_process(tmp_path: Path) -> None:
    says, hears = tone(tmp_path / "says.wav", PHONE_HZ, 30), tmp_path / "hears.wav"
    prompt, file = tone(tmp_path / "prompt.wav", PROMPT_HZ, 1), tmp_path / "recorded.wav"
    async with remote() as ours, softphone(audio=f"file:{says},{hears}") as (phone, uri):
        leg = await answered(ours, uri)
        ours.agent.mixer.record(leg, file)
        ours.agent.mixer.play(leg, [prompt], 5)
        await ours.tells(lambda: PlaybackFinished(leg, 5) in ours.events)
        ours.agent.hang_up(leg)
        await phone.says("ended")
        await ours.tells(lambda: ours.told(RecordingClosed) and ours.told(LegEnded))
        assert ours.told(LegEnded)[0].by_us and ours.agent.legs == []
        closed = ours.told(RecordingClosed)[0]
        samples, rate = read(file)
        assert closed.seconds == pytest.approx(len(samples) / rate) and closed.seconds > 0.8
        assert has_tone(samples[-rate // 2 :], rate, PHONE_HZ)
    samples, rate = read(hears)
    assert has_tone(samples[: rate // 2 * 3][-rate:], rate, PROMPT_HZ, at_least_db=-40)


async def test_what_cannot_be_done_is_an_event(tmp_path: Path) -> None:
    async with remote() as ours, softphone() as (_, uri):
        bad = ours.agent.call("no uri at all")
        leg = await answered(ours, uri)
        ours.agent.mixer.play(leg, [tmp_path / "gone.wav"], 7)
        ours.agent.mixer.record(leg, tmp_path / "no folder" / "said.wav")
        await ours.tells(lambda: PlaybackFinished(leg, 7) in ours.events and ours.told(RecordingFailed))
        assert [(each.leg, each.status) for each in ours.told(LegEnded)] == [(bad, 503)]


async def test_a_playback_that_is_stopped_does_not_report_its_end(tmp_path: Path) -> None:
    short = tone(tmp_path / "short.wav", PROMPT_HZ, 0.3)
    async with remote() as ours, softphone() as (_, uri):
        leg = await answered(ours, uri)
        ours.agent.mixer.play(leg, [short], 1)
        ours.agent.mixer.stop_playing(leg)
        ours.agent.mixer.play(leg, [short], 2)
        await ours.tells(lambda: ours.told(PlaybackFinished))
        await asyncio.sleep(0.5)
        assert ours.told(PlaybackFinished) == [PlaybackFinished(leg, 2)]


async def test_the_door_is_told_and_its_counts_come_back() -> None:
    async with remote() as ours:
        async with caller(f"sip:x@{ours.agent.address}", seconds=1) as call:
            await call.ended()
        await ours.tells(lambda: ours.told(LegEnded))
        async with asyncio.timeout(5):
            while not ours.agent.refusals().get("passed"):
                await asyncio.sleep(0.1)
        ours.agent.admit(Admission(trunks=("10.0.0.0/8",), strangers="refuse"))
        async with caller(f"sip:x@{ours.agent.address}", seconds=1) as call:
            await call.ended()
        assert "403" in "\n".join(call.lines)
        async with asyncio.timeout(5):
            while not ours.agent.refusals().get("strangers"):
                await asyncio.sleep(0.1)
        counted = dict(ours.agent.refusals())
        ours.kill(signal.SIGKILL)
        await asyncio.sleep(0.1)
        await ours.is_up()
        assert all(ours.agent.refusals()[name] >= count for name, count in counted.items()), "counters never go back"
        async with caller(f"sip:x@{ours.agent.address}", seconds=1) as call:
            await call.ended()
        assert "403" in "\n".join(call.lines), "the next engine admits the same"


async def test_after_kill_9_every_leg_has_ended_far_ends_are_told_and_the_next_call_comes_in(tmp_path: Path) -> None:
    said, file = tone(tmp_path / "said.wav", PHONE_HZ, 60), tmp_path / "recorded.wav"
    async with (
        remote() as ours,
        softphone("one", audio=f"file:{said},") as (phone, uri),
        caller(f"sip:x@{ours.agent.address}", say=said, seconds=60) as call,
    ):
        await ours.tells(lambda: ours.told(IncomingCall))
        theirs, mine = ours.told(IncomingCall)[0].leg, await answered(ours, uri)
        ours.agent.mixer.bridge(theirs, mine)
        ours.agent.mixer.record(theirs, file)
        await asyncio.sleep(1.5)
        address, first = ours.agent.address, ours.pid
        ours.kill(signal.SIGKILL)
        since = time.monotonic()
        await ours.tells(lambda: len(ours.told(LegEnded)) == 2, 2)
        found_after_s = time.monotonic() - since
        assert [(each.leg, each.status, each.by_us) for each in ours.told(LegEnded)] == [
            (theirs, 503, True),
            (mine, 503, True),
        ]
        assert ours.told(RecordingClosed)[0].file == file and ours.agent.legs == []
        leg = ours.agent.call(uri)
        await ours.tells(lambda: any(each.leg == leg and not each.by_us for each in ours.told(LegEnded)), 2)
        await ours.is_up()
        up_after_s = time.monotonic() - since
        await phone.says("ended", 5)
        assert await call.ended(20) == 0
        assert "ended by the hotline" in "\n".join(call.lines)
        print(f"found after {found_after_s:.3f} s, up after {up_after_s:.3f} s")
        assert ours.agent.address == address and ours.pid != first and ours.states == ["down", "up"]
        async with caller(f"sip:x@{address}", seconds=1) as again:
            assert await again.ended(20) == 0
        assert max(each.leg for each in ours.told(IncomingCall)) > leg, "no number is used twice"


async def test_an_engine_that_hangs_is_killed_within_three_seconds() -> None:
    async with remote() as ours, softphone() as (phone, uri):
        leg = await answered(ours, uri)
        await asyncio.sleep(0.6)
        pid, since = ours.pid, time.monotonic()
        ours.kill(signal.SIGSTOP)
        await ours.tells(lambda: ours.told(LegEnded), 6)
        took_s = time.monotonic() - since
        assert 1.5 < took_s < 3.5, took_s
        assert ours.told(LegEnded)[0].leg == leg
        await ours.is_up()
        assert is_gone(pid)
        await phone.says("ended", 5)


async def test_an_engine_that_dies_again_and_again_is_given_a_pause() -> None:
    async with remote() as ours:
        ours.agent.engine.restarts.most, ours.agent.engine.restarts.pause_s = 2, 1.5
        for _ in range(2):
            ours.kill(signal.SIGKILL)
            await asyncio.sleep(0.2)
            await ours.is_up()
        ours.kill(signal.SIGKILL)
        await asyncio.sleep(0.7)
        assert ours.states == ["down", "up", "down", "up", "down", "failing"] and not ours.agent.engine.up
        await ours.is_up()
        assert ours.states[-1] == "up"


async def test_a_port_that_is_taken_is_told_and_nothing_is_left_running() -> None:
    async with remote() as ours:
        port = int(ours.agent.address.rpartition(":")[2])
        other = Remote(OPTIONS.__class__(port=port, rtp_ports=(33300, 33399), legs=4))
        with pytest.raises(SipError, match="in use"):
            await other.agent.open()
        assert other.agent.engine.pid is None


async def test_its_socket_is_for_its_user_alone_and_goes_with_it() -> None:
    async with remote() as ours:
        folder = ours.agent.engine.folder
        assert folder is not None
        (socket, *_) = folder.iterdir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700 and stat.S_IMODE(socket.stat().st_mode) == 0o600
    assert not folder.exists()


async def test_a_line_for_a_browser_is_offered_and_one_that_cannot_be_answered_ends() -> None:
    async with remote() as ours:
        leg = ours.agent.open_line("operator1")
        await ours.tells(lambda: ours.told(LineOffer))
        ours.agent.answer_line(leg, "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVP 0\r\n")
        await ours.tells(lambda: ours.told(LegEnded))
        assert ours.told(LegEnded)[0].leg == leg


async def test_when_the_service_is_gone_the_engine_hangs_up_and_ends() -> None:
    """Its connection closes as a dead service's does."""
    async with remote() as ours, softphone() as (phone, uri):
        await answered(ours, uri)
        pid = ours.pid
        running = ours.agent.engine._running
        assert running is not None and running.child._channel is not None
        ours.agent.engine._closing = True
        running.child._channel.abort()
        await phone.says("ended", 5)
        async with asyncio.timeout(10):
            while not is_gone(pid):
                await asyncio.sleep(0.05)
