"""Every caller's scenario against a trivial answering agent: what fails there is the scenario, not the hotline."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.sip_tools import call
from tests.integration.uas_process import Uas, trivial_uas


@pytest.fixture
async def uas() -> AsyncIterator[Uas]:
    async with trivial_uas() as agent:
        yield agent


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
    assert await uas.line("digit") == "digit 7"
