"""A SIP agent without a network: commands are written down, and what they cause waits until the test delivers it."""

import wave
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sip.door import Admission
from sip.events import (
    DigitPressed,
    IncomingCall,
    LegAnswered,
    LegEnded,
    LegId,
    LineOffer,
    LineUp,
    PlaybackFinished,
    RecordingClosed,
    RegistrationChanged,
    SipEvent,
)

TRUNK = "127.0.0.1"


@dataclass(slots=True)
class FakeLeg:
    """One end of a call, as the network sees it: `gone` as soon as either side ended it."""

    number: LegId
    uri: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    answered: bool = False
    gone: bool = False
    hung_up_by_us: bool = False
    status: int = 0
    playing: int | None = None
    said: list[str] = field(default_factory=list)
    music: str | None = None
    recording: Path | None = None
    digits: str = ""
    muted: bool = False
    wide: bool = False  # speaks wide band, or is offered it first
    peers: set[LegId] = field(default_factory=set)


class FakeAgent:
    """An agent as of `sip.ports`: a command returns at once, its event follows when `deliver` is called.

    `legs` are those whose end has not been delivered. A leg that is gone but whose end is still on the way takes
    commands without effect, as the real one does.
    """

    def __init__(self, on_event: Callable[[SipEvent], None]) -> None:
        self.on_event = on_event
        self.mixer = FakeMixer(self)
        self.known: dict[LegId, FakeLeg] = {}
        self.pending: deque[SipEvent] = deque()
        self.pinned: dict[str, tuple[str, int, str]] = {}
        self._numbers = 0

    # --- what the program commands --------------------------------------------------------------------------------

    @property
    def legs(self) -> list[LegId]:
        return list(self.known)

    address = "127.0.0.1:5060"
    tls_address: str | None = None
    rtp_strangers = 0

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass

    def admit(self, admission: Admission) -> None:
        self.admitted = admission

    def pin(self, who: str, address: str, port: int, fingerprint: str) -> None:
        self.pinned[who] = (address, port, fingerprint)

    def refusals(self) -> Mapping[str, int]:
        return {}

    def is_hung_up(self, leg: LegId) -> bool:
        found = self.known.get(leg)
        return found is not None and found.hung_up_by_us

    has_wide_lines = True

    def is_wide(self, leg: LegId) -> bool:
        found = self.known.get(leg)
        return found is not None and found.wide

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
        leg = self._leg(uri, headers or {})
        leg.wide = wide
        return leg.number

    def open_line(self, user: str, *, wide: bool = False) -> LegId:
        leg = self._leg(f"line:{user}", {})
        leg.wide = wide
        self.pending.append(LineOffer(leg.number, "sdp"))
        return leg.number

    def answer_line(self, leg: LegId, sdp: str, *, peer: str = "") -> None:
        if self.up(leg) is not None:
            self.pending.append(LineUp(leg))

    def renewed(self, old: LegId, new: LegId) -> None:
        pass

    def answer(self, leg: LegId, *, strict_rtp: bool = False) -> None:
        found = self.up(leg)
        if found is not None and not found.answered:
            found.answered = True
            self.pending.append(LegAnswered(leg))

    def hang_up(self, leg: LegId, status: int = 0) -> None:
        found = self.up(leg)
        if found is not None:
            for peer in list(found.peers):
                self.mixer.unbridge(leg, peer)
            self._end(found, status, by_us=True)

    def send_digits(self, leg: LegId, digits: str) -> None:
        found = self.up(leg)
        if found is not None:
            found.digits += digits

    # --- what the network does ------------------------------------------------------------------------------------

    def invite(self, caller: str = "+6281234567890", source: str = TRUNK) -> LegId:
        leg = self._leg(None, {}).number
        self.pending.append(IncomingCall(leg, source, "hotline", f"call-{leg}", {"from": caller}))
        return leg

    def lift(self, leg: LegId) -> None:
        """The phone that rings is answered: our own `answer` seen from the other side."""
        self.answer(leg)

    def far_end(self, leg: LegId, status: int = 200) -> None:
        """The far end hangs up, cancels or refuses."""
        found = self.up(leg)
        if found is not None:
            self._end(found, status, by_us=False)

    def press(self, leg: LegId, digit: str) -> None:
        if self.up(leg) is not None:
            self.pending.append(DigitPressed(leg, digit))

    def finish_playback(self, leg: LegId) -> None:
        found = self.up(leg)
        if found is not None and found.playing is not None:
            self.pending.append(PlaybackFinished(leg, found.playing))

    def deliver(self) -> None:
        """One event, the oldest, as the real agent would: an outdated playback's end is dropped on the way."""
        event = self.pending.popleft()
        if isinstance(event, PlaybackFinished):
            found = self.known.get(event.leg)
            if found is None or found.playing != event.number:
                return
            found.playing = None
        if isinstance(event, LegEnded):
            self.known.pop(event.leg, None)
        self.on_event(event)

    def settle(self) -> None:
        """Everything that is on the way arrives."""
        while self.pending:
            self.deliver()

    def up(self, leg: LegId) -> FakeLeg | None:
        found = self.known.get(leg)
        return None if found is None or found.gone else found

    @property
    def phones(self) -> list[FakeLeg]:
        """Phones that we called, and that ring or talk."""
        return [leg for leg in self.known.values() if leg.uri is not None and not leg.gone]

    def called(self, user: str) -> FakeLeg:
        """The phone of this user, which we called last."""
        return [leg for leg in self.phones if (leg.uri or "").startswith(f"sip:{user}@")][-1]

    def _leg(self, uri: str | None, headers: Mapping[str, str]) -> FakeLeg:
        self._numbers += 1
        self.known[self._numbers] = leg = FakeLeg(self._numbers, uri, headers)
        return leg

    def _end(self, leg: FakeLeg, status: int, *, by_us: bool) -> None:
        leg.gone, leg.status, leg.hung_up_by_us = True, status, by_us
        self.mixer.stop_recording(leg.number)
        self.pending.append(LegEnded(leg.number, status, "", by_us))

    def registration(self, trunk: str, active: bool) -> None:
        self.pending.append(RegistrationChanged(trunk, active, 200 if active else 403))


