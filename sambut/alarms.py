"""Watches open tickets, and tells the next level of escalation.yaml when something lies too long: each level once."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import structlog
from sortedcontainers import SortedList

from config import EscalationRules
from hotline.clocks import Clocks
from hotline.facts import EventName, Fact, Value
from hotline.overdue import Alarm, alarms
from hotline.ticket import Step, Ticket
from sambut.audiences import Audiences
from sambut.clock import Clock
from sambut.contain import contained
from sambut.facts import FactLog
from storage import Store, StoreUnavailable

log = structlog.get_logger(__name__)

PAGES_COME_BACK_S = 10.0
LOOK_EVERY_S = 1.0
READ_ALL_EVERY_S = 300.0  # finds what another node changed
AGAIN_IN_S = 10.0  # when the store is away

_Name = tuple[str, float, int]


class Pages(Protocol):
    """The open pages of people (`desk.hub.Hub`)."""

    def send(self, username: str, kind: str, payload: Mapping[str, Any]) -> None:
        """Push one message to one account's tabs."""


class Notify(Protocol):
    """Tells people who have no page open (`sambut.notices.Notifier.notify`)."""

    def __call__(self, whom: Sequence[str], event: str, ticket: Ticket) -> None:
        """Never waits."""


class Alarms:
    """A `TicketWatcher`: plans from every change, and looks at the stored ticket again before it tells anybody.

    That an alarm is told is stored first (`storage.alarms`), so that neither a restart nor another node tells it again;
    what fell due while nobody was here is told at the start.
    """

    def __init__(
        self,
        *,
        store: Store,
        clocks: Clocks,
        rules: EscalationRules,
        audiences: Audiences,
        facts: FactLog,
        pages: Pages,
        clock: Clock,
    ) -> None:
        self._store = store
        self._clocks = clocks
        self._rules = rules
        self._audiences = audiences
        self._facts = facts
        self._pages = pages
        self._clock = clock
        self._at: dict[str, float] = {}  # ticket -> when to look at it
        self._in_order: SortedList[tuple[float, str]] = SortedList()
        self._told: dict[str, set[_Name]] = {}
        self._read_all_at = 0.0
        self._also: list[Notify] = []

    def tell_also(self, notify: Notify) -> None:
        """From now on people are told this way too, beside their open pages."""
        self._also.append(notify)

    def changed(self, before: Ticket | None, after: Ticket, by: str, at: float) -> None:
        """A ticket was opened or changed: its clocks may run otherwise now, unless only words were typed into it."""
        if before is None or _clocked(before) != _clocked(after):
            self._plan(after)

    async def run(self) -> None:
        """Watch until cancelled.

        After a start the pages come back first: what came due meanwhile is told once, and to nobody if nobody is there.
        """
        await asyncio.sleep(PAGES_COME_BACK_S)
        while True:
            with contained("alarms_not_looked_at"):
                await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """One round: tells what is due by now. A store that is away is asked again later."""
        now = self._clock()
        try:
            if now >= self._read_all_at:
                self._read_all_at = now + AGAIN_IN_S
                await self._read_all()
                self._read_all_at = now + READ_ALL_EVERY_S
            while self._in_order and self._in_order[0][0] <= now:
                await self._look_at(self._in_order[0][1], now)
        except StoreUnavailable:
            log.warning("alarms_wait_for_the_store")

    async def _read_all(self) -> None:
        page = await self._store.alarms.open_tickets()
        while page:
            for ticket in page:
                self._plan(ticket)
            page = await self._store.alarms.open_tickets(page[-1].number)

    async def _look_at(self, number: str, now: float) -> None:
        again_at = now + AGAIN_IN_S
        self._set(number, again_at)  # whatever stands in the way, the others have their turn
        ticket = await self._store.tickets.get(number)
        if ticket is None:
            self._set(number, None)
            return
        for alarm in self._untold(ticket, now):
            if alarm.at <= now:
                await self._tell(ticket, alarm, now)
        if self._at.get(number) == again_at:  # else it was changed meanwhile, and is planned as it is now
            self._plan(ticket)

    async def _tell(self, ticket: Ticket, alarm: Alarm, now: float) -> None:
        whom = await self._audiences.of(ticket, alarm.tell)
        first = await self._store.alarms.tell_first(ticket.number, alarm, now, whom)
        self._told.setdefault(ticket.number, set()).add(_name(alarm))
        if not first:
            return
        log.info("overdue", ticket=ticket.number, clock=alarm.clock, rank=alarm.level)
        data: dict[str, Value] = {
            "ticket": ticket.number,
            "clock": alarm.clock,
            "level": alarm.level,
            "told": " ".join(whom),
        }
        self._facts.log(Fact(EventName.OVERDUE, now, ticket.call_id, data=data))
        self._show(ticket, alarm, whom)

    def _show(self, ticket: Ticket, alarm: Alarm, whom: Sequence[str]) -> None:
        code = f"overdue_{alarm.clock}"
        for username in whom:
            self._pages.send(
                username, "notice", {"code": code, "level": "warning", "call_id": None, "ticket": ticket.number}
            )
        for notify in self._also:
            notify(whom, code, ticket)

    def _plan(self, ticket: Ticket) -> None:
        """When to look at it next; never, once it is closed or everything has been told."""
        if ticket.step is Step.CLOSED:
            self._told.pop(ticket.number, None)
        now = self._clock()
        self._set(ticket.number, min((alarm.at for alarm in self._untold(ticket, now)), default=None))

    def _untold(self, ticket: Ticket, now: float) -> list[Alarm]:
        told = self._told.get(ticket.number, set())
        return [alarm for alarm in alarms(ticket, self._clocks, self._rules, now) if _name(alarm) not in told]

    def _set(self, number: str, at: float | None) -> None:
        before = self._at.pop(number, None)
        if before is not None:
            self._in_order.remove((before, number))
        if at is not None:
            self._at[number] = at
            self._in_order.add((at, number))


def _clocked(ticket: Ticket) -> tuple[object, ...]:
    """All that alarms are told from (`hotline.overdue`)."""
    return ticket.step, ticket.steps, ticket.escalation, ticket.callback


def _name(alarm: Alarm) -> _Name:
    """As the store rounds it: a time in microseconds comes back a little different."""
    return alarm.clock, round(alarm.since, 3), alarm.level
