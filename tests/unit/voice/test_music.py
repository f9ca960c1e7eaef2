"""Our music is calm, loops without a seam, and passes a telephone."""

import numpy as np
import pytest

from voice import music
from voice.levels import Samples, dbfs


@pytest.fixture(scope="module", params=[8000, 16000])
def rate(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def loop(rate: int) -> Samples:
    return music.comfort_music(rate)


def test_it_is_the_same_every_time(loop: Samples, rate: int) -> None:
    assert np.array_equal(loop, music.comfort_music(rate))


def test_it_lasts_half_a_minute_to_a_minute_at_its_level(loop: Samples, rate: int) -> None:
    assert 30 <= len(loop) / rate <= 60
    assert dbfs(loop) == pytest.approx(music.MUSIC_DBFS, abs=0.01)


def test_it_does_not_click_where_it_begins_again(loop: Samples) -> None:
    steps = np.abs(np.diff(loop, append=loop[0], n=2))
    assert steps[-3:].max() < np.percentile(steps, 99)


def test_it_is_never_silent_nor_loud(loop: Samples, rate: int) -> None:
    seconds = [dbfs(second) for second in np.split(loop, round(len(loop) / rate))]
    assert min(seconds) > music.MUSIC_DBFS - 6
    assert max(seconds) < music.MUSIC_DBFS + 4
    assert np.abs(loop).max() < 0.5


def test_nothing_of_it_lies_above_what_a_telephone_carries(loop: Samples, rate: int) -> None:
    power = np.abs(np.fft.rfft(loop)) ** 2
    above = np.fft.rfftfreq(len(loop), 1 / rate) > 3400
    assert 10 * np.log10(power[above].sum() / power.sum()) < -60


def test_a_beep_starts_and_ends_softly(rate: int) -> None:
    sound = music.beep(rate)
    assert np.abs(sound[:8]).max() < 0.01
    assert np.abs(sound[-8:]).max() == 0
