"""Where a ticket's questions lay and for how long (SOP step 5b), read off its hand-overs by the table of the loop."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest

from hotline.escalation import LOOP, LoopAction
from hotline.sop import Action
from hotline.ticket import ENDED, Escalation, EscalationState

WITH_OTHERS = frozenset(
    {EscalationState.ASKED, EscalationState.COORDINATOR, EscalationState.PIC, EscalationState.PIC_ANSWERED}
)
"""While a question lies there, the operator waits. An answer that has come back is the operator's own affair again."""

_ACTIONS: Mapping[str, LoopAction] = {action.value: action for action in LoopAction}


@dataclass(frozen=True, slots=True)
class Wait:
    """A question lay in this state from `since` to `until` (Unix seconds), last with this account or desk.

    Given to another who is to do the same, it goes on: that does not wind the clock back. `over`: it has moved since.
    """

    since: float
    until: float
    state: EscalationState
    with_whom: str
    over: bool


def waits(escalation: Escalation | None, end: float) -> Iterator[Wait]:
    """Where the ticket's questions lay, in the order of time; one that still lies somewhere does so up to `end`."""
    moves = () if escalation is None else escalation.handovers
    state: EscalationState | None = None
    lying: Wait | None = None
    for move, following in zip_longest(moves, moves[1:]):
        before, state = state, _after(state, move.action)
        until = max(move.at, end if following is None else following.at)
        if lying is not None and state is before:
            lying = replace(lying, until=until, with_whom=move.to, over=following is not None)
            continue
        if lying is not None:
            yield lying
        lying = None if state is None else Wait(move.at, until, state, move.to, following is not None)
    if lying is not None:
        yield lying


def _after(state: EscalationState | None, action: str) -> EscalationState | None:
    """Where a question is after a hand-over; None when it ended. A hand-over the table does not know moves nothing."""
    if action == Action.UNREACHABLE:
        return None
    known = _ACTIONS.get(action)
    row = None if known is None else LOOP.get((state, known))
    if row is None:
        return state
    return None if row.to in ENDED else row.to
