"""Browser headsets: lines that stand for a whole shift, each a leg like any other once it is up."""

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Mapping

import pjsua2 as pj
import structlog

from sip.endpoint import Account, Endpoint
from sip.errors import SipError
from sip.events import LegId, LineOffer, LineUp
from sip.leg import Emit, Leg
from sip.line_account import ANY, LOOPBACK, configuration
from sip.line_end import LineEnd
from sip.line_leg import LineLeg
from sip.line_sdp import SdpError, answer_from_page, offer_for_page
from sip.options import AgentOptions
from sip.statuses import SipStatus

log = structlog.get_logger(__name__)

ANSWER_WITHIN_S = 10.0
LOOK_EVERY_S = 0.05
LOOK_UP_EVERY_S = 60.0
NO_ANSWER = (SipStatus.REQUEST_TIMEOUT, "the page did not answer")
NO_SOUND = (SipStatus.TEMPORARILY_UNAVAILABLE, "no sound from the browser")
REFUSED = (SipStatus.TEMPORARILY_UNAVAILABLE, "refused by the page")
UNUSABLE = (SipStatus.NOT_ACCEPTABLE_HERE, "no offer could be made")

Place = Callable[[Leg, str, Mapping[str, str]], None]


class Lines:
    """Opens lines and gives up those that do not come up. The SIP end and the account are made with the first one.

    `place` sends a leg's INVITE; `hang_up` ends a leg.
    """

    def __init__(
        self,
        options: AgentOptions,
        legs: Mapping[LegId, Leg],
        emit: Emit,
        place: Place,
        hang_up: Callable[[LegId], None],
    ) -> None:
        self._options = options
        self._legs = legs
        self._emit = emit
        self._place = place
        self._hang_up = hang_up
        self._loop = asyncio.get_running_loop()
        self._end = LineEnd(self._offered)
        self._public = PublicAddress(options.public_address)
        self._account: Account | None = None
        self._address = ""
        self._timers: dict[LegId, asyncio.TimerHandle] = {}

    def open(self, endpoint: Endpoint, number: LegId, *, wide: bool) -> None:
        """Call the browsers' end. `LineOffer` follows. Raises `SipError` when the engine cannot do WebRTC."""
        leg = LineLeg(self._account or self._start(endpoint), number, self._emit)
        usual, wideband = self._options.line_codecs, self._options.wide_line_codecs
        leg.offered = wideband if wide and wideband else usual
        self._place(leg, f"sip:line{number}@{self._address}", {})
        self._wait(number, NO_ANSWER)

    def answer(self, number: LegId, sdp: str, peer: str) -> None:
        """Raises `SipError` for a description that cannot be used; the line may be answered again."""
        if self._line(number) is None:
            return
        try:
            answer = answer_from_page(sdp, peer)
        except SdpError as error:
            raise SipError(f"the browser's answer cannot be used: {error}") from error
        if self._end.answer(number, answer):
            self._wait(number, NO_SOUND)
            self._look(number)

    def refuse(self, number: LegId) -> None:
        """The page will not have it."""
        leg = self._line(number)
        if leg is not None:
            leg.why = leg.why or REFUSED
            self._end.refuse(number, *REFUSED)

    def forget(self, number: LegId) -> None:
        """Its leg has ended."""
        timer = self._timers.pop(number, None)
        if timer is not None:
            timer.cancel()

    def close(self) -> None:
        """Give up the SIP end."""
        for number in list(self._timers):
            self.forget(number)
        self._end.close()

    def _start(self, endpoint: Endpoint) -> Account:
        port = int(endpoint.address.rsplit(":", 1)[1])
        bind = self._options.bind
        try:
            self._address = self._end.open((LOOPBACK if bind == ANY else bind, port))
            endpoint.door.admit_line(self._address)
            self._account = endpoint.add_account("lines", configuration(self._options))
        except (OSError, pj.Error) as error:
            raise SipError("this engine cannot carry browser headsets") from error
        return self._account

    def _offered(self, number: LegId, sdp: str) -> None:
        leg = self._line(number)
        if leg is None:
            return
        try:
            offer = offer_for_page(sdp, leg.offered, self._public.number())
        except SdpError as error:
            log.error("line_offer_unusable", leg=number, reason=str(error))
            self._give_up(number, UNUSABLE)
            return
        self._emit(LineOffer(number, offer))

    def _look(self, number: LegId) -> None:
        """Whether the browser is heard: ICE and DTLS have no event that says so."""
        leg = self._line(number)
        if leg is None:
            return
        if leg.packets():
            self.forget(number)
            self._emit(LineUp(number))
        else:
            self._loop.call_later(LOOK_EVERY_S, self._look, number)

    def _wait(self, number: LegId, otherwise: tuple[int, str]) -> None:
        self.forget(number)
        self._timers[number] = self._loop.call_later(ANSWER_WITHIN_S, self._give_up, number, otherwise)

    def _give_up(self, number: LegId, why: tuple[int, str]) -> None:
        leg = self._line(number)
        if leg is not None:
            log.warning("line_given_up", leg=number, reason=why[1])
            leg.why = why
            self._hang_up(number)

    def _line(self, number: LegId) -> LineLeg | None:
        leg = self._legs.get(number)
        return leg if isinstance(leg, LineLeg) and not leg.ended else None


class PublicAddress:
    """The public address as a number, since a candidate has no name; `""` when there is none.

    A name is looked up beside the calls, from the start on and then now and again: what was found last counts.
    """

    def __init__(self, address: str) -> None:
        self._name = "" if _is_number(address) else address
        self._number = address if _is_number(address) else ""
        self._loop = asyncio.get_running_loop()
        self._asked_at = -LOOK_UP_EVERY_S
        self._look_up()

    def number(self) -> str:
        self._look_up()
        return self._number

    def _look_up(self) -> None:
        if self._name and self._loop.time() - self._asked_at >= LOOK_UP_EVERY_S:
            self._asked_at = self._loop.time()
            self._loop.run_in_executor(None, socket.gethostbyname, self._name).add_done_callback(self._found)

    def _found(self, answer: asyncio.Future[str]) -> None:
        if answer.cancelled():
            return
        if answer.exception() is None:
            self._number = answer.result()
        else:
            log.warning("public_address_unknown")


def _is_number(address: str) -> bool:
    try:
        ipaddress.IPv4Address(address)
    except ValueError:
        return False
    return True
