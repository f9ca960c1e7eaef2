"""The measuring tools of the audio tests measure right."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import audio


@given(
    hz=st.floats(200, 3600),
    level=st.floats(-50, -1),
    rate=st.sampled_from([8000, 16000, 48000]),
    seconds=st.floats(0.1, 1),
)
def test_the_level_of_a_sine_is_measured_within_half_a_decibel(
    hz: float, level: float, rate: int, seconds: float
) -> None:
    assert audio.level_of(audio.sine(hz, seconds, rate, level), rate, hz) == pytest.approx(level, abs=0.5)


def test_a_tone_written_to_a_file_is_found_in_it_and_another_is_not(tmp_path: Path) -> None:
    samples, rate = audio.read(audio.tone(tmp_path / "a.wav", 440, 1.0, 8000))
    assert rate == 8000
    assert audio.has_tone(samples, rate, 440)
    assert not audio.has_tone(samples, rate, 880)


def test_noise_is_not_taken_for_a_tone() -> None:
    noise = np.random.default_rng(1).normal(0, 0.3, 8000)
    assert not audio.has_tone(noise, 8000, 440)


def test_a_tone_that_goes_on_with_another_phase_is_still_the_tone() -> None:
    half = audio.sine(440, 0.5, 16000)
    assert audio.has_tone(np.concatenate([half, -half]), 16000, 440)
    assert not audio.has_tone(np.concatenate([half, -half]), 16000, 480)


def test_a_tone_is_found_under_a_quieter_one() -> None:
    both = audio.sine(440, 1, 8000, -10) + audio.sine(1000, 1, 8000, -20)
    assert audio.has_tone(both, 8000, 440)
    assert audio.level_of(both, 8000, 1000) == pytest.approx(-20, abs=0.5)


def test_tones_that_sound_at_once_are_told_from_those_that_do_not() -> None:
    both = audio.sine(600, 1, 8000, -10) + audio.sine(1300, 1, 8000, -18)
    assert audio.tones_among(both, 8000, (600, 900, 1300)) == {600, 1300}
    assert audio.tones_among(audio.sine(600, 1, 8000), 8000, (600, 900)) == {600}
    music = sum((audio.sine(hz, 1, 8000, -14) for hz in (500, 700, 800, 1000, 1200)), np.zeros(8000))
    assert audio.tones_among(music, 8000, (600, 900, 1300)) == set()


def test_silence_has_no_tone_and_an_endless_gap() -> None:
    silence = np.zeros(8000)
    assert not audio.has_tone(silence, 8000, 440)
    assert audio.longest_gap_s(silence, 8000, 440) == float("inf")
    assert audio.sounding_s(silence, 8000, 440) == 0


def test_a_hole_in_a_tone_is_the_longest_gap() -> None:
    samples = audio.sine(440, 2, 8000)
    samples[4000:4800] = 0
    samples[8000:8160] = 0
    assert audio.longest_gap_s(samples, 8000, 440) == pytest.approx(0.1, abs=0.021)


def test_silence_before_and_after_a_tone_is_no_gap() -> None:
    samples = np.concatenate([np.zeros(4000), audio.sine(440, 1, 8000), np.zeros(4000)])
    assert audio.longest_gap_s(samples, 8000, 440) == 0
    assert audio.sounding_s(samples, 8000, 440) == pytest.approx(1, abs=0.05)


def test_nothing_at_all_is_silence() -> None:
    assert audio.level_of(np.zeros(0), 8000, 440) == audio.SILENCE_DB
    assert audio.rms_db(np.zeros(0)) == audio.SILENCE_DB
