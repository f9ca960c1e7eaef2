"""One call leg: the pjsua2 call, whose callbacks copy plain data and hop to the loop."""

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pjsua2 as pj

from sip.events import DigitPressed, LegAnswered, LegEnded, LegId, LegRinging, MediaActive, SipEvent
from sip.headers import q850_cause
from sip.keys import Keys
from sip.media import Playback, SharedLoop
from sip.offers import NOWHERE, answered_hold, in_order, without_keys
from sip.reception import Codec, Reading
from sip.statuses import SipStatus

Emit = Callable[[SipEvent], None]
CAN_LET_GO = hasattr(pj.Call, "letGo")  # PyPI's engine cannot
DTMF_IS_UPDATE = 1  # PJMEDIA_STREAM_DTMF_IS_UPDATE: the same key press goes on; the bindings do not export the name


@dataclass(frozen=True, slots=True)
class Placed:
    """A call of ours: by which account, to which URI, with which headers and which From, and from where it is heard."""

    account: pj.Account
    uri: str
    headers: Mapping[str, str]
    identity: str
    strict_rtp: bool


@dataclass(slots=True)
class Wiring:
    """What a leg shall hear and who shall hear it. Kept here, since a re-INVITE tears every connection down."""

    playback: Playback | None = None
    music: SharedLoop | None = None
    recorder: pj.AudioMediaRecorder | None = None
    recorded_to: Path = Path()
    recorded_with: LegId | None = None
    headset: bool = False
    muted: bool = False
    peers: set[LegId] = field(default_factory=set)


class Leg(pj.Call):  # type: ignore[misc]  # pjsua2 has no type information
    """Callbacks run in a native thread (or inside a command, in the loop's thread) and must neither block nor raise."""

    def __init__(self, account: pj.Account, number: LegId, emit: Emit, call_id: int = pj.PJSUA_INVALID_ID) -> None:
        super().__init__(account, call_id)
        self.number = number
        self.wiring = Wiring()
        self.ended = False
        self.hung_up_by_us = False
        self.answered = False
        self.confirmed_by = ""
        """The message that came or went when it was answered."""
        self.record_routes: Sequence[str] = ()
        """Of the INVITE that came in."""
        self.wide = False
        """Whether it spoke wide band when its media were last agreed upon."""
        self.is_sent_to = False
        """Whether the far end should send us sound now: it is not on hold, nor have we put it there."""
        self.closed_streams: deque[Reading] = deque()
        """Last readings of streams that are gone. Filled in a native thread, emptied by the loop."""
        self.codecs: tuple[str, ...] = ()
        """The order in which our offer names them; empty: the usual one."""
        self.without_keys = False
        """Whether our offer names no SRTP keys: the far end has refused one with them."""
        self.request: Placed | None = None
        """How it was called, if it may be called once more; none of a call that came in."""
        self._stream = 0
        self._redirected = 0
        self._keys = Keys()
        self._emit = emit
        if call_id != pj.PJSUA_INVALID_ID:
            self.placed()

    def onCallState(self, prm: pj.OnCallStateParam) -> None:  # noqa: N802  # pjsua2's name
        try:
            info = self.getInfo()
        except pj.Error as error:  # the library has forgotten the call: it is over
            self._over(0, error.reason)
            return
        match info.state:
            case pj.PJSIP_INV_STATE_EARLY:
                self._emit(LegRinging(self.number))
            case pj.PJSIP_INV_STATE_CONFIRMED:
                self.answered = True
                self.confirmed_by = _message(prm.e)
                self._emit(LegAnswered(self.number))
            case pj.PJSIP_INV_STATE_DISCONNECTED:
                if _is_far_ends_bye(prm.e):
                    self.hung_up_by_us = False
                self._over(self._redirected or info.lastStatusCode, info.lastReason, _cause(prm.e))

    def onCallRedirected(self, prm: pj.OnCallRedirectedParam) -> int:  # noqa: N802
        """The phone sends its calls elsewhere. Nobody asked us to call there; the library alone would end with 487."""
        self._redirected = _status(prm.e) or SipStatus.MOVED_TEMPORARILY
        return int(pj.PJSIP_REDIRECT_STOP)

    def onCallMediaState(self, _prm: pj.OnCallMediaStateParam) -> None:  # noqa: N802
        try:
            info = self.getInfo()  # kept in a variable: its media vector dies with it
        except pj.Error:
            return  # the call ended meanwhile; `onCallState` tells
        for media in info.media:
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status != pj.PJSUA_CALL_MEDIA_NONE:
                self._stream = media.index
                receives = bool(media.dir & pj.PJMEDIA_DIR_DECODING)
                self.is_sent_to = receives and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE
                self._emit(MediaActive(self.number))
                return

    def onCallSdpCreated(self, prm: pj.OnCallSdpCreatedParam) -> None:  # noqa: N802
        if prm.remSdp.wholeSdp:
            if NOWHERE in prm.remSdp.wholeSdp:
                prm.sdp.wholeSdp = answered_hold(prm.sdp.wholeSdp, prm.remSdp.wholeSdp)
            return
        if self.without_keys:
            prm.sdp.wholeSdp = without_keys(prm.sdp.wholeSdp)
        if self.codecs:
            prm.sdp.wholeSdp = in_order(prm.sdp.wholeSdp, self.codecs)

    def onStreamDestroyed(self, prm: pj.OnStreamDestroyedParam) -> None:  # noqa: N802
        if prm.streamIdx == self._stream and (last := self.reading()) is not None:
            self.closed_streams.append(last)

    def onDtmfEvent(self, prm: pj.OnDtmfEventParam) -> None:  # noqa: N802
        at = time.monotonic()
        if prm.flags & DTMF_IS_UPDATE:
            self._keys.goes_on(prm.method, prm.digit, at)
        elif self._keys.is_pressed(prm.method, prm.digit, at):
            self._emit(DigitPressed(self.number, prm.digit))

    def placed(self) -> None:
        """The library has given it a number, which is this leg's for as long as the call of that Call-ID lasts."""
        if CAN_LET_GO:
            self.keepCallId()

    def is_ours(self) -> bool:
        """Whether the library's number is still this leg's. A number is given to another call once its own is over."""
        return not self.ended and (not CAN_LET_GO or bool(self.isOurs()))

    def let_go(self) -> None:
        """Go by the library's number no more: whoever has it from now on is not meant by this object."""
        if CAN_LET_GO:
            self.letGo()

    def onCallTransferRequest(self, prm: pj.OnCallTransferRequestParam) -> None:  # noqa: N802
        """Transfers are ours to make, by the office's rules. The door refuses REFER already; this is its root."""
        prm.statusCode = pj.PJSIP_SC_DECLINE

    def onCallReplaceRequest(self, prm: pj.OnCallReplaceRequestParam) -> None:  # noqa: N802
        """Nobody takes a call over by an INVITE (RFC 3891)."""
        prm.statusCode = pj.PJSIP_SC_DECLINE

    def hear_strictly(self) -> None:
        """Before there is media: take sound from the address and port of the far end's SDP and from nowhere else."""
        if hasattr(pj, "sambut_strict_rtp"):  # PyPI's engine has no such thing
            pj.sambut_strict_rtp(self.getId(), 1)

    def audio(self) -> pj.AudioMedia | None:
        """The leg's port on the conference bridge, asked anew each time: it changes with every re-INVITE."""
        if self.ended or not self.hasMedia():
            return None
        try:
            return self.getAudioMedia(-1)
        except pj.Error:
            return None  # on hold by the far end, or between two media states: reconnected at the next one

    def packets(self) -> int | None:
        """How many packets the stream has brought so far; none when it cannot be asked now."""
        statistics = self._statistics()
        return None if statistics is None else int(statistics.rtcp.rxStat.pkt)

    def reading(self) -> Reading | None:
        """All counters of the stream; none when it cannot be asked now."""
        statistics = self._statistics()
        if statistics is None:
            return None
        rtcp, buffer = statistics.rtcp, statistics.jbuf
        received, round_trip = rtcp.rxStat, rtcp.rttUsec
        return Reading(
            at=time.monotonic(),
            packets=received.pkt,
            lost=received.loss,
            missing=buffer.lost + buffer.empty,
            jitter_ms=received.jitterUsec.last / 1000,
            round_trip_ms=round_trip.last / 1000 if round_trip.n else None,
            buffer_ms=buffer.avgDelayMsec,
        )

    def codec(self) -> Codec | None:
        """Of the stream, while it is there."""
        try:
            info = self.getStreamInfo(self._stream)
        except pj.Error:
            return None
        return Codec(info.codecName, info.codecClockRate, info.audCodecParam.info.frameLen)

    def _statistics(self) -> pj.StreamStat | None:
        if self.ended:
            return None
        try:
            return self.getStreamStat(self._stream)
        except pj.Error:
            return None  # no stream yet, or its call ended in the native thread while we asked

    def _over(self, status: int, reason: str, cause: int = 0) -> None:
        self.ended = True
        self.let_go()
        self._emit(LegEnded(self.number, status, reason, self.hung_up_by_us, cause))


