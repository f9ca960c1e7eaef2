"""Encryption of a backup's files: AES-256-GCM in pieces, whose order and end are authenticated.

This is the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015; `age` has it too): each file has a key of its
own, derived by HKDF from the backup's key and a random salt; each piece's nonce is its number and whether it is the
last. So pieces cannot be changed, left out, put in another order or cut off at the end. What the file is called in the
backup is authenticated with each piece, so that one snapshot cannot be passed off as another.
"""

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sambut.backup.errors import BackupError, Broken, WrongKey

PIECE = 1 << 16
"""Bytes of plain text that are encrypted at once."""
TAG = 16
_MARK = b"SAMBUT-BACKUP-1\n"
_KEY_WORD = "sambut-backup-key-1:"
_BYTES = 32


class Key:
    """A backup's key of 256 bits."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != _BYTES:
            raise ValueError("a backup's key has 32 bytes")
        self._secret = secret
        self.id = self._derived(b"id", b"")[:8].hex()
        """Tells keys apart without telling the key."""
        self._naming = self._derived(b"names", b"")

    def name_of(self, digest: bytes) -> str:
        """The name under which contents with this SHA-256 are kept."""
        return hmac.new(self._naming, digest, hashlib.sha256).hexdigest()

    def aead(self, salt: bytes) -> AESGCM:
        """The cipher of one file."""
        return AESGCM(self._derived(b"file", salt))

    def _derived(self, what: bytes, salt: bytes) -> bytes:
        return HKDF(SHA256(), _BYTES, salt or None, b"sambut backup 1 " + what).derive(self._secret)


def make_key(file: Path) -> Key:
    """Writes a new key to the new file `file` (mode 0600). Raises `BackupError`."""
    secret = os.urandom(_BYTES)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as opened:
            opened.write(f"{_KEY_WORD}{base64.b64encode(secret).decode()}\n")
            opened.flush()
            os.fsync(opened.fileno())
    except FileExistsError:
        raise BackupError(f"{file} is there already; a key is never overwritten") from None
    except OSError as error:
        raise BackupError(f"cannot write the key {file}: {error.strerror}") from error
    return Key(secret)


def read_key(file: Path) -> Key:
    """The key in `file`. Raises `BackupError`."""
    try:
        written = file.read_text(encoding="ascii", errors="replace").strip()
    except OSError as error:
        raise BackupError(f"cannot read the key {file}: {error.strerror}") from error
    try:
        if not written.startswith(_KEY_WORD):
            raise ValueError
        return Key(base64.b64decode(written.removeprefix(_KEY_WORD), validate=True))
    except (ValueError, binascii.Error):
        raise BackupError(f"{file} is no key of `sambut backup --make-key`") from None


class Sealing:
    """Writes plain text to `raw` in encrypted pieces; `close` writes the last one, without which the file is torn."""

    def __init__(self, raw: BinaryIO, key: Key, name: str) -> None:
        salt = os.urandom(_BYTES)
        self._raw, self._aead, self._number, self._kept = raw, key.aead(salt), 0, bytearray()
        self._bound = name.encode()
        raw.write(_MARK + bytes.fromhex(key.id) + salt)

    def write(self, plain: bytes) -> None:
        self._kept += plain
        while len(self._kept) > PIECE:  # what may be the last piece waits
            self._put(bytes(self._kept[:PIECE]), last=False)
            del self._kept[:PIECE]

    def close(self) -> None:
        self._put(bytes(self._kept), last=True)

    def _put(self, plain: bytes, *, last: bool) -> None:
        self._raw.write(self._aead.encrypt(_nonce(self._number, last=last), plain, self._bound))
        self._number += 1


def unsealed(raw: BinaryIO, key: Key, name: str) -> Iterator[bytes]:
    """The plain text, piece by piece; a piece that comes is authentic, the whole only at its end.

    Raises `WrongKey`, `Broken`.
    """
    head = raw.read(len(_MARK) + 8 + _BYTES)
    if len(head) < len(_MARK) + 8 + _BYTES or not head.startswith(_MARK):
        raise Broken(f"{name} is not an encrypted file of a backup, or is torn at its beginning")
    if head[len(_MARK) : len(_MARK) + 8].hex() != key.id:
        raise WrongKey(f"{name} is encrypted with another key")
    aead, bound = key.aead(head[-_BYTES:]), name.encode()
    piece, number = _read_fully(raw), 0
    while piece is not None:
        following = _read_fully(raw)
        try:
            plain = aead.decrypt(_nonce(number, last=following is None), piece, bound)
        except (InvalidTag, ValueError):
            raise Broken(f"{name} is torn or was changed (piece {number + 1})") from None
        yield plain
        piece, number = following, number + 1
    if number == 0:
        raise Broken(f"{name} is torn at its beginning")


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")


def _read_fully(raw: BinaryIO) -> bytes | None:
    """The next piece; None at the end. A ZIP member may give less than asked for."""
    got = bytearray()
    while len(got) < PIECE + TAG and (more := raw.read(PIECE + TAG - len(got))):
        got += more
    return bytes(got) or None
