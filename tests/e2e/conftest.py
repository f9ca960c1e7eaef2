"""Fixtures of the browser tests; those of the running hotline are the integration tests' own."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.e2e.browser import chromium
from tests.integration.conftest import house, spoken_prompts, straight

__all__ = ["browser", "house", "spoken_prompts", "straight"]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running
