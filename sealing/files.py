"""Encrypted files, read from any place: AES-256-GCM in chunks, each bound to its number and to whether it is the last.

The functions block: run them in a thread. None has more than a chunk or two in memory.
"""

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sealing import head
from sealing.errors import ChangedError
from sealing.keyring import Keyring

CHUNK = 64 * 1024
"""Plain bytes; only the last chunk is shorter."""
TAG = 16

_STORED = CHUNK + TAG
_COUNTER = 11  # bytes of the nonce; the twelfth says whether it is the last chunk


def encrypt(source: BinaryIO, out: BinaryIO, keyring: Keyring) -> None:
    """Copies `source`, from where it stands, to `out` in encrypted form. Raises `SealError` without a key."""
    start, data_key = head.new(keyring)
    out.write(start)
    cipher, number, chunk = AESGCM(data_key), 0, _whole(source.read)
    while True:
        following = _whole(source.read) if len(chunk) == CHUNK else b""
        out.write(cipher.encrypt(_nonce(number, last=not following), chunk, None))
        if not following:
            return
        number, chunk = number + 1, following


def is_encrypted(path: Path) -> bool:
    """Whether this version, or a later one, encrypted the file. Raises `OSError`."""
    with path.open("rb") as file:
        return head.is_marked(file.read(len(head.MARK)))


def opened(path: Path, keyring: Keyring) -> BinaryIO:
    """The plain contents, to read and seek in, of an encrypted file or one that older versions left plain.

    Raises `OSError`, `UnknownKeyError`, and `ChangedError`, here or when the changed part is read.
    """
    file = path.open("rb")
    try:
        begins = file.read(head.SIZE)
        if not head.is_marked(begins):
            file.seek(0)
            return file
        return io.BufferedReader(EncryptedFile(file, head.data_key(begins, keyring, path.name), path.name), CHUNK)
    except BaseException:
        file.close()
        raise


def plain_size(file: BinaryIO) -> int:
    """How many plain bytes an `opened` file has."""
    at = file.tell()
    try:
        return file.seek(0, os.SEEK_END)
    finally:
        file.seek(at)


class EncryptedFile(io.RawIOBase):
    """What an encrypted file holds. It has the chunk in memory that was read last."""

    def __init__(self, file: BinaryIO, data_key: bytes, name: str) -> None:
        self._file = file
        self._cipher = AESGCM(data_key)
        self._name = name
        body = os.fstat(file.fileno()).st_size - head.SIZE
        self._chunks = max(1, -(-body // _STORED))
        self._size = body - TAG * self._chunks
        self._at = 0
        self._known: tuple[int, bytes] = (self._chunks - 1, self._decrypt(self._chunks - 1))  # cut short?

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError(f"{start + offset} is no place in a file")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        wanted = memoryview(buffer).cast("B")
        number, skipped = divmod(self._at, CHUNK)
        if self._at >= self._size or not wanted:
            return 0
        if self._known[0] != number:
            self._known = number, self._decrypt(number)
        piece = self._known[1][skipped : skipped + len(wanted)]
        wanted[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _decrypt(self, number: int) -> bytes:
        self._file.seek(head.SIZE + number * _STORED)
        stored, last = _whole(self._file.read, _STORED), number == self._chunks - 1
        try:
            return self._cipher.decrypt(_nonce(number, last=last), stored, None)
        except (InvalidTag, ValueError) as error:
            where = "its end" if last else f"byte {number * CHUNK}"
            raise ChangedError(f"{self._name} was cut short or changed at {where}") from error


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(_COUNTER, "big") + bytes([last])


def _whole(read: Callable[[int], bytes | None], size: int = CHUNK) -> bytes:
    """So many bytes, or fewer at the end of the file: a source may give less at once."""
    pieces = bytearray()
    while len(pieces) < size and (piece := read(size - len(pieces))):
        pieces += piece
    return bytes(pieces)
