"""Alarms that were told, and the tickets that may have some to come."""

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from hotline.overdue import Alarm
from hotline.ticket import Step, Ticket
from storage.alarm_tables import AlarmRow
from storage.engine import Database
from storage.mapping import ticket_of
from storage.tables import TicketRow

CHUNK = 500


class Alarms:
    """Every alarm once. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def tell_first(self, ticket: str, alarm: Alarm, at: float, told: Sequence[str]) -> bool:
        """Keep that these accounts are told now. False when it was told before, by this node or another."""
        row = {
            "ticket": ticket,
            "clock": alarm.clock,
            "since": alarm.since,
            "level": alarm.level,
            "at": at,
            "told": list(told),
        }
        try:
            await self._database.execute(insert(AlarmRow), row)
        except IntegrityError:
            return False
        return True

    async def open_tickets(self, after: str = "") -> tuple[Ticket, ...]:
        """The next tickets, by number, that are not closed; the first ones without `after`."""
        still_open = select(TicketRow).where(TicketRow.step != Step.CLOSED, TicketRow.number > after)
        rows = await self._database.rows(still_open.order_by(TicketRow.number).limit(CHUNK))
        return tuple(ticket_of(row) for row in rows)
