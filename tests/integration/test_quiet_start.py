"""On a machine without sound, nothing that needs none complains of that: ALSA's plug-ins write to standard error."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.integration.hotline import Hotline
from tests.support.processes import SAMBUT


@asynccontextmanager
async def _running(complaints: Path, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    with complaints.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            SAMBUT, *arguments, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=file
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def test_softphone_and_test_caller_start_without_a_word_of_complaint(tmp_path: Path) -> None:
    of_phone, of_caller = tmp_path / "phone", tmp_path / "caller"
    async with _running(of_phone, "softphone", "--port", "0", "--auto-answer") as phone:
        assert phone.stdout is not None
        async with asyncio.timeout(20):
            ready = (await phone.stdout.readline()).decode()
        uri = "sip:" + ready.split("sip=")[1].split(";")[0]
        async with _running(of_caller, "call", "--to", uri, "--seconds", "1") as caller:
            assert await asyncio.wait_for(caller.wait(), 30) == 0
    assert of_phone.read_text() + of_caller.read_text() == ""


async def test_the_service_writes_log_lines_and_nothing_else(house: Hotline) -> None:
    await house.stop()
    for line in house.log_text.splitlines():
        json.loads(line)
