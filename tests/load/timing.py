"""What the packets say: steadiness of RTP, and the times from INVITE to 200 to the first sound."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.load.capture import Packet

LATE_MS = 40.0  # a gap over two frames of 20 ms is heard
_AUDIO_PORT = re.compile(rb"\r\nm=audio (\d+) ")
_CALL_ID = re.compile(rb"\r\n(?:Call-ID|i): *([^\r]+)", re.IGNORECASE)
_CSEQ = re.compile(rb"\r\nCSeq: *\d+ *([A-Z]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Steadiness:
    """RTP of many streams within one span of time."""

    streams: int
    packets: int
    lost: int
    late: int
    p99_gap_ms: float
    max_gap_ms: float

    @property
    def late_share(self) -> float:
        return self.late / self.packets if self.packets else 0.0


def times(records: NDArray[np.void]) -> NDArray[np.float64]:
    """Unix seconds of each record."""
    return records["seconds"] + records["micros"] / 1e6


def steadiness(records: NDArray[np.void], since: float, until: float) -> Steadiness:
    """How evenly each stream (port and SSRC) was sent between two moments, Unix seconds."""
    at = times(records)
    inside = (at >= since) & (at < until)
    records, at = records[inside], at[inside]
    stream = records["from_port"].astype(np.int64) << 32 | records["ssrc"]
    order = np.lexsort((at, stream))
    stream, at, sequence = stream[order], at[order], records["sequence"][order].astype(np.int64)
    same = stream[1:] == stream[:-1]
    gaps = (at[1:] - at[:-1])[same] * 1000
    steps = ((sequence[1:] - sequence[:-1]) % 65_536)[same]
    if not len(gaps):
        return Steadiness(0, len(records), 0, 0, 0.0, 0.0)
    return Steadiness(
        streams=len(np.unique(stream)),
        packets=len(records),
        lost=int((steps - 1)[steps > 1].sum()),
        late=int((gaps > LATE_MS).sum()),
        p99_gap_ms=float(np.percentile(gaps, 99)),
        max_gap_ms=float(gaps.max()),
    )


@dataclass(slots=True)
class Setup:
    """One call's set-up as seen on the wire, Unix seconds; `audio_port` is where the answering side sends from."""

    invited_at: float
    answered_at: float | None = None
    audio_port: int | None = None
    key_at: float | None = None


def setups(packets: Iterable[Packet], sip_port: int) -> dict[bytes, Setup]:
    """Every call to `sip_port`, by Call-ID."""
    found: dict[bytes, Setup] = {}
    for packet in packets:
        head = _CALL_ID.search(packet.payload)
        if head is None:
            continue
        call_id = head[1]
        if packet.to_port == sip_port and packet.payload.startswith(b"INVITE "):
            found.setdefault(call_id, Setup(packet.at))
        elif packet.to_port == sip_port and packet.payload.startswith(b"INFO ") and call_id in found:
            found[call_id].key_at = packet.at
        elif packet.from_port == sip_port and call_id in found and packet.payload.startswith(b"SIP/2.0 200"):
            _answered(found[call_id], packet)
    return found


def _answered(setup: Setup, packet: Packet) -> None:
    method, audio = _CSEQ.search(packet.payload), _AUDIO_PORT.search(packet.payload)
    if setup.answered_at is None and method is not None and method[1] == b"INVITE":
        setup.answered_at = packet.at
        setup.audio_port = int(audio[1]) if audio else None


def answer_ms(calls: Iterable[Setup]) -> NDArray[np.float64]:
    """INVITE to 200 OK of every call that was answered."""
    return np.array([(each.answered_at - each.invited_at) * 1000 for each in calls if each.answered_at is not None])


def first_sound_ms(calls: Iterable[Setup], records: NDArray[np.void]) -> NDArray[np.float64]:
    """200 OK to the first RTP packet from the port it named."""
    order = np.lexsort((times(records), records["from_port"]))
    ports, at = records["from_port"][order].astype(np.int64), times(records)[order]
    waits = []
    for call in calls:
        if call.answered_at is None or call.audio_port is None:
            continue
        first, last = np.searchsorted(ports, [call.audio_port, call.audio_port + 1])
        index = first + int(np.searchsorted(at[first:last], call.answered_at))
        waits.append((at[index] - call.answered_at) * 1000 if index < last else np.inf)
    return np.array(waits)
