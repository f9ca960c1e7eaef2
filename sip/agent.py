"""The SIP user agent: commands in, events out. The only way the rest of the house speaks to a telephone network."""

import asyncio
import itertools
from collections.abc import Callable, Iterator, Mapping

import pjsua2 as pj
import structlog

from sip import endpoint
from sip.dialogs import Dialog, dialog_of
from sip.door import STRANGERS_REASONS, Admission
from sip.errors import SipError
from sip.events import (
    IncomingCall,
    LegAnswered,
    LegEnded,
    LegId,
    MediaActive,
    PlaybackFinished,
    RegistrationChanged,
    SipEvent,
    SoundDeviceLost,
    TlsRefused,
)
from sip.gain import Leveller
from sip.headers import read_invitation
from sip.leg import Leg, Placed
from sip.line_leg import LineLeg
from sip.lines import Lines
from sip.mixer import RELEASE_AFTER_S, Mixer
from sip.options import WIDE_HZ, AgentOptions
from sip.peers import PeerTable
from sip.quality import Watch
from sip.resolver import by_hosts_file
from sip.statuses import SipStatus
from sip.tls_peers import Flaw, Shown, TlsPeers
from sip.unacknowledged import Unacknowledged

log = structlog.get_logger(__name__)

WIDE = frozenset({"g722", "opus"})
TELL_REFUSED_EVERY_S = 1.0
LOST_AFTER_S = 2.0  # the end of a call whose number is another's by now is on its way, if it ever comes
LEAST_UNACKNOWLEDGED = 16  # of an engine of few legs; else half of the legs stay for calls that are acknowledged
BYE_ANSWERED_WITHIN_S = 2.0  # three copies of it are out by then (RFC 3261 section 17.1.2.2, T1 = 0.5 s)


