"""Estimated wait (EWT), from the queue's own recent service (METRICS.md)."""

from collections import deque
from collections.abc import Mapping

RECENT_CALLS = 50
RECENT_S = 3600.0
"""Service longer ago than this says nothing about today's wait any more."""


class ServiceTimes:
    """How long operators were taken up by one caller of a queue, lately: ring, talk, hold and wrap-up, in seconds."""

    def __init__(self) -> None:
        self._recent: deque[tuple[float, float]] = deque(maxlen=RECENT_CALLS)

    def add(self, at: float, seconds: float) -> None:
        """One call's service ended at `at` (Unix seconds) and took `seconds`."""
        self._recent.append((at, seconds))

    def mean_s(self, now: float) -> float | None:
        """The mean over recent calls; None when there were none."""
        while self._recent and self._recent[0][0] < now - RECENT_S:
            self._recent.popleft()
        if not self._recent:
            return None
        return sum(seconds for _, seconds in self._recent) / len(self._recent)


def estimated_wait_s(ahead: int, serving: float, mean_service_s: float | None) -> float | None:
    """Seconds until a caller with `ahead` callers before them gets one of `serving` operators.

    With all operators taken up, one of them comes free every `mean / serving` seconds on average, and the caller
    needs `ahead + 1` of those (the queue-length estimator of Ibrahim and Whitt, 2009). None when it cannot be known:
    no recent service, or no operator at all.
    """
    if mean_service_s is None or serving == 0:
        return None
    return (ahead + 1) * mean_service_s / serving


def operators_for(queue: str, crews: Mapping[frozenset[str], int], work_s: Mapping[str, float]) -> float:
    """How many operators a queue has, those of several queues in parts.

    `crews` tells how many operators serve exactly these queues, `work_s` the seconds of service that wait in each
    queue; the queue's own may not be 0. Operators take the caller who waits longest in any of their queues, so where
    half of the work waits goes half of their time.
    """
    shared = (
        count * work_s[queue] / sum(work_s[each] for each in queues)
        for queues, count in crews.items()
        if queue in queues
    )
    return sum(shared)
