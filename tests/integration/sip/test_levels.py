"""Prompts, music and people are equally loud at the other end and in the recording, and nothing clicks between them."""

import asyncio
import subprocess
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np
import pytest
import soundfile

from sip.events import LegAnswered, LegId
from sip.options import AgentOptions
from tests.audio import read, tone
from tests.integration.phones import softphone
from tests.integration.sip.an_agent import Watched, watched
from voice.levels import SPEECH_DBFS, Samples, active_dbfs, dbfs
from voice.music import comfort_music
from voice.resample import resampled

RATE = 8000
LINE_NOISE_DBFS = -68.0  # a quiet line; speech without any noise between its words is not found in nature
TALK_S = 14.0
WORDS = (
    "Selamat siang, saya mau melaporkan bahwa lampu jalan di depan rumah saya sudah mati sejak tiga hari yang lalu. "
    "Sudah saya laporkan ke kantor kelurahan, tetapi sampai sekarang belum ada yang datang untuk memperbaikinya."
)


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    """Somebody talks for ten seconds or so."""
    file = tmp_path_factory.mktemp("speech") / "words.wav"
    subprocess.run(["espeak-ng", "-v", "id", "-w", str(file), WORDS], check=True)
    samples, rate = read(file)
    return resampled(samples, rate, RATE)


def talker(folder: Path, speech: Samples, level_dbfs: float) -> Path:
    """A phone's microphone: the speech at that level over a line's noise."""
    gain = 10 ** ((level_dbfs - active_dbfs(speech, RATE)) / 20)
    noise = np.random.default_rng(1).normal(0, 10 ** (LINE_NOISE_DBFS / 20), len(speech))
    file = folder / f"talker{level_dbfs:g}.wav"
    soundfile.write(file, np.clip(gain * speech + noise, -1, 1), RATE, subtype="PCM_16")
    return file


def settled(file: Path) -> float:
    """Level of the speech in the last third of what was recorded."""
    samples, rate = read(file)
    return active_dbfs(samples[-len(samples) // 3 :], rate)


async def call(line: Watched, uri: str) -> LegId:
    """A leg that has been answered."""
    leg = line.agent.call(uri)
    await line.tells(lambda: any(event.leg == leg for event in line.told(LegAnswered)))
    return leg


@pytest.mark.parametrize("codec", ["PCMA", "opus"])
async def test_quiet_ordinary_and_loud_talkers_come_out_as_loud_as_the_prompts(
    tmp_path: Path, speech: Samples, codec: str
) -> None:
    levels = {-40: 5.0, -26: 3.0, -12: 3.0}  # the quietest are brought up as far as the gain goes
    options = AgentOptions(port=0, rtp_ports=(31_000, 31_999), codecs=(codec,), even_levels=True)
    async with AsyncExitStack() as stack:
        line = await stack.enter_async_context(watched(options))
        for level in levels:
            said, heard = talker(tmp_path, speech, level), tmp_path / f"heard{level}.wav"
            _, speaks = await stack.enter_async_context(softphone("speaks", audio=f"file:{said},"))
            _, hears = await stack.enter_async_context(softphone("hears", audio=f"file:,{heard}"))
            leg, other = await call(line, speaks), await call(line, hears)
            line.agent.mixer.record(leg, tmp_path / f"recorded{level}.wav")
            line.agent.mixer.bridge(leg, other)
        await asyncio.sleep(TALK_S)
    for level, within_db in levels.items():
        for name in ("heard", "recorded"):
            assert settled(tmp_path / f"{name}{level}.wav") == pytest.approx(SPEECH_DBFS, abs=within_db), (level, name)


def test_music_is_as_loud_as_speech() -> None:
    # Continuous sound at the same power as the active parts of speech is equally loud by ITU-R BS.1770 (docs/sound.md).
    assert dbfs(comfort_music(RATE)) == pytest.approx(SPEECH_DBFS, abs=1.5)


async def test_music_gives_way_to_a_person_without_a_click(tmp_path: Path) -> None:
    music, silence, heard = tmp_path / "music.wav", tmp_path / "silence.wav", tmp_path / "heard.wav"
    soundfile.write(music, comfort_music(RATE), RATE, subtype="PCM_16")
    tone(silence, 440, 60, RATE, level_db=-75)
    options = AgentOptions(port=0, rtp_ports=(31_000, 31_999), codecs=("PCMA",))
    async with (
        softphone("waits", audio=f"file:,{heard}") as (_, waits),
        softphone("answers", audio=f"file:{silence},") as (_, answers),
        watched(options) as line,
    ):
        waiting, answering = await call(line, waits), await call(line, answers)
        for _ in range(5):
            line.agent.mixer.play_music(waiting, music)
            await asyncio.sleep(1.33)
            line.agent.mixer.bridge(waiting, answering)
            await asyncio.sleep(1.0)
            line.agent.mixer.unbridge(waiting, answering)
    ends, usual = _bends_at_ends(*read(heard))
    assert len(ends) >= 4
    assert max(ends) < 1.2 * usual


def _bends_at_ends(samples: Samples, rate: int) -> tuple[list[float], float]:
    """How sharply the wave bends where sound stops, each time; and the sharpest bend of the music by itself."""
    bends = np.abs(np.diff(samples, n=2))
    frame = rate // 100
    loud = [dbfs(samples[at : at + frame]) > -48 for at in range(0, len(samples) - frame, frame)]
    stops = [n for n in range(20, len(loud)) if all(loud[n - 20 : n - 12]) and not any(loud[n : n + 30])]
    firsts = [n for n in stops if n - 1 not in stops]
    ends = [float(bends[(n - 12) * frame : (n + 2) * frame].max()) for n in firsts]
    usual = max(float(bends[(n - 60) * frame : (n - 20) * frame].max()) for n in firsts)
    return ends, usual
