"""A file that comes in a request, kept on disk piece by piece: it may be longer than memory."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

from desk.problems import Problem

CHUNK_WITHIN_S = 30.0
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
    async for chunk in _in_time(chunks):
        length += len(chunk)
        if length > most_bytes:
            raise Problem("too_large")
        await asyncio.to_thread(file.write, chunk)


async def _in_time(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same. Raises `Problem` too_slow when nothing comes for a while."""
    while True:
        try:
            async with asyncio.timeout(CHUNK_WITHIN_S):
                chunk = await anext(chunks, None)
        except TimeoutError as error:
            raise Problem("too_slow") from error
        if chunk is None:
            return
        yield chunk


def _new_file(folder: Path) -> IO[bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    return tempfile.NamedTemporaryFile(dir=folder, prefix="upload-", delete=False)
