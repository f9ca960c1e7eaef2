"""Puts the state of a backup in the place of what is there; all is unpacked and checked before anything changes."""

import os
import shutil
import time
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from config import Settings
from sambut.backup.database import enough_room
from sambut.backup.errors import BackupError
from sambut.backup.files import KEY_NAME, NOT_TAKEN_STEMS
from sambut.backup.loading import Loading, loading
from sambut.backup.locks import IN_USE, locked
from sambut.backup.places import make_folder
from sambut.backup.progress import Progress
from sambut.backup.switching import PLAN, Switch, carry_out, write
from sambut.backup.vault import Snapshot, StoredFile, Vault
from storage.migrate import revisions

_STAYS = ("cache", "backups", IN_USE, "backup.lock", "verify.lock", "last-backup.json", PLAN)
"""In the data folder: what a restore lets be."""


@dataclass(frozen=True, slots=True)
class Restored:
    """Where the old state lies now (empty if there was none), and what of PostgreSQL's."""

    aside: list[Path]
    old_schema: str


async def restore(
    settings: Settings, vault: Vault, snapshot: Snapshot, *, config: bool, replace: bool, progress: Progress
) -> Restored:
    """The state of `snapshot` in the folders and the database of `settings`; `config`: also its folder of settings.

    Raises `BackupError`, `StoreError`; then the old state stands as it was.
    """
    known = revisions()
    if snapshot.database.schema not in known:
        raise BackupError(
            f"the backup was made by Sambut {snapshot.program}, with schema {snapshot.database.schema}; "
            f"this version knows schemas up to {known[-1]}: restore it with that version, or a newer one"
        )
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with locked(settings.data / IN_USE, f"Sambut runs on {settings.data}: stop it first"):
            return await _Restoring(settings, vault, snapshot, config, progress).run(replace=replace)
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        raise BackupError(f"nothing was restored: {error.strerror or error}{where}") from error
    finally:
        progress.end()


def unpack(vault: Vault, files: Iterable[StoredFile], folder: Path, progress: Progress, mask: int) -> None:
    """Writes files below `folder`, with the rights they had as far as `mask` lets. Raises `BackupError`, `OSError`."""
    files = list(files)
    told, size, done = progress.step("files"), sum(each.size for each in files), 0
    for each in files:
        target = folder / each.path
        if not target.resolve().is_relative_to(folder.resolve()):
            raise BackupError(f"the backup names a file outside of its folder: {each.path!r}")
        make_folder(target.parent, 0o750 if mask & 0o040 else 0o700)
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            os.fchmod(file.fileno(), each.mode & mask | 0o600)  # whatever the umask
            file.writelines(vault.blocks(each.object))
        os.utime(target, ns=(each.mtime_ns, each.mtime_ns))
        done += each.size
        told(done, size)


def give(folder: Path, files: Iterable[Path]) -> None:
    """What root puts into its own folder may be read by the folder's group: the service's account."""
    if os.geteuid() == 0:
        about = folder.stat()
        for path in files:
            os.chown(path, about.st_uid, about.st_gid, follow_symlinks=False)


