"""METRICS.md's figures of a span, whole and cut by hour, day or queue, read once from the event log."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from config import QueueRules
from hotline.counting import LEAD_S, DayMetrics
from hotline.facts import EventName, Fact
from hotline.metrics import QueueMetrics

By = Literal["hour", "day", "queue"]

TAIL_S = 7_200.0  # the longest a caller may wait (config.queues): after that every call of the span has left its queue
_BREATHE_EVERY = 200  # facts counted before the loop gets a turn: it carries the calls

_LEAVING = frozenset(
    {
        EventName.CONNECT,
        EventName.ABANDON,
        EventName.EXITWITHTIMEOUT,
        EventName.EXITWITHKEY,
        EventName.CALLBACKREQUEST,
        EventName.VOICEMAIL,
    }
)


@dataclass(frozen=True, slots=True)
class Cut:
    """One part of a report; `since` ≤ t < `until`, Unix seconds. `queue` None counts every queue."""

    key: str
    since: float
    until: float
    queue: str | None = None


def cuts(by: By, since: float, until: float, zone: ZoneInfo, rules: Sequence[QueueRules]) -> list[Cut]:
    """The parts of a span. Hours and days begin where the clock on the wall says so."""
    if by == "queue":
        return [Cut(rule.name, since, until, rule.name) for rule in rules]
    edges = [since, *_edges(by, since, until, zone), until]
    return [
        Cut(datetime.fromtimestamp(begin, zone).isoformat(timespec="minutes"), begin, end)
        for begin, end in pairwise(edges)
    ]


def _edges(by: By, since: float, until: float, zone: ZoneInfo) -> Iterator[float]:
    step = timedelta(hours=1) if by == "hour" else timedelta(days=1)
    edge = datetime.fromtimestamp(since, zone).replace(minute=0, second=0, microsecond=0)
    edge = (edge if by == "hour" else edge.replace(hour=0)) + step
    while edge.timestamp() < until:
        yield edge.timestamp()
        edge += step


async def count(facts: AsyncIterator[Fact], rules: Sequence[QueueRules], parts: Sequence[Cut]) -> list[QueueMetrics]:
    """The figures of each part, from facts in the order of time (from `LEAD_S` before to `TAIL_S` after)."""
    counters = [(part, DayMetrics(rules, part.since, part.queue)) for part in parts]
    seen = 0
    async for fact in facts:
        for part, counter in counters:
            _add(fact, part, counter)
        seen += 1
        if seen % _BREATHE_EVERY == 0:
            await asyncio.sleep(0)
    return [counter.figures(part.until) for part, counter in counters]


def _add(fact: Fact, part: Cut, counter: DayMetrics) -> None:
    if part.since - LEAD_S <= fact.at < part.until:
        counter.add(fact)
    elif part.until <= fact.at < part.until + TAIL_S and fact.name in _LEAVING:
        # A call that entered just before the end was still answered or lost; the operator's time is the next part's.
        counter.add(replace(fact, operator=None))
