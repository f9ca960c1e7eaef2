"""The SIP agent in the service's own process, as `sip.ports` has it: what cannot be done is an event, no exception."""

import asyncio
import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import structlog

from sip.agent import SipAgent
from sip.door import Admission
from sip.errors import SipError
from sip.events import LegEnded, LegId, PlaybackFinished, RecordingFailed, SipEvent
from sip.mixer import Mixer
from sip.options import AgentOptions
from sip.statuses import SipStatus

log = structlog.get_logger(__name__)

Tell = Callable[[SipEvent], object]


class InsideBridge:
    """`sip.mixer.Mixer` without exceptions."""

    def __init__(self, mixer: Mixer, tell: Tell) -> None:
        self._mixer = mixer
        self._tell = tell
        self.stop_playing = mixer.stop_playing
        self.stop_recording = mixer.stop_recording
        self.bridge = mixer.bridge
        self.unbridge = mixer.unbridge
        self.mute = mixer.mute
        self.record_with = mixer.record_with
        self.rest = mixer.rest

    def play(self, leg: LegId, files: Sequence[Path], number: int) -> None:
        """What cannot be played counts as heard."""
        try:
            self._mixer.play(leg, files, number)
        except SipError as error:
            log.error("playback_failed", leg=leg, reason=str(error))
            self._mixer.stop_playing(leg)
            self._tell(PlaybackFinished(leg, number))

    def play_music(self, leg: LegId, file: Path) -> None:
        try:
            self._mixer.play_music(leg, file)
        except SipError as error:
            log.error("music_failed", leg=leg, file=file.name, reason=str(error))

    def record(self, leg: LegId, file: Path) -> None:
        try:
            self._mixer.record(leg, file)
        except SipError as error:
            self._tell(RecordingFailed(leg, file, str(error)))


class InsideAgent:
    """`sip.agent.SipAgent` for the service. `first_leg`: no smaller number is given to a leg."""

    def __init__(self, options: AgentOptions, on_event: Callable[[SipEvent], None], *, first_leg: LegId = 1) -> None:
        self._on_event = on_event
        self._loop = asyncio.get_running_loop()
        self._ours = itertools.count(first_leg | 1, 2)
        self._agent = SipAgent(options, on_event, itertools.count(first_leg + first_leg % 2, 2))
        self.mixer = InsideBridge(self._agent.mixer, self._tell)
        self.close = self._agent.close
        self.dialog = self._agent.dialog
        self.is_hung_up = self._agent.is_hung_up
        self.is_wide = self._agent.is_wide
        self.refusals = self._agent.refusals
        self.pin = self._agent.pin
        self.renewed = self._agent.renewed
        self.answer = self._agent.answer
        self.hang_up = self._agent.hang_up
        self.send_digits = self._agent.send_digits

    async def open(self) -> None:
        """Open the transports and register. Raises `SipError`."""
        self._agent.start()

    @property
    def address(self) -> str:
        return self._agent.address

    @property
    def tls_address(self) -> str | None:
        return self._agent.tls_address

    @property
    def legs(self) -> Sequence[LegId]:
        return self._agent.legs

    @property
    def has_wide_lines(self) -> bool:
        return self._agent.has_wide_lines

    @property
    def rtp_strangers(self) -> int:
        return self._agent.rtp_strangers

    def admit(self, admission: Admission) -> None:
        """The old admission stays where the door does not understand the new one."""
        try:
            self._agent.admit(admission)
        except SipError as error:
            log.error("admission_refused", reason=str(error))

    def call(
        self,
        uri: str,
        headers: Mapping[str, str] | None = None,
        *,
        trunk: str = "",
        identity: str = "",
        wide: bool = False,
        strict_rtp: bool = False,
        leg: LegId | None = None,
    ) -> LegId:
        """`leg` is its number where somebody else gives the numbers."""
        number = next(self._ours) if leg is None else leg
        try:
            self._agent.call(uri, headers, trunk=trunk, identity=identity, wide=wide, strict_rtp=strict_rtp, leg=number)
        except SipError as error:
            self._not_placed(number, error)
        return number

    def open_line(self, user: str, *, wide: bool = False, leg: LegId | None = None) -> LegId:
        """`leg` as in `call`."""
        number = next(self._ours) if leg is None else leg
        try:
            self._agent.open_line(user, wide=wide, leg=number)
        except SipError as error:
            self._not_placed(number, error)
        return number

    def answer_line(self, leg: LegId, sdp: str, *, peer: str = "") -> None:
        try:
            self._agent.answer_line(leg, sdp, peer=peer)
        except SipError as error:
            log.warning("line_answer_refused", leg=leg, reason=str(error))
            self._agent.hang_up(leg)

    def _not_placed(self, leg: LegId, error: SipError) -> None:
        log.warning("call_not_placed", leg=leg, reason=str(error))
        self._tell(LegEnded(leg, SipStatus.SERVICE_UNAVAILABLE, str(error), by_us=False))

    def _tell(self, event: SipEvent) -> None:
        """In the next turn of the loop, as everything else is told."""
        self._loop.call_soon(self._on_event, event)
