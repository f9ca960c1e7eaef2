"""The three kinds of phone behind one interface: how a person is rung, answered for, muted and let go of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import structlog

from desk.ports import PhoneOrder, PhonePlace
from hotline.phone_address import PhoneAddresses, Refusal, place_of
from sambut.calls import NO_LEG
from sambut.headsets import Headsets
from sambut.people import Operator
from sip.events import LegId
from sip.ports import Agent
from storage.accounts import PhoneKind, Role

log = structlog.get_logger(__name__)

PhoneState = Literal["up", "away", "unknown"]
Order = Callable[[PhoneOrder], None]
"""To a workstation's softphone: what it is to do. Never waits, never fails."""

# Phones that answer at once when told to look for one or the other (RFC 7463 section 5.1 describes the practice).
ANSWER_AT_ONCE = {"Call-Info": "<sip:localhost>;answer-after=0", "Alert-Info": "info=alert-autoanswer;delay=0"}


class PhoneAwayError(Exception):
    """There is no phone that could ring."""


class HandsetError(Exception):
    """This phone can only be answered at the phone itself."""


@dataclass(slots=True)
class _Softphone:
    uri: str
    order: Order


@dataclass(slots=True)
class Ringing:
    """A phone that rings; `leg` is none yet where the phone is only called once the page says "answer"."""

    leg: LegId = NO_LEG
    headers: Mapping[str, str] = field(default_factory=dict)
    wide: bool = False


class Phones:
    """Everybody's phone. A browser's line stays up between calls; the others are called and hung up for each."""

    def __init__(self, agent: Agent, headsets: Headsets, addresses: PhoneAddresses) -> None:
        self._agent = agent
        self._headsets = headsets
        self._addresses = addresses
        self._softphones: dict[str, _Softphone] = {}

    # --- softphones that come and go ------------------------------------------------------------------------------

    def softphone_up(self, operator: str, place: PhonePlace, order: Order) -> None:
        """From now on it is called there, over TLS only with the certificate that it has told."""
        if place.certificate:
            self._agent.pin(operator, *place_of(place.uri), place.certificate.removeprefix("sha256:"))
        self._softphones[operator] = _Softphone(place.uri, order)

    def softphone_down(self, operator: str) -> None:
        self._softphones.pop(operator, None)

    # --- questions ------------------------------------------------------------------------------------------------

    def state(self, person: Operator) -> PhoneState:
        """Whether it could ring; a plain SIP phone shows that only when it is called."""
        match person.phone_kind:
            case PhoneKind.BROWSER:
                return "away" if self._headsets.leg_of(person.username) is None else "up"
            case PhoneKind.SOFTPHONE:
                return "up" if person.username in self._softphones else "away"
            case PhoneKind.SIP:
                return "unknown" if person.phone and self.refusal(person) is None else "away"

    def refusal(self, person: Operator) -> Refusal | None:
        """Why a SIP phone is not rung: its address was stored before the settings, or by another way than the desk."""
        return self._addresses.refusal(person.phone) if person.phone else None

    def standing(self, leg: LegId) -> bool:
        """Whether the leg outlives the call: a browser's line."""
        return self._headsets.owns(leg)

    # --- one call's way -------------------------------------------------------------------------------------------

    def ring(self, person: Operator, headers: Mapping[str, str], to: LegId) -> Ringing:
        """Let it ring, to talk with the leg `to`. Raises `PhoneAwayError`."""
        if self.state(person) == "away":
            raise PhoneAwayError(f"{person.username} has no phone that could ring")
        if person.phone_kind is PhoneKind.BROWSER:
            self.tune(person.username, to)
            return Ringing(self._headsets.leg_of(person.username) or NO_LEG)
        wide = self._agent.is_wide(to)
        if person.phone_kind is PhoneKind.SIP and person.auto_answer and person.role is Role.OPERATOR:
            return Ringing(NO_LEG, headers, wide)  # its page says when; the others have no such page yet
        return Ringing(self._agent.call(self._uri(person), headers, wide=wide))

    def answer(self, person: Operator, ringing: Ringing) -> bool:
        """The page says "answer". True: the person is on the line now; else the phone's own answer follows.

        Raises `HandsetError`.
        """
        if person.phone_kind is PhoneKind.BROWSER:
            return True
        if person.phone_kind is PhoneKind.SOFTPHONE:
            self._order(person, "answer")
        elif person.auto_answer:
            if ringing.leg == NO_LEG:
                headers = {**ringing.headers, **ANSWER_AT_ONCE}
                ringing.leg = self._agent.call(person.phone, headers, wide=ringing.wide)
        else:
            raise HandsetError("this phone is answered by lifting its handset")
        return False

    def tune(self, username: str, to: LegId) -> None:
        """This person talks with the leg `to`: a browser's line is to carry what that speaks."""
        self._headsets.tune(username, wide=self._agent.is_wide(to))

    def ring_to_talk(self, person: Operator) -> tuple[LegId, bool]:
        """Ring a phone whose owner has just asked for it. True: they are on the line already.

        Nobody knows yet what the called person speaks, and a phone's codec stays: it is offered wide band.
        Raises `PhoneAwayError`.
        """
        if self.state(person) == "away":
            raise PhoneAwayError(f"{person.username} has no phone that could ring")
        if person.phone_kind is PhoneKind.BROWSER:
            return self._headsets.leg_of(person.username) or NO_LEG, True
        leg = self._agent.call(self._uri(person), ANSWER_AT_ONCE, wide=True)
        if person.phone_kind is PhoneKind.SOFTPHONE:
            self._order(person, "answer")
        return leg, False

    def show_muted(self, person: Operator, muted: bool) -> None:
        """A softphone has a light for it; the muting itself happens in the bridge."""
        if person.phone_kind is PhoneKind.SOFTPHONE:
            self._order(person, "mute" if muted else "unmute")

    def release(self, leg: LegId) -> None:
        """The call is over for this phone."""
        if self.standing(leg):
            self._agent.mixer.rest(leg)
        else:
            self._agent.hang_up(leg)

    def _uri(self, person: Operator) -> str:
        if person.phone_kind is PhoneKind.SOFTPHONE:
            return self._softphones[person.username].uri
        return person.phone

    def _order(self, person: Operator, what: PhoneOrder) -> None:
        softphone = self._softphones.get(person.username)
        if softphone is not None:
            softphone.order(what)
