"""Fixtures that every test with a real service shares."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.hotline import STRAIGHT_FLOW, Hotline, hotline


@pytest.fixture(scope="session")
def spoken_prompts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache of synthesized prompts for the whole run, whichever worker of pytest-xdist asks."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "prompts"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
async def house(tmp_path: Path, spoken_prompts: Path) -> AsyncIterator[Hotline]:
    """A running hotline with an empty database and demo accounts."""
    async with hotline(tmp_path, spoken_prompts) as running:
        yield running


@pytest.fixture
async def straight(tmp_path: Path, spoken_prompts: Path) -> AsyncIterator[Hotline]:
    """A running hotline in which a caller is in the queue at once."""
    async with hotline(tmp_path, spoken_prompts, files={"flow.yaml": STRAIGHT_FLOW}) as running:
        yield running
