"""What a caller is in at one moment: a stage, and what comes after it."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from ivr.line import Line


@dataclass(frozen=True, slots=True)
class Move:
    """Go on to a node. `key` was pressed early and counts for that node."""

    node: str
    key: str | None = None


class Stage(ABC):
    """One node of the flow while a caller is in it. Methods may return what comes next; None stays.

    `limited` says that the flow's time limit holds here: stages that end by themselves are not limited.
    """

    limited = True

    def __init__(self, line: Line) -> None:
        self.line = line

    @abstractmethod
    def start(self, now: float, key: str | None) -> "Next":
        """The caller comes in, perhaps with a key pressed early."""

    def heard(self, now: float) -> "Next":
        """What was being said has ended."""
        return None

    def key(self, key: str, now: float) -> "Next":
        """The caller pressed a key."""
        return None

    def silence(self, now: float) -> "Next":
        """Nothing came while we listened."""
        return None

    def stopped(self, now: float) -> None:
        """The call was bridged or is gone."""
        self.line.end()


Next = Move | Stage | None
"""A node of the flow, a stage that has no node of its own, or nothing: the caller stays."""
