"""The browsers' end of our own calls: a SIP user agent server on a loopback port (RFC 3261) that hands SDP out as data.

pjsua2 calls it as it would call a phone, and so does everything a phone's leg does; only the far end's voice and ears
are in a web page, to which the program takes the descriptions.
"""

import asyncio
import re
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from sip.events import LegId
from sip.line_messages import Message, address_in, parse, request, response

log = structlog.get_logger(__name__)

Address = tuple[str, int]
LOOPBACK = "127.0.0.1"
# RFC 3261 section 17.1.1.1: first wait for an answer, longest wait, and when to give up (64 times the first).
T1_S, T2_S, GIVE_UP_S = 0.5, 4.0, 32.0
PORT_TRIES = 20
ALLOW = "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS"
_LEG = re.compile(r"sip:line(\d{1,15})@")


@dataclass(slots=True)
class Dialog:
    """One line as seen from here. `last` is what is sent again until the far end confirms it."""

    leg: LegId
    invite: Message
    tag: str
    last: bytes = b""
    status: int = 0
    confirmed: bool = False
    timer: asyncio.TimerHandle | None = None
    bye_cseq: int = 0
    allow: list[str] = field(default_factory=list)


class LineEnd:
    """`on_offer` is told each INVITE's leg and SDP. Commands for a line that is over do nothing."""

    def __init__(self, on_offer: Callable[[LegId, str], None]) -> None:
        self._on_offer = on_offer
        self._loop = asyncio.get_running_loop()
        self._socket: socket.socket | None = None
        self._closed_door: socket.socket | None = None
        self._caller: Address = (LOOPBACK, 0)
        self._dialogs: dict[str, Dialog] = {}
        self._calls: dict[LegId, str] = {}
        self._answers = {
            "INVITE": self._invited,
            "ACK": self._acknowledged,
            "CANCEL": self._cancelled,
            "BYE": self._ended,
            "OPTIONS": self._asked,
        }

    def open(self, caller: Address) -> str:
        """Listen for INVITEs of `caller`, our own SIP agent; returns host:port. Raises `OSError`."""
        opened, self._closed_door = _bound()
        self._socket, self._caller = opened, caller
        self._loop.add_reader(opened, self._readable)
        return f"{LOOPBACK}:{opened.getsockname()[1]}"

    def close(self) -> None:
        """Forget every line and let the port go."""
        for call_id in list(self._dialogs):
            self._forget(call_id)
        if self._socket is not None:
            self._loop.remove_reader(self._socket)
            self._socket.close()
            self._socket = None
        if self._closed_door is not None:
            self._closed_door.close()
            self._closed_door = None

    def answer(self, leg: LegId, sdp: str) -> bool:
        """200 with this SDP. False when no offer of this leg waits for an answer."""
        dialog = self._dialog(leg)
        if dialog is None or dialog.status:
            return False
        dialog.status = 200
        dialog.last = self._response(dialog.invite, 200, "OK", dialog, sdp)
        self._insist(dialog, T1_S, GIVE_UP_S)
        return True

    def refuse(self, leg: LegId, status: int, reason: str) -> None:
        """A line that was offered ends with this status; one that is answered ends with BYE."""
        dialog = self._dialog(leg)
        if dialog is None:
            return
        if dialog.status == 0:
            self._final(dialog, status, reason)
        elif dialog.status == 200 and not dialog.bye_cseq:
            self._bye(dialog)

    # --- what arrives ---------------------------------------------------------------------------------------------

    def _readable(self) -> None:
        while self._socket is not None:
            try:
                datagram, source = self._socket.recvfrom(65_535)
            except (BlockingIOError, ConnectionError):
                return
            if source == self._caller:
                self._take(datagram)
            else:
                log.warning("line_end_stranger", port=source[1])

    def _take(self, datagram: bytes) -> None:
        message = parse(datagram)
        if message is None:
            return
        if message.status:
            self._answered_bye(message)
        elif message.method in self._answers:
            self._answers[message.method](message)
        else:
            self._reply(message, 405, "Method Not Allowed", [ALLOW])

    def _invited(self, invite: Message) -> None:
        known = self._dialogs.get(invite.call_id)
        leg = _LEG.match(invite.uri)
        if known is not None and invite.cseq == known.invite.cseq:
            self._send(known.last)  # the far end did not get it and asks again
        elif known is not None or invite.in_dialog:
            # A new offer in mid-call would have to go through the page: the old session stays (section 14.2).
            self._reply(invite, 488, "Not Acceptable Here")
        elif leg is None or not invite.body:
            self._reply(invite, 404, "Not Found")
        else:
            self._begin(invite, int(leg[1]))

    def _begin(self, invite: Message, leg: LegId) -> None:
        dialog = Dialog(leg, invite, secrets.token_hex(8))
        self._dialogs[invite.call_id] = dialog
        self._calls[leg] = invite.call_id
        self._send(response(invite, 100, "Trying", dialog.tag))
        dialog.last = self._response(invite, 180, "Ringing", dialog)
        self._send(dialog.last)
        self._on_offer(leg, invite.body)

    def _acknowledged(self, ack: Message) -> None:
        dialog = self._dialogs.get(ack.call_id)
        if dialog is None or ack.cseq[0] != dialog.invite.cseq[0]:
            return
        _stop(dialog)
        dialog.confirmed = True
        if dialog.status != 200:
            self._forget(ack.call_id)

    def _cancelled(self, cancel: Message) -> None:
        dialog = self._dialogs.get(cancel.call_id)
        if dialog is None:
            self._reply(cancel, 481, "Call/Transaction Does Not Exist")
            return
        self._send(response(cancel, 200, "OK", dialog.tag))
        if dialog.status == 0:
            self._final(dialog, 487, "Request Terminated")

    def _ended(self, bye: Message) -> None:
        if bye.call_id not in self._dialogs:
            self._reply(bye, 481, "Call/Transaction Does Not Exist")
            return
        self._reply(bye, 200, "OK")
        self._forget(bye.call_id)

    def _asked(self, options: Message) -> None:
        self._reply(options, 200, "OK", [ALLOW])

    def _answered_bye(self, message: Message) -> None:
        dialog = self._dialogs.get(message.call_id)
        if dialog is not None and message.status >= 200 and message.cseq == (dialog.bye_cseq, "BYE"):
            self._forget(message.call_id)

    # --- what is sent ---------------------------------------------------------------------------------------------

    def _final(self, dialog: Dialog, status: int, reason: str) -> None:
        dialog.status = status
        dialog.last = self._response(dialog.invite, status, reason, dialog)
        self._insist(dialog, T1_S, GIVE_UP_S)

    def _bye(self, dialog: Dialog) -> None:
        """RFC 3261 section 15.1.1; our From is the INVITE's To."""
        invite = dialog.invite
        dialog.bye_cseq = 1
        _stop(dialog)
        dialog.last = request(
            "BYE",
            address_in(invite.header("contact")),
            [
                f"Via: SIP/2.0/UDP {self._here};rport;branch=z9hG4bK{secrets.token_hex(8)}",
                f"From: {invite.header('to')};tag={dialog.tag}",
                f"To: {invite.header('from')}",
                f"Call-ID: {invite.call_id}",
                f"CSeq: {dialog.bye_cseq} BYE",
            ],
        )
        self._insist(dialog, T1_S, GIVE_UP_S)

    def _insist(self, dialog: Dialog, wait_s: float, left_s: float) -> None:
        """Send again and again, ever more seldom, until it is confirmed (sections 13.3.1.4, 17.1.2, 17.2.1)."""
        self._send(dialog.last)
        if left_s <= 0:
            self._forget(dialog.invite.call_id)
            return
        dialog.timer = self._loop.call_later(wait_s, self._insist, dialog, min(2 * wait_s, T2_S), left_s - wait_s)

    def _reply(self, message: Message, status: int, reason: str, more: list[str] | None = None) -> None:
        self._send(response(message, status, reason, secrets.token_hex(8), more or []))

    def _response(self, message: Message, status: int, reason: str, dialog: Dialog, sdp: str = "") -> bytes:
        return response(
            message, status, reason, dialog.tag, [f"Contact: <sip:line{dialog.leg}@{self._here}>", ALLOW], sdp
        )

    def _send(self, datagram: bytes) -> None:
        if self._socket is None:
            return
        try:
            self._socket.sendto(datagram, self._caller)
        except OSError as error:
            log.warning("line_end_send_failed", reason=error.strerror)  # sent again by the timer

    @property
    def _here(self) -> str:
        return "" if self._socket is None else f"{LOOPBACK}:{self._socket.getsockname()[1]}"

    def _dialog(self, leg: LegId) -> Dialog | None:
        return self._dialogs.get(self._calls.get(leg, ""))

    def _forget(self, call_id: str) -> None:
        dialog = self._dialogs.pop(call_id, None)
        if dialog is not None:
            _stop(dialog)
            self._calls.pop(dialog.leg, None)


def _bound() -> tuple[socket.socket, socket.socket]:
    """A UDP port, and the TCP port of the same number, at which nobody listens.

    Above 1300 bytes an INVITE tries TCP first (RFC 3261 section 18.1.1): it must be refused there, and not taken by
    whoever else has that port.
    """
    for _ in range(PORT_TRIES - 1):
        try:
            return _bind_both()
        except OSError:
            continue  # the number that was free for UDP is taken for TCP
    return _bind_both()


def _bind_both() -> tuple[socket.socket, socket.socket]:
    udp, tcp = (socket.socket(socket.AF_INET, kind) for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM))
    try:
        udp.setblocking(False)
        udp.bind((LOOPBACK, 0))
        tcp.bind(udp.getsockname())
    except OSError:
        udp.close()
        tcp.close()
        raise
    return udp, tcp


def _stop(dialog: Dialog) -> None:
    if dialog.timer is not None:
        dialog.timer.cancel()
        dialog.timer = None
