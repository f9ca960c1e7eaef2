"""The echo test before the shift: speak for a few seconds, then hear yourself as callers will."""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

import structlog

from desk.ports import ToPage
from sambut.contain import contained
from sambut.headsets import Headsets
from sambut.recorded_files import RecordedFiles
from sambut.tasks import Tasks
from sip.events import LegId
from sip.ports import Agent
from voice.levels import dbfs
from voice.overrides import load

log = structlog.get_logger(__name__)

SPEAK_S = 4.0
ECHO = -1  # number of a playback that no caller hears
FADES_S = 0.25  # until what was played is silent


class EchoTest:
    """One at a time per operator, and never during a call: whoever is called meanwhile is not tested any further."""

    def __init__(
        self,
        agent: Agent,
        files: RecordedFiles,
        headsets: Headsets,
        tasks: Tasks,
        clock_rate: int,
        spool: Path,
        busy: Callable[[str], bool],
    ) -> None:
        self._agent = agent
        self._files = files
        self._spool = spool
        self._headsets = headsets
        self._tasks = tasks
        self._clock_rate = clock_rate
        self._busy = busy
        self._running: set[str] = set()

    def begin(self, operator: str, send: ToPage) -> None:
        leg = self._headsets.leg_of(operator)
        if leg is None or operator in self._running or self._busy(operator):
            send("headset_echo", {"state": "failed", "level_db": None})
            return
        self._running.add(operator)
        self._tasks.start(self._run(operator, leg, send), f"echo test {operator}")

    async def _run(self, operator: str, leg: LegId, send: ToPage) -> None:
        try:
            with (
                contained("echo_test_failed", operator=operator, way_out=lambda: _tell(send, "failed")),
                tempfile.TemporaryDirectory(prefix="echo-", dir=self._spool) as folder,
            ):
                if not await self._speak_and_listen(operator, leg, Path(folder) / "echo.wav", send):
                    _tell(send, "failed")
        finally:
            self._running.discard(operator)

    async def _speak_and_listen(self, operator: str, leg: LegId, file: Path, send: ToPage) -> bool:
        """Whether it came to its end. After each wait the line may belong to a call, which is left alone then."""
        self._files.begin(leg, file)
        _tell(send, "speak")
        await asyncio.sleep(SPEAK_S)
        if self._busy(operator):
            return False
        self._agent.mixer.stop_recording(leg)
        await self._files.whole([file])
        level = round(dbfs(await asyncio.to_thread(load, file, self._clock_rate)), 1)
        if self._busy(operator):
            return False
        self._agent.mixer.play(leg, [file], ECHO)
        _tell(send, "listen", level)
        await asyncio.sleep(SPEAK_S)
        if self._busy(operator):
            return False
        self._agent.mixer.stop_playing(leg)
        await asyncio.sleep(FADES_S)
        _tell(send, "done", level)
        return True


def _tell(send: ToPage, state: str, level_db: float | None = None) -> None:
    send("headset_echo", {"state": state, "level_db": level_db})
