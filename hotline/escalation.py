"""SOP step 5b as a table: a question goes to a coordinator, to the PIC behind, and back to the caller.

Every legal hand-over is a row of `LOOP`; nothing else passes a question on. Rows say who may use them, so that the API,
the inboxes and the tests are made from the same table. `hotline.validation` carries them out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from config import Installation
from hotline.ticket import Escalation, EscalationState, Step, Ticket

COORDINATORS = "coordinators"
"""Has a question that no coordinator has taken yet."""

OPERATORS = "operators"
"""Has an answer whose operator is off duty: whichever operator comes first tells the caller."""


class LoopAction(StrEnum):
    """What a person may do with a question, beside `hotline.sop.Action`: buttons of the pages, actions of the API."""

    ESCALATE = "escalate"
    ACCEPT = "accept"
    RELEASE = "release"
    ASK_PIC = "ask_pic"
    PIC_ANSWER = "pic_answer"
    ASK_AGAIN = "ask_again"
    ANSWER_OPERATOR = "answer_operator"
    TOLD = "told"
    WITHDRAW = "withdraw"
    REASSIGN = "reassign"


class Party(StrEnum):
    """Who takes part (SOP.md, People); the names are those of the accounts' roles."""

    OPERATOR = "operator"
    COORDINATOR = "coordinator"
    PIC = "pic"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts. `role` is the account's, `unit` the office or division that a PIC answers for."""

    username: str
    role: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Pass:
    """One row: where the question is afterwards, who may pass it, and what must be said.

    `own`: only by the coordinator, or a PIC of the unit, who has it.
    """

    to: EscalationState
    by: tuple[Party, ...]
    needs: tuple[str, ...] = ()
    own: bool = False


_S, _A = EscalationState, LoopAction
_COORDINATOR, _OPERATOR = (Party.COORDINATOR,), (Party.OPERATOR,)
_OVERSEERS = (Party.COORDINATOR, Party.SUPERVISOR)
_OPEN = (_S.ASKED, _S.COORDINATOR, _S.PIC, _S.PIC_ANSWERED, _S.ANSWERED)

LOOP: Mapping[tuple[EscalationState | None, LoopAction], Pass] = {
    (None, _A.ESCALATE): Pass(_S.ASKED, _OPERATOR, ("question", "way")),
    (_S.ASKED, _A.ACCEPT): Pass(_S.COORDINATOR, _COORDINATOR),
    (_S.ASKED, _A.REASSIGN): Pass(_S.COORDINATOR, _OVERSEERS, ("to",)),
    (_S.COORDINATOR, _A.ASK_PIC): Pass(_S.PIC, _COORDINATOR, ("unit", "text"), own=True),
    (_S.COORDINATOR, _A.ANSWER_OPERATOR): Pass(_S.ANSWERED, _COORDINATOR, ("text",), own=True),
    (_S.COORDINATOR, _A.RELEASE): Pass(_S.ASKED, _COORDINATOR, own=True),
    (_S.COORDINATOR, _A.REASSIGN): Pass(_S.COORDINATOR, _OVERSEERS, ("to",)),
    (_S.PIC, _A.PIC_ANSWER): Pass(_S.PIC_ANSWERED, (Party.PIC,), ("text",), own=True),
    # A PIC who does not answer holds nobody up: another is asked, or the coordinator found out otherwise.
    (_S.PIC, _A.ASK_PIC): Pass(_S.PIC, _COORDINATOR, ("unit", "text"), own=True),
    (_S.PIC, _A.ANSWER_OPERATOR): Pass(_S.ANSWERED, _COORDINATOR, ("text",), own=True),
    (_S.PIC, _A.REASSIGN): Pass(_S.PIC, _OVERSEERS, ("to",)),
    (_S.PIC_ANSWERED, _A.ANSWER_OPERATOR): Pass(_S.ANSWERED, _COORDINATOR, ("text",), own=True),
    (_S.PIC_ANSWERED, _A.ASK_AGAIN): Pass(_S.PIC, _COORDINATOR, ("text",), own=True),
    (_S.PIC_ANSWERED, _A.ASK_PIC): Pass(_S.PIC, _COORDINATOR, ("unit", "text"), own=True),
    (_S.PIC_ANSWERED, _A.RELEASE): Pass(_S.ASKED, _COORDINATOR, own=True),
    (_S.PIC_ANSWERED, _A.REASSIGN): Pass(_S.PIC_ANSWERED, _OVERSEERS, ("to",)),
    (_S.ANSWERED, _A.TOLD): Pass(_S.TOLD, _OPERATOR),
    (_S.ANSWERED, _A.REASSIGN): Pass(_S.ANSWERED, _OVERSEERS, ("to",)),
    **{(state, _A.WITHDRAW): Pass(_S.WITHDRAWN, (Party.OPERATOR, Party.SUPERVISOR)) for state in _OPEN},
}


