"""Many messages in one write: WebSocket frames that differ from page to page only in their numbers."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aiohttp import WSMsgType

MOST_BYTES = 64 * 1024  # of one block, so that what cannot wait has little before it on a slow page

_TEXT_FRAME = 0x80 | WSMsgType.TEXT  # the final and only fragment of a message
# As wide for every number: then a frame is as long for every page. JSON does not mind the spaces.
_SEQ = b'{"seq":%12d,'
_SEQ_LENGTH = len(_SEQ % 0)


@dataclass(frozen=True, slots=True)
class Block:
    """Whole frames, but for the numbers of their messages."""

    template: bytes
    count: int

    def numbered(self, after: int) -> bytes:
        """As it goes out to a page whose last message had the number `after`."""
        return self.template % tuple(range(after + 1, after + 1 + self.count))


def blocks(bodies: Iterable[bytes]) -> Iterator[Block]:
    """Messages (JSON objects without `seq`), in their order, in blocks of about `MOST_BYTES` at most."""
    frames: list[bytes] = []
    size = 0
    for body in bodies:
        frames.append(_frame(body))
        size += len(frames[-1])
        if size >= MOST_BYTES:
            yield Block(b"".join(frames), len(frames))
            frames, size = [], 0
    if frames:
        yield Block(b"".join(frames), len(frames))


def _frame(body: bytes) -> bytes:
    return _escaped(_header(_SEQ_LENGTH + len(body) - 1)) + _SEQ + _escaped(body[1:])


def _header(length: int) -> bytes:
    """Of an unmasked text frame (RFC 6455 section 5.2)."""
    if length < 126:
        return struct.pack("!BB", _TEXT_FRAME, length)
    if length < 65_536:
        return struct.pack("!BBH", _TEXT_FRAME, 126, length)
    return struct.pack("!BBQ", _TEXT_FRAME, 127, length)


def _escaped(part: bytes) -> bytes:
    return part.replace(b"%", b"%%")