class _Restoring:
    """One restore, with what it stages on its way."""

    def __init__(self, settings: Settings, vault: Vault, snapshot: Snapshot, config: bool, progress: Progress) -> None:
        self._settings, self._vault, self._snapshot, self._progress = settings, vault, snapshot, progress
        self._data = settings.data.absolute()
        self._config = settings.config.absolute() if config and settings.config and not snapshot.only_database else None
        self._stamp = time.strftime("%Y%m%d-%H%M%S")
        self._aside = f"before-restore-{self._stamp}"
        self._staging = [folder / f".restoring-{self._stamp}" for folder in (self._data, self._config) if folder]

    async def run(self, *, replace: bool) -> Restored:
        self._refuse_mounts()
        self._clear()
        loading_ = loading(self._settings, self._snapshot, self._vault, self._stamp, self._progress)
        with ExitStack() as stack:
            await loading_.look()
            self._look(loading_, replace=replace)
            for folder in self._staging:
                folder.mkdir(mode=0o700, parents=True)
                stack.callback(shutil.rmtree, folder, ignore_errors=True)
            self._unpack()
            await loading_.stage(self._staging[0])
            self._to_owner()
            os.sync()
            switch = Switch(self._moves(loading_), [str(each) for each in self._staging], loading_.old_schema)

            def decide() -> None:
                write(self._data, switch)
                stack.pop_all()  # what is staged stays now: a commit may have come through though nobody heard of it

            await loading_.commit(decide)
        carry_out(self._data, switch)
        await loading_.tidy()
        aside = sorted({Path(to) for _, to in switch.moves if self._aside in to}, key=str)
        return Restored([each for each in self._asides(aside) if each.exists()], loading_.old_schema)

    def _clear(self) -> None:
        """Removes what a killed restore had staged and nobody decided for."""
        for folder in (self._data, self._config):
            for left in folder.glob(".restoring-*") if folder else ():
                shutil.rmtree(left, ignore_errors=True)

    def _look(self, loading_: Loading, *, replace: bool) -> None:
        if not replace and (what := self._what_is_there() or loading_.what_is_there):
            raise BackupError(f"there is an installation here already ({what}): --replace puts it aside")
        enough_room(self._data, self._snapshot.bytes + loading_.needs, "the restored state")

    def _what_is_there(self) -> str:
        for name in () if self._snapshot.only_database else ("recordings", "paper"):
            if (self._data / name).is_dir() and any(path.is_file() for path in (self._data / name).rglob("*")):
                return f"files in {self._data / name}"
        if self._config and any(self._config.glob("*.y*ml")):
            return f"settings in {self._config}; --keep-config leaves them as they are"
        return ""

    def _refuse_mounts(self) -> None:
        for name in () if self._snapshot.only_database else self._entries(self._data):
            if (self._data / name).is_mount() or (self._data / name).is_symlink():
                raise BackupError(
                    f"{self._data / name} is a disk of its own or a link: empty and unmount it (or remove the link), "
                    "restore, and move its files there again"
                )

    def _unpack(self) -> None:
        data: list[StoredFile] = []
        config: list[StoredFile] = []
        for each in self._snapshot.files:
            (data if each.part == "data" else config).append(each)
        unpack(self._vault, data, self._staging[0] / "data", self._progress, 0o600)
        if self._config:
            unpack(self._vault, config, self._staging[1] / "config", self._progress, 0o640)

    def _moves(self, loading_: Loading) -> list[tuple[str, str]]:
        """Settings first: they say where the rest is. Old ones aside, then new ones into place."""
        moves: list[tuple[str, str]] = []
        if self._config:
            moves += self._exchange(self._config, self._staging[1] / "config")
        if not self._snapshot.only_database:
            moves += self._exchange(self._data, self._staging[0] / "data")
        return moves + loading_.moves(self._data / self._aside)

    def _exchange(self, folder: Path, staged: Path) -> list[tuple[str, str]]:
        new = sorted(path.name for path in staged.iterdir()) if staged.is_dir() else []
        old = [name for name in self._entries(folder) if name != KEY_NAME or name in new]
        away = [(str(folder / name), str(folder / self._aside / name)) for name in old]
        return away + [(str(staged / name), str(folder / name)) for name in new]

    def _entries(self, folder: Path) -> list[str]:
        """What of a folder is put aside; the database's files are seen to where the database is."""
        if not folder.is_dir():
            return []
        names = sorted(path.name for path in folder.iterdir())
        names = [name for name in names if not name.startswith(NOT_TAKEN_STEMS)]
        if folder == self._config:
            return [name for name in names if folder / name != self._data]
        apart = {self._settings.config and self._settings.config.absolute(), self._vault.place.path.absolute()}
        names = [name for name in names if not self._of_database(folder / name) and folder / name not in apart]
        return [name for name in names if name not in _STAYS]

    def _of_database(self, path: Path) -> bool:
        url = self._settings.database_url
        file = Path(url.partition("///")[2]).absolute() if url.startswith("sqlite") else None
        return file is not None and path.parent == file.parent and path.name.startswith(file.name)

    def _asides(self, targets: list[Path]) -> list[Path]:
        """The folders (or files) that hold the old state."""
        found = []
        for target in targets:
            top = next((each for each in (target, *target.parents) if each.name.startswith("before-restore-")), target)
            if top not in found:
                found.append(top)
        return found

    def _to_owner(self) -> None:
        for folder in self._staging:
            give(folder.parent, (folder, *folder.rglob("*")))
