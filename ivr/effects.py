"""What the IVR asks the outside to do for one caller. The switchboard turns each into sound and moves."""

from dataclasses import dataclass
from typing import Literal

from config import EndReason, Kind, Language
from hotline.facts import Fact


@dataclass(frozen=True, slots=True)
class Phrase:
    """A prompt's name and the values for its placeholders, as (name, value) pairs."""

    name: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Play:
    """Play the phrases one after another, then report `playback_finished(number)`."""

    number: int
    phrases: tuple[Phrase, ...]
    language: Language


@dataclass(frozen=True, slots=True)
class PlayMusic:
    """Play this music from now on until `StopPlaying`."""

    name: str


@dataclass(frozen=True, slots=True)
class StopPlaying:
    """Fall silent: a phrase was cut short, or the music ends."""


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Put the caller into a queue. `kind` is the choice made in the menu, if one was made.

    Afterwards call `tick` with the caller's standing as soon as the session's deadline says.
    """

    queue: str
    kind: Kind | None
    language: Language


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """Take the caller out of the queue: the caller chose to be called back."""

    how: Literal["callback"]


@dataclass(frozen=True, slots=True)
class RequestCallback:
    """Promise a call back to `number`: the caller's own, or as typed (national or international digits)."""

    number: str


@dataclass(frozen=True, slots=True)
class StartRecording:
    """Give the tone and record the caller, for at most `max_s` seconds."""

    max_s: float


@dataclass(frozen=True, slots=True)
class StopRecording:
    """End the message, and keep it as a ticket's message or throw it away."""

    keep: bool


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call from our side."""

    reason: EndReason


@dataclass(frozen=True, slots=True)
class Log:
    """Append a fact to the event log."""

    fact: Fact


Effect = (
    Play
    | PlayMusic
    | StopPlaying
    | Enqueue
    | LeaveQueue
    | RequestCallback
    | StartRecording
    | StopRecording
    | HangUp
    | Log
)
