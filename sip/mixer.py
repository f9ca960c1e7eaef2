"""What each leg hears and who hears it: playbacks, music, recorders and other legs on the conference bridge."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import pjsua2 as pj
import structlog

from sip.errors import SipError
from sip.events import LegId, RecordingClosed
from sip.fade import fade_out
from sip.leg import Emit, Leg, Wiring
from sip.media import Playback, SharedLoop, recorded_s, recorder

log = structlog.get_logger(__name__)

# A player or recorder that was taken off the bridge may still be read by the media thread: it is freed a little later.
RELEASE_AFTER_S = 0.25
# The media thread writes the last block and the header when it lets go of a recorder that was freed.
LOOK_EVERY_S, WHOLE_WITHIN_S = 0.02, 2.0


class Mixer:
    """The bridge's wiring. All commands are given in the loop's thread; one for a leg that has ended does nothing."""

    def __init__(self, legs: Mapping[LegId, Leg], emit: Emit, devices: Callable[[], pj.AudDevManager]) -> None:
        self._legs = legs
        self._emit = emit
        self._devices = devices
        self._loop = asyncio.get_running_loop()
        self._music: dict[Path, SharedLoop] = {}

    def close(self) -> None:
        """Let go of the music that everybody shares."""
        self._music.clear()

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
        self.connect(found)

    def play_music(self, leg: LegId, file: Path) -> None:
        """Let this leg hear a loop that all who wait share. Raises `SipError` for a file that cannot be read."""
        found = self._legs.get(leg)
        if found is None or found.ended:
            return
        if file not in self._music:
            try:
                self._music[file] = SharedLoop(file)
            except pj.Error as error:
                raise SipError(f"cannot play {file.name}: {error.reason}") from error
        self.stop_playing(leg)
        found.wiring.music = self._music[file]
        self.connect(found)

    def stop_playing(self, leg: LegId) -> None:
        """Silence prompts and music towards this leg. A stopped playback does not report that it finished."""
        found = self._legs.get(leg)
        if found is None:
            return
        wiring = found.wiring
        for source in (wiring.playback, wiring.music):
            if source is not None:
                fade_out(source, found, partial(_is_heard, source, wiring))
        if wiring.playback is not None:
            self.release(wiring.playback)
        wiring.playback = wiring.music = None

    def record(self, leg: LegId, file: Path) -> None:
        """Write what this leg says to a WAV file until `stop_recording` or its end; `RecordingClosed` follows.

        A recording under way is finished first. Raises `SipError` for a file that cannot be written.
        """
        found = self._legs.get(leg)
        if found is None or found.ended:
            self._emit(RecordingClosed(leg, file, 0.0))
            return
        self.stop_recording(leg)
        try:
            found.wiring.recorder = recorder(file)
        except pj.Error as error:
            raise SipError(f"cannot record: {error.reason}") from error
        found.wiring.recorded_to = file
        self.connect(found)

    def stop_recording(self, leg: LegId) -> None:
        """Finish the recording; `RecordingClosed` tells when the file is whole."""
        found = self._legs.get(leg)
        if found is None or found.wiring.recorder is None:
            return
        audio = found.audio()
        if audio is not None:
            _disconnect(audio, found.wiring.recorder)
        self.release(found.wiring.recorder)
        found.wiring.recorder = None
        closed_by = self._loop.time() + RELEASE_AFTER_S + WHOLE_WITHIN_S
        self._loop.call_later(RELEASE_AFTER_S, self._tell_closed, leg, found.wiring.recorded_to, closed_by)

    def is_playing(self, leg: LegId) -> bool:
        found = self._legs.get(leg)
        return found is not None and found.wiring.playback is not None

    def is_recording(self, leg: LegId) -> bool:
        found = self._legs.get(leg)
        return found is not None and found.wiring.recorder is not None

    def use_sound_device(self, leg: LegId) -> None:
        """Let this leg talk through the open sound device (`sip.headset`)."""
        found = self._legs.get(leg)
        if found is not None:
            found.wiring.headset = True
            self.connect(found)

    def bridge(self, one: LegId, other: LegId) -> None:
        """Let two legs hear each other, and nothing else."""
        first, second = self._legs.get(one), self._legs.get(other)
        if first is None or second is None:
            return
        self.stop_playing(one)
        self.stop_playing(other)
        first.wiring.peers.add(other)
        second.wiring.peers.add(one)
        self.connect(first)

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

    def mute(self, leg: LegId, muted: bool) -> None:
        """Let nobody hear this leg, nor any recorder, or let them again; it goes on hearing the others."""
        found = self._legs.get(leg)
        if found is None or found.wiring.muted == muted:
            return
        if muted:
            self._cut_off(found)
        found.wiring.muted = muted
        self.connect(found)

    def record_with(self, leg: LegId, other: LegId) -> None:
        """Write what this leg says into the recording of the other leg too, while that one runs."""
        found = self._legs.get(leg)
        if found is not None:
            found.wiring.recorded_with = other
            self.connect(found)

    def is_playback(self, leg: LegId, number: int) -> bool:
        """Whether the playback that runs is the one of this number."""
        found = self._legs.get(leg)
        playback = found.wiring.playback if found is not None else None
        return playback is not None and playback.number == number

    def connect(self, leg: Leg) -> None:
        """Make the bridge agree with the leg's wiring."""
        audio = leg.audio()
        if audio is None:
            return
        source = leg.wiring.playback or leg.wiring.music
        if source is not None:
            _connect(source, audio)
        for recorder_ in self._recorders(leg):
            _connect(audio, recorder_)
        if leg.wiring.headset:
            devices = self._devices()
            _connect(devices.getCaptureDevMedia(), audio)
            _connect(audio, devices.getPlaybackDevMedia())
        for number in leg.wiring.peers:
            peer = self._legs.get(number)
            other = peer.audio() if peer is not None else None
            if peer is not None and other is not None:
                if not leg.wiring.muted:
                    _connect(audio, other)
                if not peer.wiring.muted:
                    _connect(other, audio)

    def _recorders(self, leg: Leg) -> list[pj.AudioMediaRecorder]:
        """Who writes down what the leg says."""
        if leg.wiring.muted:
            return []
        other = self._legs.get(leg.wiring.recorded_with) if leg.wiring.recorded_with is not None else None
        both = (leg.wiring.recorder, None if other is None else other.wiring.recorder)
        return [each for each in both if each is not None]

    def _cut_off(self, leg: Leg) -> None:
        audio = leg.audio()
        if audio is None:
            return
        peers = (self._legs.get(number) for number in leg.wiring.peers)
        for sink in (*self._recorders(leg), *(peer.audio() for peer in peers if peer is not None)):
            _disconnect(audio, sink)

    def rest(self, leg: LegId) -> None:
        """Take a leg off the bridge that stays up for the next call."""
        found = self._legs.get(leg)
        if found is not None:
            self.silence(found)
            found.wiring.muted, found.wiring.recorded_with = False, None

    def silence(self, leg: Leg) -> None:
        """Take the leg off the bridge: nobody hears it, it hears nothing, nothing records it."""
        for peer in list(leg.wiring.peers):
            self.unbridge(leg.number, peer)
        self.stop_playing(leg.number)
        self.stop_recording(leg.number)

    def _tell_closed(self, leg: LegId, file: Path, at_the_latest: float) -> None:
        seconds = recorded_s(file)
        if seconds is None and self._loop.time() < at_the_latest:
            self._loop.call_later(LOOK_EVERY_S, self._tell_closed, leg, file, at_the_latest)
            return
        self._emit(RecordingClosed(leg, file, seconds or 0.0))

    def release(self, native: object) -> None:
        """Keep the last reference for a moment, then drop it in this thread."""
        self._loop.call_later(RELEASE_AFTER_S, _drop, native)


def _drop(_native: object) -> None:
    """The scheduled call held the last reference; returning lets it go."""


def _is_heard(source: pj.AudioMedia, wiring: Wiring) -> bool:
    return source is wiring.playback or source is wiring.music


def _connect(source: pj.AudioMedia, sink: pj.AudioMedia) -> None:
    try:
        source.startTransmit(sink)
    except pj.Error as error:
        # Its leg ended in the native thread since we asked for the port; the event is on its way.
        log.info("connection_crossed", reason=error.reason)


def _disconnect(source: pj.AudioMedia, sink: pj.AudioMedia | None) -> None:
    if sink is None:
        return
    try:
        source.stopTransmit(sink)
    except pj.Error:
        return  # not connected, or gone with its leg: that is what was asked for
