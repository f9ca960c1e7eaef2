"""A connected call's turns: who hears whom, and what its operator may do. Every legal move is a row of `MOVES`.

Three parties at most: the caller, the operator, and a third whom the operator consults. The caller is never alone in
silence: whoever is parted from everybody hears music.
"""

from collections.abc import Mapping
from enum import StrEnum


class Party(StrEnum):
    """Who can be in a conversation."""

    CALLER = "caller"
    OPERATOR = "operator"
    THIRD = "third"


class Turn(StrEnum):
    """What goes on in the conversation."""

    TALKING = "talking"
    HOLD = "hold"
    DIALING = "dialing"  # the third's phone rings, the caller hears music
    CONSULTING = "consulting"  # operator and third talk, the caller hears music
    THIRD_HELD = "third_held"  # back with the caller for a moment, the third hears music
    CONFERENCE = "conference"


class Doing(StrEnum):
    """What the operator can do (CONTRACT.md: call actions), and what the third's phone does by itself."""

    HOLD = "hold"
    RESUME = "resume"
    CONSULT = "consult"
    TRANSFER = "transfer"
    SWAP = "swap"
    CONFERENCE = "conference"
    COMPLETE = "complete"
    CANCEL = "cancel"
    THIRD_ANSWERED = "third_answered"
    THIRD_LEFT = "third_left"


Pair = frozenset[Party]

CALLER_AND_OPERATOR: Pair = frozenset({Party.CALLER, Party.OPERATOR})
OPERATOR_AND_THIRD: Pair = frozenset({Party.OPERATOR, Party.THIRD})
CALLER_AND_THIRD: Pair = frozenset({Party.CALLER, Party.THIRD})

PAIRS: Mapping[Turn, frozenset[Pair]] = {
    Turn.TALKING: frozenset({CALLER_AND_OPERATOR}),
    Turn.HOLD: frozenset(),
    Turn.DIALING: frozenset({OPERATOR_AND_THIRD}),  # the operator hears the far end's ringing
    Turn.CONSULTING: frozenset({OPERATOR_AND_THIRD}),
    Turn.THIRD_HELD: frozenset({CALLER_AND_OPERATOR}),
    Turn.CONFERENCE: frozenset({CALLER_AND_OPERATOR, OPERATOR_AND_THIRD, CALLER_AND_THIRD}),
}
"""Who hears whom in each turn."""

MUSIC: Mapping[Turn, Party | None] = {
    Turn.TALKING: None,
    Turn.HOLD: Party.CALLER,
    Turn.DIALING: Party.CALLER,
    Turn.CONSULTING: Party.CALLER,
    Turn.THIRD_HELD: Party.THIRD,
    Turn.CONFERENCE: None,
}
"""Who is on hold, and hears music."""

_WITH_THIRD = (Turn.CONSULTING, Turn.THIRD_HELD, Turn.CONFERENCE)

MOVES: Mapping[tuple[Turn, Doing], Turn | None] = {
    (Turn.TALKING, Doing.HOLD): Turn.HOLD,
    (Turn.HOLD, Doing.RESUME): Turn.TALKING,
    **{(turn, Doing.CONSULT): Turn.DIALING for turn in (Turn.TALKING, Turn.HOLD)},
    **{(turn, Doing.TRANSFER): None for turn in (Turn.TALKING, Turn.HOLD)},
    (Turn.DIALING, Doing.THIRD_ANSWERED): Turn.CONSULTING,
    **{(turn, Doing.CANCEL): Turn.TALKING for turn in (Turn.DIALING, *_WITH_THIRD)},
    **{(turn, Doing.THIRD_LEFT): Turn.TALKING for turn in (Turn.DIALING, *_WITH_THIRD)},
    (Turn.CONSULTING, Doing.SWAP): Turn.THIRD_HELD,
    (Turn.THIRD_HELD, Doing.SWAP): Turn.CONSULTING,
    **{(turn, Doing.CONFERENCE): Turn.CONFERENCE for turn in (Turn.CONSULTING, Turn.THIRD_HELD)},
    **{(turn, Doing.COMPLETE): None for turn in (Turn.DIALING, *_WITH_THIRD)},
}
"""Where each move leads; None: this operator's part in the call is over."""

BY_PHONE = frozenset({Doing.THIRD_ANSWERED, Doing.THIRD_LEFT})
"""Moves that happen, and are nobody's button."""


class NotAllowedNowError(Exception):
    """The move is not possible in this turn; `allowed` are those that are."""

    def __init__(self, turn: Turn, doing: Doing) -> None:
        self.allowed = buttons(turn)
        super().__init__(f"{doing.value} is not possible while {turn.value}; possible: {', '.join(self.allowed)}")


def after(turn: Turn, doing: Doing) -> Turn | None:
    """The turn that the move leads to. Raises `NotAllowedNowError`, and then nothing has changed."""
    if (turn, doing) not in MOVES:
        raise NotAllowedNowError(turn, doing)
    return MOVES[turn, doing]


def buttons(turn: Turn) -> list[str]:
    """What the operator may do now, in the order of `Doing`."""
    return [doing.value for doing in Doing if (turn, doing) in MOVES and doing not in BY_PHONE]


def caller_on_hold(turn: Turn) -> bool:
    """Whether this counts as hold time (METRICS.md)."""
    return MUSIC[turn] is Party.CALLER
