"""The procedure a ticket follows (SOP.md). Every legal move is a row of `SOP`; nothing else moves a ticket."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from hotline.ticket import Step, Ticket


class Action(StrEnum):
    """What a person may do with a ticket: the buttons of the page and the actions of the API."""

    TAKE = "take"
    GREET = "greet"
    IDENTIFY = "identify"
    RECORD = "record"
    CLASSIFY = "classify"
    CLOSE = "close"
    BACK = "back"
    UNREACHABLE = "unreachable"
    REOPEN = "reopen"


def _in_hand(ticket: Ticket) -> bool:
    return ticket.running is not None


def _in_hand_and_clear(ticket: Ticket) -> bool:
    return _in_hand(ticket) and not ticket.in_validation


def _free_or_owed(ticket: Ticket) -> bool:
    return ticket.operator is None or ticket.callback is not None


def _owed(ticket: Ticket) -> bool:
    return ticket.callback is not None


def _always(ticket: Ticket) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Move:
    """One row: where the action leads, the fields that must be filled in by then, and when it is open at all."""

    to: Step
    needs: tuple[str, ...] = ()
    when: Callable[[Ticket], bool] = _in_hand
    validating: Step | None = None
    """Where it leads instead while a question is out (step 5b)."""

    def target(self, ticket: Ticket) -> Step:
        """Where this ticket goes."""
        return self.validating if self.validating is not None and ticket.in_validation else self.to


IDENTITY = ("caller_name", "plate", "region")
RECORD = (*IDENTITY, "kind", "description")
CATEGORY = (*RECORD, "category")
ANSWER = (*CATEGORY, "answer")

_OPEN_STEPS = (Step.GREETING, Step.IDENTITY, Step.RECORD, Step.CLASSIFY, Step.ANSWER)

SOP: Mapping[tuple[Step, Action], Move] = {
    (Step.GREETING, Action.GREET): Move(Step.IDENTITY),
    (Step.IDENTITY, Action.IDENTIFY): Move(Step.RECORD, IDENTITY),
    (Step.RECORD, Action.RECORD): Move(Step.CLASSIFY, RECORD),
    (Step.CLASSIFY, Action.CLASSIFY): Move(Step.ANSWER, CATEGORY),
    (Step.ANSWER, Action.CLOSE): Move(Step.CLOSED, ANSWER, _in_hand_and_clear),
    (Step.IDENTITY, Action.BACK): Move(Step.GREETING),
    (Step.RECORD, Action.BACK): Move(Step.IDENTITY),
    (Step.CLASSIFY, Action.BACK): Move(Step.RECORD),
    (Step.ANSWER, Action.BACK): Move(Step.CLASSIFY, when=_in_hand_and_clear),
    (Step.CLOSED, Action.REOPEN): Move(Step.ANSWER, when=_always),
    # Whoever takes a ticket speaks the greeting first (step 1), also when calling back in the middle of one.
    **{(step, Action.TAKE): Move(Step.GREETING, when=_free_or_owed) for step in _OPEN_STEPS},
    # But a caller who is owed an answer has told everything already, and is called to be given it.
    (Step.ANSWER, Action.TAKE): Move(Step.GREETING, when=_free_or_owed, validating=Step.ANSWER),
    **{(step, Action.UNREACHABLE): Move(Step.CLOSED, ("answer",), when=_owed) for step in _OPEN_STEPS},
}


class SopViolation(Exception):
    """The action is not open now, or fields it needs are missing. Carries what is, so that a page can say so."""

    def __init__(self, ticket: Ticket, action: StrEnum, missing: tuple[str, ...] = (), why: str = "") -> None:
        self.action = action
        self.step = ticket.step
        self.allowed = allowed(ticket)
        self.missing = missing
        lacking = f": {why or ', '.join(missing) + ' missing'}" if why or missing else ""
        super().__init__(f"{action} is not allowed on a ticket at {ticket.step}{lacking}")


def move_for(ticket: Ticket, action: Action) -> Move | None:
    """The row for this action, if it is open for the ticket as it stands."""
    move = SOP.get((ticket.step, action))
    return move if move is not None and move.when(ticket) else None


def allowed(ticket: Ticket) -> tuple[Action, ...]:
    """The actions open now, in the table's order; some may still lack fields (`Procedure.missing`)."""
    return tuple(action for step, action in SOP if step is ticket.step and move_for(ticket, action) is not None)
