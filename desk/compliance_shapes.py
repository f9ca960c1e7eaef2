"""The JSON of compliance with the standard times."""

from typing import Literal

from typing_extensions import TypedDict

By = Literal["step", "operator", "category", "day"]


class ComplianceLine(TypedDict):
    """`key` is the step or wait, the operator, the category or the day. `share` of `count` was in time, 0 to 1.

    `median_s` and `p90_s` are of the own time; `own_s` and `waiting_s` are sums over all of them.
    """

    key: str
    count: int
    in_time: int
    share: float
    median_s: float
    p90_s: float
    own_s: float
    waiting_s: float


class Compliance(TypedDict):
    """`total` is of steps 1 to 5, null when there is nothing to count."""

    since: str
    until: str
    by: By
    lines: list[ComplianceLine]
    total: ComplianceLine | None


class Passage(TypedDict):
    """A ticket's way through one step, or one stay of its question with coordinator or PIC."""

    ticket: str
    created_at: str
    clock: str
    operator: str
    category: str | None
    own_s: float
    waiting_s: float
    standard_s: float
    in_time: bool
    ended: bool


class Passages(TypedDict):
    """The slowest first; `total` counts all of them, also those that are not in `items`."""

    items: list[Passage]
    total: int
