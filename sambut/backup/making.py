"""Makes one backup: what waits in the spool, then the database, then the files; a snapshot that names them, last."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from config import Settings
from config.environment import PREFIX
from sambut.backup.database import Taken, in_mb, take
from sambut.backup.errors import BackupError
from sambut.backup.files import Files, Found, too_early
from sambut.backup.keeping import Rule
from sambut.backup.locks import locked
from sambut.backup.progress import Progress
from sambut.backup.vault import Changed, Snapshot, StoredDatabase, StoredFile, Vault

LAST = "last-backup.json"
"""In the data folder: when the last backup was made, for the status page."""
NOT_READABLE = "cannot be read"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made: its name, what is in it, bytes that were new, seconds, and old ones that were removed."""

    name: str
    snapshot: Snapshot
    new_bytes: int
    seconds: float
    removed: int

    @property
    def whole(self) -> bool:
        """Whether every file could be read."""
        return not any(why.startswith(NOT_READABLE) for why in self.snapshot.left.values())


async def make(
    settings: Settings,
    vault: Vault,
    *,
    progress: Progress,
    rule: Rule | None = None,
    zone: tzinfo = UTC,
    only_database: bool = False,
) -> Made:
    """One backup of the installation, verified. Raises `BackupError`, `StoreError`; then no new one is there.

    `rule` says which older ones are removed, by the days of `zone`.
    """
    began = time.monotonic()
    try:
        with vault.place.alone(), _alone(settings.data) as folder:
            vault.begin()
            making = _Making(settings, vault, folder, progress)
            snapshot = await making.snapshot(only_database=only_database)
            name = _free_name(vault, snapshot.made_at)
            vault.keep(snapshot, name)
            removed = 0 if rule is None else prune(vault, rule, zone)
    except OSError as error:
        raise BackupError(f"no backup was made: {error.strerror}: {error.filename or vault.place.path}") from error
    finally:
        progress.end()
    if not only_database:
        _note(settings.data, snapshot, name, vault.place.path)
    return Made(name, snapshot, making.new_bytes, time.monotonic() - began, removed)


def prune(vault: Vault, rule: Rule, zone: tzinfo) -> int:
    """Removes the backups that the rule does not keep, and contents that none names any more; returns how many."""
    snapshots = {name: vault.snapshot(name) for name in vault.snapshots()}
    made = [(name, datetime.fromtimestamp(each.made_at, zone)) for name, each in snapshots.items()]
    gone = snapshots.keys() - rule.kept(made)
    for name in gone:
        vault.place.remove(name)
    stay = [each for name, each in snapshots.items() if name not in gone]
    vault.sweep({file.object for each in stay for file in each.files} | {each.database.object for each in stay})
    return len(gone)


