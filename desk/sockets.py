"""The WebSocket `/ws`: a snapshot first, then whatever the hub pushes."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from aiohttp import WSMsgType, web

from desk.attended import Attended
from desk.audit import What, seen
from desk.connection import Connection
from desk.context import DESK, Ask, Desk, Nothing
from desk.desks import Active, Ping, parsed
from desk.handlers.live import live_for
from desk.hub import SIGNED_OUT
from desk.message import dump
from desk.problems import Problem
from desk.roles import Permission, may
from desk.sign_in import Signed

HEARTBEAT_S = 20.0  # a page whose machine went to sleep is noticed within one and a half of these
MOST_PAGES = 30  # of one account at once: somebody who works in tabs has ten
_FAREWELL_S = 2.0  # for the closing handshake
_MAX_MESSAGE = 64 * 1024  # bytes; a browser's SDP takes a few thousand
_WRITER_LIMIT = 16 * 1024  # bytes buffered before the writer waits, so that a pop has little before it

OPEN = web.AppKey("open_pages", Counter[str])
"""How many pages each account has open."""

_log = structlog.get_logger(__name__)


async def websocket(request: web.Request) -> web.WebSocketResponse:
    """Serves one page until it goes away, its session ends or it falls too far behind."""
    desk = request.app[DESK]
    desk.perimeter.check_origin(request)
    signed = await desk.sign_in.whose(request)
    if may(signed.account.role, Permission.READ_TICKETS):  # a PIC's page is told of nobody
        await seen(Ask(request, desk, signed, Nothing(), Nothing()), What.LIST, note="live")
    async with _a_place(request.app[OPEN], signed.account.username):
        return await _serve(request, desk, signed)


@asynccontextmanager
async def _a_place(taken: Counter[str], username: str) -> AsyncIterator[None]:
    """One of the pages that an account may have open. Raises `Problem` too_many_sockets."""
    if taken[username] >= MOST_PAGES:
        raise Problem("too_many_sockets", f"{MOST_PAGES} at the most")
    taken[username] += 1
    try:
        yield
    finally:
        taken[username] -= 1
        if not taken[username]:
            del taken[username]


async def _serve(request: web.Request, desk: Desk, signed: Signed) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(
        timeout=_FAREWELL_S,
        heartbeat=HEARTBEAT_S,
        max_msg_size=_MAX_MESSAGE,
        compress=False,  # pushes are small, and a compressed write would not be one step
        writer_limit=_WRITER_LIMIT,
    )
    await socket.prepare(request)
    connection = _connection(request, socket, signed)
    attended = Attended(desk, signed)
    watcher = asyncio.create_task(_watch(attended, connection))
    writer = await _greet(desk, connection, signed)
    try:
        await _read(socket, connection, desk, attended, desk.perimeter.address(request))
    finally:
        desk.hub.detach(connection)
        desk.desks.gone(connection)
        for task in (watcher, writer):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    return socket


async def _watch(attended: Attended, connection: Connection) -> None:
    await attended.watch()
    await connection.close(SIGNED_OUT, "session over")


def _connection(request: web.Request, socket: web.WebSocketResponse, signed: Signed) -> Connection:
    transport = request.transport
    if transport is None:
        raise ConnectionResetError("the page left during the handshake")
    return Connection(
        socket,
        transport,
        username=signed.account.username,
        role=signed.account.role,
        unit=signed.account.unit,
        session=signed.session.token_hash,
        on_slow=_note_slow,
    )


def _note_slow(connection: Connection) -> None:
    _log.warning("socket_too_slow", username=connection.username)


async def _greet(desk: Desk, connection: Connection, signed: Signed) -> asyncio.Task[None]:
    """The snapshot goes out as number one, with nothing missing and nothing twice after it."""
    snapshot = dump("snapshot", desk.json.at(desk.clock()), snapshot_of(desk, signed))
    desk.hub.attach(connection)
    # No await between taking the picture, attaching and writing: a push in between would be in neither.
    await connection.write_now(snapshot)
    return asyncio.create_task(connection.run())


def snapshot_of(desk: Desk, signed: Signed) -> dict[str, object]:
    """What a page shows before the first push. Never waits."""
    account = signed.account
    takes_calls = may(account.role, Permission.TAKE_CALLS)
    return {
        "user": desk.json.account(account),
        "presence": desk.switchboard.presence(account.username) if takes_calls else None,
        "live": live_for(desk, account) if may(account.role, Permission.SEE_LIVE) else None,
        "pop": desk.switchboard.pop_for(account.username) if takes_calls else None,
        "headset": {"state": desk.switchboard.headset_state(account.username)} if takes_calls else None,
    }


async def _read(
    socket: web.WebSocketResponse, connection: Connection, desk: Desk, attended: Attended, peer: str
) -> None:
    async for message in socket:
        said = parsed(message.data) if message.type is WSMsgType.TEXT else None
        if isinstance(said, Ping):
            desk.hub.tell(connection, "pong", {})
        elif isinstance(said, Active):
            await attended.active()
        elif said is not None and may(connection.role, Permission.TAKE_CALLS):
            desk.desks.hear(connection, said, peer)
