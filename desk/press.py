"""The press: files are printed by a process of their own, so that a long register costs no call a millisecond."""

import asyncio
import sys
from collections.abc import AsyncIterator

import structlog

from config.paper import Paper
from paper.form import one_form
from paper.jobs import Job, written
from paper.register import Cell
from paper.ticket_sheet import TicketSheet

_LINES = 200  # handed over before the press is waited for

_log = structlog.get_logger(__name__)


class PressFailed(Exception):
    """The press could not print; the text says why."""


class Press:
    """One job at a time: who asks meanwhile waits, and the machine's other cores stay with the calls."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._quick_turn = asyncio.Lock()

    async def form(self, paper: Paper, sheet: TicketSheet) -> bytes:
        """One form, at once: a page takes less time than a process needs to start."""
        async with self._quick_turn:  # the library's fonts are shared between threads
            return await asyncio.to_thread(one_form, paper, sheet)

    async def print(self, job: Job, content: AsyncIterator[TicketSheet] | AsyncIterator[list[Cell]]) -> int:
        """Prints `content` to `job.out` as it comes, and keeps none of it. Returns how much there was.

        Raises `PressFailed`. Whoever stops waiting stops the press too.
        """
        async with self._turn:
            press = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "paper", stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
            )
            try:
                count = await _feed(press, job, content)
                said = await _finish(press)
            finally:
                if press.returncode is None:
                    press.kill()
                    await press.wait()
        if press.returncode != 0:
            reason = _last_line(said)
            _log.error("press_failed", product=job.product.value, status=press.returncode, reason=reason)
            raise PressFailed(f"printing failed: {reason}")
        return count


async def _feed(
    press: asyncio.subprocess.Process, job: Job, content: AsyncIterator[TicketSheet] | AsyncIterator[list[Cell]]
) -> int:
    assert press.stdin is not None
    count = 0
    try:
        press.stdin.write(written(job))
        async for each in content:
            press.stdin.write(written(each))
            count += 1
            if count % _LINES == 0:
                await press.stdin.drain()
        await press.stdin.drain()
        press.stdin.close()
    except (BrokenPipeError, ConnectionResetError):
        pass  # it ended before its input did: its status says so
    return count


async def _finish(press: asyncio.subprocess.Process) -> bytes:
    assert press.stderr is not None
    said = await press.stderr.read()
    await press.wait()
    return said


def _last_line(said: bytes) -> str:
    """Why it failed. What was being printed may stand in a traceback, and has no business in a log."""
    lines = said.decode(errors="replace").strip().splitlines() or [""]
    return lines[-1].split(":")[0] if lines[0].startswith("Traceback") else lines[-1]
