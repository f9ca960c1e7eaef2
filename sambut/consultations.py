"""Consultations and transfers: a third phone is rung for a caller who is never lost meanwhile.

A transfer is a consultation that the operator leaves before (blind) or after (attended) the third has answered. If the
third does not answer, the caller comes back: to the operator who asked, and from one who has left already, to the
front of the queue, where that operator is rung first.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import structlog

from hotline.conversation import Doing, Turn
from hotline.distributor import Distributor
from hotline.effects import Effect
from hotline.hands import NotFreeError
from sambut.calls import NO_LEG, Call, Calls, Target, Third
from sambut.clock import Clock
from sambut.conversations import Conversations
from sambut.outside import Outside
from sambut.people import Operator, People
from sambut.phones import PhoneAwayError, Phones, Ringing
from sambut.sound import Sound
from sip.events import LegId
from sip.ports import Agent
from sip.statuses import Unanswered, why_unanswered
from storage import Role

log = structlog.get_logger(__name__)

RING_S = 25.0
# What the operator is told of a third whom a phone's last answer says is not there.
NOT_ANSWERED = frozenset({Unanswered.NO_ANSWER, Unanswered.CANCELLED, Unanswered.SILENT})


class CannotConsultError(Exception):
    """The target cannot be rung; `code` is the API's (`target_busy`, `target_away`)."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class Handover(Protocol):
    """What becomes of a caller whom the operator has passed on (`sambut.handovers`)."""

    def to_operator(self, call: Call, operator: str, leg: LegId) -> None: ...
    def to_third(self, call: Call) -> None: ...
    def leave(self, call: Call, *, attended: bool) -> None: ...
    def come_back(self, call: Call) -> None: ...


