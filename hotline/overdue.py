"""What lies too long, and who has to be told when: the levels of escalation.yaml on a ticket's running clocks."""

from collections.abc import Iterator
from dataclasses import dataclass

from config.escalation import Audience, EscalationRules
from hotline.clocks import Clocks, Spent, current
from hotline.ticket import Step, Ticket
from hotline.waits import waits


@dataclass(frozen=True, slots=True)
class Alarm:
    """At `at` these people are told that this clock, which runs since `since`, is at this level (from 1).

    The ticket, `clock`, `since` and `level` name an alarm for good: it is told once. Unix seconds.
    """

    clock: str
    since: float
    level: int
    at: float
    tell: tuple[Audience, ...]


def alarms(ticket: Ticket, clocks: Clocks, rules: EscalationRules, now: float) -> Iterator[Alarm]:
    """The alarms of the clocks that run now, past ones too, in the order of their clocks and levels.

    A past alarm's `at` is not later than `now`. One that is to come moves when the ticket does: ask again then.
    """
    if ticket.step is Step.CLOSED:
        return
    yield from _of_step(ticket, clocks, rules, now)
    yield from _of_question(ticket, clocks, rules, now)
    callback = ticket.callback
    if callback is not None and callback.due_at is not None and ticket.running is None:
        yield from _of_wait("callback", callback.due_at, clocks, rules)


def _of_step(ticket: Ticket, clocks: Clocks, rules: EscalationRules, now: float) -> Iterator[Alarm]:
    spent, clock = current(ticket)
    if spent is not Spent.OWN:
        return
    own_s = clocks.runs(ticket, now)[-1].step_own_s
    since = next(run.started_at for run in ticket.steps if run.step == clock)
    for number, level in enumerate(rules.levels_of(clock), 1):
        at = clocks.due(clock, now, level.after_s - own_s)
        if at is not None:
            yield Alarm(clock, since, number, at, level.tell)


def _of_question(ticket: Ticket, clocks: Clocks, rules: EscalationRules, now: float) -> Iterator[Alarm]:
    lying = list(waits(ticket.escalation, now))
    if lying and not lying[-1].over:
        yield from _of_wait(lying[-1].state.value, lying[-1].since, clocks, rules)


def _of_wait(clock: str, since: float, clocks: Clocks, rules: EscalationRules) -> Iterator[Alarm]:
    for number, level in enumerate(rules.levels_of(clock), 1):
        at = clocks.due(clock, since, level.after_s)
        if at is not None:
            yield Alarm(clock, since, number, at, level.tell)
