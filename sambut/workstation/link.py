"""The softphone's standing connection to the server: tells how it stands, does what the operator's page asks."""

import asyncio
import json
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from ssl import SSLContext
from typing import Any, Protocol

from aiohttp import (
    ClientError,
    ClientSession,
    ClientTimeout,
    ClientWebSocketResponse,
    Fingerprint,
    ServerFingerprintMismatch,
    TCPConnector,
    WSMsgType,
    WSServerHandshakeError,
)

from sambut.workstation.button import Meaning
from sip.headset import Levels
from sip.softphone import State

SERVER_SILENT_S = 5.0  # it pings every second; without a word for so long the connection is dead
CONNECT_WITHIN_S = 10.0
FIRST_DELAY_S, LONGEST_DELAY_S = 0.5, 15.0  # between attempts, doubled each time
TELL_EVERY_S = {"idle": 5.0, "ringing": 1.0, "talking": 0.5}  # the levels, as a meter on the page shows them
FINAL = frozenset({"replaced", "token_withdrawn", "bad_message"})
"""After these the server does not want this softphone back: connecting again would only fight or fail."""


class Phone(Protocol):
    """What the page may ask of the telephone, and what it is told about it."""

    @property
    def state(self) -> State: ...
    @property
    def headset(self) -> bool: ...
    @property
    def levels(self) -> Levels | None: ...
    def pick_up(self) -> None: ...
    def hang_up(self) -> None: ...
    def mute(self, muted: bool) -> None: ...
    def know_server(self, fingerprint: str) -> None: ...


class Dismissed(Exception):
    """The server does not want this softphone; the text says why, `code` is the server's word for it."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True, slots=True)
class Server:
    """Where to connect, and as whom. `tls` is `None` for the usual authorities' certificates, or the only one taken."""

    url: str
    token: str
    tls: SSLContext | Fingerprint | None = None
    own: str = ""
    """The address to connect from: the one at which the server is to ring."""


class ServerLink:
    """`hello` is asked anew for each connection: what it tells may have changed."""

    def __init__(
        self, server: Server, phone: Phone, hello: Callable[[], dict[str, Any]], notice: Callable[[str], None]
    ) -> None:
        self._server = server
        self._phone = phone
        self._hello = hello
        self._notice = notice
        self._news = asyncio.Event()
        self._buttons: asyncio.Queue[Meaning] = asyncio.Queue()
        self._delay_s = FIRST_DELAY_S
        self.up = False

    def changed(self) -> None:
        """Tell the server how the telephone stands now."""
        self._news.set()

    def press(self, what: Meaning) -> None:
        """Tell the server that a button of the headset was pressed."""
        self._buttons.put_nowait(what)
        self._news.set()

    async def run(self) -> None:
        """Stay connected until cancelled. Raises `Dismissed`."""
        connector = TCPConnector(local_addr=(self._server.own, 0) if self._server.own else None)
        timeout = ClientTimeout(total=None, sock_connect=CONNECT_WITHIN_S)
        async with ClientSession(connector=connector, timeout=timeout) as http:
            while True:
                why = await self._connected(http)
                self._notice(f"no server ({why}); trying again in {self._delay_s:.1f} s")
                await asyncio.sleep(self._delay_s * random.uniform(0.75, 1.25))  # noqa: S311  # not for secrecy
                self._delay_s = min(self._delay_s * 2, LONGEST_DELAY_S)

    async def _connected(self, http: ClientSession) -> str:
        """One connection from beginning to end; returns why it ended."""
        headers = {"Authorization": f"Bearer {self._server.token}"}
        try:
            async with asyncio.timeout(CONNECT_WITHIN_S):
                socket = await http.ws_connect(self._server.url, headers=headers, ssl=self._server.tls or True)
            async with socket:
                await self._talk(socket)
        except WSServerHandshakeError as error:
            if error.status in (401, 403):
                raise Dismissed("token_refused", "the server does not accept this token") from None
            return f"it answered {error.status}"
        except ServerFingerprintMismatch as error:
            raise Dismissed("certificate_changed", _changed(error)) from None
        except TimeoutError:
            return "no sign of life"
        except (ClientError, OSError) as error:
            return str(error) or type(error).__name__
        return "it closed the connection"

    async def _talk(self, socket: ClientWebSocketResponse) -> None:
        await socket.send_json(self._hello())
        teller: asyncio.Task[None] | None = None
        try:
            while (message := await socket.receive(timeout=SERVER_SILENT_S)).type is WSMsgType.TEXT:
                said = json.loads(message.data)
                if said["type"] == "welcome":
                    self._welcomed(said["operator"])
                    self._phone.know_server(said.get("certificate", "").removeprefix("sha256:"))
                    teller = asyncio.create_task(self._tell(socket))
                await self._heed(socket, said)
        finally:
            self.up = False
            if teller is not None:
                teller.cancel()
                with suppress(asyncio.CancelledError, ClientError, ConnectionError):
                    await teller

    def _welcomed(self, operator: str) -> None:
        self._notice(f"signed in at the server as {operator}")
        self._delay_s = FIRST_DELAY_S
        self._buttons = asyncio.Queue()  # what was pressed while the server was away is no longer meant
        self.up = True

    async def _heed(self, socket: ClientWebSocketResponse, said: dict[str, Any]) -> None:
        match said:
            case {"type": "ping"}:
                await socket.send_json({"type": "pong"})
            case {"type": "do", "what": "answer"}:
                self._phone.pick_up()
            case {"type": "do", "what": "hangup"}:
                self._phone.hang_up()
            case {"type": "do", "what": "mute" | "unmute" as what}:
                self._phone.mute(what == "mute")
            case {"type": "bye", "code": code, "reason": reason} if code in FINAL:
                raise Dismissed(code, reason)
            case _:
                pass  # a newer server may say more

    async def _tell(self, socket: ClientWebSocketResponse) -> None:
        while True:
            self._news.clear()
            while not self._buttons.empty():
                await socket.send_json({"type": "button", "what": self._buttons.get_nowait()})
            await socket.send_json(self._state())
            with suppress(TimeoutError):
                async with asyncio.timeout(TELL_EVERY_S[self._phone.state]):
                    await self._news.wait()

    def _state(self) -> dict[str, Any]:
        levels = self._phone.levels
        state = {"type": "state", "state": self._phone.state, "headset": self._phone.headset}
        return state if levels is None else {**state, "levels": {"in_db": levels.in_db, "out_db": levels.out_db}}


def _changed(error: ServerFingerprintMismatch) -> str:
    return (
        f"the server's certificate is sha256:{error.got.hex()}, not the pinned sha256:{error.expected.hex()}."
        " Ask the admin whether it was renewed, then start with the new --pin; the token was not sent"
    )
