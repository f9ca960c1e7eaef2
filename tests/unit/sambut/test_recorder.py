"""Recordings when the service stops: what runs is finished, what has not begun waits in the spool."""

import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ivr.session import IvrSession
from sambut.calls import Call
from sambut.recorded_files import RecordedFiles
from sambut.recordings import Recorder
from sambut.tasks import Tasks
from sealing import Keyring
from sip.events import RecordingClosed, RecordingFailed, SipEvent
from storage.records import RecordingStored
from tests.unit.sambut.a_house import DEFAULT, FakeJournal
from tests.unit.sambut.fake_agent import FakeAgent
from voice import recordings

ONE_TAKES_S = 0.6


class Desk:
    """A recorder whose compressor takes its time, and messages to keep."""

    def __init__(self, data: Path) -> None:
        self.agent, self.journal, self.tasks = FakeAgent(self._told), FakeJournal(), Tasks()
        self.files = RecordedFiles(self.agent.mixer)
        self.recorder = Recorder(
            self.agent,
            self.files,
            self.journal,
            self.tasks,
            time.time,
            data=data,
            keyring=Keyring.fresh(),
            audio_format="flac",
            zone=ZoneInfo("Asia/Jakarta"),
            enabled=True,
        )

    def leave_message(self, name: str) -> Path:
        call = _call(self, name)
        spooled = self.recorder.start_message(call)
        self.recorder.keep_message(call, name, _nobody_listens)
        self.agent.hang_up(call.leg)
        self.agent.settle()
        return spooled

    def _told(self, event: SipEvent) -> None:
        if isinstance(event, RecordingClosed | RecordingFailed):
            self.files.on_event(event)


@pytest.fixture
def slow_compressor(monkeypatch: pytest.MonkeyPatch) -> None:
    finish = recordings.finish_message

    def slowly(*arguments: Any, **more: Any) -> recordings.RecordingInfo:
        time.sleep(ONE_TAKES_S)
        return finish(*arguments, **more)

    monkeypatch.setattr(recordings, "finish_message", slowly)


@pytest.mark.usefixtures("slow_compressor")
async def test_a_stop_waits_for_recordings_but_not_for_ever(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    spooled = [desk.leave_message(f"call{n}") for n in range(20)]
    since = time.monotonic()
    await desk.recorder.settle(1.0)
    assert time.monotonic() - since < 1.0 + 2 * ONE_TAKES_S
    stored = desk.journal.of(RecordingStored)
    left = [file for file in spooled if file.exists()]
    assert stored and left and len(stored) + len(left) == len(spooled), "each is in the archive or in the spool"
    assert all((tmp_path / record.path).exists() for record in stored)
    await desk.tasks.close()


async def test_a_stop_without_haste_leaves_nothing_in_the_spool(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    spooled = [desk.leave_message(f"call{n}") for n in range(3)]
    await desk.recorder.settle(10)
    assert not any(file.exists() for file in spooled)
    assert len(desk.journal.of(RecordingStored)) == 3
    await desk.tasks.close()


async def test_a_message_left_in_the_spool_by_a_crash_is_archived_and_told(tmp_path: Path) -> None:
    crashed = Desk(tmp_path)
    crashed.recorder.start_message(_call(crashed, "call7"))
    found: list[tuple[str, str]] = []

    async def told(call: str, recording: str) -> None:
        found.append((call, recording))

    desk = Desk(tmp_path)
    assert await desk.recorder.salvage(told) == 1
    (stored,) = desk.journal.of(RecordingStored)
    assert (stored.kind, stored.call) == ("message", "call7")
    assert found == [("call7", stored.id)]
    await crashed.recorder.settle(1)
    await desk.recorder.settle(1)


async def _nobody_listens(recording: Path) -> None:
    """No recognizer is set up."""


def _call(desk: Desk, name: str) -> Call:
    session = IvrSession(DEFAULT, call=name, caller_number="")
    return Call(name, desk.agent.invite(), "", "hotline", "loopback", time.time(), session)
