"""Where a backup lies: a folder, or one ZIP file. Both keep named files and show none that is not whole."""

import os
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, Protocol

from sambut.backup.errors import BackupError, Broken
from sambut.backup.locks import locked


class Place(Protocol):
    """Named files."""

    path: Path

    def alone(self) -> AbstractContextManager[None]:
        """For one who writes, around all that is written. Raises `BackupError` while another does."""

    def write(self, name: str) -> AbstractContextManager[BinaryIO]:
        """A new file, shown under its name when the block has ended well, and not at all otherwise."""

    def read(self, name: str) -> IO[bytes]:
        """The file for reading. Raises `Broken` when it is not there."""

    def size(self, name: str) -> int | None:
        """Its size in bytes; None when it is not there."""

    def names(self, folder: str) -> list[str]:
        """All names below `folder`, sorted."""

    def remove(self, name: str) -> None: ...


class FolderPlace:
    """A folder (mode 0700), one file for each name. One backup writes at a time."""

    def __init__(self, folder: Path) -> None:
        self.path = folder

    @contextmanager
    def alone(self) -> Iterator[None]:
        """For one who writes: makes the folder, and clears away what a killed one left. Raises `BackupError`."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if {path.name for path in self.path.iterdir()} - {"tmp", "lock"} and not (self.path / "vault.json").exists():
            raise BackupError(f"{self.path} is no folder of backups, and is not empty: name one of its own")
        (self.path / "tmp").mkdir(mode=0o700, exist_ok=True)
        with locked(self.path / "lock", f"another backup is being written to {self.path}"):
            for left in (self.path / "tmp").iterdir():
                left.unlink()
            yield

    @contextmanager
    def write(self, name: str) -> Iterator[BinaryIO]:
        partial, final = self.path / "tmp" / secrets.token_hex(8), self.path / name
        try:
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # to be read back from the medium
            make_folder(final.parent)
            partial.replace(final)
        finally:
            with suppress(OSError):
                partial.unlink()
        _sync(final.parent)

    def read(self, name: str) -> IO[bytes]:
        try:
            return (self.path / name).open("rb")
        except FileNotFoundError:
            raise Broken(f"{name} is missing from {self.path}") from None

    def size(self, name: str) -> int | None:
        try:
            return (self.path / name).stat().st_size
        except FileNotFoundError:
            return None

    def names(self, folder: str) -> list[str]:
        found = (path for path in (self.path / folder).rglob("*") if path.is_file())
        return sorted(path.relative_to(self.path).as_posix() for path in found)

    def remove(self, name: str) -> None:
        (self.path / name).unlink(missing_ok=True)


class FilePlace:
    """One ZIP file, without compression: written once, whole or not at all, read as often as wanted."""

    def __init__(self, file: Path) -> None:
        self.path = file
        self._archive: zipfile.ZipFile | None = None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """For one who writes it anew: it takes its name when the block has ended well."""
        if self.path.exists() and not _is_backup(self.path):
            raise BackupError(f"{self.path} is there already, and is no backup: it is not overwritten")
        partial = self.path.with_name(f".{self.path.name}.part")
        descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with ExitStack() as stack:
                raw = stack.enter_context(os.fdopen(descriptor, "w+b"))
                with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED, allowZip64=True) as self._archive:
                    yield
                raw.flush()
                os.fsync(raw.fileno())
            partial.replace(self.path)
            _sync(self.path.absolute().parent)
        finally:
            self._archive = None
            partial.unlink(missing_ok=True)

    @contextmanager
    def write(self, name: str) -> Iterator[BinaryIO]:
        assert self._archive is not None, "only inside `alone`"
        with self._archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as file:
            yield file  # type: ignore[misc]  # it can be written to, which is all that is wanted

    def read(self, name: str) -> IO[bytes]:
        try:
            return self._opened().open(name)
        except KeyError:
            raise Broken(f"{name} is missing from {self.path}") from None

    def size(self, name: str) -> int | None:
        try:
            return self._opened().getinfo(name).file_size
        except KeyError:
            return None

    def names(self, folder: str) -> list[str]:
        return sorted(name for name in self._opened().namelist() if name.startswith(f"{folder}/"))

    def remove(self, name: str) -> None:
        raise BackupError(f"{self.path} holds one backup, from which nothing is taken")

    def _opened(self) -> zipfile.ZipFile:
        if self._archive is None:
            try:
                self._archive = zipfile.ZipFile(self.path)
            except FileNotFoundError:
                raise BackupError(f"there is no {self.path}") from None
            except (zipfile.BadZipFile, OSError) as error:
                raise Broken(f"{self.path} is no backup, or is torn: {error}") from error
        return self._archive


def make_folder(folder: Path, mode: int = 0o700) -> None:
    """Makes a folder and those above it that are missing, all with these rights (`mkdir`: only the last)."""
    if not folder.is_dir():
        make_folder(folder.parent, mode)
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)


def _is_backup(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            return "vault.json" in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
