"""Legs that fall silent or sound bad while a call is up: who has to know, and what becomes of the call."""

import asyncio
from collections.abc import Callable
from typing import Any

import structlog

from hotline.quality import is_bad
from sambut.calls import Call, Calls, EndedBy, Sounding
from sambut.consultations import Consultations
from sambut.facts import Journal
from sambut.operators import Operators
from sip.events import LegHeard, LegId, LegSilent, Quality
from storage.records import CallQuality

log = structlog.get_logger(__name__)


class LineWatch:
    """Takes what the telephone side measures to the calls it belongs to.

    A caller of whom nothing comes for `caller_silent_s` is gone, though no BYE came (PEERS.md 1); 0: never.
    """

    def __init__(
        self,
        *,
        calls: Calls,
        operators: Operators,
        consultations: Consultations,
        release: Callable[[LegId], None],
        end: Callable[[Call, EndedBy, str], None],
        operator_lost: Callable[[Call], None],
        notify: Callable[[str, str, Call, dict[str, Any]], None],
        changed: Callable[[Call], None],
        journal: Journal,
        caller_silent_s: float,
    ) -> None:
        self._calls = calls
        self._operators = operators
        self._consultations = consultations
        self._release = release
        self._end = end
        self._operator_lost = operator_lost
        self._notify = notify
        self._changed = changed
        self._journal = journal
        self._caller_silent_s = caller_silent_s
        self._silent_callers: dict[LegId, asyncio.TimerHandle] = {}

    def on_event(self, event: LegSilent | LegHeard | Quality) -> None:
        match event:
            case LegSilent(leg=leg, since_s=since_s):
                self._silent(leg, since_s)
            case LegHeard(leg=leg):
                self._forget(leg)
            case Quality():
                self._measured(event)

    def _silent(self, leg: LegId, since_s: float) -> None:
        """A phone of the house that sends nothing is gone; an outside party's may be in a tunnel."""
        call = self._calls.of_leg(leg)
        if call is not None:
            self._caller_silent(call, since_s)
        elif self._consultations.owns(leg) and not self._consultations.outside(leg):
            log.warning("third_silent", leg=leg)
            self._consultations.lost(leg)
            self._release(leg)
        elif self._operators.owns(leg):
            self._operator_silent(leg)

    def _caller_silent(self, call: Call, since_s: float) -> None:
        log.warning("caller_silent", call=call.id)
        if call.operator is not None and call.turn is not None:
            self._notify(call.operator, "line_bad", call, {"who": "caller"})
        self._forget(call.leg)
        if self._caller_silent_s > 0:
            delay = max(0.0, self._caller_silent_s - since_s)
            self._silent_callers[call.leg] = asyncio.get_running_loop().call_later(delay, self._caller_gone, call)

    def _caller_gone(self, call: Call) -> None:
        self._forget(call.leg)
        if call.ended_at is None:
            log.warning("caller_gone", call=call.id)
            self._end(call, "system", "no_sound")

    def _forget(self, leg: LegId) -> None:
        timer = self._silent_callers.pop(leg, None)
        if timer is not None:
            timer.cancel()

    def _operator_silent(self, leg: LegId) -> None:
        call = self._operators.call_of(leg)
        if call is not None and call.operator_leg == leg:
            self._operator_lost(call)

    def _measured(self, event: Quality) -> None:
        call = self._call_of(event.leg)
        if call is None:
            return
        if call.worst_mos is None or event.mos < call.worst_mos:
            call.worst_mos = event.mos
            self._journal.write(CallQuality(call.id, event.mos, event.loss_percent, event.jitter_ms))
        if event.final:
            return  # of the whole leg: no news for who talks
        call.sounding[event.leg] = Sounding(event.mos, event.loss_percent, event.jitter_ms)
        was_bad, call.bad = call.bad, any(is_bad(each.mos) for each in call.sounding.values())
        if call.bad != was_bad:
            self._tell(call)

    def _tell(self, call: Call) -> None:
        """The page warns while it is bad, and no longer."""
        if call.bad and call.operator is not None and call.turn is not None:
            self._notify(call.operator, "line_bad", call, {"who": "line"})
        self._changed(call)

    def _call_of(self, leg: LegId) -> Call | None:
        return self._calls.of_leg(leg) or self._operators.call_of(leg)
