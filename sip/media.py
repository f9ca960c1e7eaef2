"""Sound sources on the conference bridge: a playback heard once by one leg, and a loop shared by many."""

import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import pjsua2 as pj

from sip.events import LegId, PlaybackFinished, SipEvent

# RIFF, its size, WAVE, the format's 24 bytes of which the bytes a second are the last but three, then the data's size.
HEADER = struct.Struct("<4sI4s16xI8xI")


class Playback(pj.AudioMediaPlayer):  # type: ignore[misc]  # pjsua2 has no type information
    """Plays WAV files (16-bit mono at the bridge's clock) one after the other, once."""

    def __init__(self, files: Sequence[Path], leg: LegId, number: int, emit: Callable[[SipEvent], None]) -> None:
        super().__init__()
        self.number = number
        self._finished = PlaybackFinished(leg, number)
        self._emit = emit
        if len(files) == 1:
            self.createPlayer(str(files[0]), pj.PJMEDIA_FILE_NO_LOOP)
        else:
            names = pj.StringVector()
            for file in files:
                names.append(str(file))
            self.createPlaylist(names, "", pj.PJMEDIA_FILE_NO_LOOP)

    def onEof2(self) -> None:  # noqa: N802  # pjsua2's name
        self._emit(self._finished)


class SharedLoop(pj.AudioMediaPlayer):  # type: ignore[misc]
    """Music for everybody who waits: one reader, however many listeners."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.createPlayer(str(file), 0)


def recorder(file: Path) -> pj.AudioMediaRecorder:
    """Writes what is transmitted to it as 16-bit WAV at the bridge's clock. Its file is whole once it is released."""
    made = pj.AudioMediaRecorder()
    made.createRecorder(str(file))
    return made


def recorded_s(file: Path) -> float | None:
    """How long a recorder's file is, in seconds; None while its header does not tell, or there is no such file."""
    try:
        with file.open("rb") as opened:
            head, size = opened.read(HEADER.size), opened.seek(0, 2)
    except OSError:
        return None
    if len(head) < HEADER.size:
        return None
    _, riff, _, bytes_per_s, data = HEADER.unpack(head)
    return data / bytes_per_s if riff == size - 8 and bytes_per_s else None
