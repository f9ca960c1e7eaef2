"""The engine's process is killed in mid-call: the page says so, and its headset is there again for the next caller."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.audio import tone
from tests.e2e.browser import desk
from tests.e2e.conftest import UNHURRIED_RULES
from tests.e2e.keyboard import go_ready_with_headset, pick_up
from tests.integration.hotline import STRAIGHT_FLOW, Hotline, hotline
from tests.integration.phones import caller

FIRST_HZ, SECOND_HZ = 600, 850


@pytest.fixture
async def apart(tmp_path: Path, spoken_prompts: Path) -> AsyncIterator[Hotline]:
    files = {"queues.yaml": UNHURRIED_RULES, "flow.yaml": STRAIGHT_FLOW}
    async with hotline(tmp_path, spoken_prompts, files=files, HEADSET_BIND="127.0.0.1", ENGINE="process") as running:
        yield running


def _kill_engine(house: Hotline) -> None:
    lines = [json.loads(line) for line in house.log_text.splitlines() if '"engine_started"' in line]
    os.kill(lines[-1]["pid"], signal.SIGKILL)


async def test_the_headset_is_back_for_the_next_caller_when_the_engine_was_killed(
    speaking: Browser, apart: Hotline, tmp_path: Path
) -> None:
    hertz = (FIRST_HZ, SECOND_HZ)
    said = [tone(tmp_path / f"{hz}.wav", hz, 60, 8000) for hz in hertz]
    async with desk(speaking, apart, "operator1", tmp_path) as window:
        await go_ready_with_headset(window, raw=True)
        async with caller(apart.uri, say=said[0], seconds=120) as call:
            await pick_up(window)
            await window.comes_to_hear(FIRST_HZ, of=hertz)
            _kill_engine(apart)
            assert await call.ended(10) == 0
        await window.shows("notice", "Sistem telepon")
        await window.state("headset", "up", 20_000)
        await window.state("presence-state", "ready", 20_000)
        async with caller(apart.uri, say=said[1], seconds=120) as call:
            await pick_up(window)
            await window.comes_to_hear(SECOND_HZ, of=hertz)
            await window.press("Shift+F4")
            await asyncio.wait_for(call.ended(), 20)
