"""One end of the socket: what is said in a turn of the loop is one write, what comes is one message at a time."""

import asyncio
import os
import socket
import struct
from collections.abc import Callable
from typing import Any, Generic

import msgspec
import structlog

from sip.link.wire import Frames, Message, TornError, batch

log = structlog.get_logger(__name__)

MOST_UNSENT = 8 * 2**20
"""Bytes, some 200,000 events: an end that has not read for so long is given up."""
MANY_UNSENT = 2**20
"""From here on only what has to be told is told."""
READ_AT_ONCE = 65_536
_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid (SO_PEERCRED of unix(7))


class Channel(asyncio.BufferedProtocol, Generic[Message]):
    """`kinds` are the messages that the other end may send; `on_made` and `on_lost` are told once of the connection."""

    def __init__(
        self,
        kinds: Any,
        on_message: Callable[["Channel[Message]", Message], None],
        on_lost: Callable[["Channel[Message]"], None],
        on_made: Callable[["Channel[Message]"], None] = lambda _: None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._frames: Frames[Message] = Frames(kinds, self._take)
        self._on_message = on_message
        self._on_lost = on_lost
        self._on_made = on_made
        self._buffer = bytearray(READ_AT_ONCE)
        self._unsent: list[msgspec.Struct] = []
        self._transport: asyncio.Transport | None = None
        self.heard = 0
        """How many messages have come."""

    @property
    def up(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    @property
    def is_full(self) -> bool:
        """Whether the other end has not read for a while."""
        return self._transport is not None and self._transport.get_write_buffer_size() > MANY_UNSENT

    @property
    def is_ours(self) -> bool:
        """Whether the process at the other end is of the same user."""
        if self._transport is None:
            return False
        peer: socket.socket = self._transport.get_extra_info("socket")
        credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        return bool(_CREDENTIALS.unpack(credentials)[1] == os.geteuid())

    def send(self, message: msgspec.Struct) -> None:
        """Never waits. What is said to an end that is gone is lost."""
        if not self._unsent:
            self._loop.call_soon(self.flush)
        self._unsent.append(message)

    def flush(self) -> None:
        """Send now what was said in this turn."""
        messages, self._unsent = self._unsent, []
        if self._transport is None or not messages:
            return
        self._transport.write(batch(messages))
        if self._transport.get_write_buffer_size() > MOST_UNSENT:
            log.error("link_full", bytes=self._transport.get_write_buffer_size())
            self._transport.abort()

    def close(self) -> None:
        """Send what was said, and close."""
        self.flush()
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    # --- asyncio's side -------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._on_made(self)

    def get_buffer(self, sizehint: int) -> bytearray:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        try:
            self._frames.feed(memoryview(self._buffer)[:nbytes])
        except TornError as error:
            log.error("link_torn", reason=str(error))
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._frames.is_torn and self.up:
            log.warning("link_cut_short")
        self._transport = None
        self._unsent.clear()
        self._on_lost(self)

    def _take(self, message: Message) -> None:
        self.heard += 1
        try:
            self._on_message(self, message)
        except Exception:
            # One that fails does not reach the next.
            log.exception("link_message_failed", message=type(message).__name__)
