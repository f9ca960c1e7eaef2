"""Who is left when somebody hangs up: the table of endings of a call that an operator has."""

from collections.abc import Callable

import structlog

from hotline.conversation import Turn
from sambut.callers import Callers
from sambut.calls import Call
from sambut.consultations import Consultations

log = structlog.get_logger(__name__)


class HangUps:
    """An operator who hangs up while a third is on the line, or rings, leaves the caller to the third: nobody is lost.

    Otherwise either side's hang-up ends the call for both.
    """

    def __init__(self, callers: Callers, consultations: Consultations, lost: Callable[[Call], None]) -> None:
        self._callers = callers
        self._consultations = consultations
        self._lost = lost

    def by_operator(self, call: Call) -> None:
        """The page's button, or the handset put down."""
        if call.third is not None and call.turn not in (None, Turn.TALKING, Turn.HOLD):
            self._consultations.complete(call)
        else:
            self._callers.end(call, "operator", "hang_up")

    def leg_ended(self, call: Call, status: int, by_us: bool) -> None:
        """The operator's phone is silent: hung up, or broken (a status that no hang-up has)."""
        if by_us:
            self._callers.end(call, "system", "hang_up")
        elif status >= 300:
            self._lost(call)
        else:
            self.by_operator(call)
