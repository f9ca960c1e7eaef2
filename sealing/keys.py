"""One master key, and what is derived from it. The master key itself encrypts nothing."""

import os
from dataclasses import dataclass, field
from typing import Literal, Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

BYTES = 32
"""Of a key: AES-256."""
ID_BYTES = 4

Purpose = Literal["id", "words", "files"]


@dataclass(frozen=True, slots=True)
class Key:
    """256 random bits. `id` names it in what it sealed, and tells nothing about it."""

    secret: bytes = field(repr=False)
    id: str

    @classmethod
    def of(cls, secret: bytes) -> Self:
        """Raises `ValueError` when these are not 32 bytes."""
        if len(secret) != BYTES:
            raise ValueError(f"a key has {BYTES} bytes, not {len(secret)}")
        return cls(secret, _derived(secret, "id", ID_BYTES).hex())

    @classmethod
    def new(cls) -> Self:
        return cls.of(os.urandom(BYTES))

    def derived(self, purpose: Purpose) -> bytes:
        """The key for one purpose, so that nothing sealed for one opens as another (RFC 5869)."""
        return _derived(self.secret, purpose, BYTES)


def _derived(secret: bytes, purpose: Purpose, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=None, info=f"sambut {purpose} 1".encode()).derive(secret)