class Consultations:
    """Rings thirds. Their legs are owned here until the caller is theirs."""

    def __init__(
        self,
        *,
        agent: Agent,
        calls: Calls,
        people: People,
        phones: Phones,
        outside: Outside,
        conversations: Conversations,
        handover: Handover,
        distributor: Distributor,
        distribute: Callable[[Iterable[Effect]], None],
        sound: Sound,
        show: Callable[[Call, Operator, Callable[[], bool], Callable[[], None]], None],
        hide: Callable[[Call, Operator], None],
        notify: Callable[[str, str, Call, dict[str, Any]], None],
        changed: Callable[[Call], None],
        clock: Clock,
    ) -> None:
        self._agent = agent
        self._calls = calls
        self._people = people
        self._phones = phones
        self._outside = outside
        self._conversations = conversations
        self._handover = handover
        self._distributor = distributor
        self._distribute = distribute
        self._sound = sound
        self._show = show
        self._hide = hide
        self._notify = notify
        self._changed = changed
        self._clock = clock
        self._ringing: dict[str, Ringing] = {}  # by call: a third's phone that has not been answered
        self._by_leg: dict[LegId, str] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def owns(self, leg: LegId) -> bool:
        return leg in self._by_leg

    def outside(self, leg: LegId) -> bool:
        """Whether it is a phone outside of the house."""
        call = self._call_of(leg)
        return call is not None and call.third is not None and call.third.target.kind == "number"

    # --- what the operator asks for -------------------------------------------------------------------------------

    def consult(self, call: Call, target: Target) -> None:
        """Ring the third; the caller hears music. Raises `CannotConsultError`, `NotAllowedNowError`.

        `hotline.dialling` may refuse an outside number (`NumberRefusedError`). Then nothing has changed.
        """
        self._conversations.check(call, Doing.CONSULT)
        begin = self._reach(call, target)
        call.third = Third(target, self._clock())
        self._conversations.do(call, Doing.CONSULT)
        if call.operator_leg is not None:
            self._sound.ringback(call.operator_leg)
        ring_s = self._outside.ring_s if target.kind == "number" else RING_S
        self._timers[call.id] = asyncio.get_running_loop().call_later(ring_s, self._too_long, call)
        begin()
        log.info("third_called", call=call.id, kind=target.kind)

    def transfer(self, call: Call, target: Target) -> None:
        """Ring the third and leave the caller to them. Raises as `consult` does."""
        self.consult(call, target)
        self.complete(call)

    def complete(self, call: Call) -> None:
        """The operator leaves the caller to the third, who talks already or whose phone still rings."""
        third = call.third
        self._conversations.check(call, Doing.COMPLETE)
        if third is None:
            return
        self._handover.leave(call, attended=third.answered)
        if third.answered:
            self._settle(call, third)
        else:
            call.leaving = True
            self._conversations.hold_music(call)
            self._changed(call)

    def cancel(self, call: Call) -> None:
        """Back to the caller, without the third."""
        self._conversations.do(call, Doing.CANCEL)
        self._drop(call)

    def pick_up(self, call: Call, person: Operator) -> None:
        """The third's page says "answer". Raises as `Phones.answer` does."""
        ringing = self._ringing.get(call.id)
        if ringing is None:
            return
        on_the_line = self._phones.answer(person, ringing)
        self._own(call, ringing.leg)
        if on_the_line:
            self.answered(ringing.leg)

    def third_hangs_up(self, call: Call) -> None:
        """The third's page says "hang up", or declines."""
        if call.third is not None:
            self._left(call, call.third, "declined")

    def over(self, call: Call) -> None:
        """The caller has gone: so has the reason for the third's call."""
        self._drop(call)

    # --- what the third's phone does ------------------------------------------------------------------------------

    def answered(self, leg: LegId) -> None:
        call = self._call_of(leg)
        if call is None or call.third is None or call.third.answered:
            return
        third, ringing = call.third, self._ringing.pop(call.id, None)
        self._stop_timer(call)
        third.answered, third.leg = True, leg
        if ringing is not None and not call.leaving:
            self._conversations.do(call, Doing.THIRD_ANSWERED)
            self._sound.quiet(call.operator_leg or NO_LEG)
            self._agent.mixer.record_with(leg, call.operator_leg or NO_LEG)
        elif call.leaving:
            call.leaving = False
            self._settle(call, third)
        self._changed(call)

    def early_sound(self, leg: LegId) -> None:
        """The far network says something itself before the answer: better than our ringing tone."""
        call = self._call_of(leg)
        if call is not None and call.turn is Turn.DIALING and call.third is not None:
            call.third.leg = leg
            self._conversations.wire(call)

    def ended(self, leg: LegId, status: int, cause: int = 0) -> None:
        self._gone(leg, _reason(status, cause))

    def lost(self, leg: LegId) -> None:
        """Nothing comes from the third's phone any more."""
        self._gone(leg, "no_answer")

    def moved(self, old: LegId, new: LegId) -> None:
        """A browser's line was renewed in mid-call."""
        call = self._call_of(old)
        if call is not None and call.third is not None:
            self._own(call, new)
            self._by_leg.pop(old, None)
            call.third.leg = new if call.third.answered else NO_LEG
            if call.id in self._ringing:
                self._ringing[call.id].leg = new
            self._conversations.wire(call)

    # --- underneath -----------------------------------------------------------------------------------------------

    def _gone(self, leg: LegId, reason: str) -> None:
        call = self._call_of(leg)
        self._by_leg.pop(leg, None)
        if call is not None and call.third is not None:
            self._left(call, call.third, reason)

    def _reach(self, call: Call, target: Target) -> Callable[[], None]:
        """Make sure that the target can be rung; what is returned does it, the screen before the phone."""
        if target.kind == "number":
            wide = self._agent.is_wide(call.leg)
            ringing = Ringing(self._outside.dial(target.id, call.operator or "", wide=wide))
            return lambda: self._rings(call, ringing)
        person = self._people.get(target.id)
        if person is None or self._phones.state(person) == "away":
            raise CannotConsultError("target_away", f"{target.label} has no phone that could ring")
        if person.role is Role.OPERATOR:
            self._engage(person, call)
        elif any(each.third is not None and each.third.username == person.username for each in self._calls):
            raise CannotConsultError("target_busy", f"{target.label} is asked about another call")

        def asked() -> bool:
            return call.third is not None and call.third.username == person.username

        return lambda: self._show(call, person, asked, lambda: self._ring(call, person))

    def _ring(self, call: Call, person: Operator) -> None:
        third = call.third
        if third is None or third.username != person.username or call.id in self._ringing:
            return  # the operator, or the caller, thought better of it meanwhile
        try:
            self._rings(call, self._phones.ring(person, {}, call.leg))
        except PhoneAwayError as error:
            log.warning("third_not_rung", call=call.id, reason=str(error))
            self._left(call, third, "failed")

    def _rings(self, call: Call, ringing: Ringing) -> None:
        self._ringing[call.id] = ringing
        self._own(call, ringing.leg)

    def _engage(self, person: Operator, call: Call) -> None:
        try:
            self._distribute(self._distributor.consulted(person.username, call.id, self._clock()))
        except NotFreeError as error:
            code = "target_away" if error.state == "offline" else "target_busy"
            raise CannotConsultError(code, str(error)) from error

    def _disengage(self, person: Operator) -> None:
        if person.role is Role.OPERATOR:
            self._distribute(self._distributor.consulted_no_more(person.username, self._clock()))

    def _settle(self, call: Call, third: Third) -> None:
        """The caller is the third's from now on."""
        person = self._person(third)
        if person is not None and person.role is Role.OPERATOR:
            self._by_leg.pop(third.leg, None)
            call.third = None
            self._handover.to_operator(call, person.username, third.leg)
        else:
            self._handover.to_third(call)

    def _left(self, call: Call, third: Third, reason: str) -> None:
        """The third did not answer, or has hung up."""
        told = {"reason": reason, "to": third.target.label}
        if call.leaving:
            call.leaving = False
            self._drop(call)
            self._notify(call.operator or "", "transfer_failed", call, told)
            self._handover.come_back(call)
        elif call.turn is None:  # it was the third who had the caller
            self._drop(call)
            if reason == "hung_up":
                self._agent.hang_up(call.leg)
            else:
                self._handover.come_back(call)
        else:
            if not third.answered:
                self._notify(call.operator or "", "consult_failed", call, told)
            self._conversations.do(call, Doing.THIRD_LEFT)
            self._drop(call)

    def _drop(self, call: Call) -> None:
        third, ringing = call.third, self._ringing.pop(call.id, None)
        self._stop_timer(call)
        if third is None:
            return
        call.third = None
        for leg in {third.leg, ringing.leg if ringing is not None else NO_LEG} - {NO_LEG}:
            self._by_leg.pop(leg, None)
            self._phones.release(leg)
        person = self._person(third)
        if person is not None:
            self._hide(call, person)
            self._disengage(person)
        self._changed(call)

    def _too_long(self, call: Call) -> None:
        if call.third is not None and not call.third.answered:
            self._left(call, call.third, "no_answer")

    def _stop_timer(self, call: Call) -> None:
        timer = self._timers.pop(call.id, None)
        if timer is not None:
            timer.cancel()

    def _own(self, call: Call, leg: LegId) -> None:
        if leg != NO_LEG:
            self._by_leg[leg] = call.id

    def _call_of(self, leg: LegId) -> Call | None:
        call_id = self._by_leg.get(leg)
        return None if call_id is None else self._calls.get(call_id)

    def _person(self, third: Third) -> Operator | None:
        return None if third.username is None else self._people.get(third.username)


def _reason(status: int, cause: int) -> str:
    """How a third's phone ended, as the operator is told; `hung_up` is an end in good order."""
    if status < 300:
        return "hung_up"
    why = why_unanswered(status, cause)
    return "no_answer" if why in NOT_ANSWERED else why.value
