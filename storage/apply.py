"""A batch written to the database, inside a running transaction."""

from sqlalchemy import Connection, insert, select

from storage.batch import Batch
from storage.errors import NotFound
from storage.mapping import as_stored
from storage.merge import merge
from storage.records import TicketSaved
from storage.tables import CallRow, EventRow, RecordingRow, TicketRow
from storage.ticket_writes import Revision, load, revise
from storage.updates import update_each

# Built once: making and hashing a statement costs as much as running it.
_INSERT_CALLS, _INSERT_TICKETS = insert(CallRow), insert(TicketRow)
_INSERT_RECORDINGS, _INSERT_EVENTS = insert(RecordingRow), insert(EventRow)


def apply(connection: Connection, batch: Batch) -> None:
    """Writes everything in `batch`. Raises SQLAlchemy's errors, or `NotFound` for a saved ticket that is not there."""
    for statement, rows in (
        (_INSERT_CALLS, list(batch.calls.values())),
        (_INSERT_TICKETS, list(batch.tickets.values())),
        (_INSERT_RECORDINGS, batch.recordings),
        (_INSERT_EVENTS, batch.events),
    ):
        if rows:
            connection.execute(statement, rows)
    update_each(connection, CallRow, batch.call_changes)
    _save_tickets(connection, batch.saves)


def apply_unless_there(connection: Connection, batch: Batch) -> None:
    """The same, but a batch that was committed before is left alone."""
    if not _is_there(connection, batch):
        apply(connection, batch)


def _is_there(connection: Connection, batch: Batch) -> bool:
    """One of its inserted rows is enough to tell, because they came or stayed away together. A ticket
    counts only if it is about the same call: another ticket of the same number is a fault, not a repeat.
    """
    if ticket := next(iter(batch.tickets.values()), None):
        same = (TicketRow.number == ticket["number"], TicketRow.created_at == ticket["created_at"])
        found = connection.execute(select(TicketRow.call_id).where(*same))
        return bool(found.scalars().first() == ticket["call_id"])
    for column, keys in (
        (CallRow.id, list(batch.calls)),
        (RecordingRow.id, [row["id"] for row in batch.recordings]),
        (EventRow.key, [row["key"] for row in batch.events]),
    ):
        if keys:
            return (connection.execute(select(column).where(column == keys[0]))).first() is not None
    return False


def _save_tickets(connection: Connection, saves: list[TicketSaved]) -> None:
    if not saves:
        return
    current = load(connection, {save.after.number for save in saves}, lock=True)
    revisions = []
    for save in saves:
        number = save.after.number
        if number not in current:
            raise NotFound("ticket", number)
        merged = merge(as_stored(save.before), as_stored(save.after), current[number])
        if merged != current[number]:
            revisions.append(Revision(current[number], merged, save.by, save.at))
            current[number] = merged
    revise(connection, revisions)
