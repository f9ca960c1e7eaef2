"""The real desk over a fake switchboard, for work on the pages.

    python -m tests.integration.desk.dev_server --port 8090

`POST /dev/call {number?, operator?, kind?, answer_after_s?}` makes a call pop at operator1's (answered after that many
seconds, or by the page), `POST /dev/leave {call?}` lets the caller hang up, `POST /dev/wait {number?}` adds a waiting
caller. Password of every demo account: DEMO_PASSWORD, or the one that is printed.
"""

import argparse
import asyncio
import os
import random
import secrets
import tempfile
import time
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.integration.desk.house import House, house


class Dev:
    """The routes that only this server has."""

    def __init__(self, built: House) -> None:
        self.board = built.switchboard
        self._tasks: set[asyncio.Task[None]] = set()

    async def call(self, request: web.Request) -> web.Response:
        wanted = await _json(request)
        call = await self.board.incoming(wanted.get("number") or _number(), wanted.get("kind", "informasi"))
        written = await self.board.offer(call, wanted.get("operator", "operator1"))
        if wanted.get("answer_after_s") is not None:
            task = asyncio.create_task(self._answer(call, float(wanted["answer_after_s"])))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return web.json_response({"call": call, "popped": written})

    async def wait(self, request: web.Request) -> web.Response:
        wanted = await _json(request)
        return web.json_response({"call": await self.board.incoming(wanted.get("number") or _number(), "pengaduan")})

    async def leave(self, request: web.Request) -> web.Response:
        wanted = await _json(request)
        call = wanted.get("call") or next(iter(self.board.calls), None)
        if call in self.board.calls:
            await self.board.end(call, "caller")
        return web.json_response({"call": call})

    async def _answer(self, call: str, after_s: float) -> None:
        await asyncio.sleep(after_s)
        if call in self.board.calls and self.board.calls[call].state == "ringing":
            await self.board.answer(call)


async def _json(request: web.Request) -> dict[str, Any]:
    return dict(await request.json()) if request.can_read_body else {}


def _number() -> str:
    return f"+62812{random.randrange(10**7, 10**8)}"


async def serve(port: int, password: str) -> None:
    """Runs until interrupted."""
    with tempfile.TemporaryDirectory(prefix="desk-dev-") as folder:
        async with house(Path(folder), password, time.time) as built:
            dev = Dev(built)
            for name in ("call", "wait", "leave"):
                built.app.router.add_post(f"/dev/{name}", getattr(dev, name))
            runner = web.AppRunner(built.app)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", port).start()
            print(f"http://127.0.0.1:{port}  password of every account: {password}", flush=True)
            try:
                await asyncio.Event().wait()
            finally:
                await runner.cleanup()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8090)
    port = parser.parse_args().port
    asyncio.run(serve(port, os.environ.get("DEMO_PASSWORD") or secrets.token_urlsafe(9)))


if __name__ == "__main__":
    main()
