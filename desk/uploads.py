"""A file that comes in a request, kept on disk piece by piece: it may be longer than memory."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

from desk.problems import Problem

CHUNK = 256 * 1024
"""Bytes that are written to disk at once."""


async def keep(chunks: AsyncIterator[bytes], folder: Path, most_bytes: int) -> Path:
    """A new file in `folder` with what came; the caller removes it. Raises `Problem` too_large, `OSError`."""
    file = await asyncio.to_thread(_new_file, folder)
    try:
        try:
            await _write(file, chunks, most_bytes)
        finally:
            await asyncio.to_thread(file.close)
    except BaseException:
        await remove(Path(file.name))
        raise
    return Path(file.name)


async def remove(file: Path) -> None:
    """Away with an upload; one that is gone is no error."""
    await asyncio.to_thread(file.unlink, missing_ok=True)


async def _write(file: IO[bytes], chunks: AsyncIterator[bytes], most_bytes: int) -> None:
    length = 0
    async for chunk in chunks:
        length += len(chunk)
        if length > most_bytes:
            raise Problem("too_large")
        await asyncio.to_thread(file.write, chunk)


def _new_file(folder: Path) -> IO[bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    return tempfile.NamedTemporaryFile(dir=folder, prefix="upload-", delete=False)
