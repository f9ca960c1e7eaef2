"""Where events go: the addresses that an admin has set up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update

from storage.engine import Database
from storage.errors import NotFound
from storage.webhook_tables import WebhookRow


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address and the names of the events that it is told of; times in Unix seconds.

    `secret` signs what is sent and is shown to nobody after the beginning. `failing_since` is the first of the failures
    that nothing but failures followed, `disabled_at` when they had lasted too long.
    """

    id: str
    name: str
    url: str
    events: tuple[str, ...]
    secret: str
    active: bool
    created_at: float
    created_by: str
    failing_since: float | None = None
    disabled_at: float | None = None


class Webhooks:
    """All webhooks of the installation. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, webhook: Webhook) -> None:
        """A new one."""
        row = {name: getattr(webhook, name) for name in Webhook.__slots__}
        await self._database.execute(insert(WebhookRow), {**row, "events": list(webhook.events)})

    async def list(self) -> Sequence[Webhook]:
        """All of them, the oldest first."""
        rows = await self._database.rows(select(WebhookRow).order_by(WebhookRow.created_at, WebhookRow.id))
        return [_webhook(row) for row in rows]

    async def get(self, webhook: str) -> Webhook:
        """Raises `NotFound`."""
        rows = await self._database.rows(select(WebhookRow).where(WebhookRow.id == webhook))
        if not rows:
            raise NotFound("webhook", webhook)
        return _webhook(rows[0])

    async def change(self, webhook: str, **fields: Any) -> None:
        """Changes fields by their names. Raises `NotFound`."""
        if await self._database.execute(update(WebhookRow).where(WebhookRow.id == webhook).values(**fields)) == 0:
            raise NotFound("webhook", webhook)

    async def remove(self, webhook: str) -> None:
        """Its deliveries go with it. Raises `NotFound`."""
        if await self._database.execute(delete(WebhookRow).where(WebhookRow.id == webhook)) == 0:
            raise NotFound("webhook", webhook)


def _webhook(row: Any) -> Webhook:
    return Webhook(**{name: row[name] for name in Webhook.__slots__} | {"events": tuple(row["events"])})
