"""Browsers that are signed in. Tokens themselves are never kept, only what the caller hashed them to."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select

from storage.accounts import Account, account_of
from storage.columns import Moment
from storage.engine import Database
from storage.tables import AccountRow, SessionRow


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

    async def get(self, token_hash: str, at: float) -> tuple[Session, Account] | None:
        """The session and whose it is, unless it is unknown or has expired by `at`."""
        for row in await self._database.rows(_GET, {"token": token_hash, "now": at}):
            session = Session(row["token_hash"], row["username"], row["signed_in_at"], row["expires_at"])
            return session, account_of(row)
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


# One statement, built once: every request asks it.
_GET = (
    select(
        SessionRow.token_hash,
        SessionRow.created_at.label("signed_in_at"),
        SessionRow.expires_at,
        *(getattr(AccountRow, name) for name in Account.__slots__),
    )
    .join(AccountRow, AccountRow.username == SessionRow.username)
    .where(SessionRow.token_hash == bindparam("token"), SessionRow.expires_at > bindparam("now", type_=Moment()))
)
