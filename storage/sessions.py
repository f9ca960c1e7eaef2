"""Browsers that are signed in. Tokens themselves are never kept, only what the caller hashed them to."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from storage.accounts import Account, account_of
from storage.columns import Moment
from storage.engine import Database
from storage.tables import AccountRow, SessionRow


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser; times are Unix seconds.

    `seen_at` is when somebody was last active in it, `proved_at` when they last proved who they are. `factor` is what
    they proved it with besides the password ("" if nothing). `browser` is what it says of itself (User-Agent).
    `vouched`: another system said who it is (the OpenID Connect provider, the directory), no password of ours.
    """

    token_hash: str
    username: str
    created_at: float
    expires_at: float
    seen_at: float = 0.0
    proved_at: float = 0.0
    factor: str = ""
    address: str = ""
    browser: str = ""
    vouched: bool = False

    @property
    def id(self) -> str:
        """Names the session to its person and the admin; nobody gets in with it."""
        return self.token_hash[:ID_LENGTH]


ID_LENGTH = 16

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

    async def open(
        self, session: Session, at_most: int | None = None, alike: Callable[[Session], bool] = lambda _: True
    ) -> tuple[str, ...]:
        """Keeps a session of an existing account. With more than `at_most` that are `alike` the oldest of these end.

        Returns their hashes.
        """
        ended = await self._database.write(lambda connection: _open(connection, session, at_most, alike))
        if ended:
            self.forget()
        return ended

    async def get(self, token_hash: str, at: float) -> tuple[Session, Account] | None:
        """The session and whose it is, unless it is unknown or has expired by `at`."""
        if (known := self._remembered(token_hash, at)) is not None:
            return known
        asked_at, forgotten = self._clock(), self._forgotten
        for row in await self._database.rows(_GET, {"token": token_hash, "now": at}):
            session, account = _session(row, "signed_in_at"), account_of(row)
            if forgotten == self._forgotten:
                self._known[token_hash] = asked_at, session, account
            return session, account
        return None

    async def of(self, username: str) -> tuple[Session, ...]:
        """A person's sessions, the one that was seen last first."""
        statement = select(SessionRow).where(SessionRow.username == username).order_by(SessionRow.seen_at.desc())
        return tuple(_session(row) for row in await self._database.rows(statement))

    async def change(self, token_hash: str, **fields: Any) -> None:
        """Notes that it was seen, proved, or has a factor; an unknown session is no error."""
        statement = update(SessionRow).where(SessionRow.token_hash == token_hash).values(**fields)
        await self._database.execute(statement)
        self._known.pop(token_hash, None)
        self._forgotten += 1

    async def challenge(self, token_hash: str, challenge: str) -> None:
        """Keeps what the session's browser is asked to sign; one at a time."""
        statement = update(SessionRow).where(SessionRow.token_hash == token_hash).values(challenge=challenge)
        await self._database.execute(statement)

    async def take_challenge(self, token_hash: str) -> str | None:
        """What the browser was asked to sign; nobody gets it twice."""
        return await self._database.write(lambda connection: _take_challenge(connection, token_hash))

    async def close(self, token_hash: str) -> None:
        """Signs one browser out; an unknown session is no error."""
        await self._database.execute(delete(SessionRow).where(SessionRow.token_hash == token_hash))
        self.forget()

    async def close_all(self, username: str, *, but: str = "") -> None:
        """Signs a person out everywhere (but in one session): after a new password, or when the account is closed."""
        mine = (SessionRow.username == username, SessionRow.token_hash != but)
        await self._database.execute(delete(SessionRow).where(*mine))
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


def _open(
    connection: Connection, session: Session, at_most: int | None, alike: Callable[[Session], bool]
) -> tuple[str, ...]:
    connection.execute(insert(SessionRow), {name: getattr(session, name) for name in Session.__slots__})
    if at_most is None:
        return ()
    newest_first = (SessionRow.created_at.desc(), SessionRow.token_hash)
    mine = select(SessionRow).where(SessionRow.username == session.username).order_by(*newest_first)
    kept = [_session(row) for row in connection.execute(mine).mappings()]
    others = [each.token_hash for each in kept if each.token_hash != session.token_hash and alike(each)]
    ended = tuple(others[at_most - 1 :])
    if ended:
        connection.execute(delete(SessionRow).where(SessionRow.token_hash.in_(ended)))
    return ended


def _take_challenge(connection: Connection, token_hash: str) -> str | None:
    mine = SessionRow.token_hash == token_hash
    challenge = connection.scalar(select(SessionRow.challenge).where(mine).with_for_update())
    connection.execute(update(SessionRow).where(mine).values(challenge=None))
    return challenge


def _session(row: Any, created_at: str = "created_at") -> Session:
    known = {name: row[name] for name in Session.__slots__ if name != "created_at"}
    return Session(**known, created_at=row[created_at])


# One statement, built once: every request asks it.
_GET = (
    select(
        *(getattr(SessionRow, name) for name in Session.__slots__ if name not in ("created_at", "username")),
        SessionRow.created_at.label("signed_in_at"),
        *(getattr(AccountRow, name) for name in Account.__slots__),
    )
    .join(AccountRow, AccountRow.username == SessionRow.username)
    .where(SessionRow.token_hash == bindparam("token"), SessionRow.expires_at > bindparam("now", type_=Moment()))
)
