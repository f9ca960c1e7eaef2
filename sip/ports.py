"""What the service asks of a SIP agent: one in its own process (`sip.inside`) or one in another.

Every command returns at once and never fails: what could not be done is told as an event. A command for a leg that has
ended meanwhile does nothing. An event never comes inside the command that caused it. Questions are answered from
memory.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from sip.door import Admission
from sip.events import LegId


class Bridge(Protocol):
    """What each leg hears and who hears it (`sip.mixer`)."""

    def play(self, leg: LegId, files: Sequence[Path], number: int) -> None:
        """Play WAV files in order; `PlaybackFinished(number)` follows, at once if they cannot be read."""

    def play_music(self, leg: LegId, file: Path) -> None:
        """Let the leg hear a loop that all who wait share."""

    def stop_playing(self, leg: LegId) -> None:
        """Silence prompts and music. A stopped playback does not report that it finished."""

    def record(self, leg: LegId, file: Path) -> None:
        """Write what the leg says to a WAV file; `RecordingClosed` or `RecordingFailed` follows in the end."""

    def stop_recording(self, leg: LegId) -> None:
        """Finish the recording; `RecordingClosed` tells when the file is whole."""

    def bridge(self, one: LegId, other: LegId) -> None:
        """Let two legs hear each other, and nothing else."""

    def unbridge(self, one: LegId, other: LegId) -> None:
        """Part two legs; each goes on alone."""

    def mute(self, leg: LegId, muted: bool) -> None:
        """Let nobody hear this leg, or let them again."""

    def record_with(self, leg: LegId, other: LegId) -> None:
        """Write what this leg says into the recording of the other leg too."""

    def rest(self, leg: LegId) -> None:
        """Take a leg off the bridge that stays up for the next call."""


class Agent(Protocol):
    """Calls, lines and the door. A leg's number is never used twice: ours are odd, those of calls that came in even."""

    @property
    def mixer(self) -> Bridge: ...

    @property
    def address(self) -> str:
        """host:port of the UDP and TCP listeners, once it is open."""

    @property
    def tls_address(self) -> str | None: ...

    async def open(self) -> None:
        """Open the transports and register. Raises `SipError` when a port is taken or a certificate unreadable."""

    async def close(self) -> None:
        """Hang up whatever is left."""

    @property
    def legs(self) -> Sequence[LegId]:
        """Every leg that has not been reported as ended."""

    @property
    def has_wide_lines(self) -> bool:
        """Whether a line for a wideband caller is another than the usual one."""

    @property
    def rtp_strangers(self) -> int:
        """How many RTP and RTCP packets of others than a call's peer were dropped."""

    def is_hung_up(self, leg: LegId) -> bool:
        """Whether we have hung up on it; it ends when the far end agrees."""

    def is_wide(self, leg: LegId) -> bool:
        """Whether it spoke wide band when `MediaActive` told of it last."""

    def pin(self, who: str, address: str, port: int, fingerprint: str) -> None:
        """From now on the phone of `who` takes calls by TLS there, with this certificate and no other."""

    def admit(self, admission: Admission) -> None:
        """Others than before may speak to us from now on."""

    def refusals(self) -> Mapping[str, int]:
        """What the door has let pass and refused, by the names of `sip.door.COUNTERS`."""

    def call(
        self,
        uri: str,
        headers: Mapping[str, str] | None = None,
        *,
        trunk: str = "",
        identity: str = "",
        wide: bool = False,
        strict_rtp: bool = False,
    ) -> LegId:
        """Place a call, as `sip.agent.SipAgent.call` does; one that cannot be placed ends with 503."""

    def open_line(self, user: str, *, wide: bool = False) -> LegId:
        """Begin a browser headset's line: `LineOffer` follows, then `LineUp` or `LegEnded`."""

    def answer_line(self, leg: LegId, sdp: str, *, peer: str = "") -> None:
        """The page's SDP answer; with one that cannot be used the line ends."""

    def renewed(self, old: LegId, new: LegId) -> None:
        """The same person speaks on another line now: as loudly as on the old one."""

    def answer(self, leg: LegId, *, strict_rtp: bool = False) -> None:
        """Send 200 OK; `MediaActive` follows."""

    def hang_up(self, leg: LegId, status: int = 0) -> None:
        """End a leg in whatever state it is; `LegEnded` follows."""

    def send_digits(self, leg: LegId, digits: str) -> None:
        """Press keys towards the far end (RFC 4733)."""
