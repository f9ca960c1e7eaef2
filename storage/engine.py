"""One database, reached for reading and for writing. SQLite and PostgreSQL behave alike from here on.

What is to be done is a plain function on a connection. On PostgreSQL it runs on SQLAlchemy's async
engine. On SQLite it runs whole in a thread: with aiosqlite each single statement hops to a thread and
back, a dozen hops for one small transaction, which cost four times the processor time of the rest
(tests/load/bench_storage.py; docs/storage.md).
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from typing import Any, Protocol, TypeVar

from sqlalchemy import URL, Connection, Engine, Executable, RowMapping, create_engine, event, make_url, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import create_async_engine

from storage.errors import StoreRefused, StoreUnavailable
from storage.outage import Outage, is_refusal, is_unavailable, told_without_data

BUSY_S = 2.0
"""How long a writer waits for another process that holds SQLite's write lock."""
READERS = 4
"""SQLite reads that can run at once."""
CHECKPOINT_PAGES = 4000
"""SQLite moves its log (16 MB then) into the database once it is so long. Whoever commits then waits for the medium:
with the usual 1000 pages, and ten of them for a ticket's save, every hundredth did."""
CONNECT_S = 5.0
"""How long PostgreSQL may take to accept a connection."""
COMMAND_S = 10.0
"""How long one PostgreSQL statement may take before the database counts as unreachable (a migration's: longer)."""

T = TypeVar("T")
Work = Callable[[Connection], T]
"""What to do on one connection, in one transaction but for `swap` on PostgreSQL.

On SQLite it runs in another thread: it must touch nothing of the loop."""

_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


