"""Who uses a folder: many who read, or one who changes everything. The lock goes with the process, also by kill -9."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sambut.backup.errors import BackupError

IN_USE = "in-use.lock"


@contextmanager
def locked(file: Path, why_not: str, *, shared: bool = False) -> Iterator[None]:
    """Holds the lock `file`, no link. Raises `BackupError(why_not)` while somebody else's forbids it, and `OSError`."""
    descriptor = _opened(file)
    try:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(why_not) from None
        yield
    finally:
        os.close(descriptor)


def _opened(file: Path) -> int:
    """One that root makes belongs to the folder's owner, who needs it too; one that is there stays whose it is."""
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if os.geteuid() == 0:
        owner = file.parent.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
    return descriptor
