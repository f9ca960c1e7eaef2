"""The ready operators of one queue, kept in the order in which its strategy rings them."""

from sortedcontainers import SortedList

from config.queues import Strategy as StrategyName
from hotline.line import Skills
from hotline.operators import Operator
from hotline.strategies import STRATEGIES, Candidate


class ReadyPool:
    """Ready operators grouped by their skills. Adding and removing are O(log n); choosing is O(log n) per skill set."""

    def __init__(self, queue: str, strategy: StrategyName) -> None:
        self._queue = queue
        self._strategy = STRATEGIES[strategy]()
        self._groups: dict[Skills, SortedList[Candidate]] = {}
        self._candidates: dict[str, tuple[Skills, Candidate]] = {}

    def add(self, operator: Operator) -> None:
        """The operator became ready."""
        candidate = self._strategy.candidate(operator, operator.seats[self._queue])
        self._candidates[operator.name] = operator.skills, candidate
        self._groups.setdefault(operator.skills, SortedList()).add(candidate)

    def remove(self, operator: Operator) -> None:
        """The operator is not ready any more."""
        skills, candidate = self._candidates.pop(operator.name)
        group = self._groups[skills]
        group.remove(candidate)
        if not group:
            del self._groups[skills]

    def choose(self, asked: Skills) -> list[Candidate]:
        """Those whose phones are to ring for a caller who asks for these skills: one, several (ring_all) or nobody."""
        able = [group for skills, group in self._groups.items() if asked <= skills]
        return self._strategy.choose(able) if able else []
