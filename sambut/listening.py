"""The pages' listener. Whom its limits do not let in is cut off before a byte is read, and before any TLS handshake.

A handshake costs as much of the loop as a page does, and who never goes on with one is known to no protocol: so
connections are counted here, from accept to close.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import AsyncExitStack

from aiohttp import web

from desk.security import plain_address
from desk.sign_in import USERNAME
from sambut.http_limits import ConnectionLimits

BACKLOG = 128
HANDSHAKE_WITHIN_S = 10.0


class Accepted(socket.socket):
    """A connection that came in; `over` is told when it is closed."""

    def __init__(self, made: socket.socket, over: Callable[["Accepted"], None]) -> None:
        super().__init__(made.family, made.type, made.proto, fileno=made.detach())
        self._over = over

    def close(self) -> None:
        super().close()
        self._over(self)


class Listener(socket.socket):
    """Hands over only whom the limits let in."""

    def __init__(self, family: int, limits: ConnectionLimits, *, is_secure: bool) -> None:
        super().__init__(family, socket.SOCK_STREAM)
        self._limits = limits
        self._is_secure = is_secure

    def accept(self) -> tuple[socket.socket, tuple[str, int]]:
        """The next one that may stay. Raises `BlockingIOError` when there is none, or there were many that may not."""
        for _ in range(BACKLOG):
            made, address = super().accept()
            connection = Accepted(made, self._limits.went)
            if self._limits.came(connection, plain_address(str(address[0])) or "", is_secure=self._is_secure):
                return connection, address
            connection.close()
        raise BlockingIOError


async def listen(
    stack: AsyncExitStack,
    runner: web.AppRunner,
    at: tuple[str, int],
    https: ssl.SSLContext | None,
    limits: ConnectionLimits,
) -> str:
    """Serve until the stack is unwound; returns host:port. Raises `OSError`."""
    assert runner.server is not None
    loop = asyncio.get_running_loop()
    listeners = await _listeners(stack, at, limits, is_secure=https is not None)
    within_s = None if https is None else HANDSHAKE_WITHIN_S
    for listener in listeners:
        server = await loop.create_server(
            runner.server, sock=listener, ssl=https, backlog=BACKLOG, ssl_handshake_timeout=within_s
        )
        stack.callback(server.close)
    host, port = listeners[0].getsockname()[:2]
    return f"{host}:{port}"


async def _listeners(
    stack: AsyncExitStack, at: tuple[str, int], limits: ConnectionLimits, *, is_secure: bool
) -> list[Listener]:
    """One for each address of the name, as asyncio does it."""
    host, port = at
    found = await asyncio.get_running_loop().getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    made = []
    for family, _, _, _, address in dict.fromkeys(found):
        listener = stack.enter_context(Listener(family, limits, is_secure=is_secure))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
        made.append(listener)
    return made


def remember_people(app: web.Application, limits: ConnectionLimits) -> None:
    """From now on the limits know from where somebody is signed in."""

    async def remember(request: web.Request, _response: web.StreamResponse) -> None:
        if USERNAME in request and request.remote is not None:
            limits.knows(plain_address(request.remote) or "")

    app.on_response_prepare.append(remember)
