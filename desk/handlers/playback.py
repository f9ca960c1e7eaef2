"""Sound files to the browser's player, which seeks with Range requests (RFC 9110, section 14)."""

import asyncio
from typing import Any

import structlog
from aiohttp import hdrs, web

from desk.audit import What, seen
from desk.context import Ask
from desk.problems import Problem
from desk.recording_files import file_of
from storage.recordings import Recording

_TYPES = {".flac": "audio/flac", ".opus": "audio/ogg", ".ogg": "audio/ogg", ".wav": "audio/wav"}

_log = structlog.get_logger(__name__)


async def play(ask: Ask[Any, Any], recording: Recording | None) -> web.FileResponse:
    """The file, whole or in part (206). Raises `Problem` not_found for none, or one that has been removed."""
    data = ask.desk.installation.settings.data
    file = await asyncio.to_thread(file_of, data, recording) if recording else None
    if recording is None or file is None:
        raise Problem("not_found", "there is no recording")
    _log.info("recording_played", recording=recording.id, call=recording.call, username=ask.me.username)
    await seen(ask, What.RECORDING, recording.id)
    kind = _TYPES.get(file.suffix, "application/octet-stream")
    return web.FileResponse(
        file, headers={hdrs.CONTENT_TYPE: kind, hdrs.CONTENT_DISPOSITION: f'inline; filename="{file.name}"'}
    )
