"""One side of a call, brought to the rate and the beginning that both sides share."""

from collections.abc import Iterator

import numpy as np

from voice.levels import Samples
from voice.resample import Resampler
from voice.wav import WavReader

BLOCK = 8000  # samples read at once


class Track:
    """Reads a recorder's WAV at `rate` hertz: silence for `offset_s` seconds, the sound, then silence without end."""

    def __init__(self, reader: WavReader | None, offset_s: float, rate: int) -> None:
        if offset_s < 0:
            raise ValueError(f"a side cannot begin {-offset_s} s before the recording")
        lead = round(offset_s * rate)
        sound = round(reader.frames * rate / reader.rate) if reader else 0
        self.frames = lead + sound if sound else 0  # until the last sound
        self._chunks = _chunks(reader, lead, rate) if reader and sound else iter(())
        self._buffer: Samples = np.zeros(0)

    def read(self, frames: int) -> Samples:
        """The next `frames` samples."""
        while len(self._buffer) < frames:
            chunk = next(self._chunks, None)
            if chunk is None:
                chunk = np.zeros(frames - len(self._buffer))
            self._buffer = np.concatenate([self._buffer, chunk])
        taken, self._buffer = self._buffer[:frames], self._buffer[frames:]
        return taken


def _chunks(reader: WavReader, lead: int, rate: int) -> Iterator[Samples]:
    for start in range(0, lead, BLOCK):
        yield np.zeros(min(BLOCK, lead - start))
    if reader.rate == rate:
        yield from _blocks(reader)
        return
    resampler = Resampler(reader.rate, rate)
    for block in _blocks(reader):
        yield resampler.push(block)
    yield resampler.flush()


def _blocks(reader: WavReader) -> Iterator[Samples]:
    while len(block := reader.read(BLOCK)):
        yield block
