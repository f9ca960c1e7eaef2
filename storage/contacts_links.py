"""Tickets that belong together, and the call whose caller goes on with an earlier ticket."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, insert, or_, select, update

from hotline.ticket import Ticket
from storage.contacts_tables import TicketLinkRow
from storage.engine import Database
from storage.errors import AlreadyExists, Conflict, NotFound
from storage.records import new_key
from storage.tables import CallRow
from storage.ticket_writes import Revision, load, revise, revision


@dataclass(frozen=True, slots=True)
class TicketLink:
    """Two tickets about one matter. `goes_on`: `ticket` was closed because its `call` went on with `other`.

    Times are Unix seconds; `undone_at` and `undone_by` are None while the link holds.
    """

    id: str
    ticket: str
    other: str
    at: float
    by: str
    goes_on: bool = False
    call: str | None = None
    undone_at: float | None = None
    undone_by: str | None = None


class TicketLinks:
    """Links that people made. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, number: str) -> tuple[TicketLink, ...]:
        """Every link of a ticket, also undone ones, oldest first."""
        mine = or_(TicketLinkRow.ticket == number, TicketLinkRow.other == number)
        ordered = select(TicketLinkRow).where(mine).order_by(TicketLinkRow.at, TicketLinkRow.id)
        return tuple(_link(row) for row in await self._database.rows(ordered))

    async def link(self, ticket: str, other: str, by: str, at: float) -> TicketLink:
        """Both are about one matter. Raises `NotFound`, or `AlreadyExists` when they are linked."""
        made = TicketLink(new_key(), ticket, other, at, by)
        await self._database.write(lambda connection: _add(connection, made))
        return made

    async def go_on(self, new: Ticket, old: Ticket, after_new: Ticket, after_old: Ticket, by: str, at: float) -> None:
        """The call that opened `new` is about `old`: both tickets become what is given, and the call is old's.

        Raises `Conflict` with whichever was changed meanwhile, `AlreadyExists` when they are linked.
        """
        link = TicketLink(new_key(), new.number, old.number, at, by, goes_on=True, call=new.call_id)
        changed = [Revision(new, after_new, by, at), Revision(old, after_old, by, at)]
        await self._database.write(lambda connection: _go_on(connection, link, changed))

    async def undo(self, link: TicketLink, before: Ticket, after: Ticket, by: str, at: float) -> None:
        """The two are separate matters after all; `link.ticket` becomes `after`, and its call is its own again.

        Raises `NotFound` when the link is undone already, `Conflict` when the ticket was changed meanwhile.
        """
        await self._database.write(lambda connection: _undo(connection, link, Revision(before, after, by, at)))


def _add(connection: Connection, link: TicketLink) -> None:
    pair = {link.ticket, link.other}
    missing = pair - load(connection, pair, lock=True).keys()
    if missing:
        raise NotFound("ticket", min(missing))
    if connection.execute(_holding(link.ticket, link.other)).first() is not None:
        raise AlreadyExists("link", f"{link.ticket} {link.other}")
    connection.execute(insert(TicketLinkRow), [{name: getattr(link, name) for name in TicketLink.__slots__}])


def _go_on(connection: Connection, link: TicketLink, changed: list[Revision]) -> None:
    _add(connection, link)
    _revise(connection, changed)
    if link.call is not None:
        connection.execute(update(CallRow).where(CallRow.id == link.call).values(ticket=link.other))


def _undo(connection: Connection, link: TicketLink, changed: Revision) -> None:
    holds = (TicketLinkRow.id == link.id, TicketLinkRow.undone_at.is_(None))
    undone = update(TicketLinkRow).where(*holds).values(undone_at=changed.at, undone_by=changed.by)
    if connection.execute(undone).rowcount == 0:
        raise NotFound("link", link.id)
    _revise(connection, [changed])
    if link.goes_on and link.call is not None:
        connection.execute(update(CallRow).where(CallRow.id == link.call).values(ticket=link.ticket))


def _revise(connection: Connection, changed: list[Revision]) -> None:
    """Compare and swap, each ticket one version on."""
    current = load(connection, [each.before.number for each in changed], lock=True)
    final = []
    for each in changed:
        stored = current[each.before.number]
        if stored.version != each.before.version:
            raise Conflict(stored)
        if made := revision(stored, each.after, each.by, each.at):
            final.append(made)
    revise(connection, final)


def _holding(ticket: str, other: str) -> Select[Any]:
    one_way = and_(TicketLinkRow.ticket == ticket, TicketLinkRow.other == other)
    other_way = and_(TicketLinkRow.ticket == other, TicketLinkRow.other == ticket)
    return select(TicketLinkRow).where(or_(one_way, other_way), TicketLinkRow.undone_at.is_(None))


def _link(row: Any) -> TicketLink:
    return TicketLink(**{name: row[name] for name in TicketLink.__slots__})
