"""The buttons of a call, on page and headset, for whoever has the call, is rung for it, or is asked about it."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from desk.ports import CallControlError, PhoneButton
from hotline.conversation import Doing, NotAllowedNowError, Turn
from hotline.dialling import NumberRefusedError
from sambut.calls import Call, Calls, Target
from sambut.consultations import CannotConsultError, Consultations
from sambut.conversations import Conversations
from sambut.handovers import Handovers
from sambut.operators import Operators
from sambut.people import People
from sambut.phones import HandsetError, Phones
from sambut.targets import Targets, arguments_of

log = structlog.get_logger(__name__)

KEYS = re.compile(r"[0-9*#A-D]{1,32}")


class CallButtons:
    """Carries out what an operator presses, where it is allowed now."""

    def __init__(
        self,
        *,
        calls: Calls,
        people: People,
        phones: Phones,
        operators: Operators,
        conversations: Conversations,
        consultations: Consultations,
        handovers: Handovers,
        targets: Targets,
        hang_up: Callable[[Call], None],
    ) -> None:
        self._calls = calls
        self._people = people
        self._phones = phones
        self._operators = operators
        self._conversations = conversations
        self._consultations = consultations
        self._handovers = handovers
        self._targets = targets
        self._actions: Mapping[str, Callable[[Call, Mapping[str, Any]], None]] = {
            "hangup": lambda call, _: hang_up(call),
            "hold": lambda call, _: self._do(call, Doing.HOLD),
            "resume": lambda call, _: self._do(call, Doing.RESUME),
            "swap": lambda call, _: self._do(call, Doing.SWAP),
            "conference": lambda call, _: self._do(call, Doing.CONFERENCE),
            "cancel": lambda call, _: consultations.cancel(call),
            "complete": lambda call, _: consultations.complete(call),
            "mute": lambda call, _: self._mute(call, True),
            "unmute": lambda call, _: self._mute(call, False),
            "digits": self._digits,
            "consult": self._consult,
            "transfer": self._transfer,
        }

    def press(self, call: Call, operator: str, action: str, arguments: Mapping[str, Any]) -> None:
        """What `action` means depends on the operator's part in the call. Raises `CallControlError`."""
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

    def headset(self, operator: str, there: bool) -> None:
        """A caller whose operator has no headset hears music rather than nothing, until it is plugged in again."""
        call = self._calls.of_operator(operator)
        if call is not None and not there and call.turn is Turn.TALKING:
            self._do(call, Doing.HOLD)
            call.unplugged = True
        elif call is not None and there and call.unplugged:
            call.unplugged = False
            if call.turn is Turn.HOLD:
                self._do(call, Doing.RESUME)

    def on_headset(self, operator: str, what: PhoneButton) -> None:
        """What the headset's own button means depends on the call, as on the page."""
        for call in self._calls:
            asked = call.third is not None and call.third.username == operator
            if self._has(call, operator) or operator in call.ringing or asked:
                self._press_or_ignore(call, operator, "unmute" if what == "mute" and call.muted else what)
                return

    def _press_or_ignore(self, call: Call, operator: str, action: str) -> None:
        """A button that means nothing just now is no fault of the phone's."""
        try:
            self.press(call, operator, action, {})
        except CallControlError as error:
            log.info("button_without_effect", operator=operator, action=action, code=error.code)

    def _of_ringing(self, call: Call, operator: str, action: str) -> None:
        match action:
            case "answer":
                self._operators.answer_from_page(call, operator)
            case "hangup":
                self._operators.refuse(call, operator)
            case _:
                raise CallControlError("not_connected", "the call has not been answered yet")

    def _of_third(self, call: Call, operator: str, action: str) -> None:
        person = self._people.get(operator)
        if action == "answer" and person is not None:
            self._consultations.pick_up(call, person)
        elif action == "hangup":
            self._consultations.third_hangs_up(call)
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
        self._conversations.do(call, doing)

    def _mute(self, call: Call, muted: bool) -> None:
        person = self._people.get(call.operator or "")
        self._conversations.mute(call, muted)
        if person is not None:
            self._phones.show_muted(person, muted)

    def _digits(self, call: Call, arguments: Mapping[str, Any]) -> None:
        digits = arguments_of(arguments, "digits")
        if not KEYS.fullmatch(digits):
            raise CallControlError("invalid", "digits are keys of a telephone: 0 to 9, *, #, A to D", 422)
        self._conversations.send_digits(call, digits)

    def _consult(self, call: Call, arguments: Mapping[str, Any]) -> None:
        target = self._target(call, arguments)
        self._consultations.consult(call, self._targets.free_in(target) if _is_queue(target) else target)

    def _transfer(self, call: Call, arguments: Mapping[str, Any]) -> None:
        target = self._target(call, arguments)
        self._conversations.check(call, Doing.TRANSFER)
        if _is_queue(target):
            self._handovers.to_queue(call, target.id, target.label)
        else:
            self._consultations.transfer(call, target)

    def _target(self, call: Call, arguments: Mapping[str, Any]) -> Target:
        return self._targets.find(arguments.get("to"), call.operator or "")


def _is_queue(target: Target) -> bool:
    return target.kind == "queue"
