"""The figures of METRICS.md, each with the formula it is shown with."""

from collections.abc import Mapping
from dataclasses import dataclass

FORMULAS: Mapping[str, str] = {
    "service_level": "answered_within / (answered + abandoned − short_abandons)",
    "service_level_strict": "answered_within / offered",
    "service_level_answered": "answered_within / answered",
    "service_level_with_abandons": "(answered_within + abandoned_within) / offered",
    "abandon_rate": "abandoned / offered",
    "asa_s": "Σ wait of answered calls / answered",
    "aht_s": "(talk_s + hold_s + acw_s) / answered",
    "occupancy": "handling_s / (handling_s + ready_s)",
}
"""The formula behind each figure, in the names of `QueueMetrics`; "within" is within the queue's `target_s`."""


@dataclass(frozen=True, slots=True)
class QueueMetrics:
    """Counts and sums (seconds) of a span, and the figures made of them; a figure without a denominator is None.

    A call belongs to the span in which it entered the queue. `talk_s`, `hold_s` and `acw_s` are of those calls;
    `handling_s` and `ready_s` are of the operators' whole time in the span, whichever queue they worked for.
    """

    offered: int = 0
    answered: int = 0
    answered_within: int = 0
    abandoned: int = 0
    abandoned_within: int = 0
    short_abandons: int = 0
    flow_out: int = 0
    non_responses: int = 0
    closed: int = 0
    blocked: int = 0
    wait_s: float = 0.0
    talk_s: float = 0.0
    hold_s: float = 0.0
    acw_s: float = 0.0
    handling_s: float = 0.0
    ready_s: float = 0.0

    @property
    def waiting(self) -> int:
        """Calls of the span that are still in the queue."""
        return self.offered - self.answered - self.abandoned - self.flow_out

    @property
    def service_level(self) -> float | None:
        """The default service level: short abandons do not count."""
        return _ratio(self.answered_within, self.answered + self.abandoned - self.short_abandons)

    @property
    def service_level_strict(self) -> float | None:
        """Service level over everything offered."""
        return _ratio(self.answered_within, self.offered)

    @property
    def service_level_answered(self) -> float | None:
        """Service level over answered calls alone."""
        return _ratio(self.answered_within, self.answered)

    @property
    def service_level_with_abandons(self) -> float | None:
        """Everybody answered or gone within the target, over everything offered."""
        return _ratio(self.answered_within + self.abandoned_within, self.offered)

    @property
    def abandon_rate(self) -> float | None:
        """Abandoned over offered."""
        return _ratio(self.abandoned, self.offered)

    @property
    def asa_s(self) -> float | None:
        """Mean wait of answered calls, in seconds; time in the IVR is not in it."""
        return _ratio(self.wait_s, self.answered)

    @property
    def aht_s(self) -> float | None:
        """Mean handling time, in seconds; running calls count with what they have had so far."""
        return _ratio(self.talk_s + self.hold_s + self.acw_s, self.answered)

    @property
    def occupancy(self) -> float | None:
        """Share of the operators' working time that went into calls; pauses are in neither part."""
        return _ratio(self.handling_s, self.handling_s + self.ready_s)


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
