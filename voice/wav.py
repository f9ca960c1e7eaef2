"""16-bit mono WAV, read even if its writer was killed before it could fill in the sizes."""

import struct
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import soundfile

from voice.files import replacing
from voice.levels import Samples

_FULL_SCALE = 32768.0
_BYTES = 2  # per sample


class WavError(Exception):
    """Not a 16-bit mono PCM WAV."""


class WavReader:
    """Reads samples in blocks from an open file.

    A data chunk of size 0, or one that claims more than there is, is what a recorder leaves that was killed or that
    wrote to a pipe: then everything after the header counts. Raises `WavError` when there is no readable header.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.rate, start, size = _header(file)
        available = file.seek(0, 2) - start
        self._left = (size if 0 < size <= available else available) // _BYTES
        self.frames = self._left
        file.seek(start)

    def read(self, frames: int) -> Samples:
        """The next `frames` samples, fewer at the end."""
        raw = self._file.read(min(frames, self._left) * _BYTES)
        samples = np.frombuffer(raw[: len(raw) - len(raw) % _BYTES], dtype="<i2") / _FULL_SCALE
        self._left -= len(samples)
        return samples


def write_wav(path: Path, samples: Samples, rate: int) -> None:
    """Writes 16-bit mono WAV, whole or not at all."""
    with replacing(path) as partial:
        soundfile.write(partial, samples, rate, subtype="PCM_16", format="WAV")


class _Header(NamedTuple):
    rate: int
    data_start: int  # offset in bytes
    data_size: int  # bytes, as the header claims


def _header(file: BinaryIO) -> _Header:
    riff = file.read(12)
    if len(riff) < 12 or riff[:4] != b"RIFF" or riff[8:] != b"WAVE":
        raise WavError("not a WAV file")
    rate = None
    while len(chunk := file.read(8)) == 8:
        name, size = struct.unpack("<4sI", chunk)
        if name == b"data":
            if rate is None:
                raise WavError("no format before the data")
            return _Header(rate, file.tell(), size)
        body_start = file.tell()
        if name == b"fmt ":
            rate = _rate(file.read(16))
        file.seek(body_start + size + size % 2)
    raise WavError("no data in it")


def _rate(fmt: bytes) -> int:
    if len(fmt) < 16:
        raise WavError("its format is cut off")
    coding, channels, rate, _, _, bits = struct.unpack("<HHIIHH", fmt)
    if (coding, channels, bits) != (1, 1, 16) or rate == 0:
        raise WavError(f"not 16-bit mono PCM (coding {coding}, {channels} channels, {bits} bits, {rate} Hz)")
    return int(rate)
