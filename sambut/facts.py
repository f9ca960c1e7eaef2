"""Where facts go: into the event log for good, and into today's figures at once."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, tzinfo
from typing import Protocol

from config import QueueRules
from hotline.counting import DayMetrics
from hotline.facts import EventName, Fact
from hotline.metrics import QueueMetrics
from sambut.clock import Clock
from storage.records import EventLogged, Record


class Journal(Protocol):
    """What the switchboard stores through (`storage.journal`)."""

    def write(self, *records: Record) -> "asyncio.Future[None]": ...


class FactLog:
    """Writes facts, and keeps the figures of today (the installation's day) by adding each fact once."""

    def __init__(
        self, journal: Journal, queues: Sequence[QueueRules], zone: tzinfo, clock: Clock, *, node: str = ""
    ) -> None:
        self._journal = journal
        self._node = node
        self._zone = zone
        self._clock = clock
        self._queues = queues
        self.began = clock()
        self._own: list[Fact] | None = []  # until what was before is known
        self._day = self._today()
        self._metrics = DayMetrics(queues, self.midnight())

    def log(self, *facts: Fact) -> None:
        """Facts of one moment are stored together."""
        if facts:
            self._journal.write(*(EventLogged(self._signed(fact)) for fact in facts))
            self._count(facts)
            if self._own is not None:
                self._own.extend(facts)

    def take_over(self, earlier: Iterable[Fact]) -> None:
        """Count what is stored from before `began`, and then again what came since: order matters to the figures."""
        self._day, self._metrics = self._today(), DayMetrics(self._queues, self.midnight())
        self._count([*earlier, *(self._own or ())])
        self._own = None

    def _count(self, facts: Iterable[Fact]) -> None:
        self._roll_over()
        for fact in facts:
            self._metrics.add(fact)

    def _signed(self, fact: Fact) -> Fact:
        """Who signs on does so at this node: after a crash it is this node's to sign them off (`storage.recovery`)."""
        return replace(fact, data={**fact.data, "node": self._node}) if fact.name is EventName.ADDMEMBER else fact

    def midnight(self) -> float:
        """When today began, Unix seconds."""
        return datetime.combine(self._today(), datetime.min.time(), self._zone).timestamp()

    def today(self) -> QueueMetrics:
        """Figures of all queues since midnight."""
        self._roll_over()
        return self._metrics.figures(self._clock())

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock(), self._zone).date()

    def _roll_over(self) -> None:
        if self._today() != self._day:
            self._day = self._today()
            self._metrics = self._metrics.going_on(self.midnight())
