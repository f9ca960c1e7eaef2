"""Estimated wait (EWT), from the queue's own recent service (METRICS.md)."""

from collections import deque

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


def estimated_wait_s(ahead: int, serving: int, mean_service_s: float | None) -> float | None:
    """Seconds until a caller with `ahead` callers before them gets one of `serving` operators.

    With all operators taken up, one of them comes free every `mean / serving` seconds on average, and the caller
    needs `ahead + 1` of those (the queue-length estimator of Ibrahim and Whitt, 2009). None when it cannot be known:
    no recent service, or no operator at all.
    """
    if mean_service_s is None or serving == 0:
        return None
    return (ahead + 1) * mean_service_s / serving
