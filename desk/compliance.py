"""Compliance of a span, read once from its tickets and added up by step, operator, category or day."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from desk.compliance_shapes import By
from hotline.clocks import Clocks
from hotline.compliance import STEPS, WAITS, Line, Passage, Tally, through_steps, through_waits
from hotline.escalation import MayLie
from hotline.ticket import Ticket

_BREATHE_EVERY = 10  # tickets read before the loop gets a turn: it carries the calls

UNCLASSIFIED = "-"
"""The key of tickets that have no category yet."""

_ORDER = (*STEPS, *WAITS)


@dataclass(frozen=True, slots=True)
class Cut:
    """Which passages count, and under which keys. `clock` narrows to one step or wait, `key` to one line."""

    by: By
    clock: str | None = None
    key: str | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """The lines of a cut, and all steps together."""

    lines: list[Line]
    total: Line | None


class Compliance:
    """Reads clocks off tickets as of `now` (Unix seconds)."""

    def __init__(self, clocks: Clocks, may_lie: MayLie, zone: tzinfo, now: float) -> None:
        self._clocks = clocks
        self._may_lie = may_lie
        self._zone = zone
        self._now = now

    async def report(self, tickets: AsyncIterator[Ticket], cut: Cut) -> Report:
        """The figures of every line."""
        tally, whole = Tally(), Tally()
        async for passage in self.passages(tickets, cut):
            tally.add(self._key(passage, cut.by), passage)
            if passage.clock in STEPS:
                whole.add("total", passage)
        return Report(tally.lines(_ORDER if cut.by == "step" else None), next(iter(whole.lines()), None))

    async def passages(self, tickets: AsyncIterator[Ticket], cut: Cut) -> AsyncIterator[Passage]:
        """What counts, in the order of the tickets. Lets the loop go on with calls in between."""
        seen = 0
        async for ticket in tickets:
            for passage in self._of(ticket, cut):
                if passage.counts and self._wanted(passage, cut):
                    yield passage
            seen += 1
            if seen % _BREATHE_EVERY == 0:
                await asyncio.sleep(0)

    def _of(self, ticket: Ticket, cut: Cut) -> Iterator[Passage]:
        yield from through_steps(ticket, self._clocks, self._now, by_operator=cut.by == "operator")
        if cut.by == "step":
            yield from through_waits(ticket, self._clocks, self._may_lie, self._now)

    def _wanted(self, passage: Passage, cut: Cut) -> bool:
        if cut.clock is not None and passage.clock != cut.clock:
            return False
        if cut.key is not None and self._key(passage, cut.by) != cut.key:
            return False
        return not (cut.late and passage.in_time)

    def _key(self, passage: Passage, by: By) -> str:
        match by:
            case "step":
                return passage.clock
            case "operator":
                return passage.operator
            case "category":
                return passage.category or UNCLASSIFIED
            case "day":
                return datetime.fromtimestamp(passage.created_at, self._zone).date().isoformat()
