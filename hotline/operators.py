"""What the distributor remembers of an operator."""

from dataclasses import dataclass, field

from hotline.effects import StopReason
from hotline.line import Skills
from hotline.presence import OperatorState, Presence


@dataclass(frozen=True, slots=True)
class Seat:
    """An operator's membership in a queue: penalty 0 is asked first, `rank` is the fixed order of the members."""

    penalty: int
    rank: int


@dataclass(slots=True, eq=False)
class Operator:
    """One operator. Only `Roster` changes the state; times are Unix seconds.

    `set_back` is 0, or rises with each phone that failed until the operator answers: those with one stand behind
    the others. `ended_offer` remembers how the last offer ended, for an answer that crosses the withdrawal.
    """

    name: str
    seats: dict[str, Seat] = field(default_factory=dict)
    skills: Skills = frozenset()
    state: OperatorState = OperatorState.OFFLINE
    since: float = 0.0
    reason: str | None = None
    call: str | None = None
    pending: str | None = None
    phone_away: bool = False  # nothing can ring; beside `pending`, which is what the operator asked for
    set_aside: str | None = None  # a last call that the phone's absence interrupts
    until: float | None = None
    offer: str | None = None
    queue: str | None = None
    rung_at: float = 0.0
    idle_since: float = 0.0
    answered_today: int = 0
    non_responses: int = 0
    set_back: int = 0
    ended_offer: tuple[str, StopReason] | None = None

    @property
    def presence(self) -> Presence:
        """The state as others see it."""
        return Presence(self.state, self.since, self.reason, self.call, self.pending, self.until)
