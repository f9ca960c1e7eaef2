"""The protocol's messages: what the service commands and the engine tells, beside the events of `sip.events`."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from sip.dialogs import Dialog
from sip.door import Admission
from sip.events import LegId, SipEvent
from sip.options import AgentOptions
from sip.tls_peers import TlsTrunk


class Said(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """A message: its name, then its fields in their order. Only the last ones may be added, with defaults."""


# --- the engine -------------------------------------------------------------------------------------------------------


class Hello(Said, frozen=True):
    """The first word on every connection. `incarnation` is this process, and no other that ever was."""

    protocol: int
    version: str
    incarnation: str
    pid: int


class Refused(Said, frozen=True):
    """In place of Hello: this service is not served."""

    reason: str


class Started(Said, frozen=True):
    """What was configured listens now."""

    address: str
    tls_address: str | None


class Failed(Said, frozen=True):
    """It cannot listen; another configuration may be tried."""

    reason: str


class Alive(Said, frozen=True):
    """Each second: the engine's loop turns, and this is what its door and its media have counted so far."""

    refusals: Mapping[str, int]
    rtp_strangers: int


class InDialog(Said, frozen=True):
    """What it takes to end this leg when the engine is dead."""

    leg: LegId
    dialog: Dialog


class Closed(Said, frozen=True):
    """The engine ends: nothing follows."""


FromEngine = Hello | Refused | Started | Failed | Alive | InDialog | Closed | SipEvent


# --- the service ------------------------------------------------------------------------------------------------------


Place = tuple[str, int, str]
"""Address, port, fingerprint of the certificate (`sip.tls_peers`)."""


class TlsRules(msgspec.Struct, frozen=True, array_like=True):
    """`sip.tls_peers.TlsPeers` as data; whose addresses are whose is told with the admission."""

    trunks: tuple[TlsTrunk, ...] = ()
    pinned_only: bool = False
    pins: Mapping[str, Place] = msgspec.field(default_factory=dict)


class Configure(Said, frozen=True):
    """Be this agent; `first_leg` as of `sip.inside`. Passwords travel here and are in no file of the engine's.

    `options` come without `tls.peers`: `rules` are in its place, none where nobody's certificate is looked at.
    """

    options: AgentOptions
    first_leg: LegId
    rules: TlsRules | None = None


class Pulse(Said, frozen=True):
    """Each second: the service's loop turns."""


class Farewell(Said, frozen=True):
    """Say BYE for an engine that died."""

    dialogs: tuple[Dialog, ...]


class Shutdown(Said, frozen=True):
    """Hang up whatever is left, and end."""


class Admit(Said, frozen=True):
    admission: Admission


class Pin(Said, frozen=True):
    who: str
    address: str
    port: int
    fingerprint: str


class PlaceCall(Said, frozen=True):
    leg: LegId
    uri: str
    headers: Mapping[str, str]
    trunk: str
    identity: str
    wide: bool
    strict_rtp: bool


class OpenLine(Said, frozen=True):
    leg: LegId
    user: str
    wide: bool


class AnswerLine(Said, frozen=True):
    leg: LegId
    sdp: str
    peer: str


class Renewed(Said, frozen=True):
    old: LegId
    new: LegId


class Answer(Said, frozen=True):
    leg: LegId
    strict_rtp: bool


class HangUp(Said, frozen=True):
    leg: LegId
    status: int


class SendDigits(Said, frozen=True):
    leg: LegId
    digits: str


class Play(Said, frozen=True):
    leg: LegId
    files: tuple[Path, ...]
    number: int


class PlayMusic(Said, frozen=True):
    leg: LegId
    file: Path


class StopPlaying(Said, frozen=True):
    leg: LegId


class Record(Said, frozen=True):
    leg: LegId
    file: Path


class StopRecording(Said, frozen=True):
    leg: LegId


class Join(Said, frozen=True):
    one: LegId
    other: LegId


class Part(Said, frozen=True):
    one: LegId
    other: LegId


class Mute(Said, frozen=True):
    leg: LegId
    muted: bool


class RecordWith(Said, frozen=True):
    leg: LegId
    other: LegId


class Rest(Said, frozen=True):
    leg: LegId


Command = (
    Admit
    | Pin
    | PlaceCall
    | OpenLine
    | AnswerLine
    | Renewed
    | Answer
    | HangUp
    | SendDigits
    | Play
    | PlayMusic
    | StopPlaying
    | Record
    | StopRecording
    | Join
    | Part
    | Mute
    | RecordWith
    | Rest
)
FromService = Configure | Pulse | Farewell | Shutdown | Command
