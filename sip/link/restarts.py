"""How often an engine that dies again and again is replaced at once."""

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Restarts:
    """`most` within `within_s` seconds are made at once, others `pause_s` later."""

    most: int = 5
    within_s: float = 60.0
    pause_s: float = 5.0
    total: int = 0
    _made: deque[float] = field(default_factory=deque)

    def next(self, now: float) -> float:
        """One is made now, or rather after the seconds that are returned."""
        while self._made and now - self._made[0] >= self.within_s:
            self._made.popleft()
        self.total += 1
        wait_s = 0.0 if len(self._made) < self.most else self.pause_s
        self._made.append(now + wait_s)
        return wait_s
