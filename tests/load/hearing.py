"""Who hears whom, and since when: tones found in the packets that the hotline sent, at the times of the kernel."""

from collections.abc import Iterable
from io import BytesIO

import numpy as np
import soundfile
from numpy.typing import NDArray

from tests.load.capture import RTP, Packet

RATE = 8000
PCMA = 8  # payload type (RFC 3551 section 6)
SAMPLES = 160  # 20 ms
LEAST_DB = -30.0  # of a tone that is heard; music has less at the benchmark's frequencies


class Heard:
    """Every packet of G.711 A-law in a capture: when it left, from which port, and how loud each tone is in it."""

    def __init__(self, packets: Iterable[Packet]) -> None:
        speech = [packet for packet in packets if _is_speech(packet.payload)]
        self._at = np.array([packet.at for packet in speech])
        self._port = np.array([packet.from_port for packet in speech], dtype=np.int64)
        self._samples = _decoded(b"".join(packet.payload[RTP:] for packet in speech))
        self._levels: dict[float, NDArray[np.float64]] = {}

    def since(
        self, hz: float, begin: float, end: float, *, port: int | None = None, other_than: int | None = None
    ) -> float | None:
        """When the first packet with this tone left between two moments (Unix seconds), of one port or all but one."""
        found = self._with_tone(hz, begin, end)
        if port is not None:
            found = found[self._port[found] == port]
        if other_than is not None:
            found = found[self._port[found] != other_than]
        return float(self._at[found].min()) if len(found) else None

    def port_with(self, hz: float, begin: float, end: float) -> int | None:
        """The port that sent this tone meanwhile: it belongs to the leg of whoever heard it."""
        found = self._port[self._with_tone(hz, begin, end)]
        return int(np.bincount(found).argmax()) if len(found) else None

    def _with_tone(self, hz: float, begin: float, end: float) -> NDArray[np.int64]:
        return np.flatnonzero((self._at >= begin) & (self._at < end) & (self._level_db(hz) >= LEAST_DB))

    def _level_db(self, hz: float) -> NDArray[np.float64]:
        if hz not in self._levels:
            window = np.hanning(SAMPLES + 2)[1:-1]
            probe = window * np.exp(-2j * np.pi * hz * np.arange(SAMPLES) / RATE)
            amplitude = 2 * np.abs(self._samples @ probe) / window.sum()
            self._levels[hz] = 20 * np.log10(np.maximum(amplitude, 1e-6))
        return self._levels[hz]


def _is_speech(payload: bytes) -> bool:
    """RTP version 2 with 20 ms of A-law and nothing else."""
    return len(payload) == RTP + SAMPLES and payload[0] == 0x80 and payload[1] & 0x7F == PCMA


def _decoded(sound: bytes) -> NDArray[np.float64]:
    if not sound:
        return np.zeros((0, SAMPLES))
    samples, _ = soundfile.read(BytesIO(sound), format="RAW", subtype="ALAW", samplerate=RATE, channels=1)
    return np.asarray(samples.reshape(-1, SAMPLES))
