"""What a leg receives, followed from one look at its counters to the next: silence, and quality. No native objects."""

from dataclasses import dataclass

from hotline.quality import estimated_mos
from sip.events import LegHeard, LegId, LegSilent, Quality

PACKET_MS = 20.0  # the sender's; by far the commonest, and what we ask for ourselves


@dataclass(frozen=True, slots=True)
class Codec:
    """What a stream is coded with: name as in SDP, clock rate in hertz, and one frame of it in milliseconds."""

    name: str
    clock_rate: int
    frame_ms: float


@dataclass(frozen=True, slots=True)
class Reading:
    """The counters of one stream since its beginning, and when they were read (seconds, monotonic).

    `lost` are packets, by the gaps in their numbers (RFC 3550 appendix A.3); `missing` are frames that the jitter
    buffer did not have when they were due, lost or late; `jitter_ms` is of RFC 3550 section 6.4.1; `round_trip_ms`
    comes from RTCP, none before the far end has reported; `buffer_ms` is the mean time in the jitter buffer.
    """

    at: float
    packets: int
    lost: int
    missing: int
    jitter_ms: float
    round_trip_ms: float | None
    buffer_ms: float


class Silence:
    """Tells once when packets stop coming, and once when they come again. Before the first packet it tells nothing.

    The last packet came some time between two looks; half-way is taken for it.
    """

    def __init__(self, leg: LegId, timeout_s: float) -> None:
        self._leg = leg
        self._timeout_s = timeout_s
        self._packets = 0
        self._begun = False
        self._missed = False
        self._looked_at: float | None = None
        self._counting_from: float | None = None
        self._silent = False

    @property
    def begins(self) -> bool:
        """Whether the last look found nothing new, though something is due: worth looking more often."""
        return self._missed and self._begun and not self._silent and self._timeout_s > 0

    def restart(self, *, new_stream: bool) -> None:
        """Time begins anew: packets were not to be expected until now, or the counters begin at nought."""
        self._looked_at = self._counting_from = None
        if new_stream:
            self._packets = 0

    def look(self, packets: int, at: float) -> LegSilent | LegHeard | None:
        """At the number of packets so far, at `at` (seconds, monotonic)."""
        last, self._looked_at = self._looked_at, at
        self._missed = packets <= self._packets
        if not self._missed:
            return self._heard(packets, at if last is None else (last + at) / 2)
        if self._counting_from is None:
            self._counting_from = at
        return self._unheard(at - self._counting_from)

    def _heard(self, packets: int, at: float) -> LegHeard | None:
        self._begun, self._packets, self._counting_from = True, packets, at
        was_silent, self._silent = self._silent, False
        return LegHeard(self._leg) if was_silent else None

    def _unheard(self, since_s: float) -> LegSilent | None:
        if not self._begun or self._silent or self._timeout_s <= 0 or since_s < self._timeout_s:
            return None
        self._silent = True
        return LegSilent(self._leg, since_s)


@dataclass(slots=True)
class Span:
    """A stretch of what was received; sums are weighted by time."""

    seconds: float = 0.0
    packets: int = 0
    lost: int = 0
    missing_s: float = 0.0
    jitter_sum: float = 0.0
    buffer_sum: float = 0.0
    round_trip_ms: float | None = None

    def add(self, before: Reading, after: Reading, codec: Codec) -> None:
        seconds = after.at - before.at
        self.seconds += seconds
        self.packets += after.packets - before.packets
        self.lost += max(after.lost - before.lost, 0)  # what came out of order is taken off again
        self.missing_s += (after.missing - before.missing) * codec.frame_ms / 1000
        self.jitter_sum += after.jitter_ms * seconds
        self.buffer_sum += after.buffer_ms * seconds
        if after.round_trip_ms is not None:
            self.round_trip_ms = after.round_trip_ms

    def quality(self, leg: LegId, codec: Codec, *, final: bool) -> Quality:
        """What this stretch sounded like. Needs some seconds."""
        one_way_ms = (self.round_trip_ms or 0.0) / 2 + self.buffer_sum / self.seconds + PACKET_MS
        loss_percent = self._loss_percent()
        return Quality(
            leg,
            mos=estimated_mos(one_way_ms, loss_percent, codec.name),
            loss_percent=loss_percent,
            jitter_ms=self.jitter_sum / self.seconds,
            round_trip_ms=self.round_trip_ms,
            codec=codec.name,
            clock_rate=codec.clock_rate,
            final=final,
        )

    def _loss_percent(self) -> float:
        """The share of the sound that was not there when it was due: lost, or late, or never sent."""
        sent = self.packets + self.lost
        lost = self.lost / sent if sent else 0.0
        return 100 * min(max(lost, self.missing_s / self.seconds), 1.0)


class Listening:
    """Quality of one leg: of the last few seconds now and then, and of the whole at its end."""

    def __init__(self, leg: LegId, every_s: float) -> None:
        self._leg = leg
        self._every_s = every_s
        self._last: Reading | None = None
        self._codec: Codec | None = None
        self._whole = Span()

    def is_due(self, at: float) -> bool:
        """Whether `look` should be called at `at` (seconds, monotonic): reading all counters costs twice the count."""
        return self._last is None or at - self._last.at >= self._every_s

    def look(self, reading: Reading, codec: Codec) -> Quality | None:
        """At a stream that goes on: the quality since the last look at it."""
        if reading.packets == 0:
            return None  # the jitter buffer waits for the first packet: nobody's fault
        last, self._last, self._codec = self._last, reading, codec
        if last is None or reading.at <= last.at:
            return None
        lately = Span()
        for span in (lately, self._whole):
            span.add(last, reading, codec)
        return lately.quality(self._leg, codec, final=False)

    def close(self, reading: Reading | None) -> None:
        """The stream is over, or pauses; `reading` is its last one, where there is one."""
        last, self._last = self._last, None
        if reading is not None and last is not None and self._codec is not None and reading.at > last.at:
            self._whole.add(last, reading, self._codec)

    def final(self) -> Quality | None:
        """Of the leg from beginning to end; none when too little came to say."""
        if self._codec is None or self._whole.seconds == 0:
            return None
        return self._whole.quality(self._leg, self._codec, final=True)
