"""A passkey without a browser: makes and signs as an authenticator does that gives no attestation (WebAuthn, 8.7)."""

import base64
import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, ATTESTED = 0x01, 0x40  # flags of authenticator data


class SoftPasskey:
    """For pages that are opened at `origin`, whose host is `name`."""

    def __init__(self, origin: str, name: str) -> None:
        self._origin, self._name = origin, name
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = secrets.token_bytes(16)
        self._count = 0

    def make(self, challenge: str) -> dict[str, Any]:
        """What the browser gives back from `navigator.credentials.create`."""
        new = bytes(16) + len(self._id).to_bytes(2) + self._id + _cbor(self._public())
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(PRESENT | ATTESTED) + new}
        client = self._client("webauthn.create", challenge)
        return self._answer({"clientDataJSON": _text(client), "attestationObject": _text(_cbor(attestation))})

    def sign(self, challenge: str) -> dict[str, Any]:
        """What the browser gives back from `navigator.credentials.get`."""
        self._count += 1
        data, client = self._data(PRESENT), self._client("webauthn.get", challenge)
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {"clientDataJSON": _text(client), "authenticatorData": _text(data), "signature": _text(signature)}
        )

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        return {"id": _text(self._id), "rawId": _text(self._id), "type": "public-key", "response": response}

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self._origin}).encode()

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self._name.encode()).digest() + bytes([flags]) + self._count.to_bytes(4)

    def _public(self) -> dict[int, Any]:
        """As COSE has it (RFC 9053): EC2, ES256, P-256."""
        numbers = self._key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _cbor(value: Any) -> bytes:
    """As much of RFC 8949 as this needs."""
    match value:
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case bytes():
            return _head(2, len(value)) + value
        case str():
            return _head(3, len(value.encode())) + value.encode()
    return _head(5, len(value)) + b"".join(_cbor(key) + _cbor(member) for key, member in value.items())


def _head(major: int, argument: int) -> bytes:
    if argument < 24:
        return bytes([major << 5 | argument])
    return bytes([major << 5 | 24, argument]) if argument < 256 else bytes([major << 5 | 25]) + argument.to_bytes(2)
