"""Every waiting state has a deadline: one ordered book of them for the whole distributor."""

from enum import StrEnum
from typing import NamedTuple

from sortedcontainers import SortedList


class Due(StrEnum):
    """What falls due."""

    OFFER = "offer"  # a phone has rung long enough
    WAIT = "wait"  # a caller has waited long enough
    WRAP_UP = "wrap_up"  # an operator has had long enough to finish the ticket


class Deadline(NamedTuple):
    """At `at` (Unix seconds) the wait of this kind that belongs to `owner` ends."""

    at: float
    due: Due
    owner: str


class Deadlines:
    """At most one deadline per kind and owner. Every operation is O(log n)."""

    def __init__(self) -> None:
        self._ordered: SortedList[Deadline] = SortedList()
        self._by_owner: dict[tuple[Due, str], Deadline] = {}

    def set(self, due: Due, owner: str, at: float) -> None:
        """Start or move a deadline."""
        self.cancel(due, owner)
        self._by_owner[due, owner] = deadline = Deadline(at, due, owner)
        self._ordered.add(deadline)

    def cancel(self, due: Due, owner: str) -> None:
        """Forget a deadline; nothing happens where there is none."""
        deadline = self._by_owner.pop((due, owner), None)
        if deadline is not None:
            self._ordered.remove(deadline)

    def next(self) -> float | None:
        """When the next one falls due, in Unix seconds."""
        return self._ordered[0].at if self._ordered else None

    def pop(self, now: float) -> Deadline | None:
        """The earliest one that is due by `now`, removed from the book."""
        if not self._ordered or self._ordered[0].at > now:
            return None
        deadline: Deadline = self._ordered.pop(0)
        del self._by_owner[deadline.due, deadline.owner]
        return deadline
