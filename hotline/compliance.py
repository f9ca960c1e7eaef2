"""Compliance with the quality standard (mutu baku): how long steps and waits took, against what they may take."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from hotline.clocks import Clocks, end_of
from hotline.escalation import MayLie
from hotline.ticket import Step, Ticket
from hotline.waits import waits

STEPS: tuple[str, ...] = tuple(step.value for step in Step if step is not Step.CLOSED)
"""The clocks of operators, steps 1 to 5."""

WAITS: tuple[str, ...] = ("asked", "coordinator", "pic", "pic_answered", "answered")
"""The clocks of step 5b: where a question lies."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A ticket's way through one step (all its runs), or one stay of its question somewhere. Seconds.

    `own_s` is measured by the standard; `waiting_s` went by beside it, for coordinator and PIC.
    """

    ticket: str
    created_at: float
    category: str
    clock: str
    operator: str
    own_s: float
    waiting_s: float
    standard_s: float
    ended: bool

    @property
    def in_time(self) -> bool:
        """Whether the standard was kept."""
        return self.own_s <= self.standard_s

    @property
    def counts(self) -> bool:
        """What goes on and is not late yet is neither in time nor late; what is late already does not hide."""
        return self.ended or not self.in_time


def through_steps(ticket: Ticket, clocks: Clocks, now: float, *, by_operator: bool = False) -> Iterator[Passage]:
    """The ticket's passages through the steps. Whoever ends a step answers for it.

    `by_operator`: instead, each operator's part of a step by itself, so that nobody answers for another's time.
    """
    found: dict[tuple[str, str], Passage] = {}
    for run, clock in zip(ticket.steps, clocks.runs(ticket, now), strict=True):
        key = (str(run.step), run.operator if by_operator else "")
        before = found.pop(key, None)
        own_s, waiting_s = (before.own_s, before.waiting_s) if before else (0.0, 0.0)
        found[key] = Passage(
            ticket.number,
            ticket.created_at,
            ticket.category,
            str(run.step),
            run.operator,
            own_s + clock.own_s,
            waiting_s + clock.waiting_s,
            run.standard_s,
            run.ended_at is not None,
        )
    yield from found.values()


def through_waits(ticket: Ticket, clocks: Clocks, may_lie: MayLie, now: float) -> Iterator[Passage]:
    """The stays of the ticket's questions at each of those whom step 5b names."""
    if ticket.escalation is None:
        return
    for wait in waits(ticket.escalation, end_of(ticket, now)):
        lasted_s = clocks.on_clock(wait.state.value, wait.since, wait.until)
        may_last_s = may_lie.in_state(wait.state)
        over = wait.over or ticket.closed_at is not None
        yield Passage(
            ticket.number,
            ticket.created_at,
            ticket.category,
            wait.state.value,
            wait.with_whom,
            lasted_s,
            0.0,
            may_last_s,
            over,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """Figures of some passages; seconds. `median_s` and `p90_s` are of the own time, by nearest rank."""

    key: str
    count: int
    in_time: int
    median_s: float
    p90_s: float
    own_s: float
    waiting_s: float

    @property
    def share(self) -> float:
        """The share that kept the standard, 0 to 1."""
        return self.in_time / self.count


class Tally:
    """Adds up passages under keys. Memory: one number for each passage."""

    def __init__(self) -> None:
        self._own_s: defaultdict[str, list[float]] = defaultdict(list)
        self._in_time: defaultdict[str, int] = defaultdict(int)
        self._waiting_s: defaultdict[str, float] = defaultdict(float)

    def add(self, key: str, passage: Passage) -> None:
        """Count one passage under this key."""
        self._own_s[key].append(passage.own_s)
        self._in_time[key] += passage.in_time
        self._waiting_s[key] += passage.waiting_s

    def lines(self, order: Iterable[str] | None = None) -> list[Line]:
        """A line for each key that has passages, in this order (else sorted)."""
        keys = sorted(self._own_s) if order is None else order
        return [self._line(key) for key in keys if key in self._own_s]

    def _line(self, key: str) -> Line:
        own_s = sorted(self._own_s[key])
        return Line(
            key,
            len(own_s),
            self._in_time[key],
            nearest_rank(own_s, 0.5),
            nearest_rank(own_s, 0.9),
            sum(own_s),
            self._waiting_s[key],
        )


def nearest_rank(ordered: Sequence[float], share: float) -> float:
    """The smallest of these sorted values that at least `share` of them do not exceed."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)]
