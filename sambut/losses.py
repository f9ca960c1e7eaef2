"""An operator's phone is gone in the middle of a call: the caller hears so at once, and is never left in silence.

A browser gets a moment to come back (a reload takes a second or two); then, and for any other phone at once, the
caller goes to the next operator from the front of the line.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import structlog

from hotline.conversation import Turn
from hotline.distributor import Distributor
from hotline.effects import Effect
from sambut.calls import Call
from sambut.clock import Clock
from sambut.consultations import Consultations
from sambut.conversations import Conversations
from sambut.handovers import Handovers
from sambut.sound import Sound
from sip.events import LegId

log = structlog.get_logger(__name__)

BACK_WITHIN_S = 4.0


class Losses:
    """Keeps calls whose operator's phone is gone until the operator is back or given up."""

    def __init__(
        self,
        *,
        conversations: Conversations,
        consultations: Consultations,
        handovers: Handovers,
        distributor: Distributor,
        distribute: Callable[[Iterable[Effect]], None],
        sound: Sound,
        say_goodbye: Callable[[Call, str], None],
        give_up_dialling: Callable[[Call], None],
        notify: Callable[[str, str, Call, dict[str, Any]], None],
        changed: Callable[[Call], None],
        clock: Clock,
    ) -> None:
        self._conversations = conversations
        self._consultations = consultations
        self._handovers = handovers
        self._distributor = distributor
        self._distribute = distribute
        self._sound = sound
        self._say_goodbye = say_goodbye
        self._give_up_dialling = give_up_dialling
        self._notify = notify
        self._changed = changed
        self._clock = clock
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def lost(self, call: Call, *, may_come_back: bool) -> None:
        """The leg of the operator who has the call is gone."""
        operator = call.operator or ""
        log.warning("operator_phone_lost", call=call.id, operator=operator, may_come_back=may_come_back)
        if call.direction == "out" and call.answered_at is None:
            self._give_up_dialling(call)
            return
        if call.turn is Turn.CONFERENCE:
            self._consultations.complete(call)  # the caller is not alone
            self._distribute(self._distributor.phone_gone(operator, self._clock()))
            return
        self._consultations.over(call)
        call.turn_lost = Turn.HOLD if call.turn is Turn.HOLD else Turn.TALKING
        call.muted_lost = call.muted
        self._handovers.end_part(call)
        call.operator_lost = True
        self._changed(call)
        self._notify(operator, "phone_lost", call, {})
        if may_come_back:
            self._sound.tell(call, "operator_lost", then=self._conversations.hold_music)
            self._timers[call.id] = asyncio.get_running_loop().call_later(BACK_WITHIN_S, self._give_up, call)
        else:
            self._give_up(call)

    def back(self, call: Call, leg: LegId) -> None:
        """The operator's phone is there again in time: on with the talk."""
        self._stop_timer(call)
        self._sound.stop(call)
        self._handovers.resume(call, leg)

    def over(self, call: Call) -> None:
        """The caller has gone meanwhile."""
        self._stop_timer(call)

    def _give_up(self, call: Call) -> None:
        self._stop_timer(call)
        operator = call.operator or ""
        call.operator_lost = False
        if call.direction == "out":
            self._say_goodbye(call, "call_back_soon")
        else:
            self._handovers.phone_lost(call)
        self._distribute(self._distributor.phone_gone(operator, self._clock()))

    def _stop_timer(self, call: Call) -> None:
        timer = self._timers.pop(call.id, None)
        if timer is not None:
            timer.cancel()
