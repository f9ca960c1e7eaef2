"""The keys of one installation, and short secrets sealed with them: AES-256-GCM, bound to the place they belong to."""

import base64
import binascii
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sealing import keyfile
from sealing.errors import ChangedError, KeyFileError, SealError, UnknownKeyError
from sealing.keys import Key

NONCE = 12  # bytes
_MARK = "sealed:1:"
_Version = tuple[int, int, int]

_log = structlog.get_logger(__name__)


class Keyring:
    """Keys, the newest first: it seals, the others only open what is older. Any thread may use it.

    Those of a file are read again when it has changed, so that a running service follows `sambut keys rotate`; while
    the file is away, or broken, those that are known stay, and the log says so once.
    """

    def __init__(self, keys: Sequence[Key] = (), file: Path | None = None) -> None:
        self._keys = tuple(keys)
        self._file = file
        self._seen = _version(file)
        self._told: _Version | None = None  # of the file that could not be read

    @classmethod
    def read(cls, file: Path) -> Self:
        """The keys of a file. Raises `KeyFileError`."""
        seen = _version(file)
        ring = cls(keyfile.read(file), file)
        ring._seen = seen
        return ring

    @classmethod
    def fresh(cls) -> Self:
        """One new key, kept nowhere: what it seals is lost with it."""
        return cls((Key.new(),))

    @property
    def where(self) -> str:
        """Where the keys are, for messages."""
        return f"the key file {self._file}" if self._file else "this process"

    @property
    def keys(self) -> tuple[Key, ...]:
        self._look()
        return self._keys

    @property
    def current(self) -> Key:
        """What seals. Raises `SealError` when there is no key at all."""
        if not self.keys:
            raise SealError("there is no key to seal with")
        return self._keys[0]

    def key(self, id: str, what: str) -> Key:
        """The key of that id, which `what` was sealed with. Raises `UnknownKeyError`."""
        for key in self.keys:
            if key.id == id:
                return key
        raise UnknownKeyError(what, id, [key.id for key in self._keys], self.where)

    def seal(self, secret: bytes, context: str) -> str:
        """A text to keep in the database; `context` says whose it is (`webhook:ID`), and is needed to open it again."""
        key, nonce = self.current, os.urandom(NONCE)
        box = AESGCM(key.derived("words")).encrypt(nonce, secret, context.encode())
        return f"{_MARK}{key.id}:{base64.urlsafe_b64encode(nonce + box).decode()}"

    def unseal(self, sealed: str, context: str) -> bytes:
        """What was sealed for this context. Raises `UnknownKeyError`, and `ChangedError` for anything else."""
        id, _, text = sealed.removeprefix(_MARK).partition(":")
        if not is_sealed(sealed):
            raise ChangedError(f"{context} is not sealed")
        key = self.key(id, context)
        try:
            box = base64.b64decode(text, altchars=b"-_", validate=True)
            return AESGCM(key.derived("words")).decrypt(box[:NONCE], box[NONCE:], context.encode())
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise ChangedError(f"{context} was changed since it was sealed, or was sealed for another place") from error

    def _look(self) -> None:
        if self._file is None or (version := _version(self._file)) in (None, self._seen):
            return
        try:
            self._keys, self._seen = keyfile.read(self._file), version
        except KeyFileError as error:
            if version != self._told:
                self._told = version
                _log.error("key_file_unread", reason=str(error), keys_in_use=len(self._keys))


def is_sealed(text: str) -> bool:
    """Whether a text of the database is sealed; what older versions left there is not."""
    return text.startswith(_MARK)


def key_of(sealed: str) -> str:
    """The id of the key that sealed it."""
    return sealed.removeprefix(_MARK).partition(":")[0]


def _version(file: Path | None) -> _Version | None:
    try:
        seen = file.stat() if file else None
    except OSError:
        return None
    return (seen.st_mtime_ns, seen.st_size, seen.st_ino) if seen else None
