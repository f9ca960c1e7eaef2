"""Every caller's scenario against a trivial answering agent: what fails there is the scenario, not the hotline."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.sip_tools import HOST, call, free_port


@dataclass(frozen=True, slots=True)
class Uas:
    target: str
    output: asyncio.StreamReader


@pytest.fixture
async def uas() -> AsyncIterator[Uas]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.integration.trivial_uas", str(port)), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        await line(process.stdout, "ready")
        yield Uas(f"{HOST}:{port}", process.stdout)
    finally:
        process.kill()
        await process.wait()


async def line(output: asyncio.StreamReader, start: str) -> str:
    """The next line that begins like this; the engine writes lines of its own."""
    async with asyncio.timeout(10):
        while not (text := (await output.readline()).decode()).startswith(start):
            assert text, "it ended"
    return text.strip()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize(
    "scenario",
    ["caller.xml", "caller_options.xml", "caller_no_common_codec.xml", "caller_no_audio.xml", "caller_cancel.xml"],
)
async def test_the_scenario_passes(tmp_path: Path, uas: Uas, scenario: str, transport: str) -> None:
    caller = await call(tmp_path, scenario, uas.target, milliseconds=200, transport=transport)
    assert caller.passed, caller


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_hold_and_resume_are_understood(tmp_path: Path, uas: Uas, transport: str) -> None:
    caller = await call(tmp_path, "caller_reinvite.xml", uas.target, milliseconds=100, transport=transport)
    assert caller.passed, caller


async def test_a_digit_arrives_by_info(tmp_path: Path, uas: Uas) -> None:
    caller = await call(tmp_path, "caller_info_dtmf.xml", uas.target, milliseconds=100, keys={"digit": "7"})
    assert caller.passed, caller
    assert await line(uas.output, "digit") == "digit 7"
