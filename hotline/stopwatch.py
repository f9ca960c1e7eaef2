"""What an operator's time went into, told from the event log."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from hotline.facts import EventName, Fact


class Activity(StrEnum):
    """What counts in occupancy and handling time. A ringing phone belongs to the ready time; a pause to nothing."""

    READY = "ready"
    TALK = "talk"
    HOLD = "hold"
    ACW = "acw"
    NONE = "none"


_BEGINS: Mapping[EventName, Activity] = {
    EventName.ADDMEMBER: Activity.READY,
    EventName.UNPAUSE: Activity.READY,
    EventName.WRAPUP: Activity.READY,  # logged when the wrap-up ends; a pause that follows at once ends it again
    EventName.PAUSE: Activity.NONE,
    EventName.REMOVEMEMBER: Activity.NONE,
    EventName.CONNECT: Activity.TALK,
    EventName.CONSULT: Activity.TALK,
    EventName.CALLOUT: Activity.TALK,
    EventName.CONSULTEND: Activity.READY,  # a pause that the consultation interrupted is logged right after it
    EventName.HOLD: Activity.HOLD,
    EventName.UNHOLD: Activity.TALK,
    EventName.COMPLETEOPERATOR: Activity.ACW,
    EventName.COMPLETECALLER: Activity.ACW,
    EventName.ATTENDEDTRANSFER: Activity.ACW,
    EventName.BLINDTRANSFER: Activity.ACW,
}

_IN_CALL = frozenset({Activity.TALK, Activity.HOLD})

_ONLY_AFTER: Mapping[EventName, frozenset[Activity]] = {
    EventName.HOLD: frozenset({Activity.TALK}),
    EventName.UNHOLD: frozenset({Activity.HOLD}),
    EventName.WRAPUP: frozenset({Activity.ACW}),
    EventName.CONSULTEND: _IN_CALL,
    EventName.COMPLETEOPERATOR: _IN_CALL,
    EventName.COMPLETECALLER: _IN_CALL,
    EventName.ATTENDEDTRANSFER: _IN_CALL,
    EventName.BLINDTRANSFER: _IN_CALL,
}
"""Facts that mean nothing unless the operator is at this; a repeated one changes nothing."""


class Stopwatch:
    """Seconds of one operator by activity, from `since` (Unix seconds) on: all of them, and those of counted calls."""

    def __init__(self, since: float) -> None:
        self._since = since
        self._activity = Activity.NONE
        self._call: str | None = None
        self._counted = False
        self._spent = dict.fromkeys(Activity, 0.0)
        self._spent_counted = dict.fromkeys(Activity, 0.0)

    def going_on(self, since: float) -> Self:
        """A stopwatch from `since` on of somebody who goes on with what they are doing; no call of theirs counts."""
        later = type(self)(since)
        later._activity, later._call = self._activity, self._call
        return later

    def see(self, fact: Fact, *, counted: bool) -> None:
        """A fact about this operator; `counted` tells of a CONNECT whether the call is one of the span's own."""
        activity = _BEGINS.get(fact.name)
        if activity is None or not self._makes_sense(fact):
            return
        self._stop(fact.at)
        # A call that a crash interrupted has no wrap-up: nobody was there.
        self._activity = Activity.NONE if fact.data.get("interrupted") else activity
        if fact.name is EventName.CONNECT:
            self._call, self._counted = fact.call, counted
        elif fact.name in (EventName.CALLOUT, EventName.CONSULT):
            self._counted = False

    def spent(self, until: float) -> tuple[Mapping[Activity, float], Mapping[Activity, float]]:
        """Seconds by activity up to `until`: of everything, and of counted calls."""
        running = max(0.0, until - self._since)
        everything = self._spent | {self._activity: self._spent[self._activity] + running}
        if not self._counted:
            return everything, self._spent_counted
        return everything, self._spent_counted | {self._activity: self._spent_counted[self._activity] + running}

    def _makes_sense(self, fact: Fact) -> bool:
        if fact.name is EventName.CONNECT:
            return self._activity not in _IN_CALL or fact.call != self._call
        return self._activity in _ONLY_AFTER.get(fact.name, frozenset(Activity))

    def _stop(self, at: float) -> None:
        everything, counted = self.spent(at)
        self._spent, self._spent_counted = dict(everything), dict(counted)
        self._since = max(self._since, at)
