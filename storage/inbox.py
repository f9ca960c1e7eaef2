"""Tickets whose question waits with somebody (SOP step 5b). Who that is, `hotline.escalation` says."""

from sqlalchemy import select

from hotline.ticket import ENDED, EscalationState, Ticket
from storage.engine import Database
from storage.mapping import ticket_of
from storage.tables import TicketRow

_WAITING = select(TicketRow).where(
    TicketRow.escalation_state.in_([state.value for state in EscalationState if state not in ENDED])
)


class Inbox:
    """Questions that are out. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self) -> tuple[Ticket, ...]:
        """Every ticket with an open question, by number: a few dozen, found by an index among all there ever were."""
        rows = await self._database.rows(_WAITING.order_by(TicketRow.number))
        return tuple(ticket_of(row) for row in rows)
