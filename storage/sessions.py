"""Browsers that are signed in. Tokens themselves are never kept, only what the caller hashed them to."""

import time
from collections.abc import Callable
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


REMEMBER_S = 30.0
"""What the database said of a session stands for so long: every request asks it, and who types makes many.

What this process changes counts at once; what another does, so much later."""


class Sessions:
    """All sessions. Everything here may raise `StoreUnavailable`. `clock` is monotonic, in seconds."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[str, tuple[float, Session, Account]] = {}  # by token hash, with when it was read
        self._forgotten = 0  # times: what was being read meanwhile may be out of date

    async def open(self, session: Session) -> None:
        """Keeps a session of an existing account."""
        row = {name: getattr(session, name) for name in Session.__slots__}
        await self._database.execute(insert(SessionRow), row)

    async def get(self, token_hash: str, at: float) -> tuple[Session, Account] | None:
        """The session and whose it is, unless it is unknown or has expired by `at`."""
        if (known := self._remembered(token_hash, at)) is not None:
            return known
        asked_at, forgotten = self._clock(), self._forgotten
        for row in await self._database.rows(_GET, {"token": token_hash, "now": at}):
            session = Session(row["token_hash"], row["username"], row["signed_in_at"], row["expires_at"])
            account = account_of(row)
            if forgotten == self._forgotten:
                self._known[token_hash] = asked_at, session, account
            return session, account
        return None

    async def close(self, token_hash: str) -> None:
        """Signs one browser out; an unknown session is no error."""
        await self._database.execute(delete(SessionRow).where(SessionRow.token_hash == token_hash))
        self.forget()

    async def close_all(self, username: str) -> None:
        """Signs a person out everywhere: after a new password, or when the account is closed."""
        await self._database.execute(delete(SessionRow).where(SessionRow.username == username))
        self.forget()

    async def sweep(self, at: float) -> int:
        """Forgets what has expired by `at`; returns how many."""
        self.forget()  # so that what is known does not grow for ever
        return await self._database.execute(delete(SessionRow).where(SessionRow.expires_at <= at))

    def forget(self) -> None:
        """A session has ended or an account is another one: the database is asked again, about everybody."""
        self._known.clear()
        self._forgotten += 1

    def _remembered(self, token_hash: str, at: float) -> tuple[Session, Account] | None:
        known = self._known.get(token_hash)
        if known is None:
            return None
        asked_at, session, account = known
        fresh = self._clock() - asked_at < REMEMBER_S and at < session.expires_at
        return (session, account) if fresh else None


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
