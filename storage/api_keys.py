"""Keys by which other programs sign in. Keys themselves are never kept, only what the caller hashed them to."""

from dataclasses import dataclass

from sqlalchemy import insert, select, update

from storage.engine import Database
from storage.errors import NotFound
from storage.open311_tables import ApiKeyRow

SEEN_EVERY_S = 60.0
"""How exactly the last use of a key is known: not every request writes."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A program that may file requests; times in Unix seconds. A withdrawn key opens nothing any more."""

    id: str
    name: str
    created_at: float
    created_by: str
    last_used_at: float | None = None
    withdrawn_at: float | None = None


class ApiKeys:
    """All keys of the installation. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, key: ApiKey, token_hash: str) -> None:
        """Keeps a new key by its hash."""
        row = {name: getattr(key, name) for name in ApiKey.__slots__}
        await self._database.execute(insert(ApiKeyRow), {**row, "token_hash": token_hash})

    async def list(self) -> tuple[ApiKey, ...]:
        """All keys, withdrawn ones too, the newest first."""
        rows = await self._database.rows(select(ApiKeyRow).order_by(ApiKeyRow.created_at.desc(), ApiKeyRow.id))
        return tuple(ApiKey(**{name: row[name] for name in ApiKey.__slots__}) for row in rows)

    async def whose(self, token_hash: str, at: float) -> ApiKey | None:
        """The key with this hash, if it may be used; its last use is noted."""
        statement = select(ApiKeyRow).where(ApiKeyRow.token_hash == token_hash, ApiKeyRow.withdrawn_at.is_(None))
        rows = await self._database.rows(statement)
        if not rows:
            return None
        key = ApiKey(**{name: rows[0][name] for name in ApiKey.__slots__})
        if key.last_used_at is None or at - key.last_used_at >= SEEN_EVERY_S:
            await self._database.execute(update(ApiKeyRow).where(ApiKeyRow.id == key.id).values(last_used_at=at))
        return key

    async def withdraw(self, key: str, at: float) -> None:
        """From now on the key opens nothing. Raises `NotFound` for one that is not there, or is withdrawn already."""
        mine = (ApiKeyRow.id == key, ApiKeyRow.withdrawn_at.is_(None))
        if await self._database.execute(update(ApiKeyRow).where(*mine).values(withdrawn_at=at)) == 0:
            raise NotFound("API key", key)
