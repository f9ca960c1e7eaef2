"""What the service remembers of the engine's legs: to answer questions, and to tell of their ends if it dies."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sip.dialogs import Dialog
from sip.events import (
    IncomingCall,
    LegEnded,
    LegId,
    MediaActive,
    PlaybackFinished,
    RecordingClosed,
    RecordingFailed,
    SipEvent,
)
from sip.statuses import SipStatus

GONE = "the engine is gone"


@dataclass(slots=True)
class Known:
    """One leg. `playing` is the number of the playback that was started last and has not been stopped.

    `hung_up_at` is when we last hung up on it, in the loop's seconds.
    """

    wide: bool = False
    hung_up_at: float | None = None
    playing: int | None = None
    dialog: Dialog | None = None


@dataclass(slots=True)
class Mirror:
    """All legs that have not been reported as ended, and files that are recorded into."""

    legs: dict[LegId, Known] = field(default_factory=dict)
    _recordings: list[tuple[LegId, Path]] = field(default_factory=list)

    def begins(self, leg: LegId) -> None:
        self.legs[leg] = Known()

    def records(self, leg: LegId, file: Path) -> None:
        self._recordings.append((leg, file))

    def note(self, event: SipEvent) -> bool:
        """Whether the event is to be told: not of legs that are over, nor the end of a playback that was stopped."""
        match event:
            case IncomingCall(leg):
                self.begins(leg)
            case MediaActive(leg, wide) if leg in self.legs:
                self.legs[leg].wide = wide
            case PlaybackFinished(leg, number):
                return self._finished(leg, number)
            case RecordingClosed(leg, file) | RecordingFailed(leg, file):
                return self._closed(leg, file)
            case LegEnded(leg):
                return self.legs.pop(leg, None) is not None
            case _:
                pass
        return True

    def lose(self) -> Iterator[SipEvent]:
        """Everything ends, as it is told to the service: callers first, whose ends see to everybody else's.

        Their numbers are even (`sip.ports.Agent`). A recording is as long as what was written of it.
        """
        recordings, self._recordings = self._recordings, []
        yield from (RecordingClosed(leg, file, 0.0) for leg, file in recordings)
        for leg in sorted(self.legs, key=lambda leg: (leg % 2, leg)):
            if self.legs.pop(leg, None) is not None:
                yield LegEnded(leg, SipStatus.SERVICE_UNAVAILABLE, GONE, by_us=True)

    def dialogs(self) -> tuple[Dialog, ...]:
        """Of all legs whose far ends think that they are up."""
        return tuple(each.dialog for each in self.legs.values() if each.dialog is not None)

    def _finished(self, leg: LegId, number: int) -> bool:
        known = self.legs.get(leg)
        if known is None or known.playing != number:
            return False
        known.playing = None
        return True

    def _closed(self, leg: LegId, file: Path) -> bool:
        if (leg, file) not in self._recordings:
            return False
        self._recordings.remove((leg, file))
        return True
