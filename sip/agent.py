"""The SIP user agent: commands in, events out. The only way the rest of the house speaks to a telephone network."""

import asyncio
import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pjsua2 as pj
import structlog

from sip import endpoint
from sip.events import IncomingCall, LegEnded, LegId, MediaActive, PlaybackFinished, RegistrationChanged, SipEvent
from sip.headers import read_invitation
from sip.leg import Leg
from sip.media import Playback, SharedLoop, recorder
from sip.options import AgentOptions

log = structlog.get_logger(__name__)

# A player or recorder that was taken off the bridge may still be read by the media thread: it is freed a little later.
RELEASE_AFTER_S = 0.25


class SipError(Exception):
    """A command could not be carried out; the text says which and why, without numbers."""


class SipAgent:
    """Owns every native object. All commands are given in the loop's thread and return at once.

    A command for a leg that has ended meanwhile does nothing: a hang-up crosses everything else on the way.
    """

    def __init__(self, options: AgentOptions, on_event: Callable[[SipEvent], None]) -> None:
        self._options = options
        self._on_event = on_event
        self._loop = asyncio.get_running_loop()
        self._numbers = itertools.count(1)
        self._legs: dict[LegId, Leg] = {}
        self._music: dict[Path, SharedLoop] = {}
        self._endpoint: endpoint.Endpoint | None = None

    def start(self) -> None:
        """Open the transports and register. Raises `SipError` when a port is taken or a certificate unreadable."""
        try:
            self._endpoint = endpoint.start(self._options, self._incoming, self._registration)
        except pj.Error as error:
            raise SipError(f"cannot start SIP on {self._options.bind}:{self._options.port}: {error.reason}") from error

    @property
    def address(self) -> str:
        """host:port of the UDP and TCP listeners."""
        return self._started().address

    @property
    def tls_address(self) -> str | None:
        return self._started().tls_address

    @property
    def legs(self) -> list[LegId]:
        """Every leg that has not been reported as ended."""
        return list(self._legs)

    async def close(self) -> None:
        """Hang up whatever is left, and free the library."""
        for leg in self.legs:
            self.hang_up(leg, 503)
        for _ in range(20):
            if not self._legs:
                break
            await asyncio.sleep(0.05)
        self._music.clear()
        self._legs.clear()
        await asyncio.sleep(RELEASE_AFTER_S)
        if self._endpoint is not None:
            self._endpoint.close()
            self._endpoint = None

    # --- calls ----------------------------------------------------------------------------------------------------

    def call(self, uri: str, headers: Mapping[str, str] | None = None) -> LegId:
        """Place a call to a SIP URI. Raises `SipError` for a URI or a transport that cannot be used."""
        leg = Leg(self._started().accounts[0], next(self._numbers), self._emit)
        self._legs[leg.number] = leg
        prm = pj.CallOpParam(True)
        _audio_only(prm)
        for name, value in (headers or {}).items():
            header = pj.SipHeader()
            header.hName, header.hValue = name, value
            prm.txOption.headers.append(header)
        try:
            leg.makeCall(uri, prm)
        except pj.Error as error:
            self._legs.pop(leg.number, None)
            raise SipError(f"cannot call: {error.reason}") from error
        return leg.number

    def ring(self, leg: LegId) -> None:
        """Send 180 Ringing."""
        self._respond(leg, 180)

    def answer(self, leg: LegId) -> None:
        """Send 200 OK; `MediaActive` follows."""
        self._respond(leg, 200)

    def hang_up(self, leg: LegId, status: int = 0) -> None:
        """End a leg in whatever state it is: refuse with `status`, CANCEL or BYE. `LegEnded` follows."""
        found = self._legs.get(leg)
        if found is None or found.ended:
            return
        found.hung_up_by_us = True
        self._silence(found)
        prm = pj.CallOpParam()
        prm.statusCode = status
        try:
            found.hangup(prm)
        except pj.Error as error:
            log.info("hang_up_crossed", leg=leg, reason=error.reason)

    def send_digits(self, leg: LegId, digits: str) -> None:
        """Press keys towards the far end (RFC 4733)."""
        found = self._legs.get(leg)
        if found is None or found.ended:
            return
        try:
            found.dialDtmf(digits)
        except pj.Error as error:
            log.info("digits_crossed", leg=leg, reason=error.reason)

    # --- sound ----------------------------------------------------------------------------------------------------

    def play(self, leg: LegId, files: Sequence[Path], number: int) -> None:
        """Play WAV files in order to this leg instead of what it hears now; `PlaybackFinished(number)` follows.

        Starts as soon as the leg has audio. Raises `SipError` for a file that cannot be read.
        """
        found = self._legs.get(leg)
        if found is None or found.ended:
            return
        try:
            playback = Playback(files, leg, number, self._emit)
        except pj.Error as error:
            raise SipError(f"cannot play {files[0].name}: {error.reason}") from error
        self.stop_playing(leg)
        found.wiring.playback = playback
        self._connect(found)

    def play_music(self, leg: LegId, file: Path) -> None:
        """Let this leg hear a loop that everybody who waits shares."""
        found = self._legs.get(leg)
        if found is None or found.ended:
            return
        self.stop_playing(leg)
        if file not in self._music:
            self._music[file] = SharedLoop(file)
        found.wiring.music = self._music[file]
        self._connect(found)

    def stop_playing(self, leg: LegId) -> None:
        """Silence prompts and music towards this leg. A stopped playback does not report that it finished."""
        found = self._legs.get(leg)
        if found is None:
            return
        wiring = found.wiring
        for source in (wiring.playback, wiring.music):
            if source is not None:
                _disconnect(source, found.audio())
        if wiring.playback is not None:
            self._release(wiring.playback)
        wiring.playback = wiring.music = None

    def record(self, leg: LegId, file: Path) -> None:
        """Write what this leg says to a WAV file until `stop_recording` or its end. Raises `SipError`."""
        found = self._legs.get(leg)
        if found is None or found.ended:
            return
        try:
            found.wiring.recorder = recorder(file)
        except pj.Error as error:
            raise SipError(f"cannot record: {error.reason}") from error
        self._connect(found)

    def stop_recording(self, leg: LegId) -> None:
        """Finish the recording; the file is whole `RELEASE_AFTER_S` later."""
        found = self._legs.get(leg)
        if found is None or found.wiring.recorder is None:
            return
        audio = found.audio()
        if audio is not None:
            _disconnect(audio, found.wiring.recorder)
        self._release(found.wiring.recorder)
        found.wiring.recorder = None

    def is_playing(self, leg: LegId) -> bool:
        found = self._legs.get(leg)
        return found is not None and found.wiring.playback is not None

    def is_recording(self, leg: LegId) -> bool:
        found = self._legs.get(leg)
        return found is not None and found.wiring.recorder is not None

    def use_sound_device(self, leg: LegId) -> None:
        """Let this leg talk through the headset (`AgentOptions.sound_device`)."""
        found = self._legs.get(leg)
        if found is not None:
            found.wiring.headset = True
            self._connect(found)

    def bridge(self, one: LegId, other: LegId) -> None:
        """Let two legs hear each other, and nothing else."""
        first, second = self._legs.get(one), self._legs.get(other)
        if first is None or second is None:
            return
        self.stop_playing(one)
        self.stop_playing(other)
        first.wiring.peers.add(other)
        second.wiring.peers.add(one)
        self._connect(first)

    def unbridge(self, one: LegId, other: LegId) -> None:
        """Part two legs; each goes on alone."""
        first, second = self._legs.get(one), self._legs.get(other)
        if first is not None:
            first.wiring.peers.discard(other)
        if second is not None:
            second.wiring.peers.discard(one)
        if first is not None and second is not None:
            mine, theirs = first.audio(), second.audio()
            if mine is not None and theirs is not None:
                _disconnect(mine, theirs)
                _disconnect(theirs, mine)

    # --- the native side ------------------------------------------------------------------------------------------

    def _started(self) -> endpoint.Endpoint:
        if self._endpoint is None:
            raise SipError("the SIP agent is not started")
        return self._endpoint

    def _respond(self, leg: LegId, status: int) -> None:
        found = self._legs.get(leg)
        if found is None or found.ended:
            return
        prm = pj.CallOpParam(True)
        _audio_only(prm)
        prm.statusCode = status
        try:
            found.answer(prm)
        except pj.Error as error:
            log.info("answer_crossed", leg=leg, status=status, reason=error.reason)

    def _incoming(self, account: pj.Account, prm: pj.OnIncomingCallParam) -> None:
        """Native thread. The call object must exist when this returns; what becomes of it is decided on the loop."""
        leg = Leg(account, next(self._numbers), self._emit, prm.callId)
        self._legs[leg.number] = leg
        read = read_invitation(prm.rdata.wholeMsg)
        source = prm.rdata.srcAddress.rsplit(":", 1)[0].strip("[]")
        self._emit(IncomingCall(leg.number, source, read.caller, read.called, read.sip_call_id))

    def _registration(self, trunk: str, prm: pj.OnRegStateParam) -> None:
        self._emit(RegistrationChanged(trunk, prm.code // 100 == 2 and prm.expiration > 0, prm.code))

    def _emit(self, event: SipEvent) -> None:
        """Any thread: one hop to the loop."""
        self._loop.call_soon_threadsafe(self._deliver, event)

    def _deliver(self, event: SipEvent) -> None:
        match event:
            case MediaActive(leg):
                if leg in self._legs:
                    self._connect(self._legs[leg])
            case PlaybackFinished(leg, number):
                if not self._playback_is(leg, number):
                    return  # it was stopped while its end was on the way
                self.stop_playing(leg)
            case LegEnded(leg):
                self._forget(leg)
            case _:
                pass
        self._on_event(event)

    def _playback_is(self, leg: LegId, number: int) -> bool:
        found = self._legs.get(leg)
        playback = found.wiring.playback if found is not None else None
        return playback is not None and playback.number == number

    def _connect(self, leg: Leg) -> None:
        """Make the bridge agree with the leg's wiring."""
        audio = leg.audio()
        if audio is None:
            return
        source = leg.wiring.playback or leg.wiring.music
        if source is not None:
            source.startTransmit(audio)
        if leg.wiring.recorder is not None:
            audio.startTransmit(leg.wiring.recorder)
        if leg.wiring.headset:
            devices = self._started().native.audDevManager()
            devices.getCaptureDevMedia().startTransmit(audio)
            audio.startTransmit(devices.getPlaybackDevMedia())
        for number in leg.wiring.peers:
            peer = self._legs.get(number)
            other = peer.audio() if peer is not None else None
            if other is not None:
                audio.startTransmit(other)
                other.startTransmit(audio)

    def _silence(self, leg: Leg) -> None:
        for peer in list(leg.wiring.peers):
            self.unbridge(leg.number, peer)
        self.stop_playing(leg.number)
        self.stop_recording(leg.number)

    def _forget(self, leg: LegId) -> None:
        found = self._legs.get(leg)
        if found is None:
            return
        self._silence(found)
        del self._legs[leg]
        self._release(found)

    def _release(self, native: object) -> None:
        """Keep the last reference for a moment, then drop it in this thread."""
        self._loop.call_later(RELEASE_AFTER_S, _drop, native)


def _drop(_native: object) -> None:
    """The scheduled call held the last reference; returning lets it go."""


def _audio_only(prm: pj.CallOpParam) -> None:
    prm.opt.audioCount = 1
    prm.opt.videoCount = 0
    if hasattr(prm.opt, "textCount"):  # since pjproject 2.16; offered by default
        prm.opt.textCount = 0


def _disconnect(source: pj.AudioMedia, sink: pj.AudioMedia | None) -> None:
    if sink is None:
        return
    try:
        source.stopTransmit(sink)
    except pj.Error:
        return  # not connected, or gone with its leg: that is what was asked for
