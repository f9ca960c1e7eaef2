"""`sambut` commands for tests, each in a process of its own, forked from this worker's nursery."""

import asyncio
import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
SAMBUT = Path(sys.executable).with_name("sambut")
Done = subprocess.CompletedProcess[str]


class Command(asyncio.Protocol):
    """A running command. `stdin` and `stdout` are its input and output, `returncode` its status once it has ended."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.stdin: asyncio.StreamWriter
        self.stdout: asyncio.StreamReader
        self._ended = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        self.returncode = int(data)
        self._ended.set()

    def connection_lost(self, error: Exception | None) -> None:
        if self.returncode is None:
            self.returncode = -signal.SIGKILL  # the nursery is gone, and its children's statuses with it
            self._ended.set()

    async def wait(self) -> int:
        """Until it has ended; returns the exit status, negative for a signal."""
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    async def communicate(self, typed: bytes = b"") -> bytes:
        """Types this at it and nothing more; returns what it said until its end, which this waits for."""
        self.stdin.write(typed)
        self.stdin.write_eof()
        said = await self.stdout.read()
        await self.wait()
        self.close()
        return said

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Let go of its input and output; it has ended, or will be alone."""
        self.stdin.close()


async def sambut(
    *arguments: str,
    environ: Mapping[str, str],
    errors: IO[bytes] | None = None,
    inside: Sequence[str] = (),
    program: str | Path = "sambut",
) -> Command:
    """Start `sambut` with exactly this environment. What it complains of goes to `errors`, else with what it says.

    `inside` is a command that runs another one, as in a network namespace; `program` may be another version's path.
    """
    if inside and program == "sambut":
        program = SAMBUT
    terminal, told = _begin([*inside, str(program), *arguments], environ, errors)
    loop = asyncio.get_running_loop()
    told.setblocking(False)
    pid = int(await _line(loop, told))
    _, command = await loop.create_connection(lambda: Command(pid), sock=told)
    command.stdout, command.stdin = await asyncio.open_connection(sock=terminal)
    return command


def run(*arguments: object, environ: Mapping[str, str], cwd: Path | None = None, typed: str = "") -> Done:
    """Run `sambut` to its end, with what it said."""
    with tempfile.TemporaryFile() as errors:
        terminal, told = _begin(["sambut", *map(str, arguments)], environ, errors, cwd)
        with terminal, told:
            terminal.sendall(typed.encode())
            terminal.shutdown(socket.SHUT_WR)
            said = terminal.makefile("rb").read().decode()
            status = int(told.makefile("rb").read().split()[1])
        errors.seek(0)
        return Done(arguments, status, said, errors.read().decode())


def _begin(
    argv: Sequence[str], environ: Mapping[str, str], errors: IO[bytes] | None, cwd: Path | None = None
) -> tuple[socket.socket, socket.socket]:
    """Our ends of a new process's input and output, and of what is told about it."""
    terminal, inner = socket.socketpair()
    told, telling = socket.socketpair()
    request = {"argv": argv, "environ": dict(environ), "cwd": str(cwd or Path.cwd())}
    with inner, telling:
        standard_error = inner.fileno() if errors is None else errors.fileno()
        descriptors = [inner.fileno(), standard_error, telling.fileno()]
        socket.send_fds(_nursery(), [json.dumps(request).encode()], descriptors)
    return terminal, told


async def _line(loop: asyncio.AbstractEventLoop, end: socket.socket) -> bytes:
    """The first line and not a byte of the next."""
    read = b""
    while not read.endswith(b"\n"):
        if not (more := await loop.sock_recv(end, 1)):
            raise RuntimeError("the nursery has ended; what it said is above")
        read += more
    return read


@cache
def _nursery() -> socket.socket:
    """This process's nursery, which ends when this process does."""
    control, inner = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with inner:
        command = [sys.executable, "-m", "tests.support.nursery", str(inner.fileno())]
        started = subprocess.Popen(command, pass_fds=[inner.fileno()], cwd=ROOT)
    atexit.register(_end, control, started)
    return control


def _end(control: socket.socket, nursery: "subprocess.Popen[bytes]") -> None:
    control.close()
    nursery.wait(10)
