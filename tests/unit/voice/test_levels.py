"""Loudness: all prompts alike, pauses not counted, peaks kept below the ceiling."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.audio import sine
from voice import levels

RATE = 8000


def speech_like(level_db: float, seconds: float = 1.0) -> levels.Samples:
    """Bursts of tone with pauses between, and silence around."""
    burst = np.concatenate([sine(500, 0.2, RATE, level_db), np.zeros(800)])
    return np.concatenate([np.zeros(2000), np.tile(burst, round(seconds / 0.3)), np.zeros(2000)])


def test_a_full_scale_sine_is_three_decibels_below_full_scale() -> None:
    assert levels.dbfs(sine(500, 1, RATE, 0)) == pytest.approx(-3.01, abs=0.05)


def test_silence_and_nothing_have_the_lowest_level() -> None:
    assert levels.dbfs(np.zeros(100)) == levels.SILENCE_DBFS
    assert levels.dbfs(np.zeros(0)) == levels.SILENCE_DBFS


def test_pauses_do_not_count_as_speech() -> None:
    assert levels.active_dbfs(speech_like(-10), RATE) == pytest.approx(-13, abs=0.5)
    assert levels.dbfs(speech_like(-10)) < -14


@given(st.floats(-60, -1))
def test_quiet_and_loud_speech_come_out_equally_loud(level_db: float) -> None:
    levelled = levels.levelled(speech_like(level_db), RATE)
    assert levels.active_dbfs(levelled, RATE) == pytest.approx(levels.SPEECH_DBFS, abs=0.1)


@given(st.floats(-40, 0), st.floats(-30, -3))
def test_no_peak_passes_the_ceiling(click_db: float, target: float) -> None:
    samples = speech_like(-40)
    samples[3000] = 10 ** (click_db / 20)
    assert np.max(np.abs(levels.levelled(samples, RATE, target))) <= 10 ** (levels.PEAK_DBFS / 20) + 1e-9


def test_silence_is_left_as_it_is_by_levelling() -> None:
    assert not levels.levelled(np.zeros(100), RATE).any()


def test_trimming_takes_the_silence_around_and_leaves_a_margin() -> None:
    samples = np.concatenate([np.zeros(8000), sine(500, 1, RATE), np.zeros(16000)])
    trimmed = levels.trimmed(samples, RATE, margin_s=0.05)
    assert len(trimmed) == pytest.approx(8000 + 2 * 400, abs=160)
    assert levels.dbfs(trimmed[400:-400]) == pytest.approx(levels.dbfs(sine(500, 1, RATE)), abs=0.2)


def test_trimming_keeps_pauses_within() -> None:
    samples = np.concatenate([sine(500, 0.2, RATE), np.zeros(8000), sine(500, 0.2, RATE)])
    assert len(levels.trimmed(samples, RATE)) == pytest.approx(len(samples), abs=160)


def test_nothing_but_silence_trims_to_nothing() -> None:
    assert len(levels.trimmed(np.zeros(5000), RATE)) == 0
    assert len(levels.trimmed(np.zeros(0), RATE)) == 0


def test_a_whisper_is_not_silent_but_dither_is() -> None:
    assert not levels.is_silent(speech_like(-45), RATE)
    assert levels.is_silent(np.random.default_rng(1).normal(0, 2**-15, RATE), RATE)
    assert levels.is_silent(np.zeros(0), RATE)
