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
    """Holds the lock `file`. Raises `BackupError(why_not)` while somebody else's lock forbids it.

    One that root makes belongs to the folder's owner, the service's account, which needs it too.
    """
    descriptor = os.open(file, os.O_RDONLY | os.O_CREAT, 0o600)
    try:
        if os.geteuid() == 0:
            owner = file.parent.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(why_not) from None
        yield
    finally:
        os.close(descriptor)
