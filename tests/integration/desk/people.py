"""People at their browsers: a real HTTP client with a cookie jar of its own, and what its pages would send."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, ClientTimeout, ClientWebSocketResponse, CookieJar
from multidict import CIMultiDictProxy

PASSWORD = "kata-sandi-demo"
WITHIN_S = 5.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    body: Any
    headers: CIMultiDictProxy[str]
    raw: bytes

    @property
    def code(self) -> str | None:
        """The code of a problem document."""
        return self.body.get("code") if isinstance(self.body, dict) else None


class Person:
    """One browser. Every changing request carries Origin and Content-Type, unless a test says otherwise."""

    def __init__(self, base: str, session: ClientSession) -> None:
        self.base, self.session = base, session

    async def sign_in(self, username: str, password: str = PASSWORD) -> Reply:
        return await self.ask("POST", "/api/v1/session", {"username": username, "password": password})

    async def get(self, path: str, **headers: str) -> Reply:
        return await self.send("GET", path, headers=headers)

    async def ask(self, method: str, path: str, body: Any = None) -> Reply:
        """A request as the pages send it; `body` as JSON."""
        headers = {"Origin": self.base, "Content-Type": "application/json"}
        return await self.send(method, path, headers=headers, data=json.dumps({} if body is None else body))

    async def upload(self, path: str, content: bytes) -> Reply:
        """A file, as the pages send it."""
        headers = {"Origin": self.base, "Content-Type": "application/octet-stream"}
        return await self.send("POST", path, headers=headers, data=content)

    async def send(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, data: str | bytes | None = None
    ) -> Reply:
        """A request exactly as given."""
        async with self.session.request(method, self.base + path, headers=headers, data=data) as response:
            raw = await response.read()
            body = json.loads(raw) if "json" in response.content_type else None
            return Reply(response.status, body, response.headers, raw)

    @asynccontextmanager
    async def page(self) -> AsyncIterator["Page"]:
        """An open page: its WebSocket, the snapshot already received."""
        async with self.session.ws_connect(self.base + "/ws", headers={"Origin": self.base}) as socket:
            page = Page(socket)
            page.snapshot = await page.next()
            yield page


class Page:
    """What a page receives."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.snapshot: dict[str, Any] = {}

    async def next(self, kind: str | None = None) -> dict[str, Any]:
        """The next message, or the next one of this type."""
        while True:
            message = await self.socket.receive_json(timeout=WITHIN_S)
            if kind in (None, message["type"]):
                return dict(message)

    async def until_answered(self) -> list[dict[str, Any]]:
        """Everything that was pushed up to now: a ping comes back behind it."""
        await self.socket.send_json({"type": "ping"})
        messages = []
        while (message := await self.next())["type"] != "pong":
            messages.append(message)
        return messages


@asynccontextmanager
async def browser(base: str, patience_s: float = 10) -> AsyncIterator[Person]:
    """A browser that nobody has signed in with."""
    timeout = ClientTimeout(total=patience_s)
    async with ClientSession(cookie_jar=CookieJar(unsafe=True), timeout=timeout) as session:
        yield Person(base, session)


async def eventually(condition: Callable[[], bool]) -> None:
    """Returns when it holds; fails when it does not within `WITHIN_S`."""
    for _ in range(int(WITHIN_S / 0.01)):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came true")
