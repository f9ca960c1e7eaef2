"""The database's part of a restore: staged beside the old one, then exchanged for it whole."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, create_engine, text

from config import Settings
from sambut.backup.database import lines, plain
from sambut.backup.errors import BackupError
from sambut.backup.progress import Progress
from sambut.backup.vault import Snapshot, StoredDatabase, Vault
from storage.copying import check_sqlite, let_go, sqlite_file
from storage.engine import Database
from storage.migrate import bring_to
from storage.rows import export_rows, import_rows

_TELLING = ("ticket", "account", "call")
"""Tables of which a row makes an installation."""


class Loading(Protocol):
    """How the database gets from the backup to its place."""

    old_schema: str
    what_is_there: str
    needs: int

    async def look(self) -> None:
        """Sees what is there. Raises `BackupError` when somebody uses it."""

    async def stage(self, folder: Path) -> None:
        """Unpacks and checks, beside what is there."""

    async def commit(self, decide: Callable[[], None]) -> None:
        """Calls `decide` when nothing can go wrong any more but the commit itself."""

    def moves(self, aside: Path) -> list[tuple[str, str]]:
        """The renames that bring it into place."""

    async def tidy(self) -> None:
        """After all: what need not be kept goes."""


def loading(settings: Settings, snapshot: Snapshot, vault: Vault, stamp: str, progress: Progress) -> Loading:
    """The one for the kind of database that the settings name."""
    database = Database(settings.database_url)
    kind = _IntoSqlite if database.is_sqlite else _IntoPostgres
    return kind(settings, snapshot.database, vault, stamp, progress)


class _Into:
    def __init__(
        self, settings: Settings, stored: StoredDatabase, vault: Vault, stamp: str, progress: Progress
    ) -> None:
        self._url, self._stored, self._vault, self._stamp = settings.database_url, stored, vault, stamp
        self._progress = progress
        self.old_schema = ""
        self.what_is_there = ""
        self.needs = 0

    def _unpack_sqlite(self, file: Path) -> None:
        """The SQLite file of the backup, checked."""
        told, done = self._progress.step("database"), 0
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            for block in plain(self._vault, self._stored):
                opened.write(block)
                done += len(block)
                told(done, 0)
        check_sqlite(file, self._stored.tables)

    def _import(self, connection: Connection, lines: Iterator[str]) -> None:
        found = import_rows(connection, lines, self._progress.step("rows"))
        expected = {name: rows for name, rows in self._stored.tables.items() if name in found}
        if found != expected:
            raise BackupError("the rows that were restored are not as many as the backup says")


class _IntoSqlite(_Into):
    async def look(self) -> None:
        self._file = sqlite_file(Database(self._url).url).absolute()
        if self._file.exists():
            self.what_is_there = _what_is_in(self._file)
            if not let_go(self._file):
                raise BackupError(
                    f"the database {self._file} is in use: stop Sambut and every other program that has it open"
                )
        self.needs = (self._vault.size(self._stored.object) or 0) * 8

    async def stage(self, folder: Path) -> None:
        # Beside its place, for it gets there by a rename.
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._staged = folder / "database" if self._file.parent == folder.parent else _beside(self._file, self._stamp)
        if self._stored.kind == "sqlite":
            self._unpack_sqlite(self._staged)
            return
        database = Database(f"sqlite:///{self._staged}", command_s=None)
        try:
            await database.write(lambda connection: bring_to(connection, self._stored.schema))
            await database.write(lambda connection: self._import(connection, lines(self._vault, self._stored)))
        finally:
            await database.close()
        let_go(self._staged)
        self._staged.chmod(0o600)

    async def commit(self, decide: Callable[[], None]) -> None:
        decide()

    def moves(self, aside: Path) -> list[tuple[str, str]]:
        home = aside if self._file.parent == aside.parent else self._file.parent
        name = self._file.name if home == aside else f"{self._file.name}.{aside.name}"
        logs = [(str(self._file) + end, f"{home / name}{end}") for end in ("-wal", "-shm", "-journal")]
        away = [(str(self._file), str(home / name)), *logs]  # a log that stayed would be taken for the new file's
        return [*(move for move in away if Path(move[0]).exists()), (str(self._staged), str(self._file))]

    async def tidy(self) -> None:
        """Nothing is left over."""


class _IntoPostgres(_Into):
    async def look(self) -> None:
        self.old_schema = f"before_restore_{self._stamp.replace('-', '_')}"
        database = Database(self._url)
        try:
            others = await database.scalar(_OTHERS)
            if others:
                raise BackupError(f"{others} other connections use the database: stop Sambut everywhere first")
            self.what_is_there = await database.read(_what_has)
        finally:
            await database.close()

    async def stage(self, folder: Path) -> None:
        """The rows go into the transaction that `commit` ends; a file of SQLite is unpacked before."""
        self._plain = folder / "database"
        if self._stored.kind == "sqlite":
            self._unpack_sqlite(self._plain)

    async def commit(self, decide: Callable[[], None]) -> None:
        database = Database(self._url, command_s=None)
        try:
            await database.write(lambda connection: self._fill(connection, decide))
        finally:
            await database.close()

    def _fill(self, connection: Connection, decide: Callable[[], None]) -> None:
        schema = connection.execute(text("SELECT current_schema()")).scalar_one()
        quoted = connection.dialect.identifier_preparer.quote(schema)
        connection.execute(text(f"ALTER SCHEMA {quoted} RENAME TO {self.old_schema}"))
        connection.execute(text(f"CREATE SCHEMA {quoted}"))
        bring_to(connection, self._stored.schema)
        if self._stored.kind == "sqlite":
            with _reading(self._plain) as given:
                self._import(connection, export_rows(given, {}))
        else:
            self._import(connection, lines(self._vault, self._stored))
        decide()

    def moves(self, aside: Path) -> list[tuple[str, str]]:
        return []

    async def tidy(self) -> None:
        if self.what_is_there:
            return
        database = Database(self._url, command_s=None)
        try:
            await database.execute(text(f"DROP SCHEMA {self.old_schema} CASCADE"))
        finally:
            await database.close()
        self.old_schema = ""


_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)


@contextmanager
def _reading(file: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{file}")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _beside(file: Path, stamp: str) -> Path:
    staged = file.with_name(f".restoring-{stamp}-{file.name}")
    staged.unlink(missing_ok=True)
    return staged


def _what_is_in(file: Path) -> str:
    with closing(sqlite3.connect(file)) as database:
        for table in _TELLING:
            try:
                rows = database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608
            except sqlite3.DatabaseError:
                continue
            if rows:
                return f"{rows} rows of {table} in {file}"
    return ""


def _what_has(connection: Connection) -> str:
    for table in _TELLING:
        if connection.execute(text("SELECT to_regclass(:name)"), {"name": f'"{table}"'}).scalar():
            rows = connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()  # noqa: S608
            if rows:
                return f"{rows} rows of {table} in the database"
    return ""