class SipAgent:
    """Owns every native object. All commands are given in the loop's thread and return at once.

    A command for a leg that has ended meanwhile does nothing: a hang-up crosses everything else on the way.
    `numbers` are the legs' where a command gives none.
    """

    def __init__(
        self, options: AgentOptions, on_event: Callable[[SipEvent], None], numbers: Iterator[LegId] | None = None
    ) -> None:
        self._options = options
        self._on_event = on_event
        self._loop = asyncio.get_running_loop()
        self._numbers = itertools.count(1) if numbers is None else numbers
        self._legs: dict[LegId, Leg] = {}
        self._endpoint: endpoint.Endpoint | None = None
        self._refused_timer: asyncio.TimerHandle | None = None
        self._unacknowledged = Unacknowledged(
            per_source=options.admission.calls_at_once, in_all=max(options.legs // 2, LEAST_UNACKNOWLEDGED)
        )
        self.mixer = Mixer(self._legs, self._emit, self.sound_devices)
        self._lines = Lines(options, self._legs, self._emit, self._place, self.hang_up)
        self._watch = Watch(self._legs, options, self._emit)
        self._leveller = Leveller(self._legs)

    def start(self) -> None:
        """Open the transports and register. Raises `SipError` when a port is taken or a certificate unreadable."""
        try:
            self._endpoint = endpoint.start(
                self._options,
                self._incoming,
                self._registration,
                self._tls_refused,
                lambda: self._emit(SoundDeviceLost()),
            )
        except pj.Error as error:
            raise SipError(f"cannot start SIP on {self._options.bind}:{self._options.port}: {error.reason}") from error
        if self._options.admission.owners or self._options.admission.unchecked:
            self._know(self._options.admission)
        self._watch.start()
        self._tell_refused()
        if self._options.even_levels:
            self._leveller.start()

    @property
    def address(self) -> str:
        """host:port of the UDP and TCP listeners."""
        return self._started().address

    @property
    def tls_address(self) -> str | None:
        return self._started().tls_address

    def sound_devices(self) -> pj.AudDevManager:
        """For this room only."""
        return self._started().native.audDevManager()

    @property
    def legs(self) -> list[LegId]:
        """Every leg that has not been reported as ended."""
        return list(self._legs)

    def admit(self, admission: Admission) -> None:
        """Others than before may speak to us from now on. Raises `SipError` for what is no network."""
        self._started().door.admit(admission)
        self._know(admission)
        self._unacknowledged.per_source = admission.calls_at_once

    @property
    def tls_peers(self) -> TlsPeers | None:
        """Whose certificate is the right one; `None` for an agent that looks at none."""
        return None if self._options.tls is None else self._options.tls.peers

    def _know(self, admission: Admission) -> None:
        """By whose addresses certificates are looked at."""
        if self.tls_peers is not None:
            self.tls_peers.trunk_of = PeerTable((trunk, [network]) for network, trunk in admission.owners).trunk_of
            self.tls_peers.open_phones = PeerTable([("phones", admission.unchecked)]).trunk_of

    def pin(self, who: str, address: str, port: int, fingerprint: str) -> None:
        """From now on the phone of `who` takes calls by TLS there, with this certificate and no other."""
        if self.tls_peers is not None:
            self.tls_peers.pin(who, address, port, fingerprint)
            self._started().door.pin(self.tls_peers.pinned_places())

    def refusals(self) -> Mapping[str, int]:
        """What the door has let pass and refused since the start, by the names of `sip.door.COUNTERS`."""
        counted = {} if self._endpoint is None else dict(self._endpoint.door.counters())
        counted["too_many"] = counted.get("too_many", 0) + self._unacknowledged.refused
        return counted

    @property
    def rtp_strangers(self) -> int:
        """How many RTP and RTCP packets of others than a call's peer were dropped since the process began."""
        return int(pj.sambut_rtp_strangers()) if hasattr(pj, "sambut_rtp_strangers") else 0

    def is_hung_up(self, leg: LegId) -> bool:
        """Whether we have hung up on it. It ends when the far end agrees; a dead one after 32 s (RFC 3261, timer B)."""
        found = self._legs.get(leg)
        return found is not None and found.hung_up_by_us

    @property
    def has_wide_lines(self) -> bool:
        """Whether a line for a wideband caller is another than the usual one."""
        return bool(self._options.wide_line_codecs)

    def is_wide(self, leg: LegId) -> bool:
        """Whether this leg speaks wide band, on a bridge that carries it."""
        found = self._legs.get(leg)
        return found is not None and found.wide

    def dialog(self, leg: LegId) -> Dialog | None:
        """What it takes to end this leg from outside, once it is answered; none for a line, whose far end is here."""
        found = self._legs.get(leg)
        if found is None or isinstance(found, LineLeg) or not found.is_ours():
            return None
        try:
            target = found.getInfo().remoteContact
        except pj.Error:
            return None  # it ended in the native thread while we asked
        incoming = found.request is None
        return dialog_of(found.confirmed_by, target, incoming=incoming, record_routes=found.record_routes)

    async def close(self) -> None:
        """Hang up whatever is left, and free the library."""
        self._watch.stop()
        if self._refused_timer is not None:
            self._refused_timer.cancel()
        self._leveller.stop()
        for leg in self.legs:
            self.hang_up(leg, 503)
        for _ in range(20):
            if not self._legs:
                break
            await asyncio.sleep(0.05)
        self._lines.close()
        self.mixer.close()
        await asyncio.sleep(RELEASE_AFTER_S)
        if self._endpoint is not None:
            self._endpoint.close(quietly=not self._legs and not self._options.registrations)
            self._endpoint = None
        for left in self._legs.values():
            endpoint.disown(left)
        self._legs.clear()

    # --- calls ----------------------------------------------------------------------------------------------------

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
        """Place a call to a SIP URI. Raises `SipError` for a URI or a transport that cannot be used.

        `trunk` names the registration or credentials by whose account it goes, if there are any; `identity` is the URI
        in From.
        `wide`: whom it will talk with speaks wide band (`is_wide`). `strict_rtp` as in `answer`. `leg` is its
        number, if that is given.
        """
        accounts = self._started().accounts
        account = next((account for account in accounts if account.name == trunk), accounts[0])
        placed = Leg(account, next(self._numbers) if leg is None else leg, self._emit)
        placed.codecs = self._options.wide_codecs if wide else ()
        placed.request = Placed(account, uri, headers or {}, identity, strict_rtp)
        self._place(placed, uri, headers or {}, identity)
        if strict_rtp:
            placed.hear_strictly()
        return placed.number

    def open_line(self, user: str, *, wide: bool = False, leg: LegId | None = None) -> LegId:
        """Begin a browser headset's line for this operator: `LineOffer` follows, then `LineUp` or `LegEnded`.

        `wide` and `leg` as in `call`. Raises `SipError` when the engine cannot carry one.
        """
        number = next(self._numbers) if leg is None else leg
        self._lines.open(self._started(), number, wide=wide)
        log.info("line_opened", leg=number, operator=user)
        return number

    def renewed(self, old: LegId, new: LegId) -> None:
        """The same person speaks on another line now: as loudly as on the old one."""
        found = self._legs.get(new)
        if found is not None:
            self._leveller.inherit(old, found)

    def answer_line(self, leg: LegId, sdp: str, *, peer: str = "") -> None:
        """The page's SDP answer; `peer` is the page's IP address. Raises `SipError` for one that cannot be used."""
        self._lines.answer(leg, sdp, peer)

    def refuse_line(self, leg: LegId) -> None:
        """The page will not have the line, or not any more; `LegEnded` follows."""
        self._lines.refuse(leg)

    def ring(self, leg: LegId) -> None:
        """Send 180 Ringing."""
        self._respond(leg, 180)

    def answer(self, leg: LegId, *, strict_rtp: bool = False) -> None:
        """Send 200 OK; `MediaActive` follows.

        `strict_rtp`: sound is taken only from the address and port of the far end's SDP; else also from the one that
        its first packet comes from (RFC 7362).
        """
        found = self._legs.get(leg)
        if strict_rtp and found is not None and not found.ended:
            found.hear_strictly()
        self._respond(leg, 200)

    def hang_up(self, leg: LegId, status: int = 0) -> None:
        """End a leg in whatever state it is: refuse with `status`, CANCEL or BYE. `LegEnded` follows."""
        found = self._legs.get(leg)
        if found is None:
            return
        if found.ended:
            found.hung_up_by_us = True  # its end is on the way, and no other try will follow it
            return
        if not found.is_ours():
            self._loop.call_later(LOST_AFTER_S, self._give_up_on, found)
            return
        found.hung_up_by_us = True
        self.mixer.silence(found)
        prm = pj.CallOpParam()
        prm.statusCode = status
        try:
            found.hangup(prm)
        except pj.Error as error:
            found.hung_up_by_us = False  # it was over already
            log.info("hang_up_crossed", leg=leg, reason=error.reason)
        if found.answered:
            self._loop.call_later(BYE_ANSWERED_WITHIN_S, self._give_up_on, found)

    def _give_up_on(self, leg: Leg) -> None:
        """The far end does not answer our BYE. The library asks on for 32 s; nobody here has to wait for that.

        Or the library has no such call any more, and its end was not told.
        """
        if not leg.ended and self._legs.get(leg.number) is leg:
            leg.ended = True
            leg.let_go()
            log.info("bye_not_answered", leg=leg.number)
            self._deliver(LegEnded(leg.number, SipStatus.REQUEST_TIMEOUT, "BYE not answered", leg.hung_up_by_us))

    def send_digits(self, leg: LegId, digits: str) -> None:
        """Press keys towards the far end (RFC 4733)."""
        found = self._legs.get(leg)
        if found is None or not found.is_ours():
            return
        try:
            found.dialDtmf(digits)
        except pj.Error as error:
            log.info("digits_crossed", leg=leg, reason=error.reason)

    # --- the native side ------------------------------------------------------------------------------------------

    def _started(self) -> endpoint.Endpoint:
        if self._endpoint is None:
            raise SipError("the SIP agent is not started")
        return self._endpoint

    def _place(self, leg: Leg, uri: str, headers: Mapping[str, str], identity: str = "") -> None:
        self._legs[leg.number] = leg
        prm = pj.CallOpParam(True)
        _audio_only(prm)
        prm.txOption.localUri = identity
        for name, value in headers.items():
            header = pj.SipHeader()
            header.hName, header.hValue = name, value
            prm.txOption.headers.append(header)
        try:
            leg.makeCall(by_hosts_file(uri), prm)
            leg.placed()
        except pj.Error as error:
            self._legs.pop(leg.number, None)
            raise SipError(f"cannot call: {error.reason}") from error

    def _respond(self, leg: LegId, status: int) -> None:
        found = self._legs.get(leg)
        if found is None or not found.is_ours():
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
        leg.record_routes = read.record_routes
        source = prm.rdata.srcAddress.rsplit(":", 1)[0].strip("[]")
        self._emit(IncomingCall(leg.number, source, read.called, read.sip_call_id, read.identities, read.diverted_from))

    def _tell_refused(self) -> None:
        """A line for each address and reason a second. fail2ban goes by `sip_refused`, which is never about a trunk.

        While the addresses of a trunk are looked for, a stranger may be that trunk (`sip_unknown`).
        """
        door = self._started().door
        stranger = "sip_unknown" if door.is_incomplete else "sip_refused"
        for source, reason, count in door.told():
            event = stranger if reason in STRANGERS_REASONS else "sip_limited"
            log.warning(event, source=source, reason=reason, count=count)
        for source, count in self._unacknowledged.told().items():
            log.warning("sip_limited", source=source, reason="too_many_unacknowledged", count=count)
        self._refused_timer = self._loop.call_later(TELL_REFUSED_EVERY_S, self._tell_refused)

    def _registration(self, trunk: str, prm: pj.OnRegStateParam) -> None:
        self._emit(RegistrationChanged(trunk, prm.code // 100 == 2 and prm.expiration > 0, prm.code))

    def _tls_refused(self, shown: Shown, flaw: Flaw) -> None:
        """Native thread."""
        trunks = [] if self.tls_peers is None else self.tls_peers.candidates(shown)
        self._emit(TlsRefused(trunks[0].name if trunks else "", shown.address, flaw, shown.fingerprint))

    def _emit(self, event: SipEvent) -> None:
        """Any thread: one hop to the loop."""
        self._loop.call_soon_threadsafe(self._deliver, event)

    def _deliver(self, event: SipEvent) -> None:
        match event:
            case IncomingCall(leg, source):
                if not self._unacknowledged.comes(leg, source):
                    self.hang_up(leg, SipStatus.SERVICE_UNAVAILABLE)
                    return
            case LegAnswered(leg):
                self._unacknowledged.settled(leg)
            case MediaActive(leg):
                if leg in self._legs:
                    self.mixer.connect(self._legs[leg])
                    self._leveller.connect(self._legs[leg])
                    event = MediaActive(leg, self._speaks_wide(self._legs[leg]))
            case PlaybackFinished(leg, number):
                if not self.mixer.is_playback(leg, number):
                    return  # it was stopped while its end was on the way
                self.mixer.stop_playing(leg)
            case LegEnded(leg):
                if self._called_without_keys(event):
                    return
                self._forget(leg)
            case _:
                pass
        self._on_event(event)

    def _speaks_wide(self, leg: Leg) -> bool:
        codec = leg.codec() if self._options.clock_rate >= WIDE_HZ else None
        leg.wide = codec is not None and codec.name.lower() in WIDE
        return leg.wide

    def _called_without_keys(self, end: LegEnded) -> bool:
        """A trunk that refuses our offer gets it once more without SRTP keys, where they may be left out."""
        leg = self._legs.get(end.leg)
        if leg is None or leg.request is None or leg.hung_up_by_us or self._options.srtp != "optional":
            return False
        if end.status != SipStatus.NOT_ACCEPTABLE_HERE or leg.answered:
            return False
        again, placed = Leg(leg.request.account, leg.number, self._emit), leg.request
        again.codecs, again.without_keys = leg.codecs, True
        self._forget(leg.number)
        log.info("called_without_keys", leg=leg.number)
        try:
            self._place(again, placed.uri, placed.headers, placed.identity)
        except SipError:
            return False
        if placed.strict_rtp:
            again.hear_strictly()
        return True

    def _forget(self, leg: LegId) -> None:
        self._unacknowledged.settled(leg)
        found = self._legs.get(leg)
        if found is None:
            return
        self._leveller.forget(found)
        quality = self._watch.end(found)
        if quality is not None:
            self._on_event(quality)
        self.mixer.silence(found)
        self._lines.forget(leg)
        del self._legs[leg]
        self.mixer.release(found)


def _audio_only(prm: pj.CallOpParam) -> None:
    prm.opt.audioCount = 1
    prm.opt.videoCount = 0
    if hasattr(prm.opt, "textCount"):  # since pjproject 2.16; offered by default
        prm.opt.textCount = 0
