"""Questions of SOP step 5b that nobody moves: found by looking, because nothing happens that would tell."""

import asyncio
from dataclasses import replace

import structlog

from desk.inboxes import Inboxes
from hotline.distributor import Distributor
from hotline.escalation import OPERATORS
from hotline.presence import OperatorState
from hotline.procedure import Procedure
from hotline.ticket import EscalationState, Ticket
from hotline.validation import to_all
from sambut.calls import Calls
from sambut.clock import Clock
from sambut.contain import contained
from sambut.escalations import Escalations
from sambut.pushes import Pushes
from sambut.ticket_watch import TicketWatchers
from storage import Conflict, Store

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 5.0


class EscalationRounds:
    """An answer whose operator has gone home is given to the others; what lies too long is told to all who can help."""

    def __init__(
        self,
        *,
        store: Store,
        inboxes: Inboxes,
        escalations: Escalations,
        procedure: Procedure,
        distributor: Distributor,
        calls: Calls,
        watchers: TicketWatchers,
        pushes: Pushes,
        clock: Clock,
        tell_s: float,
    ) -> None:
        self._store = store
        self._inboxes = inboxes
        self._escalations = escalations
        self._procedure = procedure
        self._distributor = distributor
        self._calls = calls
        self._watchers = watchers
        self._pushes = pushes
        self._clock = clock
        self._tell_s = tell_s
        self._gone: dict[str, float] = {}  # ticket whose caller waited for the answer, and when they were missed first
        self._alarmed: set[tuple[str, float | None]] = set()  # ticket, and since when its question lies there

    async def run(self) -> None:
        """Look around until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            with contained("escalations_not_looked_at"):
                await self.look()

    async def look(self) -> None:
        """One round. May raise `StoreUnavailable`."""
        self._escalations.round_begins()
        waiting = await self._store.inbox.waiting()
        late = {_lying(ticket): ticket for ticket in waiting if self._inboxes.late(ticket)}
        new = [ticket for lying, ticket in late.items() if lying not in self._alarmed]
        self._alarmed = set(late)
        await self._escalations.alarm(new)
        for ticket in waiting:
            await self._move_on(ticket)

    async def _move_on(self, ticket: Ticket) -> None:
        now = self._clock()
        moved = self._procedure.caller_left(ticket, now) if self._left_untold(ticket) else ticket
        if moved.escalation is not None and self._off_duty(moved):
            moved = replace(moved, escalation=to_all(moved.escalation, OPERATORS, now))
        if moved != ticket:
            await self._store_moved(ticket, moved, now)

    def _left_untold(self, ticket: Ticket) -> bool:
        """The answer came, and the caller hung up without it: not that in the wrap-up it is just not noted yet."""
        escalation = ticket.escalation
        waited = escalation is not None and escalation.state is EscalationState.ANSWERED and escalation.way == "wait"
        if not waited or self._calls.about(ticket.number) is not None:
            self._gone.pop(ticket.number, None)
            return False
        now = self._clock()
        return now - self._gone.setdefault(ticket.number, now) > self._tell_s

    def _off_duty(self, ticket: Ticket) -> bool:
        escalation = ticket.escalation
        if escalation is None or escalation.state is not EscalationState.ANSWERED or escalation.to == OPERATORS:
            return False
        return self._distributor.presence(escalation.to).state is OperatorState.OFFLINE

    async def _store_moved(self, before: Ticket, moved: Ticket, now: float) -> None:
        try:
            saved = await self._store.tickets.save(moved, before.version, "system", now)
        except Conflict:
            return  # somebody is at it: the next round sees what is left to do
        self._pushes.ticket(saved)
        self._watchers.changed(before, saved, "system", now)


def _lying(ticket: Ticket) -> tuple[str, float | None]:
    """The ticket, and since when its question lies where it lies."""
    return ticket.number, None if ticket.escalation is None else ticket.escalation.since
