"""A ticket's log: who changed which field from what to what."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from storage.tables import TicketChangeRow


@dataclass(frozen=True, slots=True)
class TicketChange:
    """One line of a ticket's log."""

    at: float
    by: str
    version: int
    field: str
    before: str | None
    after: str | None


def log_since(connection: Connection, number: str, version: int) -> tuple[TicketChange, ...]:
    """What was changed after this version, oldest first."""
    rows = connection.execute(_LOG_SINCE, {"number": number, "seen": version}).mappings()
    return tuple(TicketChange(**{name: row[name] for name in TicketChange.__slots__}) for row in rows)


_LOG_SINCE = (
    select(TicketChangeRow)
    .where(TicketChangeRow.ticket == bindparam("number"), TicketChangeRow.version > bindparam("seen"))
    .order_by(TicketChangeRow.id)
)
