"""Which columns of the database are sealed, and how they come under the newest key.

`seal` and `unseal` bind a secret to its row: `webhook:ID` opens nothing else. A new sealed column is added to `SEALED`,
and is then told of at a start with the wrong key file, and taken along by `sambut keys rotate`.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import InstrumentedAttribute

from sealing import Keyring
from sealing.keyring import is_sealed, key_of
from storage.engine import Database
from storage.factor_tables import TotpRow
from storage.webhook_tables import WebhookRow


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """`value` is sealed for the context `kind:` and the row's `id`."""

    kind: str
    id: InstrumentedAttribute[Any]
    value: InstrumentedAttribute[Any]

    def context(self, id: str) -> str:
        return f"{self.kind}:{id}"

    def seal(self, keyring: Keyring, id: str, secret: str) -> str:
        """What is to be stored. Raises `SealError` without a key."""
        return keyring.seal(secret.encode(), self.context(id))

    def unseal(self, keyring: Keyring, id: str, stored: str) -> str:
        """What was sealed. Raises `SealError`."""
        return keyring.unseal(stored, self.context(id)).decode()


WEBHOOK_SECRET = SealedColumn("webhook", WebhookRow.id, WebhookRow.secret)
SEALED = (
    WEBHOOK_SECRET,
    SealedColumn("totp", TotpRow.username, TotpRow.secret),  # sealed by desk.second_factors
    SealedColumn("totp", TotpRow.username, TotpRow.offered),
)


async def key_ids(database: Database) -> list[str]:
    """For each secret the id of its key. Raises `StoreUnavailable`."""
    return [key_of(stored) for column in SEALED for _, stored in await _all(database, column)]


async def check(database: Database, keyring: Keyring) -> None:
    """Raises `UnknownKeyError` when a secret was sealed with a key that is not there, and `StoreUnavailable`."""
    for column in SEALED:
        for id, stored in await _all(database, column):
            keyring.key(key_of(stored), column.context(id))


async def reseal(database: Database, keyring: Keyring) -> int:
    """Puts every secret under the newest key; how many were under another. Raises `SealError`, `StoreUnavailable`."""
    return await database.write(lambda connection: sum(_reseal(connection, keyring, column) for column in SEALED))


async def _all(database: Database, column: SealedColumn) -> list[tuple[str, str]]:
    return await database.read(lambda connection: _stored(connection, column))


def _stored(connection: Connection, column: SealedColumn) -> list[tuple[str, str]]:
    rows = connection.execute(select(column.id, column.value).where(column.value.is_not(None)))
    return [(str(id), str(value)) for id, value in rows if is_sealed(str(value))]


def _reseal(connection: Connection, keyring: Keyring, column: SealedColumn) -> int:
    old = [(id, stored) for id, stored in _stored(connection, column) if key_of(stored) != keyring.current.id]
    for id, stored in old:
        fresh = column.seal(keyring, id, column.unseal(keyring, id, stored))
        mine = (column.id == id, column.value == stored)  # whoever changed it meanwhile sealed it anew already
        connection.execute(update(column.value.class_).where(*mine).values({column.value: fresh}))
    return len(old)
