"""How a ticket's row changes inside a running transaction: one way for people, the journal and the recovery."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from hotline.ticket import Ticket
from storage.errors import NotFound
from storage.mapping import as_stored, ticket_of, ticket_row
from storage.merge import changes
from storage.tables import TicketChangeRow, TicketRow
from storage.ticket_log import TicketChange, log_since
from storage.updates import update_each

Decide = Callable[[Ticket, Sequence[TicketChange]], Ticket]
"""What a ticket becomes, by how it is stored and by what was changed since it was last seen.

It may run in another thread, and holds up whoever else writes: it must be quick, and touch nothing of the loop."""


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


def change_one(
    connection: Connection, number: str, seen: int, decide: Decide, by: str, at: float
) -> tuple[Ticket, Ticket]:
    """The ticket before and after; nobody else changes it between what `decide` sees and what is stored.

    Raises `NotFound`, and whatever `decide` raises.
    """
    row = connection.execute(_LOCK_ONE, {"number": number}).mappings().first()
    if row is None:
        raise NotFound("ticket", number)
    current = ticket_of(row)
    log = log_since(connection, number, seen) if seen < current.version else ()
    return current, put(connection, current, decide(current, log), by, at)


def put(connection: Connection, current: Ticket, wanted: Ticket, by: str, at: float) -> Ticket:
    """Stores `wanted` one version after `current`, which must be locked; returns what is stored then."""
    wanted = replace(as_stored(wanted), version=current.version)
    if wanted == current:
        return current
    saved = replace(wanted, version=current.version + 1)
    revise(connection, [Revision(current, saved, by, at)])
    return saved


def revise(connection: Connection, revisions: Sequence[Revision]) -> None:
    """Writes the last state of each revised ticket and the log of every revision. The tickets must be locked."""
    rows: dict[str, dict[str, Any]] = {}
    for revision in revisions:
        rows.setdefault(revision.after.number, {}).update(_changed_columns(revision))
    update_each(connection, TicketRow, rows)
    if log := [row for revision in revisions for row in _log_rows(revision)]:
        connection.execute(_INSERT_LOG, log if len(log) > 1 else log[0])


_LOAD = select(TicketRow).where(TicketRow.number.in_(bindparam("numbers", expanding=True))).order_by(TicketRow.number)
_LOCK = _LOAD.with_for_update()
_LOCK_ONE = select(TicketRow).where(TicketRow.number == bindparam("number")).with_for_update()
_INSERT_LOG = insert(TicketChangeRow)


def _changed_columns(revision: Revision) -> dict[str, Any]:
    before = ticket_row(revision.before)
    return {name: value for name, value in ticket_row(revision.after).items() if value != before[name]}


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
