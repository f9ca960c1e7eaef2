"""The data folder is its owner's alone: files 0600, folders 0700, also those of older versions."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

UMASK = 0o077
"""Of the process: what it makes is private from the first moment."""
OURS = (
    "alive",
    "backups",
    "cache",
    "http-address",
    "imports",
    "in-use.lock",
    "keys-in-use",
    "master.key",
    "paper",
    "prompts",
    "recordings",
    "spool",
    "sambut.db*",
    "ticket-numbers.json",
)
"""What the service keeps in the data folder. Whatever else somebody put there is theirs."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def close_folder(data: Path) -> None:
    """From here on nobody else gets at anything below; a folder that everybody shares (/tmp) is left as it is."""
    mode = data.stat().st_mode
    if mode & _OTHERS and not mode & stat.S_ISVTX:
        _tighten(data)


def close_files(data: Path) -> int:
    """Takes what an older version left open from others; how many files and folders there were.

    A folder that is private already was closed by an earlier run, or made by this version, and is not looked through:
    it goes last. Links are not followed, and what belongs to another account is only told of.
    """
    tops = [top for name in OURS for top in data.glob(name) if not top.is_symlink()]
    changed = [_tighten(path) for top in tops if _open(top) for path in _upwards(top)]
    if changed.count(False):
        log.warning("data_open_to_others", files=changed.count(False), reason="they belong to another account")
    return changed.count(True)


def _upwards(top: Path) -> Iterator[Path]:
    """What lies below, the deepest first, and then the top itself; only what is open."""
    for folder, folders, files in os.walk(top, topdown=False):
        inside = (Path(folder) / name for name in (*files, *folders))
        yield from (path for path in inside if not path.is_symlink() and _open(path))
    yield top


def _open(path: Path) -> bool:
    try:
        return bool(path.lstat().st_mode & _OTHERS)
    except FileNotFoundError:
        return False  # erased meanwhile


def _tighten(path: Path) -> bool:
    try:
        path.chmod(stat.S_IMODE(path.lstat().st_mode) & ~_OTHERS)
    except FileNotFoundError:
        return True
    except PermissionError:
        return False
    return True
