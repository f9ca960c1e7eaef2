"""How loud sound is, and making it as loud as the rest.

Samples are floats in -1..1. Levels are dBFS by root mean square: a full-scale square wave is 0, a full-scale sine -3.
"""

import math

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

SPEECH_DBFS = -20.0  # active speech level; ITU-T P.56 and G.100 network planning aim at -20 to -26 dBm0 or dBov
PEAK_DBFS = -1.5  # headroom for what resampling and lossy codecs add to a peak
SILENCE_DBFS = -120.0

_FRAME_S = 0.02
_ACTIVE_BELOW_LOUDEST_DB = 25.0  # frames quieter than this are pauses, not speech
_AUDIBLE_DBFS = -55.0


def dbfs(samples: Samples) -> float:
    """Level of all of `samples`; `SILENCE_DBFS` for nothing or silence."""
    power = float(np.mean(np.square(samples))) if len(samples) else 0.0
    return max(10 * math.log10(power), SILENCE_DBFS) if power > 0 else SILENCE_DBFS


def active_dbfs(samples: Samples, rate: int) -> float:
    """Level of the speech in `samples` without its pauses (after the idea of ITU-T P.56)."""
    frames = _frames(samples, rate)
    active = frames[_is_active(frames)]
    return dbfs(active.ravel())


def levelled(samples: Samples, rate: int, target_dbfs: float = SPEECH_DBFS) -> Samples:
    """`samples` with active speech at `target_dbfs`, or as near as leaves the highest peak at `PEAK_DBFS`."""
    level = active_dbfs(samples, rate)
    if level <= SILENCE_DBFS:
        return samples
    gain = 10 ** ((target_dbfs - level) / 20)
    ceiling = 10 ** (PEAK_DBFS / 20) / float(np.max(np.abs(samples)))
    return samples * min(gain, ceiling)


def is_silent(samples: Samples, rate: int) -> bool:
    """Whether no frame of 20 ms is loud enough to be heard on a telephone."""
    return not bool(np.any(_frame_levels(_frames(samples, rate)) > _AUDIBLE_DBFS))


def trimmed(samples: Samples, rate: int, margin_s: float = 0.05) -> Samples:
    """Without the silence at both ends, but for `margin_s` seconds of it; empty when there is nothing but silence."""
    active = np.flatnonzero(_is_active(_frames(samples, rate)))
    if len(active) == 0:
        return samples[:0]
    size, margin = _frame_size(rate), round(margin_s * rate)
    return samples[max(active[0] * size - margin, 0) : (active[-1] + 1) * size + margin]


def _is_active(frames: Samples) -> NDArray[np.bool_]:
    levels = _frame_levels(frames)
    loudest = float(np.max(levels, initial=SILENCE_DBFS))
    return np.asarray((levels > loudest - _ACTIVE_BELOW_LOUDEST_DB) & (levels > SILENCE_DBFS))


def _frame_levels(frames: Samples) -> Samples:
    power = np.mean(np.square(frames), axis=1)
    return np.asarray(10 * np.log10(np.maximum(power, 10 ** (SILENCE_DBFS / 10))))


def _frames(samples: Samples, rate: int) -> Samples:
    size = _frame_size(rate)
    padding = -len(samples) % size
    return np.pad(samples, (0, padding)).reshape(-1, size)


def _frame_size(rate: int) -> int:
    return max(round(_FRAME_S * rate), 1)
