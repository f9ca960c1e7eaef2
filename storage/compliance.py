"""What the figures of compliance are counted from: tickets by the day they were opened, without anything personal."""

from collections.abc import AsyncIterator

from pydantic import TypeAdapter
from sqlalchemy import literal, select, tuple_

from hotline.ticket import Escalation, Step, StepTime, Ticket
from storage.columns import Moment
from storage.engine import Database
from storage.mapping import Row
from storage.tables import TicketRow

CHUNK = 500

_STEPS: TypeAdapter[tuple[StepTime, ...]] = TypeAdapter(tuple[StepTime, ...])
_ESCALATION: TypeAdapter[Escalation | None] = TypeAdapter(Escalation | None)

_COLUMNS = select(
    TicketRow.number,
    TicketRow.created_at,
    TicketRow.closed_at,
    TicketRow.step,
    TicketRow.category,
    TicketRow.operator,
    TicketRow.steps,
    TicketRow.escalation,
)


class Timed:
    """Tickets as far as the clocks need them. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def between(self, since: float, until: float) -> AsyncIterator[Ticket]:
        """Tickets opened from `since` (inclusive) to `until` (exclusive), oldest first, their words left out.

        Reads in chunks, each in its own short transaction, so that a long report holds nobody up.
        """
        span = _COLUMNS.where(TicketRow.created_at >= since, TicketRow.created_at < until)
        ordered = span.order_by(TicketRow.created_at, TicketRow.number).limit(CHUNK)
        chunk = await self._database.rows(ordered)
        while chunk:
            for row in chunk:
                yield _ticket(row)
            last = tuple_(literal(chunk[-1]["created_at"], Moment()), literal(chunk[-1]["number"]))
            chunk = await self._database.rows(ordered.where(tuple_(TicketRow.created_at, TicketRow.number) > last))


def _ticket(row: Row) -> Ticket:
    return Ticket(
        row["number"],
        row["created_at"],
        step=Step(row["step"]),
        category=row["category"],
        operator=row["operator"],
        closed_at=row["closed_at"],
        steps=_STEPS.validate_python(row["steps"]),
        escalation=_ESCALATION.validate_python(row["escalation"]),
    )
