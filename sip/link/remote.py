"""The service's end: an agent as of `sip.ports` whose calls live in a process of its own."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
import structlog

from sip.door import Admission
from sip.events import LegEnded, LegId, RecordingClosed, SipEvent
from sip.link import messages as say
from sip.link.mirror import GONE, Mirror
from sip.link.supervisor import EngineState, Listener, Supervisor
from sip.options import AgentOptions
from sip.statuses import SipStatus

log = structlog.get_logger(__name__)

HANG_UP_TAKES_S = 40.0
"""A far end that is dead is given up after 32 s (RFC 3261, timer B); a leg that is there still was not hung up."""


class RemoteBridge:
    """`sip.ports.Bridge`, told to the engine. Commands for legs that are over are not sent."""

    def __init__(
        self, mirror: Mirror, send: Callable[[msgspec.Struct], None], tell: Callable[[SipEvent], None]
    ) -> None:
        self._mirror = mirror
        self._send = send
        self._tell = tell

    def play(self, leg: LegId, files: Sequence[Path], number: int) -> None:
        self._to(leg, say.Play(leg, tuple(files), number), playing=number)

    def play_music(self, leg: LegId, file: Path) -> None:
        self._to(leg, say.PlayMusic(leg, file), playing=None)

    def stop_playing(self, leg: LegId) -> None:
        self._to(leg, say.StopPlaying(leg), playing=None)

    def record(self, leg: LegId, file: Path) -> None:
        if leg in self._mirror.legs:
            self._mirror.records(leg, file)
            self._send(say.Record(leg, file))
        else:
            self._tell(RecordingClosed(leg, file, 0.0))

    def stop_recording(self, leg: LegId) -> None:
        if leg in self._mirror.legs:
            self._send(say.StopRecording(leg))

    def bridge(self, one: LegId, other: LegId) -> None:
        if one in self._mirror.legs and other in self._mirror.legs:
            self._mirror.legs[one].playing = self._mirror.legs[other].playing = None
            self._send(say.Join(one, other))

    def unbridge(self, one: LegId, other: LegId) -> None:
        if one in self._mirror.legs and other in self._mirror.legs:
            self._send(say.Part(one, other))

    def mute(self, leg: LegId, muted: bool) -> None:
        if leg in self._mirror.legs:
            self._send(say.Mute(leg, muted))

    def record_with(self, leg: LegId, other: LegId) -> None:
        if leg in self._mirror.legs:
            self._send(say.RecordWith(leg, other))

    def rest(self, leg: LegId) -> None:
        self._to(leg, say.Rest(leg), playing=None)

    def _to(self, leg: LegId, command: msgspec.Struct, *, playing: int | None) -> None:
        known = self._mirror.legs.get(leg)
        if known is not None:
            known.playing = playing
            self._send(command)


class RemoteAgent:
    """`form` is how the engine writes its log; `changed` is told each time that its state is another."""

    def __init__(
        self,
        options: AgentOptions,
        on_event: Callable[[SipEvent], None],
        *,
        form: str = "console",
        changed: Callable[[EngineState], None] = lambda _state: None,
    ) -> None:
        self._options = options
        self._on_event = on_event
        self._loop = asyncio.get_running_loop()
        self._ours = itertools.count(1, 2)
        self._highest: LegId = 0
        self._mirror = Mirror()
        self._counted: Counter[str] = Counter()  # by the engines before this one
        self._counts: Mapping[str, int] = {}
        self._strangers_counted = self._strangers = 0
        listener = Listener(self._told, self._lost, changed, lambda: self._highest + 1)
        self.engine = Supervisor(options, form, listener)
        self.mixer = RemoteBridge(self._mirror, self.engine.send, self._tell_as_it_is)

    async def open(self) -> None:
        """Start the engine and its spare. Raises `SipError`."""
        await self.engine.open()

    async def close(self) -> None:
        """End the engine, which hangs up what is left."""
        await self.engine.close()

    # --- questions, from memory -----------------------------------------------------------------------------------

    @property
    def address(self) -> str:
        return self.engine.started.address

    @property
    def tls_address(self) -> str | None:
        return self.engine.started.tls_address

    @property
    def legs(self) -> Sequence[LegId]:
        return list(self._mirror.legs)

    @property
    def has_wide_lines(self) -> bool:
        return bool(self._options.wide_line_codecs)

    @property
    def rtp_strangers(self) -> int:
        return self._strangers_counted + self._strangers

    def refusals(self) -> Mapping[str, int]:
        return Counter(self._counts) + self._counted

    def is_hung_up(self, leg: LegId) -> bool:
        known = self._mirror.legs.get(leg)
        if known is None or known.hung_up_at is None:
            return False
        return self._loop.time() - known.hung_up_at < HANG_UP_TAKES_S

    def is_wide(self, leg: LegId) -> bool:
        known = self._mirror.legs.get(leg)
        return known is not None and known.wide

    # --- commands -------------------------------------------------------------------------------------------------

    def admit(self, admission: Admission) -> None:
        self.engine.admit(admission)

    def pin(self, who: str, address: str, port: int, fingerprint: str) -> None:
        self.engine.pin(who, (address, port, fingerprint))

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
        leg = self._begins()
        self.engine.send(say.PlaceCall(leg, uri, dict(headers or {}), trunk, identity, wide, strict_rtp))
        return leg

    def open_line(self, user: str, *, wide: bool = False) -> LegId:
        leg = self._begins()
        self.engine.send(say.OpenLine(leg, user, wide))
        return leg

    def answer_line(self, leg: LegId, sdp: str, *, peer: str = "") -> None:
        self._to(leg, say.AnswerLine(leg, sdp, peer))

    def renewed(self, old: LegId, new: LegId) -> None:
        self._to(new, say.Renewed(old, new))

    def answer(self, leg: LegId, *, strict_rtp: bool = False) -> None:
        self._to(leg, say.Answer(leg, strict_rtp))

    def hang_up(self, leg: LegId, status: int = 0) -> None:
        known = self._mirror.legs.get(leg)
        if known is not None:
            known.hung_up_at, known.playing = self._loop.time(), None
            self.engine.send(say.HangUp(leg, int(status)))

    def send_digits(self, leg: LegId, digits: str) -> None:
        self._to(leg, say.SendDigits(leg, digits))

    def _begins(self) -> LegId:
        leg = next(self._ours)
        self._highest = max(self._highest, leg)
        self._mirror.begins(leg)
        if not self.engine.up:
            self._tell(LegEnded(leg, SipStatus.SERVICE_UNAVAILABLE, GONE, by_us=False))
        return leg

    def _to(self, leg: LegId, command: msgspec.Struct) -> None:
        if leg in self._mirror.legs:
            self.engine.send(command)

    # --- what the engine tells ------------------------------------------------------------------------------------

    def _told(self, message: say.FromEngine) -> None:
        match message:
            case say.Alive(refusals, rtp_strangers):
                self._counts, self._strangers = refusals, rtp_strangers
            case say.InDialog(leg, dialog):
                if leg in self._mirror.legs:
                    self._mirror.legs[leg].dialog = dialog
            case say.Hello() | say.Refused() | say.Started() | say.Failed() | say.Closed():
                pass
            case _:
                self._pass_on(message)

    def _pass_on(self, event: SipEvent) -> None:
        self._highest = max(self._highest, getattr(event, "leg", 0))
        if self._mirror.note(event):
            self._on_event(event)

    def _tell(self, event: SipEvent) -> None:
        self._loop.call_soon(self._pass_on, event)

    def _tell_as_it_is(self, event: SipEvent) -> None:
        self._loop.call_soon(self._on_event, event)

    # --- when it dies ---------------------------------------------------------------------------------------------

    def _lost(self) -> None:
        """Its calls are over. The next engine says BYE to their far ends."""
        log.error("engine_lost", legs=len(self._mirror.legs))
        self.engine.owe(self._mirror.dialogs())
        self._counted.update(self._counts)
        self._counts = {}
        self._strangers_counted, self._strangers = self._strangers_counted + self._strangers, 0
        for event in self._mirror.lose():
            self._on_event(event)
