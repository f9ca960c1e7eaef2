"""A copy of an SQLite database while others write, by SQLite's own online backup."""

import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

from storage.errors import StoreError

PAGES = 2_000
"""Pages copied between two words about how far it is (8 MB)."""

Told = Callable[[int, int], None]
"""How many bytes are done, and how many there are in all."""


class BrokenDatabase(StoreError):
    """SQLite finds its own file inconsistent."""


def sqlite_file(url: URL) -> Path:
    """The file of an SQLite database."""
    return Path(url.database or "")


def copy_sqlite(source: Path, target: Path, told: Told = lambda _done, _all: None) -> dict[str, int]:
    """Copies the database file `source` to the new file `target` (mode 0600) and returns how many rows each table has.

    The copy is of one moment: a transaction that only reads stands around it, so writers go on and it need not begin
    anew for them. It is checked, counted against the source, and on the medium. Raises `OSError`, `sqlite3.Error`,
    `BrokenDatabase`; then `target` may be there and is not to be used.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(_opened(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.isolation_level = None
        original.execute("BEGIN")
        counted = _count(original)
        size = original.execute("PRAGMA page_size").fetchone()[0]
        original.backup(copy, pages=PAGES, progress=lambda _, left, pages: told((pages - left) * size, pages * size))
        original.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    check_sqlite(target, counted)
    _to_medium(target)
    return counted


def check_sqlite(file: Path, counted: Mapping[str, int]) -> None:
    """Raises `BrokenDatabase` unless SQLite finds nothing wrong with `file` and its tables have that many rows."""
    with closing(_opened(file)) as database:
        try:
            found = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
            rows = _count(database)
        except sqlite3.DatabaseError as error:
            raise BrokenDatabase(f"{file.name} is damaged: {error}") from error
    if found != "ok":
        raise BrokenDatabase(f"{file.name} is damaged: {found}")
    for table in counted:
        if rows.get(table) != counted[table]:
            raise BrokenDatabase(f"{file.name}: table {table} has {rows.get(table)} rows instead of {counted[table]}")


def row_counts(file: Path) -> dict[str, int]:
    """How many rows each table has."""
    with closing(_opened(file)) as database:
        return _count(database)


def let_go(file: Path) -> bool:
    """Makes `file` a database without a log beside it; False if somebody has it open. What is no database is left."""
    with closing(_opened(file)) as database:
        try:
            database.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError:
            return False
        except sqlite3.DatabaseError:
            return True
    return True


def _opened(file: Path) -> sqlite3.Connection:
    """An existing database; `sqlite3.connect` alone would make a missing one."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True)


def _count(database: sqlite3.Connection) -> dict[str, int]:
    """Rows of each table of ours. What FTS5 keeps beside its index is no table of ours."""
    names = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    ours = [name for name in names if not name.startswith(("sqlite_", "article_text", "ticket_text"))]
    return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in sorted(ours)}  # noqa: S608


def _to_medium(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
