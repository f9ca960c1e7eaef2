"""Where events go: the addresses that an admin has set up."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update

from sealing import Keyring, SealError
from storage.engine import Database
from storage.errors import NotFound, StoreUnavailable
from storage.sealed import WEBHOOK_SECRET
from storage.webhook_tables import WebhookRow


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address and the names of the events that it is told of; times in Unix seconds.

    `secret` signs what is sent; it is sealed in the database and shown to nobody after the beginning. `failing_since`
    is the first of the failures that nothing but failures followed, `disabled_at` when they had lasted too long.
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
    """All webhooks of the installation. Everything here may raise `StoreUnavailable`.

    It is raised too for a secret that no key opens: the file of keys may be back in a moment.
    """

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    async def add(self, webhook: Webhook) -> None:
        """A new one."""
        row = {name: getattr(webhook, name) for name in Webhook.__slots__}
        secret = self._sealed(webhook.id, webhook.secret)
        await self._database.execute(insert(WebhookRow), {**row, "events": list(webhook.events), "secret": secret})

    async def list(self) -> Sequence[Webhook]:
        """All of them, the oldest first."""
        rows = await self._database.rows(select(WebhookRow).order_by(WebhookRow.created_at, WebhookRow.id))
        return [self._webhook(row) for row in rows]

    async def get(self, webhook: str) -> Webhook:
        """Raises `NotFound`."""
        rows = await self._database.rows(select(WebhookRow).where(WebhookRow.id == webhook))
        if not rows:
            raise NotFound("webhook", webhook)
        return self._webhook(rows[0])

    async def change(self, webhook: str, **fields: Any) -> None:
        """Changes fields by their names. Raises `NotFound`."""
        if "secret" in fields:
            fields["secret"] = self._sealed(webhook, fields["secret"])
        if await self._database.execute(update(WebhookRow).where(WebhookRow.id == webhook).values(**fields)) == 0:
            raise NotFound("webhook", webhook)

    async def remove(self, webhook: str) -> None:
        """Its deliveries go with it. Raises `NotFound`."""
        if await self._database.execute(delete(WebhookRow).where(WebhookRow.id == webhook)) == 0:
            raise NotFound("webhook", webhook)

    def _webhook(self, row: Any) -> Webhook:
        kept = {name: row[name] for name in Webhook.__slots__}
        return Webhook(**kept | {"events": tuple(row["events"]), "secret": self._unsealed(row["id"], row["secret"])})

    def _sealed(self, webhook: str, secret: str) -> str:
        with _key_wanted():
            return WEBHOOK_SECRET.seal(self._keyring, webhook, secret)

    def _unsealed(self, webhook: str, stored: str) -> str:
        with _key_wanted():
            return WEBHOOK_SECRET.unseal(self._keyring, webhook, stored)


@contextmanager
def _key_wanted() -> Iterator[None]:
    try:
        yield
    except SealError as error:
        raise StoreUnavailable(str(error)) from error
