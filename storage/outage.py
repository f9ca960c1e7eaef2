"""Telling a database that is away from a database that refuses this very record."""

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# PostgreSQL's classes of trouble that pass (SQLSTATE, appendix A of its manual): connection, resources,
# operator intervention (shutdown), system error; and a transaction that lost against another (40).
_PASSING_SQLSTATES = ("08", "53", "57", "58", "40")


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
