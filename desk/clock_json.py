"""The clocks of a ticket's steps as pages get them."""

from collections.abc import Callable

from desk import shapes
from hotline.clocks import Clocks, RunClock, Spent
from hotline.ticket import StepTime, Ticket

Rfc3339 = Callable[[float], str]
Rfc3339OrNone = Callable[[float | None], str | None]


def steps(ticket: Ticket, clocks: Clocks, now: float, at: Rfc3339, at_or_none: Rfc3339OrNone) -> list[shapes.StepTime]:
    """Every run of a step with its clock as of `now` (Unix seconds)."""
    read = zip(ticket.steps, clocks.runs(ticket, now), strict=True)
    return [_step(run, clock, now, at, at_or_none) for run, clock in read]


def _step(run: StepTime, clock: RunClock, now: float, at: Rfc3339, at_or_none: Rfc3339OrNone) -> shapes.StepTime:
    return {
        "step": run.step.value,
        "operator": run.operator,
        "started_at": at(run.started_at),
        "ended_at": at_or_none(run.ended_at),
        "standard_s": run.standard_s,
        "own_s": round(clock.own_s, 3),
        "waiting_s": round(clock.waiting_s, 3),
        "level": clock.level,
        "overdue": clock.level == "red",
        "amber_at": at_or_none(clock.amber_at),
        "red_at": at_or_none(clock.red_at),
        "counting": _counting(clock, now, at, at_or_none),
    }


def _counting(clock: RunClock, now: float, at: Rfc3339, at_or_none: Rfc3339OrNone) -> shapes.Counting | None:
    if clock.counting is None:
        return None
    own = clock.counting.spent is Spent.OWN
    return {"what": "own" if own else "waiting", "since": at(now), "until": at_or_none(clock.counting.until)}
