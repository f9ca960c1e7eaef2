"""Sound for tests: tones written to WAV, and tones, levels and gaps found again in what was heard.

Samples are float arrays in -1..1 (as `read` gives them); levels are dBFS of a sine, so that a
full-scale sine is 0 dB and silence is `SILENCE_DB`.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from sealing import Keyring, files

Samples = NDArray[np.float64]

SILENCE_DB = -120.0
PIECE_S = 0.1  # long enough to tell tones of 30 Hz apart
WINDOW_S = 0.02  # one RTP packet of G.711, the smallest thing that a network or a bridge loses


def sine(hz: float, seconds: float, rate: int, level_db: float = -10.0) -> Samples:
    """A sine of `hz` hertz whose peak is `level_db` dBFS."""
    t = np.arange(round(seconds * rate)) / rate
    return np.asarray(10 ** (level_db / 20) * np.sin(2 * np.pi * hz * t), dtype=np.float64)


def tone(path: Path, hz: float, seconds: float, rate: int = 8000, level_db: float = -10.0) -> Path:
    """Writes such a sine as 16-bit mono WAV and returns `path`."""
    soundfile.write(path, sine(hz, seconds, rate, level_db), rate, subtype="PCM_16", format="WAV")
    return path


def read(path: Path, keyring: Keyring | None = None) -> tuple[Samples, int]:
    """Samples and rate of a sound file, encrypted or not; stereo comes as one column per channel."""
    with files.opened(path, keyring or Keyring()) as plain:
        samples, rate = soundfile.read(plain, dtype="float64")
    return samples, int(rate)


def level_of(samples: Samples, rate: int, hz: float) -> float:
    """Level of the component at `hz` in dBFS, averaged over all of `samples` (Goertzel's bin, Hann window)."""
    if len(samples) == 0:
        return SILENCE_DB
    window = np.hanning(len(samples) + 2)[1:-1]
    turn = np.exp(-2j * np.pi * hz * np.arange(len(samples)) / rate)
    amplitude = 2 * abs(np.dot(samples * window, turn)) / window.sum()
    return _decibels(float(amplitude))


def rms_db(samples: Samples) -> float:
    """Level of everything in `samples`: that of a sine of the same power, in dBFS."""
    return _decibels(float(np.sqrt(2 * np.mean(np.square(samples))))) if len(samples) else SILENCE_DB


def has_tone(samples: Samples, rate: int, hz: float, *, at_least_db: float = -30.0, purity_db: float = -6.0) -> bool:
    """Whether `hz` is there at `at_least_db` dBFS and carries most of the sound.

    `purity_db`: the tone may be at most this much below the level of everything heard, so that speech or noise
    with some energy at `hz` is not taken for the tone. Give the stretch in which the tone should sound. It is looked at
    piece by piece: where a packet came late the tone goes on with another phase, and is still the tone.
    """
    level = _decibels(_amplitude(samples, rate, hz))
    return level >= at_least_db and level - rms_db(samples) >= purity_db


def tones_among(samples: Samples, rate: int, tones: Iterable[int], *, fainter_db: float = 12.0) -> set[int]:
    """Which of these tones (hertz) sound at once: together most of what is heard, each at most `fainter_db` below that.

    Two people in a conference are seldom equally loud, so one tone's share of the whole says little there.
    """
    amplitudes = {hz: _amplitude(samples, rate, hz) for hz in tones}
    together = float(np.sqrt(sum(amplitude**2 for amplitude in amplitudes.values())))
    if _decibels(together) < max(-30.0, rms_db(samples) - 6.0):
        return set()
    return {hz for hz, amplitude in amplitudes.items() if _decibels(amplitude) >= _decibels(together) - fainter_db}


def _amplitude(samples: Samples, rate: int, hz: float) -> float:
    pieces = np.array_split(samples, max(1, round(len(samples) / rate / PIECE_S)))
    return float(np.sqrt(np.mean([10 ** (level_of(piece, rate, hz) / 10) for piece in pieces])))


def longest_gap_s(samples: Samples, rate: int, hz: float, *, below_db: float = -40.0) -> float:
    """The longest time in seconds without `hz` from its first to its last appearance; infinite if it never sounds."""
    heard = [level >= below_db for level in _levels(samples, rate, hz)]
    if True not in heard:
        return float("inf")
    last = len(heard) - heard[::-1].index(True)
    longest = silent = 0
    for sounding in heard[heard.index(True) : last]:
        silent = 0 if sounding else silent + 1
        longest = max(longest, silent)
    return longest * WINDOW_S


def sounding_s(samples: Samples, rate: int, hz: float, *, above_db: float = -40.0) -> float:
    """How many seconds of `samples` hold the tone."""
    return sum(level >= above_db for level in _levels(samples, rate, hz)) * WINDOW_S


def _levels(samples: Samples, rate: int, hz: float) -> Iterator[float]:
    size = round(WINDOW_S * rate)
    for start in range(0, len(samples) - size + 1, size):
        yield level_of(samples[start : start + size], rate, hz)


def _decibels(amplitude: float) -> float:
    return max(20 * float(np.log10(max(amplitude, 1e-12))), SILENCE_DB)
