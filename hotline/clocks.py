"""The clocks of a ticket: where its time went, whose it was, and how that compares with the standard (mutu baku).

A ticket's life, from its creation to its end or to now, is cut into stretches without gap or overlap; every clock is a
sum of stretches, so all of them together are the life.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal, Self

from config import EscalationRules, Installation
from hotline.ticket import EscalationState, Step, StepTime, Ticket
from hotline.waits import WITH_OTHERS, Wait, waits
from hotline.working_time import WorkingTime

Level = Literal["green", "amber", "red"]


class Spent(StrEnum):
    """What a stretch of time was spent on."""

    OWN = "own"  # the operator's own time at a step
    WAITING = "waiting"  # for coordinator or PIC (SOP step 5b), which is shown apart
    PAUSED = "paused"  # the office was closed, and this clock stands still then
    REST = "rest"  # in nobody's hands: in the queue, to be called back, or closed for a while


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of a ticket's life, Unix seconds. `run` is the place in `Ticket.steps` of the run it is in or after.

    `clock` is the step or, while waiting, the state of the question; `""` at rest.
    """

    since: float
    until: float
    spent: Spent
    clock: str
    run: int | None

    @property
    def lasted_s(self) -> float:
        """Its length in seconds."""
        return self.until - self.since


@dataclass(frozen=True, slots=True)
class Counting:
    """Which clock runs at this moment, and until when at most (closing time; None: until something happens)."""

    spent: Spent
    clock: str
    until: float | None


@dataclass(frozen=True, slots=True)
class RunClock:
    """One run of a step, in seconds; waiting, pauses and rest that follow it are counted with it.

    `step_own_s` is the operators' own time at this step in all runs so far, which `level` compares with the standard:
    handing a ticket over, or coming back to a step, begins no new minute. `amber_at` and `red_at` are when the level
    will change if nothing else happens (Unix seconds). `counting` is what runs at this moment, if this is the last run.
    """

    own_s: float
    waiting_s: float
    paused_s: float
    rest_s: float
    step_own_s: float
    level: Level
    amber_at: float | None = None
    red_at: float | None = None
    counting: Counting | None = None


