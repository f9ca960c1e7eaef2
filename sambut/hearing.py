"""What a test caller heard, in words: when there was sound, and when silence."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import soundfile

BLOCK_S = 0.1
SILENCE_DBFS = -50.0  # below any prompt (levelled to about -20) and above a codec's own noise
SHORTEST_SILENCE_S = 0.8  # pauses between words belong to speech


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of sound or silence, in seconds from the start, with its level in dB below full scale."""

    start_s: float
    end_s: float
    sound: bool
    dbfs: float

    def __str__(self) -> str:
        what = f"sound at {self.dbfs:.0f} dBFS" if self.sound else "silence"
        return f"{self.start_s:6.1f} to {self.end_s:6.1f} s  {what}"


def listen(file: Path) -> list[Span]:
    """The spans of a mono recording, short pauses joined to the sound around them."""
    samples, rate = soundfile.read(file, dtype="float32")
    size = int(rate * BLOCK_S)
    blocks = samples[: len(samples) // size * size].reshape(-1, size)
    levels = 10 * np.log10(np.maximum(np.mean(blocks**2, axis=1), 1e-12)) if len(blocks) else np.array([])
    return list(_spans(levels))


def _spans(levels: "np.ndarray[tuple[int], np.dtype[np.float32]]") -> Iterator[Span]:
    heard = _bridged([bool(level > SILENCE_DBFS) for level in levels])
    position = 0
    for sound, group in groupby(heard):
        length = len(list(group))
        power = np.mean(10 ** (levels[position : position + length] / 10))
        yield Span(position * BLOCK_S, (position + length) * BLOCK_S, sound, float(10 * np.log10(power)))
        position += length


def _bridged(heard: list[bool]) -> list[bool]:
    """Short silences between sounds count as sound."""
    joined: list[bool] = []
    shortest = round(SHORTEST_SILENCE_S / BLOCK_S)
    runs = [(sound, len(list(group))) for sound, group in groupby(heard)]
    for index, (sound, length) in enumerate(runs):
        inner = 0 < index < len(runs) - 1
        joined += [sound or (inner and length < shortest)] * length
    return joined
