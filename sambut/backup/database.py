"""The database of an installation, at one moment, as a file that can be kept."""

import asyncio
import gzip
import io
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, select

from sambut.backup.errors import BackupError, Broken
from sambut.backup.progress import Progress
from sambut.backup.vault import StoredDatabase, Vault
from storage.copying import copy_sqlite, sqlite_file
from storage.engine import Database
from storage.migrate import look
from storage.rows import export_rows
from storage.tables import RecordingRow

LEVEL = 3
"""Of gzip: a third of the time of the usual 6, and a tenth more bytes."""
SPARE = 100 << 20
"""Bytes that stay free on the disk whatever a backup needs: the service runs on."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A database as a gzipped file: of SQLite (`kind` "sqlite"), or of `storage.rows`; `recordings` are their paths."""

    kind: Literal["sqlite", "rows"]
    file: Path
    schema: str
    tables: dict[str, int]
    recordings: frozenset[str]


async def take(url: str, folder: Path, progress: Progress) -> Taken:
    """Takes the database at `url` into a file in `folder`. Raises `BackupError`, `StoreError`, `OSError`."""
    database = Database(url, command_s=None)
    try:
        missing = await look(database)
        if not missing.at:
            raise BackupError("the database has no tables: there is nothing to back up")
        if database.is_sqlite:
            file = sqlite_file(database.url)
            return await asyncio.to_thread(_take_sqlite, file, folder, missing.at, progress)
        return await database.read(lambda connection: _take_rows(connection, folder, missing.at, progress))
    finally:
        await database.close()


def enough_room(folder: Path, needed: int, what: str) -> None:
    """Raises `BackupError` unless `folder`'s disk has room for `needed` bytes and some to spare."""
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE:
        raise BackupError(
            f"{what} needs {in_mb(needed + SPARE)} on the disk of {folder}, {in_mb(free)} are free: nothing was done"
        )


def in_mb(size: int) -> str:
    return f"{size / 1e6:,.0f} MB" if size >= 10e6 else f"{size / 1e6:,.1f} MB"


def _take_sqlite(source: Path, folder: Path, schema: str, progress: Progress) -> Taken:
    enough_room(folder, source.stat().st_size * 3 // 2, "a copy of the database")
    copy, file = folder / "copy.db", folder / "database.gz"
    try:
        tables = copy_sqlite(source, copy, progress.step("database"))
    except sqlite3.OperationalError as error:
        raise BackupError(f"the database {source} cannot be copied: {error}") from error
    with closing(sqlite3.connect(copy)) as database:
        recordings = frozenset(path for (path,) in database.execute("SELECT path FROM recording"))
    with copy.open("rb") as plain, _gzipped(file) as packed:
        shutil.copyfileobj(plain, packed, 1 << 20)
    copy.unlink()
    return Taken("sqlite", file, schema, tables, recordings)


def _take_rows(connection: Connection, folder: Path, schema: str, progress: Progress) -> Taken:
    file = folder / "database.gz"
    tables: dict[str, int] = {}
    with _gzipped(file) as packed:
        for line in export_rows(connection, tables, progress.step("database")):
            packed.write(line.encode())
    recordings = frozenset(connection.execute(select(RecordingRow.path)).scalars())
    return Taken("rows", file, schema, tables, recordings)


def _gzipped(file: Path) -> gzip.GzipFile:
    """Without a time in it: what did not change is the same file."""
    return gzip.GzipFile(file, "wb", LEVEL, mtime=0)


def plain(vault: Vault, stored: StoredDatabase) -> Iterator[bytes]:
    """The unzipped database. Raises `BackupError`."""
    with _unzipping(vault, stored) as reader:
        while block := reader.read(1 << 20):
            yield block


def lines(vault: Vault, stored: StoredDatabase) -> Iterator[str]:
    """The lines of `storage.rows`. Raises `BackupError`."""
    with _unzipping(vault, stored) as reader:
        for line in reader:
            yield line.decode()


@contextmanager
def _unzipping(vault: Vault, stored: StoredDatabase) -> Iterator[gzip.GzipFile]:
    try:
        with gzip.GzipFile(fileobj=io.BufferedReader(_Blocks(vault.blocks(stored.object)), 1 << 20)) as reader:
            yield reader
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Broken(f"the database of the backup is torn: {error}") from error


class _Blocks(io.RawIOBase):
    """Blocks, read as a file."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._left = blocks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._left = self._left or next(self._blocks, b"")
        given, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)
