"""Telling a database that is away from a database that refuses this very record, and saying so once."""

import sqlite3
import time

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# PostgreSQL's classes of trouble that pass (SQLSTATE, appendix A of its manual): connection, resources,
# operator intervention (shutdown), system error; and a transaction that lost against another (40).
_PASSING_SQLSTATES = ("08", "53", "57", "58", "40")


# ... and those that do not pass, because somebody has to do something: who signs in, and to which database.
_REFUSING_SQLSTATES = ("28", "3D")

QUIET_S = 10.0
"""An outage that begins so soon after the last one was told of is the same one: a database that comes and goes."""

log = structlog.get_logger(__name__)


class Outage:
    """One line in the log when the database goes, one when it is back: who is turned away meanwhile need say nothing.

    SQLite may be read while it cannot be written, so it is back when what failed works again.
    """

    def __init__(self) -> None:
        self._failing: set[str] = set()
        self._since = 0.0
        self._told_at = float("-inf")
        self._told = False

    def failed(self, doing: str, reason: str) -> None:
        """The database could not be reached for `doing`: reading, or writing."""
        if not self._failing:
            self._since = time.monotonic()
            self._told = self._since - self._told_at > QUIET_S
            if self._told:
                self._told_at = self._since
                log.warning("database_away", reason=reason)
        self._failing.add(doing)

    def worked(self, doing: str) -> None:
        """The database did what was asked."""
        if doing in self._failing:
            self._failing.discard(doing)
            if not self._failing and self._told:
                log.info("database_back", away_s=round(time.monotonic() - self._since, 1))


def is_refusal(error: BaseException) -> bool:
    """Whether the database wants another account, password or name: trying the same again makes no sense."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return (_sqlstate(cause) or "").startswith(_REFUSING_SQLSTATES)


def is_unavailable(error: BaseException) -> bool:
    """Whether trying later makes sense."""
    if isinstance(error, PoolTimeout | OSError | TimeoutError | sqlite3.OperationalError):
        return True  # SQLite's own from `BEGIN`, which does not go through SQLAlchemy
    if not isinstance(error, DBAPIError):
        return _passing_sqlstate(error)  # while connecting, asyncpg's errors come as they are
    if error.connection_invalidated or _passing_sqlstate(error.orig):
        return True
    if isinstance(error.orig, sqlite3.Error):
        return isinstance(error.orig, sqlite3.OperationalError)
    return isinstance(error, OperationalError | InterfaceError) and _sqlstate(error.orig) is None


def told_without_data(error: BaseException) -> str:
    """One line for the log. The rest of an SQLAlchemy message is the statement and its parameters: people's data."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return f"{type(cause).__name__}: {cause}".splitlines()[0]


def _sqlstate(error: BaseException | None) -> str | None:
    state = getattr(error, "sqlstate", None)
    return state if isinstance(state, str) else None


def _passing_sqlstate(error: BaseException | None) -> bool:
    return (_sqlstate(error) or "").startswith(_PASSING_SQLSTATES)
