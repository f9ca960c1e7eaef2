"""Sound files that are erased: from the disk first, so that none is left of which no row tells."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from sealing import archive
from storage.recordings import Recording


async def remove(data: Path, recordings: Iterable[Recording]) -> None:
    """Removes the files of these recordings below the folder `data`; one that is gone already is no error.

    Raises `OSError` when a file cannot be removed.
    """
    await asyncio.to_thread(_remove, data, [recording.path for recording in recordings])


def _remove(data: Path, paths: Iterable[str]) -> None:
    folder = data.resolve()
    for path in paths:
        file = (folder / path).resolve()
        if file.is_relative_to(folder):
            archive.erase(file)
