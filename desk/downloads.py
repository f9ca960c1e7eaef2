"""Files that are made for one request: sent in pieces, and gone afterwards."""

import asyncio
from pathlib import Path

from aiohttp import hdrs, web

PIECE = 256 * 1024  # bytes


def named(name: str, *, inline: bool) -> str:
    """The Content-Disposition of a file: shown in the browser, or kept under its name (RFC 6266)."""
    return f'{"inline" if inline else "attachment"}; filename="{name}"'


async def send(request: web.Request, file: Path, content_type: str, name: str, *, inline: bool) -> web.StreamResponse:
    """Sends the whole file; it may be removed when this returns."""
    response = web.StreamResponse()
    response.content_type = content_type
    response.content_length = (await asyncio.to_thread(file.stat)).st_size
    response.headers[hdrs.CONTENT_DISPOSITION] = named(name, inline=inline)
    await response.prepare(request)
    with await asyncio.to_thread(file.open, "rb") as opened:
        while piece := await asyncio.to_thread(opened.read, PIECE):
            await response.write(piece)
    await response.write_eof()
    return response
