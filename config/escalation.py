"""What the procedure's clocks stand still for, when they turn amber, and who is told when something lies too long."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from config.base import Model
from config.sop import StepName

WaitName = Literal["asked", "coordinator", "pic", "pic_answered", "answered", "callback"]
"""Where a question of SOP step 5b lies (`hotline.ticket.EscalationState`), and a call back that is due."""

WAIT_NAMES: tuple[WaitName, ...] = ("asked", "coordinator", "pic", "pic_answered", "answered", "callback")

ClockName = StepName | WaitName

Audience = Literal["holder", "operator", "coordinators", "supervisors", "admins"]
"""Who is told: who has it now, the ticket's operator, or everybody of a role."""


class Level(Model):
    """`after_s` seconds on the clock, `tell` these people."""

    after_s: Annotated[float, Field(gt=0, le=2_592_000)]
    tell: Annotated[tuple[Audience, ...], Field(min_length=1)]


def _rising(levels: tuple[Level, ...]) -> tuple[Level, ...]:
    for lower, higher in pairwise(levels):
        if higher.after_s <= lower.after_s:
            raise ValueError(f"after_s {higher.after_s:g} must be later than {lower.after_s:g} of the level before it")
    return levels


Levels = Annotated[tuple[Level, ...], AfterValidator(_rising)]


def _somebody_takes(levels: Mapping[ClockName, Levels]) -> Mapping[ClockName, Levels]:
    if not levels.get("asked"):
        raise ValueError("`asked` needs a level: somebody has to hear of a question that nobody takes")
    return levels


class EscalationRules(Model):
    """The clocks' rules. A clock without `levels` alarms nobody; `asked`, which nobody else watches, must have some.

    `amber` is the share of the standard time from which on a step is shown as nearly over. The clocks in
    `working_hours` stand still while the office is closed (hours.yaml); the others never do.
    """

    amber: Annotated[float, Field(gt=0, lt=1)] = 0.8
    working_hours: frozenset[ClockName] = frozenset()
    levels: Annotated[Mapping[ClockName, Levels], AfterValidator(_somebody_takes)]

    @property
    def asked_s(self) -> float:
        """How long a question may lie that no coordinator has taken, in seconds: then the first of them are told."""
        return self.levels["asked"][0].after_s

    def pauses(self, clock: str) -> bool:
        """Whether this clock stands still while the office is closed."""
        return clock in self.working_hours

    def levels_of(self, clock: str) -> tuple[Level, ...]:
        """Who is told after how long, in the order of time."""
        return next((levels for name, levels in self.levels.items() if name == clock), ())
