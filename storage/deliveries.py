"""The outboxes of webhooks and mail: what is to be sent is stored first, and stays until it has arrived or is given up.

Both keep the same, and differ in whom it goes to.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, delete, func, literal, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from storage.columns import Moment
from storage.engine import Database
from storage.errors import NotFound
from storage.paging import Page, clamp, decode_cursor, encode_cursor
from storage.webhook_tables import DeliveryRow, MailRow, Outgoing

State = Literal["waiting", "delivered", "failed"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one webhook, or one person (`to`); times in Unix seconds.

    `body` is what is sent to a webhook, to the byte, at every try; of a mail, what its words need besides the ticket.
    `last_status` is the HTTP or SMTP status of the last answer, None when there was none; `last_answer` is how that
    answer begins, or why there was none.
    """

    id: str
    to: str
    event: str
    ticket: str
    body: str
    state: State
    created_at: float
    next_at: float
    expires_at: float
    tries: int = 0
    last_at: float | None = None
    last_status: int | None = None
    last_answer: str = ""


class Outbox:
    """All deliveries of one kind that are kept. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database, row: type[Outgoing], to: InstrumentedAttribute[str]) -> None:
        """`to` is the column that says whom it goes to; its foreign key says where those are kept."""
        self._database = database
        self._row = row
        self._to = to
        (key,) = to.property.columns[0].foreign_keys
        self._receiver = key.column

    async def add(self, deliveries: Collection[Delivery]) -> None:
        """Puts them in together, but for those whose receiver was removed meanwhile, and those that are there."""
        rows = [self._values(each) for each in sorted(deliveries, key=lambda each: each.id)]  # two nodes: no deadlock
        if rows:
            await self._database.write(lambda connection: self._add(connection, rows))

    async def claim(self, now: float, until: float, limit: int, but: Collection[str] = ()) -> Sequence[Delivery]:
        """What is due, the oldest first, except to the receivers in `but`.

        Nobody else gets it before `until`: by then it was sent and noted, or whoever claimed it is gone.
        """
        return await self._database.write(lambda connection: self._claim(connection, now, until, limit, but))

    async def note(self, *deliveries: str, **fields: Any) -> None:
        """What came of a try; of deliveries that were removed meanwhile, nothing."""
        if deliveries:
            await self._database.execute(update(self._row).where(self._row.id.in_(deliveries)).values(**fields))

    async def next_due(self) -> float | None:
        """When the next try is due."""
        statement = select(func.min(self._row.next_at)).where(self._row.state == "waiting")
        found: float | None = await self._database.scalar(statement)
        return found

    async def of(self, to: str | None, *, state: State | None, limit: int, cursor: str | None) -> Page[Delivery]:
        """What one receiver, or everybody, was sent or is to be, the newest first. Raises `BadCursor`."""
        limit, row = clamp(limit), self._row
        which = [*([] if to is None else [self._to == to]), *([] if state is None else [row.state == state])]
        total = await self._database.scalar(select(func.count()).select_from(row).where(*which))
        page = select(row).where(*which).order_by(row.created_at.desc(), row.id.desc())
        if cursor is not None:
            page = page.where(tuple_(row.created_at, row.id) < _place(*decode_cursor(cursor)))
        found = [self._delivery(each) for each in await self._database.rows(page.limit(limit + 1))]
        last = found[limit - 1] if len(found) > limit else None
        return Page(tuple(found[:limit]), encode_cursor(last.created_at, last.id) if last else None, total or 0)

    async def again(self, to: str, delivery: str, now: float, expires_at: float) -> None:
        """Sends it once more from now on, whatever came of it. Raises `NotFound`."""
        values = {"state": "waiting", "next_at": now, "expires_at": expires_at, "tries": 0}
        mine = (self._row.id == delivery, self._to == to)
        if await self._database.execute(update(self._row).where(*mine).values(**values)) == 0:
            raise NotFound("delivery", delivery)

    async def drop(self, to: str, at: float, why: str) -> None:
        """Gives up everything that waits for this receiver."""
        waiting = (self._to == to, self._row.state == "waiting")
        values = {"state": "failed", "last_answer": why, "last_at": at}
        await self._database.execute(update(self._row).where(*waiting).values(**values))

    async def remove(self, *deliveries: str) -> None:
        """What need not be sent any more."""
        if deliveries:
            await self._database.execute(delete(self._row).where(self._row.id.in_(deliveries)))

    async def forget(self, before: float) -> int:
        """Removes what came to its end and was made before this moment; returns how many."""
        old = (self._row.state != "waiting", self._row.created_at < before)
        return await self._database.execute(delete(self._row).where(*old))

    def _add(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        wanted = {row[self._to.key] for row in rows}
        receivers = select(self._receiver).where(self._receiver.in_(wanted)).with_for_update(read=True)
        here = set(connection.scalars(receivers))
        if new := [row for row in rows if row[self._to.key] in here]:
            insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
            connection.execute(insert(self._row).on_conflict_do_nothing(), new)

    def _claim(
        self, connection: Connection, now: float, until: float, limit: int, but: Collection[str]
    ) -> list[Delivery]:
        row = self._row
        due = select(row).where(row.state == "waiting", row.next_at <= now)
        if but:
            due = due.where(self._to.not_in(but))
        oldest = due.order_by(row.next_at, row.id).limit(limit).with_for_update(skip_locked=True)
        found = [self._delivery(each) for each in connection.execute(oldest).mappings()]
        if found:
            ids = [delivery.id for delivery in found]
            connection.execute(update(row).where(row.id.in_(ids)).values(next_at=until))
        return found

    def _values(self, delivery: Delivery) -> dict[str, Any]:
        kept = {name: getattr(delivery, name) for name in _KEPT}
        return {**kept, self._to.key: delivery.to}

    def _delivery(self, row: Any) -> Delivery:
        return Delivery(to=row[self._to.key], **{name: row[name] for name in _KEPT})


_KEPT = tuple(name for name in Delivery.__slots__ if name != "to")


def webhook_outbox(database: Database) -> Outbox:
    """Events on their way to webhooks."""
    return Outbox(database, DeliveryRow, DeliveryRow.webhook)


def mail_outbox(database: Database) -> Outbox:
    """Mails on their way to people."""
    return Outbox(database, MailRow, MailRow.person)


def _place(at: float, id: str) -> ColumnElement[Any]:
    return tuple_(literal(at, Moment()), literal(id))
