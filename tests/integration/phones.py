"""Callers and phones as real pjsua2 user agents, each in a process of its own (`sambut call`, `sambut softphone`)."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.processes import Command, sambut


@dataclass(slots=True)
class UserAgent:
    """A running user agent and what it has printed so far."""

    process: Command
    lines: list[str] = field(default_factory=list)
    printed_at: list[float] = field(default_factory=list)
    """When each line came, in Unix epoch seconds."""
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _reader: "asyncio.Task[None] | None" = None

    async def says(self, text: str, within_s: float = 20) -> str:
        """Wait until a line that holds `text` was printed; returns it."""
        async with asyncio.timeout(within_s):
            while True:
                self._news.clear()
                for line in self.lines:
                    if text in line:
                        return line
                await self._news.wait()

    def said_at(self, text: str) -> float:
        """When it first printed a line that holds `text`, in Unix epoch seconds."""
        return next(at for at, line in zip(self.printed_at, self.lines, strict=True) if text in line)

    def type(self, line: str = "") -> None:
        """Type a line at its keyboard."""
        self.process.stdin.write(f"{line}\n".encode())

    def hang_up(self) -> None:
        """Ctrl-C."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGINT)

    async def ended(self, within_s: float = 60) -> int:
        """Wait for its end; returns the exit status."""
        status = await asyncio.wait_for(self.process.wait(), within_s)
        if self._reader is not None:
            await self._reader
        return status

    async def read(self) -> None:
        while line := (await self.process.stdout.readline()).decode():
            self.printed_at.append(time.time())
            self.lines.append(line.rstrip())
            self._news.set()

    async def close(self) -> None:
        self.hang_up()
        try:
            await self.ended(10)
        except TimeoutError:
            self.process.kill()
            await self.ended(10)
        self.process.close()


@asynccontextmanager
async def started(*arguments: str, home: Path | None = None, inside: Sequence[str] = ()) -> AsyncIterator[UserAgent]:
    """Any `sambut` user agent. `inside` is a command that runs another one, as in a network namespace."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SAMBUT_")}
    environ |= {"PYTHONUNBUFFERED": "1", **({} if home is None else {"HOME": str(home)})}
    agent = UserAgent(await sambut(*arguments, environ=environ, inside=inside))
    agent._reader = asyncio.create_task(agent.read())
    try:
        yield agent
    finally:
        await agent.close()


@asynccontextmanager
async def caller(uri: str, **options: object) -> AsyncIterator[UserAgent]:
    """`sambut call` to `uri`; options are those of the command. Says nothing without `say`."""
    flags = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    flags += [] if "say" in options else ["--silent"]
    async with started("call", "--to", uri, *flags) as agent:
        yield agent


@asynccontextmanager
async def softphone(
    name: str = "operator1", *, audio: str = "null", auto_answer: bool = True, home: Path | None = None
) -> AsyncIterator[tuple[UserAgent, str]]:
    """`sambut softphone` on a free port, and the SIP URI where it rings. `home` may hold an ALSA configuration."""
    flags = ["--auto-answer"] if auto_answer else []
    async with started("softphone", "--name", name, "--port", "0", "--audio", audio, *flags, home=home) as agent:
        ready = await agent.says("ready sip=")
        yield agent, "sip:" + ready.split("sip=", 1)[1].split(";", 1)[0]
