"""Changing the sampling rate keeps pitch, level and time, and adds nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import audio
from voice.resample import Resampler, resampled

RATES = st.sampled_from([8000, 11025, 16000, 22050, 44100, 48000])


@given(RATES, RATES, st.integers(200, 3300))
@settings(deadline=None)
def test_a_tone_keeps_its_pitch_level_and_phase(source: int, target: int, hz: int) -> None:
    heard = resampled(audio.sine(hz, 0.4, source), source, target)
    expected = audio.sine(hz, 0.4, target)
    middle = slice(target // 20, -target // 20)
    assert len(heard) == len(expected)
    assert np.max(np.abs(heard[middle] - expected[middle])) < 0.01


@given(RATES, RATES, st.lists(st.integers(0, 3000), max_size=8))
@settings(deadline=None)
def test_blocks_of_any_size_give_the_same_as_the_whole(source: int, target: int, sizes: list[int]) -> None:
    samples = np.random.default_rng(1).normal(0, 0.1, sum(sizes))
    resampler = Resampler(source, target)
    blocks = [resampler.push(block) for block in np.split(samples, np.cumsum(sizes))] + [resampler.flush()]
    whole = Resampler(source, target)
    expected = np.concatenate([whole.push(samples), whole.flush()])
    np.testing.assert_allclose(np.concatenate(blocks), expected, atol=1e-12)
    assert len(expected) == round(len(samples) * target / source)


def test_what_the_lower_rate_cannot_carry_is_gone_and_not_folded_back() -> None:
    heard = resampled(audio.sine(5000, 1, 22050, 0), 22050, 8000)
    assert audio.rms_db(heard[200:-200]) < -70


def test_the_same_rate_is_the_same_sound() -> None:
    samples = audio.sine(440, 0.1, 8000)
    assert resampled(samples, 8000, 8000) is samples


def test_a_constant_stays_exactly_as_high() -> None:
    assert resampled(np.full(2000, 0.5), 44100, 8000)[100:200] == pytest.approx(0.5, abs=1e-9)
