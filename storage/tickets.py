"""Tickets: read, saved by compare and swap, searched, exported."""

from collections.abc import AsyncIterator, Callable
from typing import Any

from sqlalchemy import Connection, Select, func, insert, literal, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute

from hotline.ticket import Step, Ticket
from storage.columns import Moment
from storage.engine import Database
from storage.errors import AlreadyExists, Conflict, NotFound
from storage.mapping import ticket_of, ticket_row
from storage.owed import marked_for, one_for_each_number, owing
from storage.paging import Page, clamp, decode_cursor, encode_cursor
from storage.tables import TicketRow
from storage.ticket_log import TicketChange, log_since
from storage.ticket_search import TicketQuery, place_of, search
from storage.ticket_writes import Decide, change_one, load, put, revise, revision

EXPORT_CHUNK = 100  # tickets; as many are made of rows without the loop getting a turn: some milliseconds
REMEMBERED = 256  # tickets whose next save need not read them first: what people are typing in
_NEVER = 253_370_764_800.0  # the year 9999: sorts what has no due time behind everything that has


class Tickets:
    """All tickets of the installation. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._changed: dict[str, Ticket] = {}  # as `change` left them, the latest last

    async def get(self, number: str) -> Ticket | None:
        return (await self._database.read(lambda connection: load(connection, [number]))).get(number)

    async def open(self, ticket: Ticket, queue: str | None = None) -> None:
        """Stores a new ticket outside the call's way (the journal's `TicketOpened` is for calls).

        Raises `AlreadyExists`.
        """
        try:
            await self._database.execute(insert(TicketRow), {**ticket_row(ticket), "queue": queue})
        except IntegrityError as error:
            raise AlreadyExists("ticket", ticket.number) from error

    async def save(self, ticket: Ticket, expected_version: int, by: str, at: float) -> Ticket:
        """Stores `ticket` if version `expected_version` is still the stored one, and logs what changed.

        Returns the ticket as stored, its version one higher than before (or as it was, when nothing
        changed). Raises `Conflict` with the stored ticket, or `NotFound`.
        """
        return await self._database.write(lambda connection: _save(connection, ticket, expected_version, by, at))

    async def change(self, number: str, seen: int, decide: Decide, by: str, at: float) -> tuple[Ticket, Ticket]:
        """Stores what `decide` makes of the ticket and of its log since version `seen`; returns it before and after.

        Nobody's change comes in between: then `decide` is asked again, about that one too. What it raises leaves
        everything as it was. Raises `NotFound`.
        """
        known = self._changed.pop(number, None)
        before, after = await self._database.swap(
            lambda connection: change_one(connection, number, seen, decide, by, at, known)
        )
        self._remember(after)
        return before, after

    async def search(self, query: TicketQuery) -> Page[Ticket]:
        """Matching tickets, newest first; `total` counts no further than `MOST_COUNTED`. Raises `BadCursor`."""
        limit = clamp(query.limit)
        found = await self._database.read(lambda connection: search(connection, query, limit + 1))
        tickets = [ticket_of(row) for row in found.rows]
        following = tickets[limit - 1] if len(tickets) > limit else None
        cursor = encode_cursor(following.created_at, following.number) if following else None
        return Page(tuple(tickets[:limit]), cursor, found.total)

    async def history(self, caller_number: str, limit: int = 20, before: float | None = None) -> tuple[Ticket, ...]:
        """Earlier tickets of the same caller, newest first; none for a withheld number."""
        statement = _of_caller(caller_number).limit(clamp(limit))
        if before is not None:
            statement = statement.where(TicketRow.created_at < before)
        return await self._all(statement) if caller_number else ()

    async def open_of(self, caller_number: str) -> tuple[Ticket, ...]:
        """The caller's tickets that are not closed, newest first; none for a withheld number."""
        statement = _of_caller(caller_number).where(TicketRow.step != Step.CLOSED)
        return await self._all(statement) if caller_number else ()

    async def changes(self, number: str) -> tuple[TicketChange, ...]:
        """The ticket's log, oldest first."""
        return await self._database.read(lambda connection: log_since(connection, number, 0))

    async def callbacks(self, limit: int = 50, cursor: str | None = None) -> Page[Ticket]:
        """Whom to call back, the earliest due first, those without a planned try last. Raises `BadCursor`.

        A number stands there once, with the ticket that has waited longest (PEERS.md 9); see `callbacks_to`.
        """
        limit = clamp(limit)
        due, waits = one_for_each_number()
        due_at = func.coalesce(due.c.callback_due_at, literal(_NEVER, Moment()))
        page = select(due).where(waits).order_by(due_at, due.c.number).limit(limit + 1)
        if cursor is not None:
            page = page.where(tuple_(due_at, due.c.number) > place_of(*decode_cursor(cursor)))
        tickets = [ticket_of(row) for row in await self._database.rows(page)]
        following = tickets[limit - 1] if len(tickets) > limit else None
        return Page(tuple(tickets[:limit]), _cursor_of(following), await self.callbacks_open())

    async def callbacks_to(self, number: str) -> tuple[Ticket, ...]:
        """All tickets that owe a call to `number`, longest waiting first: one call is for all of them."""
        return await self._all(owing(number)) if number else ()

    async def change_marked(
        self, number: str, change: Callable[[Ticket], Ticket], by: str, at: float, *, but: str = ""
    ) -> tuple[Ticket, ...]:
        """Changes all open tickets that owe, or owed, a call to `number`, except the one numbered `but`, at once.

        `change` (of `hotline.procedure`, such as `callback_tried`) runs in another thread, and leaves alone what it is
        not about. Returns what was changed.
        """
        if not number:
            return ()
        marked = marked_for(number).where(TicketRow.number != but)
        return await self._database.write(lambda connection: _change_all(connection, marked, change, by, at))

    async def callbacks_open(self) -> int:
        """How many callers still have to be called back."""
        due, waits = one_for_each_number()
        count: int = await self._database.scalar(select(func.count()).select_from(due).where(waits))
        return count

    async def iterate(self, since: float, until: float) -> AsyncIterator[Ticket]:
        """Every ticket created from `since` (inclusive) to `until` (exclusive), oldest first.

        Reads in chunks, each in its own short transaction, so that a slow reader holds nothing up.
        """
        opened = select(TicketRow).where(TicketRow.created_at >= since, TicketRow.created_at < until)
        async for ticket in self._in_chunks(opened, TicketRow.created_at):
            yield ticket

    async def closed_in(self, since: float, until: float) -> AsyncIterator[Ticket]:
        """Every ticket closed from `since` (inclusive) to `until` (exclusive), in that order; read like `iterate`."""
        closed = select(TicketRow).where(TicketRow.closed_at >= since, TicketRow.closed_at < until)
        async for ticket in self._in_chunks(closed, TicketRow.closed_at):
            yield ticket

    def _remember(self, ticket: Ticket) -> None:
        """Not on SQLite: there nobody waits for a look at the ticket, and the swap relies on it."""
        if not self._database.is_sqlite and ticket.step is not Step.CLOSED:
            self._changed[ticket.number] = ticket
            if len(self._changed) > REMEMBERED:
                del self._changed[next(iter(self._changed))]

    async def _in_chunks(self, statement: Select[Any], moment: InstrumentedAttribute[Any]) -> AsyncIterator[Ticket]:
        """Tickets by `moment` and number, `EXPORT_CHUNK` to a transaction."""
        ordered = statement.order_by(moment, TicketRow.number).limit(EXPORT_CHUNK)
        chunk = await self._all(ordered)
        while chunk:
            for ticket in chunk:
                yield ticket
            last = place_of(getattr(chunk[-1], moment.key), chunk[-1].number)
            chunk = await self._all(ordered.where(tuple_(moment, TicketRow.number) > last))

    async def _all(self, statement: Select[Any]) -> tuple[Ticket, ...]:
        return tuple(ticket_of(row) for row in await self._database.rows(statement))


def _save(connection: Connection, ticket: Ticket, expected_version: int, by: str, at: float) -> Ticket:
    current = load(connection, [ticket.number], lock=True).get(ticket.number)
    if current is None:
        raise NotFound("ticket", ticket.number)
    if current.version != expected_version:
        raise Conflict(current)
    return put(connection, current, ticket, by, at)


def _change_all(
    connection: Connection, which: Select[Any], change: Callable[[Ticket], Ticket], by: str, at: float
) -> tuple[Ticket, ...]:
    numbers = [row["number"] for row in connection.execute(which).mappings()]
    stored = load(connection, numbers, lock=True).values()
    made = [each for current in stored if (each := revision(current, change(current), by, at)) is not None]
    revise(connection, made)
    return tuple(each.after for each in made)


def _cursor_of(ticket: Ticket | None) -> str | None:
    if ticket is None or ticket.callback is None:
        return None
    due_at = ticket.callback.due_at
    return encode_cursor(_NEVER if due_at is None else due_at, ticket.number)


def _of_caller(caller_number: str) -> Select[Any]:
    newest_first = (TicketRow.created_at.desc(), TicketRow.number.desc())
    return select(TicketRow).where(TicketRow.caller_number == caller_number).order_by(*newest_first)