def last_backup(data: Path) -> float | None:
    """When the last good backup was made, in Unix seconds; None if none is known of."""
    try:
        return float(json.loads((data / LAST).read_text())["made_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


class _Making:
    """What one backup needs on its way."""

    def __init__(self, settings: Settings, vault: Vault, folder: Path, progress: Progress) -> None:
        self._settings, self._vault, self._folder, self._progress = settings, vault, folder, progress
        self._files = Files(settings, vault.place.path)
        self._left: dict[str, str] = {}
        self.new_bytes = 0
        before = vault.snapshots()
        known = vault.snapshot(before[-1]).files if before else []
        self._known = {(each.part, each.path): each for each in known}

    async def snapshot(self, *, only_database: bool) -> Snapshot:
        waiting = [] if only_database else self._files.spooled()
        spooled = [kept for found in waiting if (kept := self._keep_copy(found))]
        made_at = time.time()
        taken = await take(self._settings.database_url, self._folder, self._progress)
        database = self._keep_database(taken)
        files = [] if only_database else spooled + self._keep_all(taken, made_at)
        there = {each.path for each in files if each.part == "data"}
        return Snapshot(
            made_at=made_at,
            program=version("sambut"),
            node=self._settings.node,
            database=database,
            files=files,
            left=self._left,
            recordings_missing=0 if only_database else len(taken.recordings - there),
            variables=sorted(name for name in os.environ if name.startswith(PREFIX)),
            only_database=only_database,
        )

    def _keep_database(self, taken: Taken) -> StoredDatabase:
        name, size = self._vault.add(taken.file)
        taken.file.unlink()
        self.new_bytes += size
        return StoredDatabase(taken.kind, taken.schema, name, taken.tables)

    def _keep_all(self, taken: Taken, database_at: float) -> list[StoredFile]:
        found = [each for each in self._files.all() if not self._leave(each, taken, database_at)]
        told, size, done, kept = self._progress.step("files"), sum(each.stat.st_size for each in found), 0, []
        for each in found:
            if stored := self._keep(each):
                kept.append(stored)
            done += each.stat.st_size
            told(done, size)
        return kept

    def _leave(self, found: Found, taken: Taken, database_at: float) -> bool:
        why = too_early(found, taken.recordings, database_at)
        if not why and self._files.is_key(found) and not self._vault.encrypted:
            why = "is a key, and this backup is not encrypted: keep a copy of it apart"
        if why:
            self._left[f"{found.part}/{found.path}"] = why
        return bool(why)

    def _keep(self, found: Found) -> StoredFile | None:
        known = self._known.get((found.part, found.path))
        same = known is not None and (known.size, known.mtime_ns) == (found.stat.st_size, found.stat.st_mtime_ns)
        if known is not None and same and found.part == "data" and self._vault.has(known.object):
            return self._stored(found, known.object, known.size)
        return self._add(found, found.file)

    def _keep_copy(self, found: Found) -> StoredFile | None:
        """For a file that grows while it is read: what it has now. The spool copes with a torn last line."""
        copy = self._folder / "spooled"
        try:
            shutil.copyfile(found.file, copy)
        except FileNotFoundError:
            return None  # replayed: it is in the database, which is taken later
        return self._add(found, copy)

    def _add(self, found: Found, source: Path) -> StoredFile | None:
        try:
            name, size = self._vault.add(source)
        except Changed:
            self._left[f"{found.part}/{found.path}"] = "changed while it was read"
        except FileNotFoundError:
            if source.exists():
                raise  # the backup's folder is gone, not the file
            self._left[f"{found.part}/{found.path}"] = "is gone"
        except PermissionError as error:
            if error.filename != str(source):
                raise
            self._left[f"{found.part}/{found.path}"] = f"{NOT_READABLE}: {error.strerror}"
        else:
            self.new_bytes += size
            return self._stored(found, name, size)
        return None

    def _stored(self, found: Found, name: str, size: int) -> StoredFile:
        return StoredFile(found.part, found.path, size, found.stat.st_mtime_ns, found.stat.st_mode & 0o777, name)


@contextmanager
def work_folder(data: Path, work: Literal["backup", "verify"], why_not: str) -> Iterator[Path]:
    """In the data folder, where the same things lie in plain text anyway; what a killed one left there goes.

    Raises `BackupError(why_not)` while another of its kind works.
    """
    with locked(data / f"{work}.lock", why_not):
        for left in data.glob(f".{work}-*"):
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=f".{work}-", dir=data) as folder:
            yield Path(folder)


@contextmanager
def _alone(data: Path) -> Iterator[Path]:
    with suppress(BackupError), work_folder(data, "verify", "it runs"):
        pass  # only what one that was killed had left
    with work_folder(data, "backup", "another backup of this installation is being made") as folder:
        yield folder


def _free_name(vault: Vault, at: float) -> str:
    """By the time in UTC, so that names sort; a second one of the same second gets a number."""
    stem = f"snapshots/{datetime.fromtimestamp(at, UTC):%Y%m%dT%H%M%SZ}"
    taken, name, number = set(vault.snapshots()), stem, 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    return name


def _note(data: Path, snapshot: Snapshot, name: str, where: Path) -> None:
    file = data / LAST
    partial = file.with_name(f".{LAST}.part")
    partial.unlink(missing_ok=True)
    with partial.open("x") as opened:
        json.dump({"made_at": snapshot.made_at, "name": name, "in": str(where)}, opened)
    partial.replace(file)


def told(made: Made) -> str:
    """One line for a person or the journal."""
    files, rows = len(made.snapshot.files), sum(made.snapshot.database.tables.values())
    return (
        f"{made.name.rpartition('/')[2]}: schema {made.snapshot.database.schema}, {rows:,} rows, {files:,} files "
        f"({in_mb(made.snapshot.bytes)}), {in_mb(made.new_bytes)} read anew, verified, in {made.seconds:.1f} s"
    )
