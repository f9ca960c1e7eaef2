"""One database, reached for reading and for writing. SQLite and PostgreSQL behave alike from here on."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.errors import StoreUnavailable

BUSY_S = 2.0
"""How long a writer waits for another process that holds SQLite's write lock."""
CONNECT_S = 5.0
"""How long PostgreSQL may take to accept a connection."""
COMMAND_S = 10.0
"""How long one PostgreSQL statement may take before the database counts as unreachable."""

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
# PostgreSQL's classes of trouble that pass (SQLSTATE, appendix A of its manual): connection, resources,
# operator intervention (shutdown), system error; and a transaction that lost against another (40).
_PASSING_SQLSTATES = ("08", "53", "57", "58", "40")


class Database:
    """Transactions on one database, on either of the two kinds.

    SQLite has one writer at a time: the lock here queues this process's writers fairly instead of
    letting them poll the file, and `BEGIN IMMEDIATE` keeps what a writer has read true until it commits.
    """

    def __init__(self, url: str) -> None:
        self.url = async_url(url)
        self.engine = _engine(self.url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writing = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only looks. Raises `StoreUnavailable`."""
        async with _unavailable_is_said(), self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that changes things: committed at the end, undone on an exception.

        Raises `StoreUnavailable` when the database cannot be reached or written.
        """
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(_unavailable_is_said())
            if self.is_sqlite:
                await stack.enter_async_context(self._writing)
            connection = await stack.enter_async_context(self.engine.connect())
            await connection.execution_options(sambut_writes=True)
            async with connection.begin():
                yield connection

    async def ping(self) -> None:
        """Raises `StoreUnavailable` unless the database answers."""
        async with self.read() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self.engine.dispose()


def async_url(url: str) -> URL:
    """`url` with the async driver of its database. Raises `ValueError` for a database that is not supported."""
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend not in _DRIVERS:
        raise ValueError(f"database {backend!r} is not supported; use sqlite or postgresql")
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ValueError("an SQLite database needs a file: every connection to :memory: would see another database")
    return parsed.set(drivername=_DRIVERS[backend])


def is_unavailable(error: BaseException) -> bool:
    """Whether `error` says that the database is away, as opposed to that it refuses this very record."""
    if isinstance(error, StoreUnavailable | PoolTimeout | OSError | TimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return _passing_sqlstate(error)
    if error.connection_invalidated or _passing_sqlstate(error.orig):
        return True
    return isinstance(error.orig, sqlite3.OperationalError) or (
        isinstance(error, OperationalError | InterfaceError) and _sqlstate(error.orig) is None
    )


def _sqlstate(error: BaseException | None) -> str | None:
    state = getattr(error, "sqlstate", None)
    return state if isinstance(state, str) else None


def _passing_sqlstate(error: BaseException | None) -> bool:
    return (_sqlstate(error) or "").startswith(_PASSING_SQLSTATES)


@asynccontextmanager
async def _unavailable_is_said() -> AsyncIterator[None]:
    try:
        yield
    except StoreUnavailable:
        raise
    except Exception as error:
        if is_unavailable(error):
            raise StoreUnavailable(_first_line(error)) from error
        raise


def _first_line(error: BaseException) -> str:
    # The rest of an SQLAlchemy message is the statement with its parameters: people's data.
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return f"{type(cause).__name__}: {cause}".splitlines()[0]


def _engine(url: URL) -> AsyncEngine:
    if url.get_backend_name() == "sqlite":
        engine = create_async_engine(url, connect_args={"timeout": BUSY_S}, hide_parameters=True)
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine
    arguments = {"timeout": CONNECT_S, "command_timeout": COMMAND_S}
    return create_async_engine(
        url, connect_args=arguments, pool_pre_ping=True, pool_size=5, max_overflow=5, hide_parameters=True
    )


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions behind our back
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("sambut_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
