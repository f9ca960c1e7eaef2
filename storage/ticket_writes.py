"""How a ticket's row changes inside a running transaction: one way for people, the journal and the recovery."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from hotline.ticket import Ticket
from storage.mapping import ticket_of, ticket_row
from storage.merge import changes
from storage.tables import TicketChangeRow, TicketRow


@dataclass(frozen=True, slots=True)
class Revision:
    """A stored ticket, what it becomes, by whom and when."""

    before: Ticket
    after: Ticket
    by: str
    at: float


def load(connection: Connection, numbers: Iterable[str], *, lock: bool = False) -> dict[str, Ticket]:
    """The tickets that exist among `numbers`; `lock` keeps others from changing them until the transaction ends.

    Locks are taken in the order of the numbers, so that two transactions cannot wait for each other.
    """
    rows = connection.execute(_LOCK if lock else _LOAD, {"numbers": sorted(numbers)})
    return {row["number"]: ticket_of(row) for row in rows.mappings()}


def revise(connection: Connection, revisions: Sequence[Revision]) -> None:
    """Writes the last state of each revised ticket and the log of every revision. The tickets must be locked."""
    if not revisions:
        return
    final = {revision.after.number: revision.after for revision in revisions}
    connection.execute(_UPDATE, [_prefixed(ticket) for ticket in final.values()])
    if log := [row for revision in revisions for row in _log_rows(revision)]:
        connection.execute(_INSERT_LOG, log)


_LOAD = select(TicketRow).where(TicketRow.number.in_(bindparam("numbers", expanding=True))).order_by(TicketRow.number)
_LOCK = _LOAD.with_for_update()
_INSERT_LOG = insert(TicketChangeRow)
_COLUMNS = tuple(column.name for column in TicketRow.__table__.columns if column.name not in ("number", "queue"))
_UPDATE = (
    update(TicketRow)
    .where(TicketRow.number == bindparam("of_number"))
    .values({name: bindparam(f"to_{name}") for name in _COLUMNS})
)


def _prefixed(ticket: Ticket) -> dict[str, Any]:
    row = ticket_row(ticket)
    return {"of_number": ticket.number, **{f"to_{name}": row[name] for name in _COLUMNS}}


def _log_rows(revision: Revision) -> list[dict[str, Any]]:
    common = {
        "ticket": revision.after.number,
        "version": revision.after.version,
        "at": revision.at,
        "by": revision.by,
    }
    return [
        {**common, "field": change.field, "before": change.before, "after": change.after}
        for change in changes(revision.before, revision.after)
    ]
