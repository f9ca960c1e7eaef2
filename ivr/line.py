"""One caller's line as the stages of the IVR use it: say, listen, ask for things, and remember choices."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from config import EndReason, Installation, Kind, Language
from hotline.facts import EventName, Fact
from ivr.effects import Effect, HangUp, Log, Phrase, Play, PlayMusic, StopPlaying
from ivr.phrases import Phrasebook

LONGEST_PLAYBACK_S = 60.0
"""If nobody reports the end of a playback by then, it counts as ended: no caller is stuck on a lost report."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the caller stands in the queue: 1 is next; the estimate is in seconds, None while unknown."""

    position: int
    estimated_wait_s: float | None = None


class Line:
    """What a stage can do to the call. Effects are gathered until the session takes them."""

    def __init__(self, installation: Installation, call: str, caller_number: str, language: Language) -> None:
        self.installation = installation
        self.call = call
        self.caller_number = caller_number
        self.language = language
        self.kind: Kind | None = None
        self.queue: str | None = None
        self.standing: Standing | None = None
        self.deadline: float | None = None
        self.over = False
        self.talking = False  # a Play is under way; music does not count
        self._sounding = False  # a Play or music is under way
        self._closed = False
        self._played = 0
        self._book = Phrasebook(installation)
        self._effects: list[Effect] = []

    def emit(self, effect: Effect) -> None:
        """Ask the outside for something."""
        self._effects.append(effect)

    def log(self, name: EventName, now: float, **data: str | int | float | None) -> None:
        """Append a fact about this call to the event log."""
        self.emit(Log(Fact(name, now, call=self.call, data=data)))

    def arrived_closed(self, now: float, reason: str) -> None:
        """Log, once a call, that it came outside of working hours."""
        if not self._closed:
            self.log(EventName.CLOSED, now, reason=reason)
        self._closed = True

    def take(self) -> list[Effect]:
        """The effects gathered since the last time."""
        effects, self._effects = self._effects, []
        return effects

    def prompts(self, names: Iterable[str], now: float, language: Language | None = None) -> tuple[Phrase, ...]:
        """Prompts that the flow names, as phrases for this moment."""
        at = datetime.fromtimestamp(now, self.installation.hours.zone)
        return self._book.flow(names, at, language or self.language)

    def phrase(self, name: str, **values: str) -> Phrase:
        """A prompt of the program's own, in the caller's language."""
        return self._book.phrase(name, self.language, **values)

    def say(self, phrases: Iterable[Phrase], now: float, language: Language | None = None) -> None:
        """Speak; the stage's `heard` follows when it ends. With nothing to say it is due at once."""
        self.hush()
        spoken = tuple(phrases)
        self._played += 1
        self.talking = True
        self.deadline = now
        if spoken:
            self._sounding = True
            self.deadline = now + LONGEST_PLAYBACK_S
            self.emit(Play(self._played, spoken, language or self.language))

    def music(self, name: str) -> None:
        """Play music until something is said."""
        self.hush()
        self._sounding = True
        self.emit(PlayMusic(name))

    def hush(self) -> None:
        """Stop whatever sounds."""
        if self._sounding:
            self.emit(StopPlaying())
        self._sounding = self.talking = False

    def listen(self, now: float, seconds: float) -> None:
        """Wait for a key; the stage's `silence` follows when none comes."""
        self.talking = False
        self.deadline = now + seconds

    def playback_finished(self, number: int) -> bool:
        """Whether the phrase that is being spoken has ended; False for an older one."""
        if not self.talking or number != self._played:
            return False
        self._sounding = self.talking = False
        return True

    def playback_overdue(self) -> bool:
        """Whether a phrase was under way; it is stopped, and counts as ended from now on."""
        if not self.talking:
            return False
        self.hush()
        return True

    def hang_up(self, reason: EndReason) -> None:
        """End the call; nothing follows."""
        self.hush()
        self.emit(HangUp(reason))
        self.end()

    def end(self) -> None:
        """Nothing is awaited any more."""
        self.over = True
        self.queue = self.deadline = None
        self.talking = self._sounding = False

    def reopen(self) -> None:
        """A caller who had an operator walks on."""
        self.over = False
