"""Requests that portals filed, and the tickets that portals may read."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, func, insert, select

from hotline.ticket import Step, Ticket
from storage.engine import Database
from storage.mapping import ticket_of, ticket_row
from storage.open311_tables import FilingRow
from storage.tables import TicketChangeRow, TicketRow

Publish = Literal["all", "filed", "none"]


@dataclass(frozen=True, slots=True)
class Filing:
    """What came with a request besides what stands on its ticket. `account` is whom the portal knows the person as."""

    ticket: str
    api_key: str
    filed_at: float
    email: str = ""
    address: str = ""
    lat: float | None = None
    long: float | None = None
    account: str = ""
    media_url: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """A ticket as a portal reads it: when it last changed (Unix seconds), and how it was filed, if it was."""

    ticket: Ticket
    changed_at: float
    filing: Filing | None


@dataclass(frozen=True, slots=True)
class PublishedQuery:
    """Everything given must hold; `since` is inclusive, `until` exclusive.

    `publish` is what anybody may read: `all`, what portals `filed`, or `none`. What was filed by `api_key` is found
    besides, for its portal.
    """

    numbers: Collection[str] = ()
    categories: Collection[str] = ()
    closed: bool | None = None
    since: float | None = None
    until: float | None = None
    publish: Publish = "all"
    api_key: str | None = None
    limit: int = 1000


class Filings:
    """Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def file(self, ticket: Ticket, filing: Filing) -> None:
        """Stores a new ticket together with how it was filed: both or neither."""
        await self._database.write(lambda connection: _file(connection, ticket, filing))

    async def of(self, ticket: str) -> Filing | None:
        """How the ticket was filed; None when no portal filed it."""
        rows = await self._database.rows(select(FilingRow).where(FilingRow.ticket == ticket))
        return filing_of(rows[0]) if rows else None

    async def published(self, query: PublishedQuery) -> Sequence[Published]:
        """Tickets with a category, the newest first."""
        rows = await self._database.read(lambda connection: _published(connection, query))
        return await asyncio.to_thread(rows.published)


def _file(connection: Connection, ticket: Ticket, filing: Filing) -> None:
    connection.execute(insert(TicketRow), {**ticket_row(ticket), "queue": None})
    connection.execute(insert(FilingRow), {name: getattr(filing, name) for name in Filing.__slots__})


@dataclass(frozen=True, slots=True)
class _Rows:
    """What the database says of a list. A thousand tickets take longer to build than the loop should wait."""

    tickets: Sequence[RowMapping]
    filings: Sequence[RowMapping]
    changed: Mapping[str, float]

    def published(self) -> list[Published]:
        filed = {row["ticket"]: filing_of(row) for row in self.filings}
        tickets = map(ticket_of, self.tickets)
        return [
            Published(ticket, self.changed.get(ticket.number, ticket.created_at), filed.get(ticket.number))
            for ticket in tickets
        ]


def _published(connection: Connection, query: PublishedQuery) -> _Rows:
    tickets = connection.execute(_matching(query)).mappings().all()
    numbers = [row["number"] for row in tickets]
    filings = connection.execute(select(FilingRow).where(FilingRow.ticket.in_(numbers))).mappings().all()
    latest = select(TicketChangeRow.ticket, func.max(TicketChangeRow.at).label("at"))
    changed = connection.execute(latest.where(TicketChangeRow.ticket.in_(numbers)).group_by(TicketChangeRow.ticket))
    return _Rows(tickets, filings, {row["ticket"]: row["at"] for row in changed.mappings()})


def _matching(query: PublishedQuery) -> Select[Any]:
    statement = select(TicketRow).where(TicketRow.category != "")
    if query.publish != "all":
        statement = statement.where(_visible(query))
    if query.numbers:
        statement = statement.where(TicketRow.number.in_(query.numbers))
    if query.categories:
        statement = statement.where(TicketRow.category.in_(query.categories))
    if query.closed is not None:
        closed = TicketRow.step == Step.CLOSED
        statement = statement.where(closed if query.closed else ~closed)
    if query.since is not None:
        statement = statement.where(TicketRow.created_at >= query.since)
    if query.until is not None:
        statement = statement.where(TicketRow.created_at < query.until)
    return statement.order_by(TicketRow.created_at.desc(), TicketRow.number.desc()).limit(query.limit)


def _visible(query: PublishedQuery) -> ColumnElement[bool]:
    own = select(FilingRow.ticket).where(FilingRow.api_key == query.api_key)
    filed = TicketRow.origin == "open311"
    return filed if query.publish == "filed" else and_(filed, TicketRow.number.in_(own))


def filing_of(row: Any) -> Filing:
    """The filing that a row holds."""
    return Filing(**{name: row[name] for name in Filing.__slots__})
