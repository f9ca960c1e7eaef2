"""The switchboard as the desk sees it: presence, phones, call control, and pictures of what goes on."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from desk import shapes
from desk.ports import CallControlError, PhoneButton, PhoneOrder, PresenceWish, ToPage
from hotline.conversation import Doing, NotAllowedNowError, Turn
from hotline.dialling import NumberRefusedError
from hotline.distributor import Distributor
from hotline.ticket import Ticket
from sambut.calls import Call, Target
from sambut.clock import Clock
from sambut.consultations import CannotConsultError
from sambut.echo import EchoTest
from sambut.house import Conductor, House
from sambut.outbound import CannotCallError
from sambut.outcomes import Outcomes
from sambut.people import WITH_PHONES, Operator
from sambut.phones import HandsetError
from sambut.status import Status
from sambut.targets import arguments_of
from sip.errors import SipError
from sip.events import LegId
from storage.accounts import Account, PhoneKind

log = structlog.get_logger(__name__)

KEYS = re.compile(r"[0-9*#A-D]{1,32}")


class DeskSide:
    """Implements `desk.ports.Switchboard`."""

    def __init__(
        self,
        house: House,
        conductor: Conductor,
        *,
        echo: EchoTest,
        outcomes: Outcomes,
        trunk_hosts: frozenset[str],
        status: Status,
        clock: Clock,
    ) -> None:
        self._house = house
        self._distributor: Distributor = house.distributor
        self._distribute = conductor.distribute
        self._phone_changed = conductor.phone_changed
        self._echo = echo
        self._outcomes = outcomes
        self._trunk_hosts = trunk_hosts
        self._status = status
        self._clock = clock
        self._actions: Mapping[str, Callable[[Call, Mapping[str, Any]], None]] = {
            "hangup": lambda call, _: house.hangups.by_operator(call),
            "hold": lambda call, _: self._do(call, Doing.HOLD),
            "resume": lambda call, _: self._do(call, Doing.RESUME),
            "swap": lambda call, _: self._do(call, Doing.SWAP),
            "conference": lambda call, _: self._do(call, Doing.CONFERENCE),
            "cancel": lambda call, _: house.consultations.cancel(call),
            "complete": lambda call, _: house.consultations.complete(call),
            "mute": lambda call, _: self._mute(call, True),
            "unmute": lambda call, _: self._mute(call, False),
            "digits": self._digits,
            "consult": self._consult,
            "transfer": self._transfer,
        }

    # --- presence and phones --------------------------------------------------------------------------------------

    def presence(self, operator: str) -> shapes.Presence:
        return self._house.pushes.presence_of(self._house.people.get(operator) or Operator(operator, operator))

    async def set_presence(
        self, operator: str, state: PresenceWish, reason: str | None, *, after_call: bool = False
    ) -> None:
        person = await self._house.people.fetch(operator)
        now = self._clock()
        match state:
            case "ready" if self._house.phones.state(person) == "away":
                raise _no_phone(person)
            case "ready":
                memberships = self._house.people.memberships(operator)
                self._distribute(self._distributor.set_members(operator, memberships, now=now))
                self._distribute(self._distributor.ready(operator, now))
            case "paused" if after_call:
                self._distribute(self._distributor.last_call(operator, reason or "", now))
            case "paused":
                self._distribute(self._distributor.pause(operator, reason or "", now))
            case "offline":
                self._distribute(self._distributor.offline(operator, now))

    async def set_phone(self, operator: str, kind: PhoneKind, uri: str, auto_answer: bool) -> None:
        if kind is PhoneKind.SIP and host_of(uri) in self._trunk_hosts:
            raise CallControlError("trunk_is_no_phone", "outside numbers are called from tickets, by the rules for it")
        person = await self._house.people.fetch(operator)
        person.phone_kind, person.phone, person.auto_answer = kind, uri, auto_answer
        self._phone_changed(operator)

    def account_changed(self, account: Account) -> None:
        people, username = self._house.people, account.username
        known = people.get(username)
        if known is not None or account.role in WITH_PHONES:
            people.learn(account)
        if known is not None:
            self._phone_changed(username)

    def softphone_up(self, operator: str, uri: str, send: Callable[[PhoneOrder], None]) -> None:
        self._house.phones.softphone_up(operator, uri, send)
        self._phone_changed(operator)

    def softphone_down(self, operator: str) -> None:
        house = self._house
        house.phones.softphone_down(operator)
        person = house.people.get(operator)
        if person is not None and person.phone_kind is PhoneKind.SOFTPHONE:
            self._phone_changed(operator)  # a call that is up goes on for as long as its sound does

    def softphone_headset(self, operator: str, there: bool) -> None:
        """A caller whose operator has no headset hears music rather than nothing, until it is plugged in again."""
        call = self._house.calls.of_operator(operator)
        if call is not None and not there and call.turn is Turn.TALKING:
            self._do(call, Doing.HOLD)
            call.unplugged = True
        elif call is not None and there and call.unplugged:
            call.unplugged = False
            if call.turn is Turn.HOLD:
                self._do(call, Doing.RESUME)

    def softphone_button(self, operator: str, what: PhoneButton) -> None:
        """What the headset's own button means depends on the call, as on the page."""
        for call in self._house.calls:
            asked = call.third is not None and call.third.username == operator
            if self._has(call, operator) or operator in call.ringing or asked:
                self._press(call, operator, "unmute" if what == "mute" and call.muted else what)
                return

    # --- the browser's headset ------------------------------------------------------------------------------------

    def headset_ready(self, operator: str, send: ToPage, peer: str) -> None:
        self._house.headsets.ready(operator, send, peer)

    def headset_answer(self, operator: str, line: LegId, sdp: str) -> None:
        self._house.headsets.answered(operator, line, sdp)

    def headset_off(self, operator: str, send: ToPage) -> None:
        self._house.headsets.off(operator, send)

    def headset_echo(self, operator: str, send: ToPage) -> None:
        self._echo.begin(operator, send)

    def headset_state(self, operator: str) -> str:
        return self._house.headsets.state(operator)

    # --- calls ----------------------------------------------------------------------------------------------------

    async def control(self, call: str, operator: str, action: str, arguments: Mapping[str, Any]) -> None:
        found = self._house.calls.get(call)
        if action == "outcome":
            await self._outcomes.note(call, found, operator, arguments)
        elif found is None:
            raise CallControlError("call_over", "this call is over")
        else:
            self._carry_out(found, operator, action, arguments)

    def call_about(self, ticket: Ticket, number: str, operator: str) -> shapes.Call:
        person = self._house.people.get(operator)
        if person is None:
            raise CallControlError("no_such_operator", "there is no such account", 404)
        try:
            call = self._house.outbound.call_about(ticket, number or ticket.number_to_call, person)
        except CannotCallError as error:
            raise CallControlError(error.code, str(error)) from error
        return self._house.views.call(call)

    def directory(self, operator: str) -> shapes.Directory:
        return self._house.targets.directory(operator)

    def live(self) -> shapes.Live:
        return self._house.pushes.live()

    def status(self) -> shapes.Status:
        return self._status.view()

    def pop_for(self, operator: str) -> shapes.ScreenPop | None:
        person = self._house.people.get(operator)
        if person is None or person.pop is None:
            return None
        call = self._house.calls.get(person.pop["call"]["id"])
        return person.pop if call is None else {**person.pop, "call": self._house.views.call(call)}

    def call_active(self, call: str) -> bool:
        return self._house.calls.get(call) is not None

    # --- tickets --------------------------------------------------------------------------------------------------

    def ticket_changed(self, before: Ticket | None, after: Ticket, by: str, at: float) -> None:
        self._house.watchers.changed(before, after, by, at)

    def goes_on_with(self, call: str, ticket: Ticket, shown: shapes.Ticket) -> None:
        found = self._house.calls.get(call)
        if found is None:
            return
        found.ticket = ticket
        person = self._house.people.get(found.operator or "")
        if person is not None and person.pop is not None and person.pop["call"]["id"] == call:
            person.pop = {**person.pop, "ticket": shown}

    def on_the_line(self, ticket: str) -> bool:
        return self._house.calls.about(ticket) is not None

    # --- underneath -----------------------------------------------------------------------------------------------

    def _carry_out(self, call: Call, operator: str, action: str, arguments: Mapping[str, Any]) -> None:
        try:
            if operator in call.ringing:
                self._of_ringing(call, operator, action)
            elif call.third is not None and call.third.username == operator:
                self._of_third(call, operator, action)
            elif self._has(call, operator):
                self._of_own(call, action, arguments)
            else:
                raise CallControlError("not_your_call", "another operator has this call, or nobody yet", 403)
        except NotAllowedNowError as error:
            raise CallControlError("not_allowed_now", str(error), allowed=error.allowed) from error
        except CannotConsultError as error:
            raise CallControlError(error.code, str(error)) from error
        except NumberRefusedError as error:
            raise CallControlError("number_not_allowed", str(error)) from error
        except HandsetError as error:
            raise CallControlError("lift_the_handset", str(error)) from error
        except SipError as error:
            raise CallControlError("phone_failed", str(error)) from error

    def _press(self, call: Call, operator: str, action: str) -> None:
        """A button that means nothing just now is no fault of the phone's."""
        try:
            self._carry_out(call, operator, action, {})
        except CallControlError as error:
            log.info("button_without_effect", operator=operator, action=action, code=error.code)

    def _of_ringing(self, call: Call, operator: str, action: str) -> None:
        match action:
            case "answer":
                self._house.operators.answer_from_page(call, operator)
            case "hangup":
                self._house.operators.refuse(call, operator)
            case _:
                raise CallControlError("not_connected", "the call has not been answered yet")

    def _of_third(self, call: Call, operator: str, action: str) -> None:
        person = self._house.people.get(operator)
        if action == "answer" and person is not None:
            self._house.consultations.pick_up(call, person)
        elif action == "hangup":
            self._house.consultations.third_hangs_up(call)
        else:
            raise CallControlError("not_allowed_now", "it is your colleague who has this call")

    def _of_own(self, call: Call, action: str, arguments: Mapping[str, Any]) -> None:
        carry_out = self._actions.get(action)
        if carry_out is None:
            raise CallControlError("unknown_action", f"there is no call action {action!r}", 404)
        if call.turn is None and action != "hangup":
            raise CallControlError("not_connected", "nobody is on the line yet")
        carry_out(call, arguments)

    def _has(self, call: Call, operator: str) -> bool:
        """A call that was passed on is not the operator's any more, though it is on record as theirs."""
        dialling = call.direction == "out" and call.answered_at is None
        return call.operator == operator and (call.turn is not None or call.operator_leg is not None or dialling)

    def _do(self, call: Call, doing: Doing) -> None:
        self._house.conversations.do(call, doing)

    def _mute(self, call: Call, muted: bool) -> None:
        person = self._house.people.get(call.operator or "")
        self._house.conversations.mute(call, muted)
        if person is not None:
            self._house.phones.show_muted(person, muted)

    def _digits(self, call: Call, arguments: Mapping[str, Any]) -> None:
        digits = arguments_of(arguments, "digits")
        if not KEYS.fullmatch(digits):
            raise CallControlError("invalid", "digits are keys of a telephone: 0 to 9, *, #, A to D", 422)
        self._house.conversations.send_digits(call, digits)

    def _consult(self, call: Call, arguments: Mapping[str, Any]) -> None:
        target = self._target(call, arguments)
        self._house.consultations.consult(call, self._house.targets.free_in(target) if _is_queue(target) else target)

    def _transfer(self, call: Call, arguments: Mapping[str, Any]) -> None:
        target = self._target(call, arguments)
        self._house.conversations.check(call, Doing.TRANSFER)
        if _is_queue(target):
            self._house.handovers.to_queue(call, target.id, target.label)
        else:
            self._house.consultations.transfer(call, target)

    def _target(self, call: Call, arguments: Mapping[str, Any]) -> Target:
        return self._house.targets.find(arguments.get("to"), call.operator or "")


def host_of(address: str) -> str:
    """Host and port of a SIP URI, or of a host as settings name it: what two addresses have in common."""
    return address.rpartition("@")[2].removeprefix("sip:").partition(";")[0].lower()


def _is_queue(target: Target) -> bool:
    return target.kind == "queue"


def _no_phone(person: Operator) -> CallControlError:
    if person.phone_kind is PhoneKind.SIP:
        return CallControlError("no_phone", "set the SIP address of your phone first")
    return CallControlError("phone_away", "your headset is not connected")
