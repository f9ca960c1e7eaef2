"""A batch written to the database, inside a running transaction."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.batch import Batch
from storage.errors import NotFound
from storage.mapping import as_stored
from storage.merge import merge
from storage.records import TicketSaved
from storage.tables import CallRow, EventRow, RecordingRow, TicketRow
from storage.ticket_writes import Revision, load, revise


async def apply(connection: AsyncConnection, batch: Batch) -> None:
    """Writes everything in `batch`. Raises SQLAlchemy's errors, or `NotFound` for a saved ticket that is not there."""
    for table, rows in (
        (CallRow, list(batch.calls.values())),
        (TicketRow, list(batch.tickets.values())),
        (RecordingRow, batch.recordings),
        (EventRow, batch.events),
    ):
        if rows:
            await connection.execute(insert(table), rows)
    await _change_calls(connection, batch.call_changes)
    await _save_tickets(connection, batch.saves)


async def already_applied(connection: AsyncConnection, batch: Batch) -> bool:
    """Whether this batch, written as one transaction, is there already.

    One of its inserted rows is enough to tell, because they came or stayed away together. A ticket
    counts only if it is about the same call: another ticket of the same number is a fault, not a repeat.
    """
    if ticket := next(iter(batch.tickets.values()), None):
        same = (TicketRow.number == ticket["number"], TicketRow.created_at == ticket["created_at"])
        found = await connection.execute(select(TicketRow.call_id).where(*same))
        return bool(found.scalars().first() == ticket["call_id"])
    for column, keys in (
        (CallRow.id, list(batch.calls)),
        (RecordingRow.id, [row["id"] for row in batch.recordings]),
        (EventRow.key, [row["key"] for row in batch.events]),
    ):
        if keys:
            return (await connection.execute(select(column).where(column == keys[0]))).first() is not None
    return False


async def _change_calls(connection: AsyncConnection, changes: Mapping[str, Mapping[str, Any]]) -> None:
    by_shape: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for call, change in sorted(changes.items()):  # in one order everywhere: two nodes cannot wait for each other
        names = tuple(sorted(change))
        by_shape[names].append({"of_call": call, **{f"to_{name}": change[name] for name in names}})
    for names, rows in by_shape.items():
        values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in names}
        await connection.execute(update(CallRow).where(CallRow.id == bindparam("of_call")).values(values), rows)


async def _save_tickets(connection: AsyncConnection, saves: list[TicketSaved]) -> None:
    if not saves:
        return
    current = await load(connection, {save.after.number for save in saves}, lock=True)
    revisions = []
    for save in saves:
        number = save.after.number
        if number not in current:
            raise NotFound("ticket", number)
        merged = merge(as_stored(save.before), as_stored(save.after), current[number])
        if merged != current[number]:
            revisions.append(Revision(current[number], merged, save.by, save.at))
            current[number] = merged
    await revise(connection, revisions)
