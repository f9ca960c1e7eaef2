"""Fixtures of the browser tests: a browser, and an office that gives a busy test machine time."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.e2e.browser import chromium
from tests.integration.conftest import house, spoken_prompts
from tests.integration.hotline import STRAIGHT_FLOW, Hotline, hotline

__all__ = ["browser", "house", "office", "office_with_menus", "spoken_prompts"]

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
async def office(tmp_path: Path, spoken_prompts: Path) -> AsyncIterator[Hotline]:
    """A running hotline whose callers are in the queue at once, and whose phones ring for long."""
    files = {"queues.yaml": UNHURRIED_RULES, "flow.yaml": STRAIGHT_FLOW}
    async with hotline(tmp_path, spoken_prompts, files=files) as running:
        yield running


@pytest.fixture
async def office_with_menus(tmp_path: Path, spoken_prompts: Path) -> AsyncIterator[Hotline]:
    """A running hotline as it is delivered, but for times that fit a test."""
    async with hotline(tmp_path, spoken_prompts, files={"queues.yaml": UNHURRIED_RULES}) as running:
        yield running
