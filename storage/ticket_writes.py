"""How a ticket's row changes: one way for people, the journal and the recovery."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Update, bindparam, insert, select, union_all, update

from hotline.ticket import Ticket
from storage.errors import NotFound
from storage.mapping import as_stored, ticket_of, ticket_row
from storage.merge import changes
from storage.tables import TicketChangeRow, TicketRow
from storage.ticket_log import TicketChange, log_since
from storage.updates import update_each

Decide = Callable[[Ticket, Sequence[TicketChange]], Ticket]
"""What a ticket becomes, by how it is stored and by what was changed since it was last seen.

It may be asked several times for one change, so it must do nothing else. On SQLite it runs in another thread and holds
up whoever else writes, on PostgreSQL it holds up the loop: it must be quick, and touch nothing of the loop's."""


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
    connection: Connection, number: str, seen: int, decide: Decide, by: str, at: float, known: Ticket | None = None
) -> tuple[Ticket, Ticket]:
    """The ticket before and after, by compare and swap: if somebody was faster, `decide` is asked again.

    One statement changes everything, so no transaction is needed on PostgreSQL, where beginning and ending one are
    two more waits. `known` is what is probably stored: if that is what was `seen`, the ticket is not even read, for the
    swap fails if it was not so. Raises `NotFound`, and whatever `decide` raises.
    """
    if known is not None and known.version == seen:
        guess = _guess(known, decide, by, at)
        if guess is not None and _swapped(connection, guess):
            return guess.before, guess.after
    while True:
        row = connection.execute(_LOAD_ONE, {"number": number}).mappings().first()
        if row is None:
            raise NotFound("ticket", number)
        current = ticket_of(row)
        log = log_since(connection, number, seen) if seen < current.version else ()
        wanted = decide(current, [change for change in log if change.version <= current.version])
        made = revision(current, wanted, by, at)
        if made is None or _swapped(connection, made):
            return current, current if made is None else made.after


def _guess(known: Ticket, decide: Decide, by: str, at: float) -> Revision | None:
    """None if nothing is to be changed, or if it is refused: that is told of what is really stored."""
    with suppress(Exception):
        return revision(known, decide(known, ()), by, at)
    return None


def revision(current: Ticket, wanted: Ticket, by: str, at: float) -> Revision | None:
    """What makes `wanted` of the stored ticket, one version on; None if that is the same."""
    wanted = replace(as_stored(wanted), version=current.version)
    return None if wanted == current else Revision(current, replace(wanted, version=current.version + 1), by, at)


def put(connection: Connection, current: Ticket, wanted: Ticket, by: str, at: float) -> Ticket:
    """Stores `wanted` one version after `current`, which must be locked; returns what is stored then."""
    made = revision(current, wanted, by, at)
    if made is None:
        return current
    revise(connection, [made])
    return made.after


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
_LOAD_ONE = select(TicketRow).where(TicketRow.number == bindparam("number"))
_INSERT_LOG = insert(TicketChangeRow)
_LOGGED = ("ticket", "version", "at", "by", "field", "before", "after")


def _swapped(connection: Connection, revision: Revision) -> bool:
    """Writes the revision with its log if the ticket is still stored as it was before; returns whether it was."""
    if connection.dialect.name == "sqlite":  # its transaction is the only one that writes
        revise(connection, [revision])
        return True
    changed, log = _changed_columns(revision), _log_rows(revision)
    values = {"of_number": revision.before.number, "of_version": revision.before.version}
    values |= {f"to_{name}": value for name, value in changed.items()}
    values |= {f"{name}_{line}": value for line, row in enumerate(log) for name, value in row.items()}
    return connection.execute(_swap(tuple(sorted(changed)), len(log)), values).rowcount > 0


@cache  # there are as many as sets of fields that people save at once
def _swap(names: tuple[str, ...], lines: int) -> Update | Insert:
    """One statement that changes these columns of a ticket and adds so many lines to its log, or does neither."""
    change = (
        update(TicketRow)
        .where(TicketRow.number == bindparam("of_number"), TicketRow.version == bindparam("of_version"))
        .values({name: bindparam(f"to_{name}") for name in names})
    )
    if not lines:
        return change
    saved, columns = change.returning(TicketRow.number).cte("saved"), TicketChangeRow.__table__.c
    rows = [
        select(*(bindparam(f"{name}_{line}", type_=columns[name].type) for name in _LOGGED)).select_from(saved)
        for line in range(lines)
    ]
    return insert(TicketChangeRow).from_select(list(_LOGGED), union_all(*rows))


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
