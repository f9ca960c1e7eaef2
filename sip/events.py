"""What happens on the SIP side, as plain frozen data. Native objects stay in the room; a leg is known by its number."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

LegId = int


class Told(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Something told; `sip.link` sends its name and then the fields in their order. New ones go last, with defaults."""


class IncomingCall(Told, frozen=True):
    """An INVITE arrived. `source` is the sender's IP address; numbers are user parts as sent, `""` when withheld.

    `identities` are what each header says of the caller, by its name in lower case; which of them are believed is the
    trunk's matter. `diverted_from` is whose phone sent the call on to us.
    """

    leg: LegId
    source: str
    called: str
    sip_call_id: str
    identities: Mapping[str, str] = msgspec.field(default_factory=dict)
    diverted_from: str = ""

    def caller(self, order: Sequence[str]) -> str:
        """The first header in this order that names the caller; `""` when none does."""
        return next((self.identities[header] for header in order if self.identities.get(header)), "")


class LegRinging(Told, frozen=True):
    """The far end of a call we placed is alerting (180 or 183)."""

    leg: LegId


class LegAnswered(Told, frozen=True):
    """The call is established (RFC 3261 section 13: ACK sent or received)."""

    leg: LegId


class MediaActive(Told, frozen=True):
    """Audio may flow now: after the answer, and again after each re-INVITE that changed it.

    `wide`: this leg speaks wide band, on a bridge that carries it.
    """

    leg: LegId
    wide: bool = False


class DigitPressed(Told, frozen=True):
    """One key, by RFC 4733 event or SIP INFO; reported once, when it begins."""

    leg: LegId
    digit: str


class PlaybackFinished(Told, frozen=True):
    """The playback that was started under `number` has been heard to its end."""

    leg: LegId
    number: int


class RecordingClosed(Told, frozen=True):
    """A recording was stopped, or its leg ended: `file` is whole now, and `seconds` long; 0 where nothing was written.

    One for each time that a file was to be recorded into, in the order of their beginnings.
    """

    leg: LegId
    file: Path
    seconds: float


class RecordingFailed(Told, frozen=True):
    """In place of `RecordingClosed`: the file cannot be written."""

    leg: LegId
    file: Path
    reason: str


class LegSilent(Told, frozen=True):
    """No RTP has come for `since_s` seconds, though the far end is not on hold; told once per silence."""

    leg: LegId
    since_s: float


class LegHeard(Told, frozen=True):
    """RTP comes again after `LegSilent`."""

    leg: LegId


class Quality(Told, frozen=True):
    """How well this leg is received: of the last seconds, or (`final`, once, before `LegEnded`) of its whole life.

    `mos` is hotline.quality's; `loss_percent` counts what came too late to be played, too; `round_trip_ms` is none
    where the far end sends no RTCP.
    """

    leg: LegId
    mos: float
    loss_percent: float
    jitter_ms: float
    round_trip_ms: float | None
    codec: str
    clock_rate: int
    final: bool = False


class LineOffer(Told, frozen=True):
    """The SDP offer of a browser headset's line, for the page."""

    leg: LegId
    sdp: str


class LineUp(Told, frozen=True):
    """The browser of a line is heard for the first time: keys are agreed and sound goes both ways."""

    leg: LegId


class LegEnded(Told, frozen=True):
    """The leg is over. `by_us` tells our hang-up from the far end's; `status` is the last SIP status code.

    `cause` is what the telephone network behind it said (ITU-T Q.850, by the Reason header of RFC 3326), 0 for nothing.
    """

    leg: LegId
    status: int
    reason: str
    by_us: bool
    cause: int = 0


class RegistrationChanged(Told, frozen=True):
    """A trunk's registration succeeded (`active`) or failed; `status` is the registrar's answer, 0 for none."""

    trunk: str
    active: bool
    status: int


class TlsRefused(Told, frozen=True):
    """We reached somebody over TLS whose certificate is not the right one, and said nothing to them.

    `trunk` is whom we meant, empty where it was a phone; `flaw` as in `sip.tls_peers`; `fingerprint` is what was shown
    (SHA-256 in hexadecimal digits, empty for none).
    """

    trunk: str
    address: str
    flaw: str
    fingerprint: str


class SoundDeviceLost(Told, frozen=True):
    """The open sound device failed, such as a headset that is pulled. The bridge has no clock until it is replaced."""


SipEvent = (
    IncomingCall
    | LegRinging
    | LegAnswered
    | MediaActive
    | DigitPressed
    | PlaybackFinished
    | RecordingClosed
    | RecordingFailed
    | LegSilent
    | LegHeard
    | Quality
    | LineOffer
    | LineUp
    | LegEnded
    | RegistrationChanged
    | TlsRefused
    | SoundDeviceLost
)
