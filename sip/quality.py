"""Looks at what every leg receives, a few legs at a time, and tells of silence and of quality."""

import asyncio
from collections.abc import Mapping

from sip.events import LegId, Quality, SipEvent
from sip.leg import Emit, Leg
from sip.options import AgentOptions
from sip.reception import Codec, Listening, Silence

SLICES = 5
SLICE_S = 0.1
"""Each leg is looked at every `SLICES * SLICE_S` = 0.5 s, and every 0.1 s once packets fail to come (docs/sound.md)."""


class Reception:
    """What is known of one leg."""

    def __init__(self, leg: LegId, options: AgentOptions) -> None:
        self.silence = Silence(leg, options.rtp_timeout_s)
        self.listening = Listening(leg, options.quality_every_s)
        self.codec: Codec | None = None


class Watch:
    """Runs in the loop from `start` to `stop`."""

    def __init__(self, legs: Mapping[LegId, Leg], options: AgentOptions, emit: Emit) -> None:
        self._legs = legs
        self._options = options
        self._emit = emit
        self._loop = asyncio.get_running_loop()
        self._receptions: dict[LegId, Reception] = {}
        self._suspects: set[LegId] = set()
        self._slice = 0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._timer = self._loop.call_later(SLICE_S, self._turn)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def end(self, leg: Leg) -> Quality | None:
        """The leg is over: its quality from beginning to end."""
        self._suspects.discard(leg.number)
        reception = self._receptions.pop(leg.number, None)
        if reception is None:
            return None
        self._close_streams(leg, reception)
        return reception.listening.final()

    def _turn(self) -> None:
        self.start()
        self._slice = (self._slice + 1) % SLICES
        for leg in list(self._legs.values()):
            number = leg.number
            if (number % SLICES == self._slice or number in self._suspects) and leg.answered:
                self._look(leg)

    def _look(self, leg: Leg) -> None:
        reception = self._receptions.get(leg.number)
        if reception is None:
            reception = self._receptions[leg.number] = Reception(leg.number, self._options)
        self._suspects.discard(leg.number)
        self._close_streams(leg, reception)
        if not leg.is_sent_to:
            reception.silence.restart(new_stream=False)
            reception.listening.close(None)
            return
        at = self._loop.time()
        packets = leg.packets()
        if packets is not None:
            self._tell(reception.silence.look(packets, at))
            if reception.silence.begins:
                self._suspects.add(leg.number)
        if reception.listening.is_due(at):
            self._tell(self._measure(leg, reception))

    def _measure(self, leg: Leg, reception: Reception) -> Quality | None:
        if reception.codec is None:
            reception.codec = leg.codec()
        reading = leg.reading()
        if reading is None or reception.codec is None:
            return None
        return reception.listening.look(reading, reception.codec)

    def _close_streams(self, leg: Leg, reception: Reception) -> None:
        """A re-INVITE made another stream: its counters begin at nought, and it may have another codec."""
        while leg.closed_streams:
            reception.listening.close(leg.closed_streams.popleft())
            reception.silence.restart(new_stream=True)
            reception.codec = None

    def _tell(self, event: SipEvent | None) -> None:
        if event is not None:
            self._emit(event)
