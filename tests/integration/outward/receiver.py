"""A receiver of webhooks as somebody else would write one: it checks the signature by the published rule alone."""

import asyncio
import base64
import hashlib
import hmac
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Answer = Callable[[int], tuple[int, str]]
"""From how many came before to status and text."""


@dataclass(slots=True)
class Receiver:
    """What came, in its order; `answer` may be changed at any time, `delay_s` too."""

    url: str = ""
    secret: str = ""
    answer: Answer = lambda count: (204, "")
    delay_s: float = 0.0
    location: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self._take_time()
            self._check(request, body)
            status, text = self.answer(len(self.ids))
            self.got.append(json.loads(body))
            self.ids.append(request.headers["Webhook-Id"])
            self._came.set()
            return web.Response(status=status, text=text, headers={"Location": self.location} if self.location else {})
        finally:
            self.at_once -= 1

    async def _take_time(self) -> None:
        began = asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() < began + self.delay_s:
            await asyncio.sleep(0.02)

    def _check(self, request: web.Request, body: bytes) -> None:
        id, at = request.headers["Webhook-Id"], request.headers["Webhook-Timestamp"]
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        signed = b".".join((id.encode(), at.encode(), body))
        wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert request.headers["Webhook-Signature"] == f"v1,{wanted}"

    async def until(self, count: int, within_s: float = 15.0) -> None:
        """Returns when so many have come."""
        async with asyncio.timeout(within_s):
            while len(self.ids) < count:
                self._came.clear()
                await self._came.wait()


@asynccontextmanager
async def receiver(secret: str = "", *, tls: ssl.SSLContext | None = None, port: int = 0) -> AsyncIterator[Receiver]:
    """One receiver for one block, on loopback."""
    made = Receiver(secret=secret)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls).start()
    made.url = f"{'https' if tls else 'http'}://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield made
    finally:
        await runner.cleanup()
