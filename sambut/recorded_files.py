"""Files that the SIP agent records into, from the order to the moment each is whole."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import structlog

from sip.events import LegId, RecordingClosed, RecordingFailed
from sip.ports import Bridge

log = structlog.get_logger(__name__)

CLOSED_WITHIN_S = 5.0
"""An agent tells within a second or two; whoever waits longer takes the file as it is."""


class RecordedFiles:
    """Begins recordings, and knows which of their files are still written to."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._open: Counter[Path] = Counter()  # a file may be begun anew before its first recorder has let go of it
        self._closed = asyncio.Event()

    def begin(self, leg: LegId, file: Path) -> None:
        """Record what the leg says. A broken disk costs the recording, never the call."""
        self._open[file] += 1
        self._bridge.record(leg, file)

    def on_event(self, event: RecordingClosed | RecordingFailed) -> None:
        if isinstance(event, RecordingFailed):
            log.error("recording_failed", leg=event.leg, file=event.file.name, reason=event.reason)
        self._open[event.file] -= 1
        if self._open[event.file] <= 0:
            del self._open[event.file]
        closed, self._closed = self._closed, asyncio.Event()
        closed.set()

    async def whole(self, files: Iterable[Path]) -> None:
        """Wait until nobody writes to these any more; those that this run has not begun are whole."""
        waited_for = list(files)
        try:
            async with asyncio.timeout(CLOSED_WITHIN_S):
                while any(self._open[file] for file in waited_for if file in self._open):
                    await self._closed.wait()
        except TimeoutError:
            log.error("recording_not_closed", files=[file.name for file in waited_for])
            for file in waited_for:
                del self._open[file]
