"""Waiting for what no locator can be asked for."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

Found = TypeVar("Found")


async def until(probe: Callable[[], Awaitable[Found | None]], within_s: float = 30) -> Found:
    """The first answer of `probe` that is neither `None` nor false. Raises `TimeoutError`."""
    async with asyncio.timeout(within_s):
        while not (found := await probe()):
            await asyncio.sleep(0.05)
        return found
