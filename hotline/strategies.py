"""Ring strategies (METRICS.md): which of the ready operators is rung for a caller.

Each pool of ready operators is kept sorted by its strategy's own key, so that choosing is looking at the front.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from sortedcontainers import SortedList

from config.queues import Strategy as StrategyName
from hotline.operators import Operator, Seat

Level = tuple[bool, int]
"""Whether the phone failed last, and the penalty: one level is asked before the next."""


class Candidate(NamedTuple):
    """A ready operator's standing in one queue's pool: smaller is asked first.

    Operators whose phone failed last come behind all others, then the penalty narrows, then the strategy decides.
    """

    set_back: int
    penalty: int
    turn: tuple[float, ...]
    rank: int
    operator: str

    @property
    def level(self) -> Level:
        """Where the operator stands before any strategy."""
        return (self.set_back > 0, self.penalty)


def level_of(operator: Operator, seat: Seat) -> Level:
    """The level at which an operator would be a candidate."""
    return (operator.set_back > 0, seat.penalty)


class Strategy(Protocol):
    """Sorts the candidates of one queue and picks from them."""

    def candidate(self, operator: Operator, seat: Seat) -> Candidate:
        """The operator's standing in the pool."""

    def choose(self, groups: Sequence[SortedList[Candidate]]) -> list[Candidate]:
        """Those to ring, out of non-empty groups of candidates with the same skills.

        Called only when they are then rung, so it may remember the choice.
        """


class InOrder:
    """Rings the one whose turn comes first: `longest_idle`, `fewest_calls` and `linear` differ only in the turn."""

    def __init__(self, turn: Callable[[Operator], tuple[float, ...]]) -> None:
        self._turn = turn

    def candidate(self, operator: Operator, seat: Seat) -> Candidate:
        return Candidate(operator.set_back, seat.penalty, self._turn(operator), seat.rank, operator.name)

    def choose(self, groups: Sequence[SortedList[Candidate]]) -> list[Candidate]:
        return [min(group[0] for group in groups)]


class RoundRobin:
    """Rings the next after the last one rung in the fixed order, and remembers."""

    def __init__(self) -> None:
        self._last_rank = -1

    def candidate(self, operator: Operator, seat: Seat) -> Candidate:
        return Candidate(operator.set_back, seat.penalty, (), seat.rank, operator.name)

    def choose(self, groups: Sequence[SortedList[Candidate]]) -> list[Candidate]:
        chosen = min((self._next_in(group) for group in groups), key=self._order)
        self._last_rank = chosen.rank
        return [chosen]

    def _next_in(self, group: SortedList[Candidate]) -> Candidate:
        first: Candidate = group[0]
        after = group.bisect_left((first.set_back, first.penalty, (), self._last_rank + 1))
        if after == len(group) or group[after][:2] != first[:2]:
            return first
        following: Candidate = group[after]
        return following

    def _order(self, candidate: Candidate) -> tuple[int, int, bool, int]:
        return (candidate.set_back, candidate.penalty, candidate.rank <= self._last_rank, candidate.rank)


class RingAll:
    """Rings everybody at the lowest penalty; those whose phone failed last only when there is nobody else."""

    def candidate(self, operator: Operator, seat: Seat) -> Candidate:
        return Candidate(min(operator.set_back, 1), seat.penalty, (), seat.rank, operator.name)

    def choose(self, groups: Sequence[SortedList[Candidate]]) -> list[Candidate]:
        level = min(group[0] for group in groups)[:2]
        return sorted(candidate for group in groups for candidate in _at_level(group, level))


def _at_level(group: SortedList[Candidate], level: tuple[int, int]) -> Iterable[Candidate]:
    set_back, penalty = level
    chosen: Iterable[Candidate] = group.irange((set_back, penalty), (set_back, penalty + 1))
    return chosen


STRATEGIES: Mapping[StrategyName, Callable[[], Strategy]] = {
    "longest_idle": lambda: InOrder(lambda operator: (operator.idle_since,)),
    "fewest_calls": lambda: InOrder(lambda operator: (operator.answered_today, operator.idle_since)),
    "linear": lambda: InOrder(lambda operator: ()),
    "round_robin": RoundRobin,
    "ring_all": RingAll,
}
