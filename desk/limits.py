"""How often somebody may try to sign in: a sliding window per key, in this node's memory."""

from collections import deque

_MOST_KEYS = 10_000  # so that made-up user names cannot fill the memory


class AttemptLimiter:
    """At most `attempts` failures per `window_s` seconds for one key. Time comes in as `now` (seconds)."""

    def __init__(self, attempts: int, window_s: float) -> None:
        self._attempts = attempts
        self._window_s = window_s
        self._failures: dict[str, deque[float]] = {}  # oldest key first

    def retry_after(self, key: str, now: float) -> float:
        """Seconds until this key may try again; 0 when it may now."""
        failures = self._recent(key, now)
        if len(failures) < self._attempts:
            return 0.0
        return failures[-self._attempts] + self._window_s - now

    def attempted(self, key: str, now: float) -> None:
        """Count an attempt. It is counted before it is checked, so that many at once do not slip through."""
        failures = self._recent(key, now)
        failures.append(now)
        self._failures.pop(key, None)
        self._failures[key] = failures
        if len(self._failures) > _MOST_KEYS:
            self._failures.pop(next(iter(self._failures)))

    def succeeded(self, key: str) -> None:
        """Forget the failures of a key that has proved itself."""
        self._failures.pop(key, None)

    def forgive(self, key: str) -> None:
        """Take back the latest attempt: it turned out to be right, though the key stays under watch."""
        failures = self._failures.get(key)
        if failures:
            failures.pop()

    def _recent(self, key: str, now: float) -> deque[float]:
        failures = self._failures.get(key, deque())
        while failures and failures[0] <= now - self._window_s:
            failures.popleft()
        return failures
