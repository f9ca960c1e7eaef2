"""From the recorders' WAVs in the spool to one compressed, encrypted file per call: caller left, operator right.

Two mono recorders and a merge afterwards cost the media thread less than a mix, and keep the voices apart. The
functions block: run them in a thread. They need the same small memory for a minute and for a day.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Literal, NamedTuple

import numpy as np
import soundfile

from sealing import Keyring, SealError, files
from voice.files import replacing
from voice.spool import Role, Unfinished, set_aside, source, unfinished
from voice.track import BLOCK, Track
from voice.wav import WavError, WavReader

__all__ = [
    "Format",
    "NothingRecordedError",
    "RecordingError",
    "RecordingInfo",
    "Role",
    "Unfinished",
    "finish",
    "finish_message",
    "source",
    "suffix",
    "unfinished",
]

Format = Literal["flac", "opus"]

_ENCODING: Mapping[Format, tuple[str, str]] = {"flac": ("FLAC", "PCM_16"), "opus": ("OGG", "OPUS")}
_OPUS_RATES = (8000, 12000, 16000, 24000, 48000)  # RFC 6716, section 2


class RecordingError(Exception):
    """The recording could not be written (a full disk, say). The sources are as they were: try again later."""


class NothingRecordedError(RecordingError):
    """No side holds sound. The sources are gone, so there is nothing to try again."""


@dataclass(frozen=True, slots=True)
class RecordingInfo:
    """A finished recording: length in seconds, size on the disk in bytes."""

    path: Path
    duration_s: float
    bytes: int
    channels: int


def suffix(format: Format) -> str:
    """How the file name of a recording in that format ends."""
    return f".{format}"


def finish(
    caller: Path | None,
    operator: Path | None,
    out: Path,
    format: Format,
    *,
    keyring: Keyring,
    caller_offset_s: float = 0.0,
    operator_offset_s: float = 0.0,
) -> RecordingInfo:
    """Merges the two sides into a stereo `out`, encrypted with a key of `keyring`, then removes them.

    A side is silent for its offset (seconds) before it begins. It may be missing, or cut off because its recorder was
    killed; a file that is no WAV at all is set aside as `….unreadable`. `out` appears whole or not at all, and the
    sources go only when it is safe on the disk. An `out` that is there already comes from a run that was killed while
    it removed the sources, and stays as it is. Raises `NothingRecordedError` and `RecordingError`.
    """
    return _finish([_Side(caller, caller_offset_s), _Side(operator, operator_offset_s)], out, format, keyring)


def finish_message(wav: Path, out: Path, format: Format, *, keyring: Keyring, offset_s: float = 0.0) -> RecordingInfo:
    """Does the same with a caller's message, which has one channel."""
    return _finish([_Side(wav, offset_s)], out, format, keyring)


class _Side(NamedTuple):
    path: Path | None
    offset_s: float


def _finish(sides: Sequence[_Side], out: Path, format: Format, keyring: Keyring) -> RecordingInfo:
    try:
        if not out.exists():
            _merge(sides, out, format, keyring)
        with files.opened(out, keyring) as plain:
            info = soundfile.info(plain)
    except (soundfile.SoundFileError, OSError, SealError) as error:
        raise RecordingError(f"{out.name} cannot be written: {error}") from error
    _remove(sides)
    return RecordingInfo(out, info.frames / info.samplerate, out.stat().st_size, info.channels)


def _merge(sides: Sequence[_Side], out: Path, format: Format, keyring: Keyring) -> None:
    with ExitStack() as opened:
        readers = [_reader(side.path, opened) for side in sides]
        rate = _common_rate(readers, format)
        tracks = [Track(reader, side.offset_s, rate) for reader, side in zip(readers, sides, strict=True)]
        if not any(track.frames for track in tracks):
            _remove(sides)
            raise NothingRecordedError(f"nothing was recorded for {out.name}")
        spool = next(side.path.parent for side in sides if side.path is not None)
        with TemporaryFile(dir=spool) as plain:  # without a name: a crash takes it along
            _encode(tracks, plain, format, rate)
            plain.seek(0)
            with replacing(out) as partial, partial.open("wb") as file:
                files.encrypt(plain, file, keyring)


def _reader(path: Path | None, opened: ExitStack) -> WavReader | None:
    """A reader of what can be read; None for a side that is missing or empty, or is set aside now as no WAV."""
    if path is None or not path.exists():
        return None
    try:
        return WavReader(opened.enter_context(path.open("rb")))
    except WavError:
        if path.stat().st_size:
            set_aside(path)
        return None


def _common_rate(readers: Sequence[WavReader | None], format: Format) -> int:
    """The highest rate of the sides, or for Opus the next that it knows."""
    rate = max((reader.rate for reader in readers if reader), default=_OPUS_RATES[0])
    if format == "flac":
        return rate
    return next((known for known in _OPUS_RATES if known >= rate), _OPUS_RATES[-1])


def _encode(tracks: Sequence[Track], plain: IO[bytes], format: Format, rate: int) -> None:
    container, subtype = _ENCODING[format]
    with soundfile.SoundFile(
        plain.fileno(), "w", rate, len(tracks), subtype=subtype, format=container, closefd=False
    ) as file:
        for size in _block_sizes(max(track.frames for track in tracks)):
            file.write(np.stack([track.read(size) for track in tracks], axis=1))


def _block_sizes(frames: int) -> Iterator[int]:
    for start in range(0, frames, BLOCK):
        yield min(BLOCK, frames - start)


def _remove(sides: Sequence[_Side]) -> None:
    for side in sides:
        if side.path is not None:
            side.path.unlink(missing_ok=True)
