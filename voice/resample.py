"""Sampling rates: a band-limited converter that works on blocks, so that a long recording needs no memory."""

import math
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Samples = NDArray[np.float64]

_ZERO_CROSSINGS = 16  # of the sinc on each side; more is sharper and slower
_PASSBAND = 0.94  # of the lower rate's half, so that the filter's edge does not alias
_KAISER_BETA = 8.0  # side lobes about -80 dB


class Resampler:
    """Converts one channel from `source` to `target` hertz. Feed blocks to `push`; `flush` gives the rest.

    In total n input samples give round(n × target / source) output samples, aligned with the input in time.
    """

    def __init__(self, source: int, target: int) -> None:
        ratio = Fraction(target, source)
        self._up, self._down = ratio.numerator, ratio.denominator
        cutoff = min(1.0, target / source) * (_PASSBAND if target < source else 1.0)
        self._half = math.ceil(_ZERO_CROSSINGS / cutoff)
        self._filters = _filter_bank(self._up, self._half, cutoff)
        self._pending: Samples = np.zeros(self._half - 1)  # silence before the first sample
        self._origin = 0  # number of input samples dropped from the front of `_pending`
        self._produced = 0
        self._received = 0

    def push(self, samples: Samples) -> Samples:
        """The output that `samples` and what came before decide."""
        self._received += len(samples)
        self._pending = np.concatenate([self._pending, samples])
        ready = self._origin + len(self._pending) - 2 * self._half + 1  # inputs with a whole window
        return self._produce(max(-(-ready * self._up // self._down), self._produced))

    def flush(self) -> Samples:
        """The output that is left once no more input comes."""
        total = round(Fraction(self._received * self._up, self._down))
        self._pending = np.concatenate([self._pending, np.zeros(2 * self._half)])
        return self._produce(total)

    def _produce(self, until: int) -> Samples:
        output = np.empty(until - self._produced)
        if len(output):
            windows = sliding_window_view(self._pending, 2 * self._half)
            for first in range(
                min(self._up, len(output))
            ):  # outputs `up` apart share a filter; inputs lie `down` apart
                position, phase = divmod((self._produced + first) * self._down, self._up)
                rows = windows[position - self._origin :: self._down][: len(output[first :: self._up])]
                output[first :: self._up] = rows @ self._filters[phase]
        self._produced = until
        self._drop(until * self._down // self._up - self._origin)
        return output

    def _drop(self, count: int) -> None:
        self._pending = self._pending[count:].copy()
        self._origin += count


def resampled(samples: Samples, source: int, target: int) -> Samples:
    """All of `samples` at once, from `source` to `target` hertz."""
    if source == target:
        return samples
    resampler = Resampler(source, target)
    return np.concatenate([resampler.push(samples), resampler.flush()])


@lru_cache(maxsize=8)
def _filter_bank(phases: int, half: int, cutoff: float) -> Samples:
    """One windowed sinc per phase: row p weighs the 2 × half inputs around an output that lies p/phases after one."""
    taps = np.arange(2 * half) - (half - 1)
    distance = taps[None, :] - np.arange(phases)[:, None] / phases
    window = np.i0(_KAISER_BETA * np.sqrt(np.maximum(1 - (distance / half) ** 2, 0))) / np.i0(_KAISER_BETA)
    bank = cutoff * np.sinc(cutoff * distance) * window
    return np.asarray(bank / bank.sum(axis=1, keepdims=True))  # exactly 0 dB at 0 Hz
