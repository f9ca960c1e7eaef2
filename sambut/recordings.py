"""From two mono files in the spool to one stereo recording in the archive, after the call and out of its way."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Literal
from uuid import uuid4

import structlog

from sambut.calls import Call
from sambut.clock import Clock
from sambut.contain import contained
from sambut.facts import Journal
from sambut.tasks import Tasks
from sip.agent import SipAgent
from sip.errors import SipError
from sip.mixer import RELEASE_AFTER_S
from storage.records import RecordingStored
from voice import recordings
from voice.recordings import RecordingError, RecordingInfo, Unfinished

log = structlog.get_logger(__name__)

SETTLE_S = RELEASE_AFTER_S + 0.2  # the media thread writes the last block when the recorder is released


class Recorder:
    """Records calls and messages. One thread compresses, so that a burst of endings never takes both cores."""

    def __init__(
        self,
        agent: SipAgent,
        journal: Journal,
        tasks: Tasks,
        clock: Clock,
        *,
        data: Path,
        audio_format: Literal["flac", "opus"],
        zone: tzinfo,
        enabled: bool,
    ) -> None:
        self._agent = agent
        self._journal = journal
        self._tasks = tasks
        self._clock = clock
        self._data = data
        self._format: Literal["flac", "opus"] = audio_format
        self._zone = zone
        self._enabled = enabled
        self._spool = data / "spool" / "audio"
        self._spool.mkdir(parents=True, exist_ok=True)
        self._open: set[asyncio.Task[None]] = set()
        self._compressor = ThreadPoolExecutor(1, thread_name_prefix="compress")

    def start(self, call: Call) -> None:
        """Record both sides of a bridged call. A full or broken disk costs the recording, never the call."""
        if not self._enabled or call.operator_leg is None:
            return
        try:
            self._agent.mixer.record(call.leg, recordings.source(self._spool, call.id, "caller"))
            self._agent.mixer.record(call.operator_leg, recordings.source(self._spool, call.id, "operator"))
        except SipError as error:
            log.error("recording_failed", call=call.id, reason=str(error))

    def finish(self, call: Call) -> None:
        """The call is over: make its recording."""
        self._begin(self._make_stereo(call.id, call.started_at), call)

    def start_message(self, call: Call) -> Path:
        """Record what the caller says alone."""
        file = recordings.source(self._spool, call.id, "message")
        try:
            self._agent.mixer.record(call.leg, file)
        except SipError as error:
            log.error("message_not_recorded", call=call.id, reason=str(error))
        return file

    def keep_message(self, call: Call, recording_id: str) -> None:
        """The message under `recording_id` is worth keeping: archive it."""
        self._begin(self._make_message(call.id, call.started_at, recording_id), call)

    def drop_message(self, call: Call) -> None:
        """The message was too short or taken back.

        At once, though its recorder still writes: the caller may begin anew under the same name, and that file must
        neither be removed nor written to by the old recorder.
        """
        recordings.source(self._spool, call.id, "message").unlink(missing_ok=True)

    async def salvage(self) -> int:
        """Archive what a crash left in the spool; returns how many recordings there were."""
        left = recordings.unfinished(self._spool)
        for each in left:
            with contained("recording_not_salvaged", call=each.call):
                await self._salvage(each)
        return len(left)

    async def _salvage(self, left: Unfinished) -> None:
        at = self._clock()
        if left.message is not None:
            await self._make_message(left.call, at, uuid4().hex)
        else:
            await self._make_stereo(left.call, at, left.caller_offset_s, left.operator_offset_s)

    async def settle(self) -> None:
        """Wait until every recording of a call that has ended is in the archive."""
        while self._open:
            await asyncio.wait(list(self._open))

    def close(self) -> None:
        self._compressor.shutdown(wait=True)

    def _begin(self, work: Coroutine[None, None, None], call: Call) -> None:
        task = self._tasks.start(work, f"recording {call.id}")
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    def _archive(self, call_id: str, at: float, suffix: str = "") -> Path:
        day = datetime.fromtimestamp(at, self._zone).strftime("%Y/%m/%d")
        folder = self._data / "recordings" / day
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{call_id}{suffix}{recordings.suffix(self._format)}"

    async def _make_stereo(
        self, call_id: str, at: float, caller_offset_s: float = 0.0, operator_offset_s: float = 0.0
    ) -> None:
        caller = recordings.source(self._spool, call_id, "caller")
        operator = recordings.source(self._spool, call_id, "operator")
        if caller.exists() or operator.exists():
            made = partial(
                recordings.finish,
                caller,
                operator,
                self._archive(call_id, at),
                self._format,
                caller_offset_s=caller_offset_s,
                operator_offset_s=operator_offset_s,
            )
            await self._make(call_id, made, "call", uuid4().hex)

    async def _make_message(self, call_id: str, at: float, recording_id: str) -> None:
        source = recordings.source(self._spool, call_id, "message")
        made = partial(recordings.finish_message, source, self._archive(call_id, at, "-message"), self._format)
        await self._make(call_id, made, "message", recording_id)

    async def _make(
        self, call_id: str, made: Callable[[], RecordingInfo], kind: Literal["call", "message"], recording_id: str
    ) -> None:
        await asyncio.sleep(SETTLE_S)
        try:
            info = await asyncio.get_running_loop().run_in_executor(self._compressor, made)
        except RecordingError as error:
            log.error("recording_not_made", call=call_id, kind=kind, reason=str(error))
            return
        path = str(info.path.relative_to(self._data))
        await self._journal.write(
            RecordingStored(call_id, path, info.duration_s, info.bytes, self._clock(), kind, recording_id)
        )
        log.info("recording_stored", call=call_id, kind=kind, seconds=round(info.duration_s, 1))
