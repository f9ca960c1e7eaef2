"""Processes that a benchmark starts: found ready by a line they print, measured through /proc, and always ended."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
STOP_WITHIN_S = 20.0


class StartFailed(Exception):
    """A process did not get ready; the text holds the end of what it wrote."""


class Running:
    """A child process. CPU time and memory count its own children too."""

    def __init__(self, process: asyncio.subprocess.Process, output: Path) -> None:
        self._process = process
        self.output = output

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def ended(self) -> bool:
        return self._process.returncode is not None

    def cpu_s(self) -> float:
        """CPU seconds used so far, user and system (proc(5), fields 14 to 17 of stat), with its children that live."""
        return sum(map(_cpu_s, (self.pid, *self._children())))

    def rss_mb(self) -> float:
        """Resident memory, megabytes, with its children's (the engine's process, and its spare)."""
        return sum(map(_rss_mb, (self.pid, *self._children())))

    def _children(self) -> list[int]:
        """Those of every thread: whichever has started it."""
        files = Path(f"/proc/{self.pid}/task").glob("*/children")
        return [int(each) for file in files for each in file.read_text().split()]

    def files(self) -> int:
        """How many files and sockets it has open."""
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    def send(self, number: int) -> None:
        if not self.ended:
            self._process.send_signal(number)

    async def wait(self, within_s: float) -> int:
        """Exit status; raises `TimeoutError` if it is still running after `within_s`."""
        return await asyncio.wait_for(self._process.wait(), within_s)

    async def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end, insist after `STOP_WITHIN_S`."""
        self.send(number)
        try:
            return await self.wait(STOP_WITHIN_S)
        except TimeoutError:
            self.send(signal.SIGKILL)
            return await self._process.wait()

    def tail(self, lines: int = 12) -> str:
        """The last lines it wrote."""
        return "\n".join(self.output.read_text(errors="replace").splitlines()[-lines:])

    async def line(self, start: str, within_s: float) -> str:
        """The first line of its output that begins with `start`. Raises `StartFailed`."""
        loop = asyncio.get_running_loop()
        give_up = loop.time() + within_s
        while loop.time() < give_up:
            for line in self.output.read_text(errors="replace").splitlines():
                if line.startswith(start):
                    return line
            if self.ended:
                break
            await asyncio.sleep(0.05)
        raise StartFailed(f"no line {start!r} within {within_s} s:\n{self.tail()}")


def _cpu_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[11:15])) * TICK_S


def _rss_mb(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@asynccontextmanager
async def running(
    command: Sequence[str | Path],
    output: Path,
    *,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    apart: bool = False,
) -> AsyncIterator[Running]:
    """Start a command with both outputs in one file; it is ended on leaving.

    `apart`: it gets a session, and with it a scheduling group, of its own (sched(7), autogroup), so that the many
    processes of a load generator on the same cores do not outvote it.
    """
    with output.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            *map(str, command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=file,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            cwd=cwd,
            start_new_session=apart,
        )
    child = Running(process, output)
    try:
        yield child
    finally:
        await child.stop()


def machine_cpu() -> tuple[float, float]:
    """CPU seconds of the whole machine since boot: (busy, total)."""
    fields = [int(each) * TICK_S for each in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    total = sum(fields)
    return total - fields[3] - fields[4], total


def busy_share(before: tuple[float, float], after: tuple[float, float]) -> float:
    """How much of the whole machine was busy between two looks at `machine_cpu`, 0 to 1."""
    return (after[0] - before[0]) / max(TICK_S, after[1] - before[1])
