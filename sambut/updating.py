"""Before the database is changed: a copy of it, so that there is a way back. And nobody restores while it is in use."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import structlog

from config import Settings
from sambut.backup.database import enough_room
from sambut.backup.errors import BackupError
from sambut.backup.locks import IN_USE, locked
from sambut.backup.making import make
from sambut.backup.places import FilePlace
from sambut.backup.progress import Progress
from sambut.backup.switching import settle
from sambut.backup.vault import Vault
from sambut.keys import keyring_of
from storage.copying import copy_sqlite, sqlite_file
from storage.engine import Database, database_url
from storage.migrate import Missing, look, move, revisions

log = structlog.get_logger(__name__)

KEPT = 3
"""Updates whose copies stay; those of older ones are removed when a new one is whole."""


@asynccontextmanager
async def in_use(settings: Settings) -> AsyncIterator[None]:
    """Around everything that opens the database. Raises `BackupError` while a restore runs.

    A restore that was killed is brought to its end first, or undone.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    if told := await settle(settings):
        log.warning("restore_settled", what=told)
    with locked(settings.data / IN_USE, f"a restore of {settings.data} is running", shared=True):
        yield


def copy_before(settings: Settings) -> Callable[[Missing], Coroutine[None, None, None]]:
    """What copies the database before it is migrated, unless the settings say no. Raises `BackupError`.

    A migration that fails and is tried again has its copy already.
    """
    copied: list[Missing] = []

    async def copy(missing: Missing) -> None:
        if missing in copied:
            return
        if not settings.backup_before_migration:
            log.warning("database_not_copied", reason="backup_before_migration is off", database_at=missing.at)
            return
        await copy_database(settings, missing.to)
        copied.append(missing)

    return copy


async def copy_database(settings: Settings, to: str) -> Path:
    """Copies the database before it gets the schema `to`; returns the copy. Raises `BackupError`, `StoreError`.

    SQLite: a file beside it. PostgreSQL: a backup of nothing but the database, in the data folder.
    """
    began, stamp = time.monotonic(), time.strftime("%Y%m%d-%H%M%S")
    url = database_url(settings.database_url)
    try:
        if url.get_backend_name() == "sqlite":
            source = sqlite_file(url).absolute()
            copy = source.with_name(f"{source.name}.before-{to}-{stamp}")
            await asyncio.to_thread(_copy_sqlite, source, copy)
            older = source.parent.glob(f"{source.name}.before-[0-9]*")
        else:
            folder = settings.data / "backups"
            folder.mkdir(mode=0o700, exist_ok=True)
            copy = folder / f"before-{to}-{stamp}.zip"
            await make(settings, Vault(FilePlace(copy), None), progress=Progress(), only_database=True)
            older = folder.glob("before-*.zip")
    except OSError as error:
        raise BackupError(f"the database cannot be copied before it is changed: {error}") from error
    _remove_older(list(older))
    log.info("database_copied", copy=str(copy), bytes=copy.stat().st_size, seconds=round(time.monotonic() - began, 1))
    return copy


async def migrate_to(settings: Settings, to: str) -> None:
    """Brings the database to the schema `to`, up or down, for another version. Raises `BackupError`, `StoreError`."""
    if to not in revisions():
        raise BackupError(f"there is no schema {to}; this version knows {revisions()[0]} to {revisions()[-1]}")
    settings.data.mkdir(parents=True, exist_ok=True)
    if told := await settle(settings):
        log.warning("restore_settled", what=told)
    with locked(settings.data / IN_USE, f"Sambut runs on {settings.data}: stop it first"):
        database = Database(settings.database_url, command_s=None)
        try:
            missing = await look(database)
            if missing.at == to:
                return
            if missing.at:
                await copy_database(settings, to)
            await move(database, to, missing, keyring_of(settings))
        finally:
            await database.close()


def _copy_sqlite(source: Path, copy: Path) -> None:
    # As much again, for what the migration writes.
    enough_room(source.parent, 2 * source.stat().st_size, "copying the database before it is changed")
    partial = copy.with_name(f".{copy.name}.part")
    try:
        copy_sqlite(source, partial)
        partial.replace(copy)
    finally:
        partial.unlink(missing_ok=True)


def _remove_older(copies: Iterable[Path]) -> None:
    """Of each update that stays the first copy and the last: one that fails at each start pushes out no other's."""
    updates: dict[str, list[Path]] = {}
    for path in sorted(copies, key=lambda path: path.stat().st_mtime):
        copies_of_one = updates.pop(_update_of(path), [])
        updates[_update_of(path)] = [*copies_of_one, path]
    of_older = [path for each in list(updates.values())[:-KEPT] for path in each]
    between = [path for each in updates.values() for path in each[1:-1]]
    for path in (*of_older, *between):
        with suppress(OSError):
            path.unlink()


def _update_of(copy: Path) -> str:
    """To which schema it led, as its name says."""
    return copy.name.partition("before-")[2].partition("-")[0]