def _message(event: pj.SipEvent) -> str:
    """The message that an event is about; `""` where there is none."""
    match event.type:
        case pj.PJSIP_EVENT_RX_MSG:
            return str(event.body.rxMsg.rdata.wholeMsg)
        case pj.PJSIP_EVENT_TX_MSG:
            return str(event.body.txMsg.tdata.wholeMsg)
        case pj.PJSIP_EVENT_TSX_STATE if event.body.tsxState.type == pj.PJSIP_EVENT_RX_MSG:
            return str(event.body.tsxState.src.rdata.wholeMsg)
        case _:
            return ""


def _is_far_ends_bye(event: pj.SipEvent) -> bool:
    """Whether a BYE that came in ended the call: a hang-up of ours that crossed it was not needed any more."""
    if event.type != pj.PJSIP_EVENT_TSX_STATE:
        return False
    transaction = event.body.tsxState.tsx
    return bool(transaction.role == pj.PJSIP_ROLE_UAS and transaction.method == "BYE")


def _cause(event: pj.SipEvent) -> int:
    """What the message that ended the call says of the telephone network's reason."""
    if event.type != pj.PJSIP_EVENT_TSX_STATE or event.body.tsxState.type != pj.PJSIP_EVENT_RX_MSG:
        return 0
    return q850_cause(event.body.tsxState.src.rdata.wholeMsg)


def _status(event: pj.SipEvent) -> int:
    """The status of the transaction that this is about; 0 where it is about none."""
    return int(event.body.tsxState.tsx.statusCode) if event.type == pj.PJSIP_EVENT_TSX_STATE else 0
