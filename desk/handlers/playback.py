"""Sound files to the browser's player, which seeks with Range requests (RFC 9110, section 14).

They are encrypted on the disk; only the chunks that the range touches are decrypted, on their way out.
"""

import asyncio
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

import structlog
from aiohttp import hdrs, web

from desk.audit import What, seen
from desk.context import Ask
from desk.downloads import PIECE, named
from desk.problems import Problem
from desk.ranges import NotThere, Span, asked
from desk.recording_files import file_of
from sealing import SealError, files
from storage.recordings import Recording

_TYPES = {".flac": "audio/flac", ".opus": "audio/ogg", ".ogg": "audio/ogg", ".wav": "audio/wav"}

_log = structlog.get_logger(__name__)


async def play(ask: Ask[Any, Any], recording: Recording | None) -> web.StreamResponse:
    """The file, whole or in part (206).

    Raises `Problem`: not_found for none, or one that has been removed; recording_sealed for one that no key opens.
    """
    data = ask.desk.installation.settings.data
    path = await asyncio.to_thread(file_of, data, recording) if recording else None
    if recording is None or path is None:
        raise Problem("not_found", "there is no recording")
    with closing(await _opened(ask, path, recording)) as file:
        _log.info("recording_played", recording=recording.id, call=recording.call, username=ask.me.username)
        await seen(ask, What.RECORDING, recording.id)
        return await _send(ask.request, file, path, recording)


async def _opened(ask: Ask[Any, Any], path: Path, recording: Recording) -> BinaryIO:
    try:
        return await asyncio.to_thread(files.opened, path, ask.desk.store.keyring)
    except FileNotFoundError as error:
        raise Problem("not_found", "there is no recording") from error
    except SealError as error:
        _log.error("recording_sealed", recording=recording.id, call=recording.call, reason=str(error))
        raise Problem("recording_sealed") from error  # the ids of keys and where they are stay in the log


async def _send(request: web.Request, file: BinaryIO, path: Path, recording: Recording) -> web.StreamResponse:
    size = await asyncio.to_thread(files.plain_size, file)
    tag = f'"{recording.id}"'  # what is under one id never changes
    response = web.StreamResponse(headers={hdrs.ACCEPT_RANGES: "bytes", hdrs.ETAG: tag})
    try:
        part = asked(request.headers.get(hdrs.RANGE), size) if request.headers.get(hdrs.IF_RANGE, tag) == tag else None
    except NotThere:
        return web.Response(status=416, headers={hdrs.ACCEPT_RANGES: "bytes", hdrs.CONTENT_RANGE: f"bytes */{size}"})
    span = part or Span(0, size)
    if part is not None:
        response.set_status(206)
        response.headers[hdrs.CONTENT_RANGE] = f"bytes {span.start}-{span.stop - 1}/{size}"
    response.content_type = _TYPES.get(path.suffix, "application/octet-stream")
    response.headers[hdrs.CONTENT_DISPOSITION] = named(path.name, inline=True)
    response.content_length = span.length
    await response.prepare(request)
    await _copy(file, span, response)
    await response.write_eof()
    return response


async def _copy(file: BinaryIO, span: Span, response: web.StreamResponse) -> None:
    """Raises `SealError` for a part that was changed on the disk: then the connection ends before what was promised."""
    await asyncio.to_thread(file.seek, span.start)
    left = span.length
    while left and (piece := await asyncio.to_thread(file.read, min(PIECE, left))):
        await response.write(piece)
        left -= len(piece)
