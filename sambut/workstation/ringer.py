"""Ringing on another device than the headset, such as a loudspeaker that is heard across the room.

The telephone's engine has one sound device open at a time, so a small process plays the tone: ALSA's `aplay`.
"""

import asyncio
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PLAYER = "aplay"
AGAIN_AFTER_S = 2.0  # when the device does not play: it may be back before the caller is gone


def missing() -> str | None:
    """What is wrong with this workstation, if anything."""
    return None if shutil.which(PLAYER) else f"--ring needs the program {PLAYER} (Debian: alsa-utils)"


class Ringer:
    """Rings from `start` to `stop`; both may be called again and again."""

    def __init__(self, device: str, tone: Path, notice: Callable[[str], None]) -> None:
        self._command = (PLAYER, "--quiet", "--device", device, str(tone))
        self._notice = notice
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._ring())

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def close(self) -> None:
        """Stop, and wait for the process to be gone."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _ring(self) -> None:
        try:
            while True:
                if await self._play() != 0:
                    self._notice("the device of --ring does not play")
                    await asyncio.sleep(AGAIN_AFTER_S)
        finally:
            self._task = None

    async def _play(self) -> int:
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            return await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