class Clocks:
    """Reads clocks off tickets, by an installation's rules and working hours. `now` is in Unix seconds."""

    def __init__(self, rules: EscalationRules, working: WorkingTime) -> None:
        self._rules = rules
        self._working = working

    @classmethod
    def of(cls, installation: Installation) -> Self:
        """By the rules and hours of this installation."""
        return cls(installation.escalation, WorkingTime(installation.hours))

    def stretches(self, ticket: Ticket, now: float) -> Iterator[Stretch]:
        """The ticket's life so far, in order, each where the last one ended."""
        end = end_of(ticket, now)
        with_others = [wait for wait in waits(ticket.escalation, end) if wait.state in WITH_OTHERS]
        for part in _parts(ticket, end):
            for since, until, state in _cut(part, with_others if part.may_wait else []):
                if state is not None:
                    yield from self._with_pauses(since, until, Spent.WAITING, str(state), part.run)
                elif part.step is not None:
                    yield from self._with_pauses(since, until, Spent.OWN, str(part.step), part.run)
                else:
                    yield Stretch(since, until, Spent.REST, "", part.run)

    def runs(self, ticket: Ticket, now: float) -> tuple[RunClock, ...]:
        """The clock of each run in `ticket.steps`, in their order."""
        now = end_of(ticket, now)
        spent = [dict.fromkeys(Spent, 0.0) for _ in ticket.steps]
        for stretch in self.stretches(ticket, now):
            if stretch.run is not None:
                spent[stretch.run][stretch.spent] += stretch.lasted_s
        own: dict[Step, float] = {}
        clocks = []
        for run, of_run in zip(ticket.steps, spent, strict=True):
            own[run.step] = own.get(run.step, 0.0) + of_run[Spent.OWN]
            clocks.append(self._run_clock(run, of_run, own[run.step]))
        return (*clocks[:-1], self._as_of_now(ticket, clocks[-1], now)) if clocks else ()

    def counting(self, ticket: Ticket, now: float) -> Counting | None:
        """The clock that runs at this moment; None for a ticket at rest, or while the office is closed."""
        spent, clock = current(ticket)
        if spent is Spent.REST:
            return None
        if not self._rules.pauses(clock):
            return Counting(spent, clock, None)
        closes_at = self._working.closes_at(now)
        return None if closes_at is None else Counting(spent, clock, closes_at)

    def on_clock(self, clock: str, since: float, until: float) -> float:
        """How many seconds of this span count on the clock."""
        return self._working.between(since, until) if self._rules.pauses(clock) else max(until - since, 0.0)

    def due(self, clock: str, since: float, seconds: float) -> float | None:
        """When `seconds` have passed on this clock, which has run since `since`; None if the office never opens."""
        return self._working.add(since, seconds) if self._rules.pauses(clock) else since + max(seconds, 0.0)

    def _run_clock(self, run: StepTime, spent: dict[Spent, float], step_own_s: float) -> RunClock:
        level = self._level(step_own_s, run.standard_s)
        return RunClock(
            spent[Spent.OWN], spent[Spent.WAITING], spent[Spent.PAUSED], spent[Spent.REST], step_own_s, level
        )

    def _as_of_now(self, ticket: Ticket, last: RunClock, now: float) -> RunClock:
        spent, clock = current(ticket)
        if spent is Spent.REST:
            return last
        amber_at = red_at = None
        if spent is Spent.OWN:
            standard_s = ticket.steps[-1].standard_s
            amber_at = self._when(clock, now, self._rules.amber * standard_s - last.step_own_s)
            red_at = self._when(clock, now, standard_s - last.step_own_s)
        return replace(last, amber_at=amber_at, red_at=red_at, counting=self.counting(ticket, now))

    def _when(self, clock: str, now: float, left_s: float) -> float | None:
        return self.due(clock, now, left_s) if left_s > 0 else None

    def _level(self, own_s: float, standard_s: float) -> Level:
        if own_s > standard_s:
            return "red"
        return "amber" if own_s >= self._rules.amber * standard_s else "green"

    def _with_pauses(self, since: float, until: float, spent: Spent, clock: str, run: int | None) -> Iterator[Stretch]:
        if not self._rules.pauses(clock):
            yield Stretch(since, until, spent, clock, run)
            return
        for begin, end in self._working.stretches(since, until):
            if since < begin:
                yield Stretch(since, begin, Spent.PAUSED, clock, run)
            yield Stretch(begin, end, spent, clock, run)
            since = end
        if since < until:
            yield Stretch(since, until, Spent.PAUSED, clock, run)


def end_of(ticket: Ticket, now: float) -> float:
    """When the ticket's life ended, or `now`; never before what is known of it: another node may be a moment ahead."""
    if ticket.closed_at is not None:
        return max(ticket.created_at, ticket.closed_at)
    return max(now, ticket.created_at, ticket.steps[-1].started_at if ticket.steps else now)


def current(ticket: Ticket) -> tuple[Spent, str]:
    """What time is spent on now, and by which clock: by the office's hours it may stand still all the same."""
    running = ticket.running
    if ticket.step is Step.CLOSED:
        return Spent.REST, ""
    escalation = ticket.escalation
    if escalation and escalation.state in WITH_OTHERS and (running is None or running.step is Step.ANSWER):
        return Spent.WAITING, escalation.state.value
    return (Spent.REST, "") if running is None else (Spent.OWN, running.step.value)


@dataclass(frozen=True, slots=True)
class _Part:
    """A run of a step, or (`step` None) the time after the run."""

    since: float
    until: float
    run: int | None
    step: Step | None

    @property
    def may_wait(self) -> bool:
        """A question lies with others only beside step 5; who takes another call of this caller works."""
        return self.step in (None, Step.ANSWER)


def _parts(ticket: Ticket, end: float) -> Iterator[_Part]:
    reached, last = ticket.created_at, None
    for index, run in enumerate(ticket.steps):
        since = min(max(run.started_at, reached), end)
        until = end if run.ended_at is None else min(max(run.ended_at, since), end)
        yield _Part(reached, since, last, None)
        yield _Part(since, until, index, run.step)
        reached, last = until, index
    yield _Part(reached, end, last, None)


def _cut(part: _Part, with_others: list[Wait]) -> Iterator[tuple[float, float, EscalationState | None]]:
    reached = part.since
    for wait in with_others:
        since, until = max(wait.since, reached), min(wait.until, part.until)
        if since < until:
            if reached < since:
                yield reached, since, None
            yield since, until, wait.state
            reached = until
    if reached < part.until:
        yield reached, part.until, None