def state_of(ticket: Ticket) -> EscalationState | None:
    """Where the ticket's question is; None when none is out."""
    return ticket.escalation.state if ticket.escalation is not None and ticket.escalation.open else None


def pass_for(ticket: Ticket, action: LoopAction) -> Pass | None:
    """The row for this action, if it is open for the ticket as it stands, whoever asks."""
    if action is LoopAction.ESCALATE and (ticket.step is not Step.ANSWER or ticket.running is None):
        return None  # only who is preparing the answer (step 5) finds out that it needs validation
    return LOOP.get((state_of(ticket), action))


def open_actions(ticket: Ticket) -> tuple[LoopAction, ...]:
    """What can be done with the question now by somebody or other, in the table's order."""
    state = state_of(ticket)
    return tuple(action for at, action in LOOP if at is state and pass_for(ticket, action) is not None)


def needs(ticket: Ticket) -> dict[LoopAction, tuple[str, ...]]:
    """What has to be said with each open action that needs words."""
    rows = {action: pass_for(ticket, action) for action in open_actions(ticket)}
    return {action: row.needs for action, row in rows.items() if row is not None and row.needs}


def has_it(escalation: Escalation | None, actor: Actor) -> bool:
    """Whether the question is this coordinator's to work out, or that of this PIC's unit."""
    if escalation is None:
        return False
    if actor.role == Party.PIC:
        return bool(actor.unit) and escalation.unit == actor.unit
    return escalation.coordinator == actor.username


def put_to(escalation: Escalation | None, actor: Actor) -> bool:
    """Whether the question lies with this PIC's unit, or has just come back from there."""
    open_there = escalation is not None and escalation.state in (_S.PIC, _S.PIC_ANSWERED)
    return open_there and actor.role == Party.PIC and has_it(escalation, actor)


def wants(ticket: Ticket, actor: Actor) -> tuple[LoopAction, ...]:
    """What this person may do with the question now."""
    rows = {action: pass_for(ticket, action) for action in open_actions(ticket)}
    mine = has_it(ticket.escalation, actor)
    return tuple(
        action for action, row in rows.items() if row is not None and actor.role in row.by and (mine or not row.own)
    )


def addressed_to(escalation: Escalation, actor: Actor) -> bool:
    """Whether it lies with this very person, or with a desk that is theirs too: their unit, or the operators."""
    whose = {actor.username}
    if actor.role == Party.PIC:
        whose.add(actor.unit)
    elif actor.role == Party.OPERATOR:
        whose.add(OPERATORS)
    return bool(escalation.to) and escalation.to in whose


def waits_for(ticket: Ticket, actor: Actor, *, late: bool) -> bool:
    """Whether the question stands in this person's inbox.

    What is `late` (`due_at`) stands in every coordinator's and supervisor's: somebody has to pass it on.
    """
    escalation = ticket.escalation
    if escalation is None or not escalation.open:
        return False
    match actor.role:
        case Party.COORDINATOR:
            return late or escalation.state is _S.ASKED or _works_on(escalation, actor)
        case Party.SUPERVISOR:
            return late
        case Party.PIC:
            return escalation.state is _S.PIC and has_it(escalation, actor)
        case Party.OPERATOR:
            return escalation.state is _S.ANSWERED and addressed_to(escalation, actor)
        case _:
            return False


def _works_on(escalation: Escalation, actor: Actor) -> bool:
    return escalation.coordinator == actor.username and escalation.state is not _S.ANSWERED


@dataclass(frozen=True, slots=True)
class MayLie:
    """How long a question may lie in each state before it is late, in seconds."""

    asked_s: float
    coordinator_s: float
    pic_s: float
    tell_s: float

    @classmethod
    def of(cls, installation: Installation) -> Self:
        """By this installation's sop.yaml and escalation.yaml."""
        times = installation.sop.validation
        return cls(installation.escalation.asked_s, times.coordinator_s, times.pic_s, times.tell_s)

    def in_state(self, state: EscalationState) -> float:
        """With whoever has it then."""
        match state:
            case EscalationState.ASKED:
                return self.asked_s
            case EscalationState.PIC:
                return self.pic_s
            case EscalationState.ANSWERED:
                return self.tell_s
            case _:
                return self.coordinator_s


Reaches = Callable[[str, float, float], float | None]
"""When so many seconds have passed on a clock that has run since then; None: never (`hotline.clocks.Clocks.due`)."""


def day_and_night(clock: str, since: float, seconds: float) -> float:
    """A clock that never stands still."""
    return since + seconds


def due_at(escalation: Escalation, may_lie: MayLie, reaches: Reaches = day_and_night) -> float:
    """When it has lain too long (Unix seconds): after its standard time, or when the caller expects the call."""
    may_lie_s = may_lie.in_state(escalation.state)
    late = reaches(escalation.state.value, escalation.since, may_lie_s) or escalation.since + may_lie_s
    promised = escalation.promised_at
    return late if promised is None or promised <= escalation.since else min(late, promised)
