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

    It is opened for reading only: a lock that root made serves the service's account too.
    """
    descriptor = os.open(file, os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(why_not) from None
        yield
    finally:
        os.close(descriptor)
