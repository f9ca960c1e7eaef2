"""The head of an encrypted file: a mark, and two places for the file's own key as a master key wrapped it.

  0 ┌ mark, 8 bytes ┬ zeros
 64 ├ key id, 4 bytes ┬ nonce, 12 ┬ wrapped key and tag, 48        no place crosses a disk's sector
128 └ the same once more, or zeros
"""

import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sealing.errors import ChangedError, UnknownKeyError
from sealing.keyring import NONCE, Keyring
from sealing.keys import BYTES, ID_BYTES, Key

MARK = b"SAMBUT\x00\x01"
"""The last byte is the version: another one would say how else to read on."""
PLACES = (64, 128)
PLACE = 64
SIZE = 192

_NOTHING = bytes(PLACE)


def is_marked(head: bytes) -> bool:
    """Whether a file that begins with these bytes is encrypted."""
    return head.startswith(MARK)


def new(keyring: Keyring) -> tuple[bytes, bytes]:
    """A head, and the new file's own key that it holds."""
    data_key = os.urandom(BYTES)
    return MARK.ljust(PLACES[0], b"\0") + _wrapped(keyring.current, data_key) + _NOTHING, data_key


def data_key(head: bytes, keyring: Keyring, name: str) -> bytes:
    """The file's own key. Raises `UnknownKeyError` and `ChangedError`; `name` is the file's, for the message."""
    return _opened(head, keyring, name)[1]


def key_ids(head: bytes) -> set[str]:
    """The master keys that open the file."""
    return {place[:ID_BYTES].hex() for _, place in _filled(head)}


def rewrap(file: BinaryIO, keyring: Keyring, name: str) -> bool:
    """Puts the file's key under the newest master key; whether it was under another. `file` is open to read and write.

    The new one is on the disk before the old one goes. Raises as `data_key`.
    """
    head = os.pread(file.fileno(), SIZE, 0)
    at, key = _opened(head, keyring, name)
    current = keyring.current
    if key_ids(head) == {current.id}:
        return False
    if _id(head, at) != current.id:
        at = next(place for place in PLACES if place != at)
        _put(file, at, _wrapped(current, key))
    _put(file, next(place for place in PLACES if place != at), _NOTHING)
    return True


def _opened(head: bytes, keyring: Keyring, name: str) -> tuple[int, bytes]:
    """Where the file's key stands under the newest of our keys, and the key. One place of two may be half written."""
    if len(head) < SIZE:
        raise ChangedError(f"{name} is cut short")
    filled = dict(_filled(head))
    for key in keyring.keys:
        for at, place in filled.items():
            if place[:ID_BYTES].hex() == key.id and (found := _unwrapped(key, place)) is not None:
                return at, found
    for id in sorted(key_ids(head) - {key.id for key in keyring.keys}):
        raise UnknownKeyError(name, id, [key.id for key in keyring.keys], keyring.where)
    raise ChangedError(f"{name} was changed since it was encrypted")


def _filled(head: bytes) -> Iterator[tuple[int, bytes]]:
    for at in PLACES:
        if any(place := head[at : at + PLACE]):
            yield at, place


def _id(head: bytes, at: int) -> str:
    return head[at : at + ID_BYTES].hex()


def _wrapped(key: Key, data_key: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return bytes.fromhex(key.id) + nonce + AESGCM(key.derived("files")).encrypt(nonce, data_key, MARK)


def _unwrapped(key: Key, place: bytes) -> bytes | None:
    box = place[ID_BYTES:]
    try:
        return AESGCM(key.derived("files")).decrypt(box[:NONCE], box[NONCE:], MARK)
    except InvalidTag:
        return None


def _put(file: BinaryIO, at: int, place: bytes) -> None:
    os.pwrite(file.fileno(), place, at)
    os.fsync(file.fileno())
