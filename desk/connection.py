"""One browser tab's WebSocket: a bounded queue for pushes, and a way past it for what cannot wait."""

import asyncio
import struct
from collections.abc import Callable
from contextlib import suppress

from aiohttp import ClientConnectionResetError, WSMsgType, web

from storage.accounts import Role

BACKLOG = 1024  # pushes a tab may lag behind before it is dropped; it comes back with a fresh snapshot
GATHER_S = 0.05  # broadcasts of so long share one write: with 200 pages open, writes are what a push costs
WRITTEN_WITHIN_S = 0.25  # a pop that the kernel has not taken by then counts as not written
_POLL_S = 0.005
_MOST_BYTES = 64 * 1024
_TEXT_FRAME = 0x80 | WSMsgType.TEXT  # final and only fragment
_SHORT, _LONG = struct.Struct("!BBH"), struct.Struct("!BBQ")


class Connection:
    """A signed-in socket. `seq` is given out in writing order, so a gap seen by the page is a lost message."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport,
        *,
        username: str,
        role: Role,
        session: str,
        on_slow: Callable[["Connection"], None] | None = None,
    ) -> None:
        self.username = username
        self.role = role
        self.session = session  # hash of the session token: signing out ends the sockets of that session
        self._socket = socket
        self._transport = transport
        self._on_slow = on_slow
        self._seq = 0
        self._backlog: asyncio.Queue[bytes] = asyncio.Queue(BACKLOG)

    def enqueue(self, body: bytes) -> None:
        """Queue one message, a JSON object without `seq`. Never waits: a tab that cannot keep up is dropped."""
        try:
            self._backlog.put_nowait(body)
        except asyncio.QueueFull:
            if self._on_slow is not None:
                self._on_slow(self)
            self.drop()

    def drop(self) -> None:
        """Cut the connection at once; a closing handshake would wait for the slow side."""
        self._transport.abort()

    async def close(self, code: int, reason: str) -> None:
        """Say goodbye properly, e.g. after a sign-out (WebSocket close code and reason)."""
        with suppress(ClientConnectionResetError, ConnectionError):
            await self._socket.close(code=code, message=reason.encode())

    async def run(self) -> None:
        """Write what is queued until cancelled or the connection ends."""
        while True:
            body: bytes | None = await self._backlog.get()
            await asyncio.sleep(GATHER_S)
            while body is not None:
                if self._socket.closed or self._transport.is_closing():
                    return
                self._transport.write(self._gathered(body))
                await self._taken()
                body = None if self._backlog.empty() else self._backlog.get_nowait()

    async def write_now(self, body: bytes) -> bool:
        """Write past the queue. True once the kernel has every byte, False if it will not take them in time.

        The write itself happens before the first suspension, so whoever creates a task for it and lets the loop
        turn once knows the order.
        """
        with suppress(ClientConnectionResetError, ConnectionError, TimeoutError):
            async with asyncio.timeout(WRITTEN_WITHIN_S):
                await self._write(body)
                return await self._taken()
        return False

    async def _taken(self) -> bool:
        """asyncio tells when a buffer has room again, not when it is empty; nearly always it is, at once."""
        while self._transport.get_write_buffer_size():
            if self._transport.is_closing():
                return False
            await asyncio.sleep(_POLL_S)
        return not self._transport.is_closing()

    async def _write(self, body: bytes) -> None:
        await self._socket.send_frame(self._numbered(body), WSMsgType.TEXT)

    def _gathered(self, first: bytes) -> bytes:
        """What is queued by now as one write, but not so much that a slow page's pop has long to wait behind it."""
        gathered = bytearray(self._frame(first))
        while not self._backlog.empty() and len(gathered) < _MOST_BYTES:
            gathered += self._frame(self._backlog.get_nowait())
        return bytes(gathered)

    def _frame(self, body: bytes) -> bytes:
        """A whole unmasked text frame (RFC 6455 section 5.2), to be written together with others."""
        message = self._numbered(body)
        length = len(message)
        if length < 126:
            return bytes((_TEXT_FRAME, length)) + message
        if length < 65_536:
            return _SHORT.pack(_TEXT_FRAME, 126, length) + message
        return _LONG.pack(_TEXT_FRAME, 127, length) + message

    def _numbered(self, body: bytes) -> bytes:
        # One dump serves every socket; only the number in front differs.
        self._seq += 1
        return b'{"seq":%d,' % self._seq + body[1:]
