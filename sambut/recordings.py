"""From two mono files in the spool to one encrypted recording in the archive, after the call and out of its way."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
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
from sambut.recorded_files import RecordedFiles
from sambut.tasks import Tasks
from sealing import Keyring
from sip.events import LegId
from sip.ports import Agent
from storage.records import RecordingStored
from voice import recordings
from voice.recordings import RecordingError, RecordingInfo, Unfinished

log = structlog.get_logger(__name__)

MessageFound = Callable[[str, str], Awaitable[None]]
"""By call and recording: a message that its caller could not finish."""
Archived = Callable[[Path], Coroutine[None, None, None]]
"""What is to be done with a message once it is in the archive."""


class Recorder:
    """Records calls and messages. One thread compresses, so that a burst of endings never takes both cores."""

    def __init__(
        self,
        agent: Agent,
        files: RecordedFiles,
        journal: Journal,
        tasks: Tasks,
        clock: Clock,
        *,
        data: Path,
        keyring: Keyring,
        audio_format: Literal["flac", "opus"],
        zone: tzinfo,
        enabled: bool,
    ) -> None:
        self._agent = agent
        self._files = files
        self._journal = journal
        self._tasks = tasks
        self._clock = clock
        self._data = data
        self._keyring = keyring
        self._format: Literal["flac", "opus"] = audio_format
        self._zone = zone
        self._enabled = enabled
        self._spool = data / "spool" / "audio"
        self._spool.mkdir(parents=True, exist_ok=True)
        self._open: set[asyncio.Task[object]] = set()
        self._closing = False
        self._compressor = ThreadPoolExecutor(1, thread_name_prefix="compress")

    def start(self, call: Call, other: LegId, speaker: str) -> None:
        """Record both sides: the caller, and who has them now.

        `speaker` is that other one: a username, empty for an outside number.
        """
        if not self._enabled:
            return
        call.parts, call.part_since, call.part_with = call.parts + 1, self._clock(), speaker
        self._files.begin(call.leg, recordings.source(self._spool, _part(call), "caller"))
        self._files.begin(other, recordings.source(self._spool, _part(call), "operator"))

    def finish_part(self, call: Call, other: LegId) -> None:
        """Their part is over, and the caller goes on: keep the recording so far."""
        for leg in (call.leg, other):
            self._agent.mixer.stop_recording(leg)
        self.finish(call)

    def finish(self, call: Call) -> None:
        """The part that was being recorded is over: make its recording."""
        if call.part_since:
            work = self._make_stereo(_part(call), call.part_since, speaker=call.part_with)
            call.part_since = 0.0
            self._begin(work, call)

    def start_message(self, call: Call) -> Path:
        """Record what the caller says alone."""
        file = recordings.source(self._spool, call.id, "message")
        self._files.begin(call.leg, file)
        return file

    def keep_message(self, call: Call, recording_id: str, archived: Archived) -> None:
        """The message under `recording_id` is worth keeping: archive it, and then tell `archived`."""

        async def keep() -> None:
            at = call.started_at
            if await self._make_message(call.id, at, recording_id):
                self._tasks.start(archived(self._message(call.id, at)), f"message {call.id}")

        self._begin(keep(), call)

    def drop_message(self, call: Call) -> None:
        """The message was too short or taken back.

        At once, though its recorder still writes: the caller may begin anew under the same name, and that file must
        neither be removed nor written to by the old recorder.
        """
        recordings.source(self._spool, call.id, "message").unlink(missing_ok=True)

    async def salvage(self, found: MessageFound) -> int:
        """Archive what a crash left in the spool; returns how many recordings there were."""
        left = recordings.unfinished(self._spool)
        for each in left:
            with contained("recording_not_salvaged", call=each.call):
                await self._salvage(each, found)
        return len(left)

    async def _salvage(self, left: Unfinished, found: MessageFound) -> None:
        at = self._clock()
        if left.message is not None:
            recording_id = uuid4().hex
            if await self._make_message(left.call, at, recording_id):
                await found(left.call, recording_id)
        else:
            offsets = left.caller_offset_s, left.operator_offset_s
            await self._make_stereo(left.call, at, offsets_s=offsets)

    async def settle(self, within_s: float) -> None:
        """Wait until every recording of a call that has ended is in the archive, but for no longer than that.

        What has not begun by then stays in the spool, where `salvage` finds it; what runs is finished.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + within_s
        while self._open and loop.time() < until:
            await asyncio.wait(list(self._open), timeout=until - loop.time())
        if self._open:
            log.warning("recordings_left_in_spool", at_most=len(self._open))
        self._closing = True
        self._compressor.shutdown(wait=False, cancel_futures=True)
        if self._open:
            await asyncio.wait(list(self._open))

    def _begin(self, work: Coroutine[None, None, object], call: Call) -> None:
        task = self._tasks.start(work, f"recording {call.id}")
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    def _archive(self, call_id: str, at: float, suffix: str = "") -> Path:
        day = datetime.fromtimestamp(at, self._zone).strftime("%Y/%m/%d")
        folder = self._data / "recordings" / day
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{call_id}{suffix}{recordings.suffix(self._format)}"

    def _message(self, call_id: str, at: float) -> Path:
        return self._archive(call_id, at, "-message")

    async def _make_stereo(
        self, part: str, at: float, *, offsets_s: tuple[float, float] = (0.0, 0.0), speaker: str | None = None
    ) -> None:
        caller, operators = (recordings.source(self._spool, part, side) for side in ("caller", "operator"))
        if caller.exists() or operators.exists():
            made = partial(
                recordings.finish,
                caller,
                operators,
                self._archive(part, at),
                self._format,
                keyring=self._keyring,
                caller_offset_s=offsets_s[0],
                operator_offset_s=offsets_s[1],
            )
            sources = (caller, operators)
            await self._make(_call_of(part), sources, made, "call", uuid4().hex, speaker=speaker, since=at)

    async def _make_message(self, call_id: str, at: float, recording_id: str) -> bool:
        source = recordings.source(self._spool, call_id, "message")
        out = self._message(call_id, at)
        made = partial(recordings.finish_message, source, out, self._format, keyring=self._keyring)
        return await self._make(call_id, (source,), made, "message", recording_id)

    async def _make(
        self,
        call_id: str,
        sources: Sequence[Path],
        made: Callable[[], RecordingInfo],
        kind: Literal["call", "message"],
        recording_id: str,
        *,
        speaker: str | None = None,
        since: float | None = None,
    ) -> bool:
        """Whether the recording is in the archive now."""
        await self._files.whole(sources)
        if self._closing:
            return False
        try:
            info = await asyncio.get_running_loop().run_in_executor(self._compressor, made)
        except RecordingError as error:
            log.error("recording_not_made", call=call_id, kind=kind, reason=str(error))
            return False
        path = str(info.path.relative_to(self._data))
        await self._journal.write(
            RecordingStored(
                call_id, path, info.duration_s, info.bytes, self._clock(), kind, recording_id, speaker, since
            )
        )
        log.info("recording_stored", call=call_id, kind=kind, seconds=round(info.duration_s, 1))
        return True


def _part(call: Call) -> str:
    """The name of the part that is being recorded: the call's id, and from the second on a number."""
    return call.id if call.parts <= 1 else f"{call.id}-{call.parts}"


def _call_of(part: str) -> str:
    return part.partition("-")[0]
