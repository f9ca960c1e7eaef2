"""Calls that came in and were not acknowledged yet: how many one address may have, and all together.

A 200 that nobody acknowledges is sent for 32 s, and the goodbye after it for as long (RFC 3261 sections 13.3.1.4 and
17.1.2.2). Whoever lets all of theirs come to that would hold every call that the library has.
"""

from collections import Counter

from sip.events import LegId


class Unacknowledged:
    """0 is no limit. A call is settled once it is acknowledged, or over."""

    def __init__(self, *, per_source: float, in_all: float) -> None:
        self.per_source = per_source
        self.in_all = in_all
        self._sources: dict[LegId, str] = {}
        self._of: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self.refused = 0
        """How many calls did not come in for it, since the start."""

    def comes(self, leg: LegId, source: str) -> bool:
        """Whether one more may come in from this address; if so it is counted until it is settled."""
        if 0 < self.per_source <= self._of[source] or 0 < self.in_all <= len(self._sources):
            self._refused[source] += 1
            self.refused += 1
            return False
        self._sources[leg] = source
        self._of[source] += 1
        return True

    def settled(self, leg: LegId) -> None:
        """Harmless for one that is not known."""
        source = self._sources.pop(leg, None)
        if source is not None:
            self._of[source] -= 1
            if not self._of[source]:
                del self._of[source]

    def told(self) -> Counter[str]:
        """Who was refused since the last time, and how often."""
        told, self._refused = self._refused, Counter()
        return told
