"""A sign of life on the disk: after a crash it tells until when this process ran."""

import asyncio
from contextlib import suppress
from pathlib import Path

SHOW_EVERY_S = 5.0


class SignOfLife:
    """A file in the data folder whose time of change is the sign."""

    def __init__(self, data: Path) -> None:
        self._file = data / "alive"

    def last(self) -> float:
        """When an earlier process showed it last, in Unix seconds; 0 if none ever did."""
        try:
            return self._file.stat().st_mtime
        except FileNotFoundError:
            return 0.0

    async def show(self) -> None:
        """Until cancelled. A disk that does not take it is told of by those who need it more."""
        while True:
            with suppress(OSError):
                await asyncio.to_thread(self._file.touch)
            await asyncio.sleep(SHOW_EVERY_S)