class Database:
    """Transactions on one database, on either of the two kinds. Everything but `close` may raise `StoreUnavailable`.

    While it is `held`, everything does: its tables are not known to be of this version yet.
    """

    def __init__(self, url: str, *, command_s: float | None = COMMAND_S, outage: Outage | None = None) -> None:
        self.url = database_url(url)
        self.held = False
        self.outage = outage or Outage()
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._backend: _Backend = _Sqlite(self.url) if self.is_sqlite else _Postgres(self.url, command_s)

    async def read(self, work: Work[T]) -> T:
        """Runs `work` in a transaction that only looks."""
        return await self._run(work, _Scope.READING)

    async def write(self, work: Work[T]) -> T:
        """Runs `work` in a transaction that is committed at its end, or undone if it raises."""
        return await self._run(work, _Scope.WRITING)

    async def swap(self, work: Work[T]) -> T:
        """Runs `work`, of which one statement alone changes something, and only if nothing else did since it looked.

        Nobody else writes meanwhile on SQLite. On PostgreSQL each statement stands for itself.
        """
        return await self._run(work, _Scope.SWAPPING)

    async def rows(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Sequence[RowMapping]:
        """All rows of a query; `values` are those of its `bindparam`s."""
        return await self._run(lambda connection: connection.execute(statement, values).mappings().all(), _Scope.QUERY)

    async def scalar(self, statement: Executable) -> Any:
        """The first column of a query's first row, None without a row."""
        return await self._run(lambda connection: connection.execute(statement).scalar(), _Scope.QUERY)

    async def execute(self, statement: Executable, *rows: dict[str, Any]) -> int:
        """One statement that changes things, for all `rows` if any are given; returns how many rows it touched."""
        return await self.write(lambda connection: connection.execute(statement, list(rows) or None).rowcount)

    async def ping(self) -> None:
        """Raises `StoreUnavailable` unless the database answers."""
        await self.scalar(text("SELECT 1"))

    async def close(self) -> None:
        await self._backend.close()

    async def _run(self, work: Work[T], scope: "_Scope") -> T:
        doing = "writing" if scope in (_Scope.WRITING, _Scope.SWAPPING) else "reading"
        if self.held:
            raise StoreUnavailable("the database was not reached since the start")
        try:
            done = await self._backend.run(work, scope)
        except Exception as error:
            reason = told_without_data(error)
            if is_unavailable(error):
                self.outage.failed(doing, reason)
                raise StoreUnavailable(reason) from error
            if is_refusal(error):
                raise StoreRefused(reason) from error
            raise
        self.outage.worked(doing)
        return done


def database_url(url: str) -> URL:
    """`url` with the driver used here. Raises `ValueError` for a database that is not supported."""
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend not in _DRIVERS:
        raise ValueError(f"database {backend!r} is not supported; use sqlite or postgresql")
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ValueError("an SQLite database needs a file: every connection to :memory: would see another database")
    return parsed.set(drivername=_DRIVERS[backend])


class _Scope(Enum):
    """What is wanted of the database: one statement needs no transaction, which would be more work than itself."""

    QUERY = "query"
    READING = "reading"
    WRITING = "writing"
    SWAPPING = "swapping"


class _Backend(Protocol):
    async def run(self, work: Work[T], scope: _Scope) -> T: ...

    async def close(self) -> None: ...


class _Postgres:
    def __init__(self, url: URL, command_s: float | None) -> None:
        self._engine = create_async_engine(
            url,
            connect_args={"timeout": CONNECT_S, "command_timeout": command_s},
            pool_size=5,
            max_overflow=5,
            hide_parameters=True,
        )
        event.listen(self._engine.sync_engine, "checkout", _refuse_closed)
        self._autocommit = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    async def run(self, work: Work[T], scope: _Scope) -> T:
        engine = self._autocommit if scope in (_Scope.QUERY, _Scope.SWAPPING) else self._engine
        begin = engine.begin if scope is _Scope.WRITING else engine.connect
        async with begin() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        await self._engine.dispose()


class _Sqlite:
    """SQLite has one writer at a time, so one thread writes: writers queue there fairly instead of polling the file."""

    def __init__(self, url: URL) -> None:
        self._engine = _sqlite_engine(url)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-reader")

    async def run(self, work: Work[T], scope: _Scope) -> T:
        writing = scope in (_Scope.WRITING, _Scope.SWAPPING)
        threads, transaction = (self._writer, self._write) if writing else (self._readers, self._read)
        return await asyncio.get_running_loop().run_in_executor(threads, transaction, work, _BEGIN[scope])

    def _read(self, work: Work[T], begin: str) -> T:
        with self._engine.connect().execution_options(sambut_begin=begin) as connection:
            return work(connection)

    def _write(self, work: Work[T], begin: str) -> T:
        with self._engine.connect().execution_options(sambut_begin=begin) as connection, connection.begin():
            return work(connection)

    async def close(self) -> None:
        for threads in (self._writer, self._readers):
            await asyncio.to_thread(threads.shutdown)
        self._engine.dispose()


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(
        url, connect_args={"timeout": BUSY_S, "check_same_thread": False}, pool_size=1 + READERS, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions behind our back
    pragmas = ("journal_mode=WAL", "synchronous=NORMAL", f"wal_autocheckpoint={CHECKPOINT_PAGES}", "foreign_keys=ON")
    # Erased data are overwritten in the file. Debian's SQLite does so anyway, others do not.
    for pragma in (*pragmas, "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Past SQLAlchemy: by its way these few letters cost as much as a small query."""
    if begin := connection.get_execution_options()["sambut_begin"]:
        connection.connection.cursor().execute(begin)


_BEGIN = {
    _Scope.QUERY: "",
    _Scope.READING: "BEGIN",
    _Scope.WRITING: "BEGIN IMMEDIATE",  # what a writer has read stays true until it commits
    _Scope.SWAPPING: "BEGIN IMMEDIATE",
}


def _refuse_closed(connection: Any, _record: object, _proxy: object) -> None:
    """A server that was stopped has closed its connections: another is taken, or made.

    SQLAlchemy's own way to find that out (`pool_pre_ping`) asks the server each time: three round trips.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError("the server has closed this connection")
