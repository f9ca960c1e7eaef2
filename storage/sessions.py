"""Browsers that are signed in. Tokens themselves are never kept, only what the caller hashed them to."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from storage.engine import Database
from storage.tables import SessionRow


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser; times are Unix seconds."""

    token_hash: str
    username: str
    created_at: float
    expires_at: float


class Sessions:
    """All sessions. Everything here may raise `StoreUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, session: Session) -> None:
        """Keeps a session of an existing account."""
        row = {name: getattr(session, name) for name in Session.__slots__}
        await self._database.execute(insert(SessionRow), row)

    async def get(self, token_hash: str, at: float) -> Session | None:
        """The session, unless it is unknown or has expired by `at`."""
        statement = select(SessionRow).where(SessionRow.token_hash == token_hash, SessionRow.expires_at > at)
        for row in await self._database.rows(statement):
            return Session(**{name: row[name] for name in Session.__slots__})
        return None

    async def close(self, token_hash: str) -> None:
        """Signs one browser out; an unknown session is no error."""
        await self._database.execute(delete(SessionRow).where(SessionRow.token_hash == token_hash))

    async def close_all(self, username: str) -> None:
        """Signs a person out everywhere: after a new password, or when the account is closed."""
        await self._database.execute(delete(SessionRow).where(SessionRow.username == username))

    async def sweep(self, at: float) -> int:
        """Forgets what has expired by `at`; returns how many."""
        return await self._database.execute(delete(SessionRow).where(SessionRow.expires_at <= at))
