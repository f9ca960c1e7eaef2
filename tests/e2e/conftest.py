"""Fixtures of the browser tests: a browser, and an office that gives a busy test machine time."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.audio import tone
from tests.e2e.browser import chromium, microphone
from tests.integration.conftest import house, spoken_prompts
from tests.integration.hotline import STRAIGHT_FLOW, Hotline, hotline

__all__ = ["browser", "house", "office", "office_with_menus", "speaking", "spoken_prompts"]

OPERATOR_HZ = 1000
"""What the microphone of `speaking` says, in hertz."""

UNHURRIED_RULES = """
queues:
  - name: utama
    label: {id: Antrean uji, en: Test queue}
    ring_s: 45
    wrap_up_s: 5
"""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest.fixture
async def speaking(tmp_path: Path) -> AsyncIterator[Browser]:
    """A browser whose microphone says a tone."""
    async with chromium(*microphone(tone(tmp_path / "microphone.wav", OPERATOR_HZ, 5, 48000))) as running:
        yield running


@pytest.fixture
async def office(tmp_path: Path, spoken_prompts: Path) -> AsyncIterator[Hotline]:
    """A running hotline whose callers are in the queue at once, and whose phones ring for long."""
    files = {"queues.yaml": UNHURRIED_RULES, "flow.yaml": STRAIGHT_FLOW}
    async with hotline(tmp_path, spoken_prompts, files=files, HEADSET_BIND="127.0.0.1") as running:
        yield running


@pytest.fixture
async def office_with_menus(tmp_path: Path, spoken_prompts: Path) -> AsyncIterator[Hotline]:
    """A running hotline as it is delivered, but for times that fit a test."""
    async with hotline(
        tmp_path, spoken_prompts, files={"queues.yaml": UNHURRIED_RULES}, HEADSET_BIND="127.0.0.1"
    ) as running:
        yield running
