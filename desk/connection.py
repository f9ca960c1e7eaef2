"""One browser tab's WebSocket: a bounded queue for pushes, and a way past it for what cannot wait."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from aiohttp import ClientConnectionResetError, WSMsgType, web

from storage.accounts import Role

BACKLOG = 256  # pushes a tab may lag behind before it is dropped; it comes back with a fresh snapshot
WRITTEN_WITHIN_S = 0.25  # a pop that the kernel has not taken by then counts as not written
_POLL_S = 0.005


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
        with suppress(ClientConnectionResetError, ConnectionError):
            while True:
                await self._write(await self._backlog.get())
                await asyncio.sleep(0)  # a pop gets in between two broadcasts, however many are queued

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
        self._seq += 1
        # One dump serves every socket; only the number in front differs.
        await self._socket.send_frame(b'{"seq":%d,' % self._seq + body[1:], WSMsgType.TEXT)
