"""The file of the master keys: one line for each in base64, the newest first; lines with # are for people."""

import base64
import binascii
import os
import stat
from collections.abc import Sequence
from pathlib import Path

from sealing.errors import KeyFileError
from sealing.keys import Key

MODE = 0o600
MOST_BYTES = 64 * 1024

_HEAD = """\
# Sambut's master keys: recordings and secrets in the database cannot be read without them, by nobody and never again.
# Keep a copy of this file apart from the backups. The first key seals, the others only open what is older.
# `sambut keys rotate` adds one; docs/decisions/0008-at-rest.md.
"""


def read(path: Path) -> tuple[Key, ...]:
    """The keys, the newest first. Raises `KeyFileError`."""
    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES).decode("ascii", "replace")
    except OSError as error:
        raise KeyFileError(f"the key file {path} cannot be read: {error.strerror}") from error
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    keys = tuple(_key(path, number, line) for number, line in lines if line and not line.startswith("#"))
    if not keys:
        raise KeyFileError(f"the key file {path} holds no key")
    return keys


def create(path: Path) -> tuple[Key, ...]:
    """A new file with a new key, for its owner alone. Raises `KeyFileError`, also when the file is there already."""
    return add(path, ())


def add(path: Path, known: Sequence[Key]) -> tuple[Key, ...]:
    """Writes the file anew with a new key before those that are `known` (none: the file must not be there yet)."""
    keys = (Key.new(), *known)
    write(path, keys, new=not known)
    return keys


def write(path: Path, keys: Sequence[Key], *, new: bool = False) -> None:
    """The file is there whole or not at all. `new`: it must not be there yet. Raises `KeyFileError`."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _write_whole(partial, _HEAD + "".join(_line(key) for key in keys), path.parent if new else path)
        if new:
            os.link(partial, path)  # unlike a rename it refuses to take the place of another
        else:
            partial.replace(path)
        _sync(path.parent)
    except FileExistsError as error:
        raise KeyFileError(f"the key file {path} is there already") from error
    except OSError as error:
        raise KeyFileError(f"the key file {path} cannot be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)


def put(path: Path, text: str) -> None:
    """A text for the account that the folder belongs to, in the place of one that is there. Raises `OSError`."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _write_whole(partial, text, path.parent)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def open_to_others(path: Path) -> bool:
    """Whether the file's group or anybody else may read it."""
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _key(path: Path, number: int, line: str) -> Key:
    try:
        return Key.of(base64.b64decode(line, validate=True))
    except (binascii.Error, ValueError) as error:
        raise KeyFileError(f"line {number} of the key file {path} is no key (32 bytes in base64)") from error


def _line(key: Key) -> str:
    return f"# key {key.id}\n{base64.b64encode(key.secret).decode()}\n"


def _write_whole(path: Path, text: str, model: Path) -> None:
    """A file of its own, whatever else lies there: what root makes goes to whoever `model` belongs to, and no other."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        if os.geteuid() == 0:
            owner = model.stat()
            os.fchown(handle, owner.st_uid, owner.st_gid)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
