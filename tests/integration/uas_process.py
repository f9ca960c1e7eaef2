"""Runs `trivial_uas` in a process of its own."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator

from tests.integration.sip_tools import HOST, free_port

_LINE_S = 10.0


class Uas:
    """A running answering agent at `target` (host:port)."""

    def __init__(self, process: asyncio.subprocess.Process, output: asyncio.StreamReader, target: str) -> None:
        self._process = process
        self._output = output
        self.target = target

    @property
    def is_running(self) -> bool:
        """False once it has crashed."""
        return self._process.returncode is None

    async def line(self, start: str) -> str:
        """The next line of its output that begins like this; the engine writes lines of its own."""
        async with asyncio.timeout(_LINE_S):
            while not (text := (await self._output.readline()).decode()).startswith(start):
                if not text:
                    raise RuntimeError(f"it ended without a line {start!r}")
        return text.strip()


@contextlib.asynccontextmanager
async def trivial_uas() -> AsyncIterator[Uas]:
    """Starts the agent on a free port and ends it at the end, however the test goes."""
    port = free_port()
    command = (sys.executable, "-m", "tests.integration.trivial_uas", str(port))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    agent = Uas(process, process.stdout, f"{HOST}:{port}")
    try:
        await agent.line("ready")
        yield agent
    finally:
        if agent.is_running:
            process.kill()
        await process.wait()
