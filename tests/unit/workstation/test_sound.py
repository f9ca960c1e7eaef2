"""What --audio and --ring mean, the ringing tone, and the meters' figures."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sambut.workstation.sound import parse_audio, parse_ring, ringing_tone
from sip.levels import SILENCE_DB, level_db
from tests.audio import longest_gap_s, read, sounding_s


@pytest.mark.parametrize("text", ["", "alsa", "alsa:", "file:", "pulse:x"])
async def test_an_audio_that_is_none_is_told_with_what_there_is(text: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="alsa:NAME, null, file:IN,OUT, or greeting"):
        await parse_audio(text, tmp_path)


async def test_a_device_may_have_colons_and_commas_in_its_name(tmp_path: Path) -> None:
    assert (await parse_audio("alsa:plughw:CARD=H,DEV=0", tmp_path)).alsa == "plughw:CARD=H,DEV=0"


def test_a_ring_is_in_the_headset_elsewhere_or_nowhere() -> None:
    assert [parse_ring(text) for text in ("headset", "none", "alsa:speaker")] == [None, None, "speaker"]
    with pytest.raises(ValueError, match="--ring"):
        parse_ring("loud")


def test_the_tone_rings_one_second_in_five(tmp_path: Path) -> None:
    samples, rate = read(ringing_tone(tmp_path / "ring.wav"))
    assert len(samples) / rate == 5
    assert sounding_s(samples, rate, 425) == pytest.approx(1.0, abs=0.03)
    assert longest_gap_s(samples, rate, 425) == 0


@given(st.integers(0, 99))
def test_a_louder_signal_never_shows_less(percent: int) -> None:
    assert SILENCE_DB <= level_db(percent) <= level_db(percent + 1)


@pytest.mark.parametrize("db", [-40, -30, -20, -10, -3, 0])
def test_the_meter_tells_a_sines_level_within_two_db(db: float) -> None:
    mean = np.abs(10 ** (db / 20) * 32767 * np.sin(np.linspace(0, 200 * np.pi, 16000))).mean()
    assert level_db(library_percent(mean)) == pytest.approx(db, abs=2)


def library_percent(mean: float) -> int:
    """G.711 µ-law's magnitude code of a 16-bit sample (ITU-T G.711), scaled as pjsua2 does."""
    biased = int(mean) + 132
    segment = max(biased.bit_length() - 8, 0)
    return (segment << 4 | biased >> (segment + 3) & 15) * 100 // 255