class FakeMixer:
    """What each leg hears, written down. Recordings are real files, so that whoever deletes one too early is seen."""

    def __init__(self, agent: FakeAgent) -> None:
        self._agent = agent

    def play(self, leg: LegId, files: Sequence[Path], number: int) -> None:
        found = self._agent.up(leg)
        if found is not None:
            found.music, found.playing = None, number
            found.said += [file.name for file in files]

    def play_music(self, leg: LegId, file: Path) -> None:
        found = self._agent.up(leg)
        if found is not None:
            found.playing, found.music = None, file.name

    def stop_playing(self, leg: LegId) -> None:
        found = self._agent.up(leg)
        if found is not None:
            found.playing = found.music = None

    def record(self, leg: LegId, file: Path) -> None:
        found = self._agent.up(leg)
        if found is None:
            self._agent.pending.append(RecordingClosed(leg, file, 0.0))
        else:
            self.stop_recording(leg)
            found.recording = file
            with wave.open(str(file), "wb") as sound:
                sound.setparams((1, 2, 8000, 0, "NONE", ""))
                sound.writeframes(bytes(1600))

    def stop_recording(self, leg: LegId) -> None:
        found = self._agent.known.get(leg)
        if found is not None and found.recording is not None:
            self._agent.pending.append(RecordingClosed(leg, found.recording, 0.1))
            found.recording = None

    def bridge(self, one: LegId, other: LegId) -> None:
        first, second = self._agent.up(one), self._agent.up(other)
        if first is not None and second is not None:
            self.stop_playing(one)
            self.stop_playing(other)
            first.peers.add(other)
            second.peers.add(one)

    def unbridge(self, one: LegId, other: LegId) -> None:
        for leg, peer in ((one, other), (other, one)):
            found = self._agent.known.get(leg)
            if found is not None:
                found.peers.discard(peer)

    def rest(self, leg: LegId) -> None:
        self.stop_playing(leg)
        self.stop_recording(leg)
        found = self._agent.known.get(leg)
        for peer in list(found.peers) if found is not None else ():
            self.unbridge(leg, peer)

    def mute(self, leg: LegId, muted: bool) -> None:
        found = self._agent.up(leg)
        if found is not None:
            found.muted = muted

    def record_with(self, leg: LegId, other: LegId) -> None:
        pass
