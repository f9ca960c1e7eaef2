"""Files of a folder brought under the newest key: crash-safe at any moment, and while others read and erase them."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sealing import files, head
from sealing.errors import ChangedError
from sealing.keyring import Keyring

_PIECE = 256 * 1024  # bytes


def encrypt_in_place(path: Path, keyring: Keyring) -> bool:
    """Puts the encrypted file in the place of a plain one, once it is on the disk and reads the same.

    Whether there was anything to do: not for one that is encrypted, or was erased meanwhile. Raises `OSError` and
    `ChangedError`, and then nothing has changed.
    """
    with _held(path, "rb") as source:
        if source is None or head.is_marked(source.read(len(head.MARK))):
            return False
        _put_in_place(path, source, lambda partial: _write(source, partial, keyring))
    return True


def decrypt_in_place(path: Path, keyring: Keyring) -> bool:
    """The other way round, for a version of Sambut that knows no encryption. Raises as `sealing.files.opened`."""
    with _held(path, "rb") as source:
        if source is None or not head.is_marked(source.read(len(head.MARK))):
            return False
        _put_in_place(path, source, lambda partial: _write_plain(path, partial, keyring))
    return True


def rewrap(path: Path, keyring: Keyring) -> bool:
    """Puts the key of an encrypted file under the newest master key; whether it was under another.

    A plain file, or one that was erased meanwhile, stays as it is. Raises as `sealing.files.opened`.
    """
    with _held(path, "r+b") as file:
        return file is not None and head.is_marked(file.read(head.SIZE)) and head.rewrap(file, keyring, path.name)


def key_ids(path: Path) -> set[str]:
    """The master keys that open the file; none for a plain one. Raises `OSError`."""
    with path.open("rb") as file:
        begins = file.read(head.SIZE)
    return head.key_ids(begins) if head.is_marked(begins) else set()


def erase(path: Path) -> None:
    """Removes a file that may be just about to be replaced; one that is gone already is no error."""
    with _held(path, "rb"):
        path.unlink(missing_ok=True)


@contextmanager
def _held(path: Path, mode: str) -> Iterator[BinaryIO | None]:
    """The file, and nobody else replaces or erases it meanwhile; None when it is gone."""
    while True:
        try:
            file: BinaryIO = path.open(mode)  # type: ignore[assignment]  # the mode is a binary one
        except FileNotFoundError:
            yield None
            return
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_still(path, file):
                yield file
                return


def _is_still(path: Path, file: BinaryIO) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _put_in_place(path: Path, source: BinaryIO, write: Callable[[Path], None]) -> None:
    """What `write` writes takes the place of the file, and has its owner and times."""
    partial, was = path.with_name(f".{path.name}.part"), os.fstat(source.fileno())
    partial.unlink(missing_ok=True)  # of a run that was cut short, or put there for root to follow
    try:
        write(partial)
        if os.geteuid() == 0:
            os.chown(partial, was.st_uid, was.st_gid, follow_symlinks=False)
        os.utime(partial, ns=(was.st_atime_ns, was.st_mtime_ns))
        partial.replace(path)
        _sync(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def _write_plain(path: Path, partial: Path, keyring: Keyring) -> None:
    with files.opened(path, keyring) as plain, partial.open("xb") as out:
        shutil.copyfileobj(plain, out, _PIECE)
        out.flush()
        os.fsync(out.fileno())


def _write(source: BinaryIO, partial: Path, keyring: Keyring) -> None:
    source.seek(0)
    with partial.open("xb") as out:
        files.encrypt(source, out, keyring)
        out.flush()
        os.fsync(out.fileno())
    source.seek(0)
    with files.opened(partial, keyring) as written:
        if _digest(written) != _digest(source):
            raise ChangedError(f"{partial.name} does not read as what was encrypted")


def _digest(file: BinaryIO) -> bytes:
    digest = hashlib.sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.digest()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
