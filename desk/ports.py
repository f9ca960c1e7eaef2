"""What the desk needs from the telephone side of the house. `sambut.switchboard` implements it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from desk import shapes
from hotline.ticket import Ticket
from storage.accounts import Account, PhoneKind

PresenceWish = Literal["ready", "paused", "offline"]
PhoneOrder = Literal["answer", "hangup", "mute", "unmute"]


@dataclass(frozen=True, slots=True)
class PhonePlace:
    """Where a softphone rings; over TLS with the certificate of this fingerprint (`sha256:…`) and no other."""

    uri: str
    certificate: str = ""


PhoneButton = Literal["answer", "hangup", "mute"]
ToPage = Callable[[str, Mapping[str, Any]], None]
"""To one page: message type and payload. Never waits, never fails; to a page that is gone it does nothing."""


class CallControlError(Exception):
    """A call control request that cannot be carried out.

    `code` is stable and part of the API (`not_your_call`, `call_over`, `unknown_action`, …), `status` is the HTTP
    status it is answered with, `detail` says in English what stood in the way.
    """

    def __init__(self, code: str, detail: str, status: int = 409, **more: Any) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.status = status
        self.more = more  # further members of the problem document, such as `allowed`


class Switchboard(Protocol):
    """Phones, queues and presences, as far as people at desks see them.

    The plain methods answer from memory at once: they are called between two pushes, where an await would let
    another event in between. `desk.serialise` builds what they return.
    """

    def presence(self, operator: str) -> shapes.Presence:
        """The operator's `Presence`; `offline` for an operator who never said anything."""

    async def set_presence(
        self, operator: str, state: PresenceWish, reason: str | None, *, after_call: bool = False
    ) -> None:
        """What the operator asks for. During a call it takes effect afterwards (`pending`).

        A pause with `after_call` waits for one more call.
        """

    async def set_phone(self, operator: str, kind: PhoneKind, uri: str, auto_answer: bool) -> None:
        """What this operator speaks through from the next offer on; `uri` and `auto_answer` are of a SIP phone."""

    def account_changed(self, account: Account) -> None:
        """A person is new, or has another name, role or phone, or may not work here any more."""

    async def control(self, call: str, operator: str, action: str, arguments: Mapping[str, Any]) -> None:
        """Answer, hold, hang up … one call for the operator who has it. Raises `CallControlError`."""

    def call_about(self, ticket: Ticket, number: str, operator: str) -> shapes.Call:
        """Ring the operator's phone, then call `number` (else the ticket's own). Raises `CallControlError`."""

    def directory(self, operator: str) -> shapes.Directory:
        """Whom a call can be passed to, for this operator, and who could be reached now."""

    def headset_ready(self, operator: str, send: ToPage, peer: str) -> None:
        """The operator's page, at IP address `peer`, may use the microphone: it is offered a line by `send`."""

    def headset_answer(self, operator: str, line: int, sdp: str) -> None:
        """The page's SDP answer to the offer of `line`."""

    def headset_off(self, operator: str, send: ToPage) -> None:
        """The page that said `headset_ready` with this `send` has no microphone any more, or is gone."""

    def headset_echo(self, operator: str, send: ToPage) -> None:
        """Let the operator speak for a few seconds and then hear it."""

    def headset_state(self, operator: str) -> str:
        """`off`, `connecting` or `up`."""

    def live(self) -> shapes.Live:
        """The `Live` picture, with whole caller numbers: the desk masks them for whoever may not see them."""

    def status(self) -> shapes.Status:
        """The `Status` of engine, trunks and nodes; `accepting` is false while the service drains."""

    def pop_for(self, operator: str) -> shapes.ScreenPop | None:
        """The `ScreenPop` this operator's page must show now, also after a reload; None without an offer or call."""

    def call_active(self, call: str) -> bool:
        """Whether the call is still up on this node."""

    def ticket_changed(self, before: Ticket | None, after: Ticket, by: str, at: float) -> None:
        """A person's change is stored (`before` None: a new ticket); whoever watches tickets is told."""

    def goes_on_with(self, call: str, ticket: Ticket, shown: shapes.Ticket) -> None:
        """The call is about this earlier ticket, as is stored: its pop is too, and what comes of the call's end."""

    def on_the_line(self, ticket: str) -> bool:
        """Whether an operator has the caller of this ticket on the line, held or talking."""

    def softphone_up(self, operator: str, place: PhonePlace, send: Callable[[PhoneOrder], None]) -> None:
        """The operator's softphone is there, its headset too, and it rings at `place`.

        Called again when it came back elsewhere: the new `place` and `send` take that of the old ones. `send` never
        waits and never fails; what is sent to a softphone that is gone is lost, and `softphone_down` follows.
        """

    def softphone_down(self, operator: str) -> None:
        """It is gone, or cannot be used: no sign of life for 2.5 s, closed, or its headset is pulled between calls."""

    def softphone_headset(self, operator: str, there: bool) -> None:
        """In a call its headset was pulled, or is plugged in again: somebody else has to be heard meanwhile."""

    def softphone_button(self, operator: str, what: PhoneButton) -> None:
        """The headset's own button. `mute` is a toggle: the switchboard knows how things stand, and sends its order."""
