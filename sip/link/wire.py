"""What travels on the socket: batches of messages. A batch is four bytes of length and a list in MessagePack.

Nothing but numbers, texts, booleans, None, lists and maps travel, and whatever is not one of `sip.link.messages`, field
by field, is refused.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

PROTOCOL = 1
"""Another number is another language: whoever speaks it is refused by name. Fields that are added have defaults."""
LONGEST = 16 * 2**20
"""Bytes of a batch: a hundred times what the busiest second fills."""
FOLDER = "sambut-engine-"
"""How the name of a service's folder of sockets begins."""
_LENGTH = 4

Message = TypeVar("Message", bound=msgspec.Struct)
_encoder = msgspec.msgpack.Encoder(enc_hook=str)  # paths


class TornError(Exception):
    """What came is no batch of messages; the text says why."""


def batch(messages: Sequence[msgspec.Struct]) -> bytes:
    payload = _encoder.encode(messages)
    return len(payload).to_bytes(_LENGTH, "little") + payload


class Frames(Generic[Message]):
    """Cuts a stream into batches of messages of these kinds, a union of structs."""

    def __init__(self, kinds: Any, on_message: Callable[[Message], None]) -> None:
        self._decoder: msgspec.msgpack.Decoder[list[Message]] = msgspec.msgpack.Decoder(list[kinds], dec_hook=_made)
        self._on_message = on_message
        self._held = bytearray()

    @property
    def is_torn(self) -> bool:
        """Whether a batch has begun that has not come to its end."""
        return bool(self._held)

    def feed(self, data: bytes | memoryview) -> None:
        """What came next on the stream. Raises `TornError`; then nothing more can be read from it."""
        self._held += data
        while (whole := self._next()) is not None:
            for message in whole:
                self._on_message(message)

    def _next(self) -> list[Message] | None:
        if len(self._held) < _LENGTH:
            return None
        size = int.from_bytes(self._held[:_LENGTH], "little")
        if size > LONGEST:
            raise TornError(f"a batch of {size} bytes")
        if len(self._held) < _LENGTH + size:
            return None
        payload = bytes(self._held[_LENGTH : _LENGTH + size])
        del self._held[: _LENGTH + size]
        try:
            return self._decoder.decode(payload)
        except msgspec.MsgspecError as error:
            raise TornError(str(error)) from error


def _made(kind: type, value: Any) -> Any:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError(kind)
