"""Which files an installation is, beside its database."""

import os
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from config import Settings
from sambut.keys import key_file
from storage.copying import sqlite_file
from storage.engine import database_url

BEING_WRITTEN_S = 15.0
"""Sound in the spool that changed so lately belongs to a call that runs."""
CLOCK_S = 60.0
"""A recording without a row, no older than the database's copy by more than this, is about to have one."""
NOT_TAKEN = (
    "cache",
    "alive",
    "backups",
    "in-use.lock",
    "backup.lock",
    "verify.lock",
    "last-backup.json",
    "restore.json",
)
"""In the data folder: what is made again, what is of this moment only, and copies that were made before."""
NOT_TAKEN_STEMS = (".backup-", ".verify-", ".restoring-", "before-restore-")
KEY_NAME = "master.key"

Part = Literal["data", "config"]


@dataclass(frozen=True, slots=True)
class Found:
    """A file to be kept: `path` is relative to its part's folder."""

    part: Part
    path: str
    file: Path
    stat: os.stat_result


class Files:
    """The files of one installation. `backups` is where they go, if that lies here too."""

    def __init__(self, settings: Settings, backups: Path) -> None:
        self._data, self._config = settings.data.absolute(), settings.config and settings.config.absolute()
        self._apart = {file.resolve() for file in (*_database_files(settings), *_folders(self._config), backups)}
        self._keys = {path.resolve() for path in _key_files(settings)}

    def spooled(self) -> list[Found]:
        """What waits for the database. Taken before it, so that what is replayed meanwhile is in both, not in none."""
        return list(self._walk("data", self._data / "spool" / "journal"))

    def all(self) -> Iterator[Found]:
        """Everything else."""
        journal = self._data / "spool" / "journal"
        for found in self._walk("data", self._data):
            if not found.file.is_relative_to(journal):
                yield found
        if self._config is not None and self._config.is_dir():
            yield from self._walk("config", self._config)

    def is_key(self, found: Found) -> bool:
        """Whether it is the key of what is encrypted here."""
        return found.file.resolve() in self._keys

    def _walk(self, part: Part, folder: Path) -> Iterator[Found]:
        """Follows links to folders (a disk of its own for recordings), each folder once."""
        root = self._data if part == "data" else self._config or folder
        seen: set[Path] = set()
        for name, folders, files in os.walk(folder, followlinks=True):
            here = Path(name)
            folders[:] = sorted(each for each in folders if not self._left_out(root, here / each, seen))
            for each in sorted(files):
                file = here / each
                if not self._left_out(root, file, seen) and file.is_file() and not is_partial(file):
                    yield Found(part, file.relative_to(root).as_posix(), file, file.stat())

    def _left_out(self, root: Path, path: Path, seen: set[Path]) -> bool:
        if path.parent == root and (path.name in NOT_TAKEN or path.name.startswith(NOT_TAKEN_STEMS)):
            return True
        real = path.resolve()
        if real in self._apart or real in seen:
            return True
        if path.is_dir():
            seen.add(real)
        return False


def too_early(found: Found, recordings: Collection[str], database_at: float) -> str:
    """Why a file is to be taken next time only; empty if it is not."""
    if found.part != "data":
        return ""
    if found.path.startswith("spool/audio/") and time.time() - found.stat.st_mtime < BEING_WRITTEN_S:
        return "is being recorded"
    fresh = found.stat.st_mtime > database_at - CLOCK_S
    if found.path.startswith("recordings/") and fresh and found.path not in recordings:
        return "is newer than the copy of the database"
    return ""


def is_partial(file: Path) -> bool:
    """Whether it is one that takes its name when it is whole (`voice.files.replacing`)."""
    return file.name.startswith(".") and file.name.endswith(".part")


def _database_files(settings: Settings) -> list[Path]:
    """The SQLite file, what SQLite keeps beside it, and the copies that were made of it before an update."""
    url = database_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        return []
    file = sqlite_file(url).absolute()
    beside = file.parent.glob(f"{file.name}.before-*") if file.parent.is_dir() else ()
    return [*(file.with_name(file.name + end) for end in ("", "-wal", "-shm", "-journal")), *beside]


def _folders(config: Path | None) -> list[Path]:
    """The folder of settings is a part of its own, also where it lies in the data folder."""
    return [] if config is None else [config]


def _key_files(settings: Settings) -> list[Path]:
    return [settings.data / KEY_NAME, key_file(settings)]
