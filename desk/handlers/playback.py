"""Sound files to the browser's player, which seeks with Range requests (RFC 9110, section 14)."""

from typing import Any

import structlog
from aiohttp import hdrs, web

from desk.audit import What, seen
from desk.context import Ask
from desk.problems import Problem
from storage.recordings import Recording

_TYPES = {".flac": "audio/flac", ".opus": "audio/ogg", ".ogg": "audio/ogg", ".wav": "audio/wav"}

_log = structlog.get_logger(__name__)


async def play(ask: Ask[Any, Any], recording: Recording | None) -> web.FileResponse:
    """The file, whole or in part (206). Raises `Problem` not_found for none, or one that has been removed."""
    folder = ask.desk.installation.settings.data.resolve()
    file = (folder / recording.path).resolve() if recording else folder
    if recording is None or not file.is_relative_to(folder) or not file.is_file():
        raise Problem("not_found", "there is no recording")
    _log.info("recording_played", recording=recording.id, call=recording.call, username=ask.me.username)
    await seen(ask, What.RECORDING, recording.id)
    kind = _TYPES.get(file.suffix, "application/octet-stream")
    return web.FileResponse(
        file, headers={hdrs.CONTENT_TYPE: kind, hdrs.CONTENT_DISPOSITION: f'inline; filename="{file.name}"'}
    )
