"""One browser tab's WebSocket: what it is to be sent, in order, and a way past that for what cannot wait."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from aiohttp import ClientConnectionResetError, web

from desk.frames import Block, blocks
from storage.accounts import Role

BEHIND = 1024 * 1024  # bytes a tab may lag behind before it is dropped; it comes back with a fresh snapshot
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
        unit: str,
        session: str,
        on_slow: Callable[["Connection"], None] | None = None,
    ) -> None:
        self.username = username
        self.role = role
        self.unit = unit  # the office or division that a PIC answers for
        self.session = session  # hash of the session token: signing out ends the sockets of that session
        self._socket = socket
        self._transport = transport
        self._on_slow = on_slow
        self._seq = 0
        self._held: deque[Block] = deque()
        self._held_bytes = 0
        self._holds = asyncio.Event()

    def enqueue(self, block: Block) -> None:
        """Write messages, behind those that the page has not taken yet. Never waits: who cannot keep up is dropped."""
        if not self._held and not self._transport.get_write_buffer_size():
            self._write(block)
        elif self._held_bytes + len(block.template) <= BEHIND:
            self._held.append(block)
            self._held_bytes += len(block.template)
            self._holds.set()
        elif not self._transport.is_closing():
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
        """Write what is held as fast as the page takes it, until cancelled or the connection ends."""
        while await self._holds.wait() and await self._taken():
            block = self._held.popleft()
            self._held_bytes -= len(block.template)
            self._write(block)
            if not self._held:
                self._holds.clear()

    async def write_now(self, body: bytes) -> bool:
        """Write past what is held. True once the kernel has every byte, False if it will not take them in time.

        The write itself happens before the first suspension, so whoever creates a task for it and lets the loop
        turn once knows the order.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(WRITTEN_WITHIN_S):
                for block in blocks([body]):
                    self._write(block)
                return await self._taken()
        return False

    async def _taken(self) -> bool:
        """asyncio tells when a buffer has room again, not when it is empty; nearly always it is, at once."""
        while self._transport.get_write_buffer_size():
            if self._transport.is_closing():
                return False
            await asyncio.sleep(_POLL_S)
        return not self._transport.is_closing()

    def _write(self, block: Block) -> None:
        """Straight to the transport: aiohttp writes frame by frame, which costs more than all the rest of a push."""
        if not self._socket.closed and not self._transport.is_closing():
            self._transport.write(block.numbered(self._seq))
            self._seq += block.count
