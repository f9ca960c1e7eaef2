"""The outbox of the webhooks: what is to be sent is stored first, and stays until it has arrived or is given up."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, delete, func, insert, literal, select, tuple_, update

from storage.columns import Moment
from storage.engine import Database
from storage.errors import NotFound
from storage.paging import Page, clamp, decode_cursor, encode_cursor
from storage.webhook_tables import DeliveryRow, WebhookRow

State = Literal["waiting", "delivered", "failed"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one webhook; times in Unix seconds. `body` is what is sent, to the byte, at every try.

    `last_status` is the HTTP status of the last answer, None when there was none; `last_answer` is how that answer
    begins, or why there was none.
    """

    id: str
    webhook: str
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


class Deliveries:
    """All deliveries that are kept. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, deliveries: Collection[Delivery]) -> None:
        """Puts them into the outbox together, but for those whose webhook was removed meanwhile."""
        rows = [{name: getattr(each, name) for name in Delivery.__slots__} for each in deliveries]
        if rows:
            await self._database.write(lambda connection: _add(connection, rows))

    async def claim(self, now: float, until: float, limit: int, but: Collection[str] = ()) -> Sequence[Delivery]:
        """What is due, the oldest first, except for the webhooks in `but`.

        Nobody else gets it before `until`: by then it was sent and noted, or whoever claimed it is gone.
        """
        return await self._database.write(lambda connection: _claim(connection, now, until, limit, but))

    async def note(self, delivery: str, **fields: Any) -> None:
        """What came of a try; of a delivery that was removed meanwhile, nothing."""
        await self._database.execute(update(DeliveryRow).where(DeliveryRow.id == delivery).values(**fields))

    async def next_due(self) -> float | None:
        """When the next try is due."""
        statement = select(func.min(DeliveryRow.next_at)).where(DeliveryRow.state == "waiting")
        found: float | None = await self._database.scalar(statement)
        return found

    async def of(self, webhook: str, *, state: State | None, limit: int, cursor: str | None) -> Page[Delivery]:
        """A webhook's deliveries, the newest first. Raises `BadCursor`."""
        limit, which = clamp(limit), [DeliveryRow.webhook == webhook]
        if state is not None:
            which.append(DeliveryRow.state == state)
        total = await self._database.scalar(select(func.count()).select_from(DeliveryRow).where(*which))
        page = select(DeliveryRow).where(*which).order_by(DeliveryRow.created_at.desc(), DeliveryRow.id.desc())
        if cursor is not None:
            page = page.where(tuple_(DeliveryRow.created_at, DeliveryRow.id) < _place(*decode_cursor(cursor)))
        found = [_delivery(row) for row in await self._database.rows(page.limit(limit + 1))]
        last = found[limit - 1] if len(found) > limit else None
        return Page(tuple(found[:limit]), encode_cursor(last.created_at, last.id) if last else None, total or 0)

    async def again(self, webhook: str, delivery: str, now: float, expires_at: float) -> None:
        """Sends it once more from now on, whatever came of it. Raises `NotFound`."""
        mine = (DeliveryRow.id == delivery, DeliveryRow.webhook == webhook)
        values = {"state": "waiting", "next_at": now, "expires_at": expires_at, "tries": 0}
        if await self._database.execute(update(DeliveryRow).where(*mine).values(**values)) == 0:
            raise NotFound("delivery", delivery)

    async def drop(self, webhook: str, at: float, why: str) -> None:
        """Gives up everything that waits for this webhook."""
        waiting = (DeliveryRow.webhook == webhook, DeliveryRow.state == "waiting")
        values = {"state": "failed", "last_answer": why, "last_at": at}
        await self._database.execute(update(DeliveryRow).where(*waiting).values(**values))

    async def forget(self, before: float) -> int:
        """Removes what came to its end and was made before this moment; returns how many."""
        old = (DeliveryRow.state != "waiting", DeliveryRow.created_at < before)
        return await self._database.execute(delete(DeliveryRow).where(*old))


def _add(connection: Connection, rows: list[dict[str, Any]]) -> None:
    there = set(connection.scalars(select(WebhookRow.id).with_for_update(read=True)))
    if kept := [row for row in rows if row["webhook"] in there]:
        connection.execute(insert(DeliveryRow), kept)


def _claim(connection: Connection, now: float, until: float, limit: int, but: Collection[str]) -> list[Delivery]:
    due = select(DeliveryRow).where(DeliveryRow.state == "waiting", DeliveryRow.next_at <= now)
    if but:
        due = due.where(DeliveryRow.webhook.not_in(but))
    oldest = due.order_by(DeliveryRow.next_at, DeliveryRow.id).limit(limit).with_for_update(skip_locked=True)
    found = [_delivery(row) for row in connection.execute(oldest).mappings()]
    if found:
        ids = [delivery.id for delivery in found]
        connection.execute(update(DeliveryRow).where(DeliveryRow.id.in_(ids)).values(next_at=until))
    return found


def _delivery(row: Any) -> Delivery:
    return Delivery(**{name: row[name] for name in Delivery.__slots__})


def _place(at: float, id: str) -> ColumnElement[Any]:
    return tuple_(literal(at, Moment()), literal(id))
